"""What the watchdog says, Japanese first: alarms, and its status page."""

from datetime import datetime
from typing import Literal, TypeAlias
from zoneinfo import ZoneInfo

from watchdog.decisions import Tell, Trouble, Watched

JAPAN = ZoneInfo("Asia/Tokyo")
Told: TypeAlias = Tell | Literal["trial"]
FRONT_DOOR = "service:front-door"  # by this name the public address stands among the services
SUBJECTS: dict[Tell, tuple[str, str]] = {
    "alarm": ("【緊急】Tasuki の呼び出しが届いていません", "Tasuki no longer pages"),
    "worse": ("【緊急】Tasuki の異常が広がっています", "More of Tasuki is failing"),
    "repeat": ("【継続中】Tasuki の異常が続いています", "Tasuki is still failing"),
    "recovered": ("【復旧】Tasuki は元どおり動いています", "Tasuki works again"),
}
TROUBLES: dict[str, tuple[str, str]] = {
    "page": (
        "試験の案件の呼び出しが、決めた時間内に届きません。本物の案件の呼び出しも届いていないおそれがあります。",
        "The page of the canary case does not come in time. Pages of real cases may not come either.",
    ),
    "door": (
        "受付が案件を受け付けません。報告や連携先からの通知も受け付けられていないおそれがあります。",
        "The front door takes no case. Reports and deliveries of senders may be refused as well.",
    ),
    "front-door": (
        "外から受付に届きません（証明書、DNS、入口のいずれか）。呼び出しは出ていても、応答や報告、連携先からの通知が届いていないおそれがあります。",
        "The front door cannot be reached from outside (its certificate, DNS or the ingress). Pages go out, but answers, reports and deliveries of senders may not come in.",
    ),
    "service": ("サービス {name} が準備完了になりません。", "The service {name} is not ready."),
}
SPOKEN: dict[Told, tuple[str, str]] = {
    "alarm": ("タスキの監視です。呼び出しが届いていない可能性があります。", "This is the watchdog of Tasuki. Pages may not be going out."),
    "worse": ("タスキの監視です。異常が広がっています。", "This is the watchdog of Tasuki. More of it is failing."),
    "repeat": ("タスキの監視です。異常が続いています。", "This is the watchdog of Tasuki. It is still failing."),
    "recovered": ("タスキの監視です。元どおり動いています。", "This is the watchdog of Tasuki. It works again."),
    "trial": ("タスキの監視です。電話の経路を確かめています。異常はありません。", "This is the watchdog of Tasuki. It only tries this path. Nothing is wrong."),
}  # fmt: skip
TRIAL = (
    "警報の経路を確かめるために、人が送ったものです。異常を知らせるものではなく、対応は不要です。",
    "Somebody has sent this to try the paths of alarm. It tells of nothing wrong, and nothing is to be done.",
)
PATHS = {"mail": ("メール", "mail"), "webhook": ("Webhook", "webhook"), "call": ("電話", "call")}
TAKEN_IS_NOT_SEEN = (
    "届いたかどうかは、受け取る側で確かめてください。 / Look where it should arrive: taken is not yet seen."
)
FIRST = (
    "まず、次の手順をご覧ください: docs/runbooks/TasukiCanaryLate.ja.md",
    "What to do first: docs/runbooks/TasukiCanaryLate.md",
)
RECOVERED = (
    "試験の呼び出しが時間内に届くようになりました。異常の間に受け付けた案件に、対応の漏れがないか確かめてください。",
    "Canary pages come in time again. Please check that no case that came in meanwhile was overlooked.",
)
PAGE: dict[str, tuple[str, str]] = {
    "title": ("Tasuki の監視", "Tasuki watchdog"),
    "good": ("異常はありません", "All is well"),
    "unasked": (
        "試験の呼び出しだけを見ています。サービスを見ていないので、timer が止まっても分かりません（TASUKI_WATCHDOG_SERVICES が空です）",
        "Only canaries are watched. No service is asked, so a dead timer is not seen (TASUKI_WATCHDOG_SERVICES is empty)",
    ),
    "waiting": ("最初の試験の呼び出しを待っています", "Waiting for the first canary page"),
    "bad": ("異常があります", "Something is wrong"),
    "healing": ("復旧を確かめています", "Making sure that it is over"),
    "arrived": ("最後に届いた試験の呼び出し", "Last canary page that came"),
    "took": ("届くまでの時間", "Time it took"),
    "missed": ("続けて届かなかった回数", "Canaries missed in a row"),
    "since": ("異常が始まった時刻", "Wrong since"),
    "told": ("いまの異常をお知らせした回数", "Times told of what is wrong now"),
    "next": ("次にお知らせする時刻", "Told next at"),
    "services": ("サービス", "Services"),
    "ready": ("準備完了", "ready"),
    "down": ("{at} から応答なし", "not ready since {at}"),
    "never": ("まだありません", "never"),
    "seconds": ("{n} 秒", "{n} s"),
    "other": ("English", "日本語"),
}


def said(trouble: Trouble, language: str) -> str:
    """One trouble in words."""
    kind, _, name = trouble.partition(":")
    return TROUBLES[name if trouble == FRONT_DOOR else kind][language == "en"].format(name=name)


def moment(at: datetime | None, language: str) -> str:
    """An instant as a reader in Japan knows it."""
    if at is None:
        return PAGE["never"][language == "en"]
    local = at.astimezone(JAPAN)
    return f"{local:%Y-%m-%d %H:%M:%S} JST" if language == "en" else f"{local.month}月{local.day}日 {local:%H:%M:%S}"


def trial() -> tuple[str, str]:
    """Subject and text of a message that only tries a path, in both languages."""
    return "【試験】Tasuki の監視からの試しの連絡です / A trial of the Tasuki watchdog", "\n\n----\n\n".join(
        TRIAL
    ) + "\n"


def outcome(path: str, why: str) -> str:
    """What came of a trial on one path; `why` it was not taken, or "" where it was."""
    ja, en = PATHS[path]
    return f"✗ {ja}: 送れませんでした / {en}: not taken: {why}" if why else f"✓ {ja}: 受け付けられました / {en}: taken"


def letter(tell: Tell, w: Watched, wrong: tuple[Trouble, ...], now: datetime) -> tuple[str, str]:
    """Subject and text of an alarm, in both languages."""
    parts = []
    for language in ("ja", "en"):
        en = language == "en"
        lines = [RECOVERED[en]] if tell == "recovered" else [f"- {said(one, language)}" for one in wrong]
        since = w.alarm.since if w.alarm else now
        lines += [
            "",
            f"{PAGE['since'][en]}: {moment(since, language)}",
            f"{PAGE['arrived'][en]}: {moment(w.arrived_at, language)}",
        ]
        parts.append("\n".join(lines if tell == "recovered" else [*lines, "", FIRST[en]]))
    return " / ".join(SUBJECTS[tell]), "\n\n----\n\n".join(parts) + "\n"
