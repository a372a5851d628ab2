"""What the doctor makes of what it has seen: each judgement is a function of values that says what is wrong and what to do."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal
from urllib.parse import urlsplit

from shared.contracts import canary

Json = dict[str, Any]
Grade = Literal["bad", "warn"]
MARKS = {"bad": "✗", "warn": "!"}
SLOW, WRONG = timedelta(seconds=1), timedelta(seconds=5)
LATE, STUCK = timedelta(seconds=30), timedelta(minutes=5)
GIB = 1024**3


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong, and what to do about it; both (ja, en)."""

    grade: Grade
    what: tuple[str, str]
    do: tuple[str, str]

    def lines(self, lang: str) -> list[str]:
        """The finding as it is printed."""
        n = 1 if lang == "en" else 0
        return [f"{MARKS[self.grade]} {self.what[n]}", f"  → {self.do[n]}"]


def clock(whose: tuple[str, str], off: timedelta, exact: timedelta) -> list[Finding]:
    """Judge how far another clock is from this machine's; `exact` is how well it could be read."""
    away = max(abs(off) - exact, timedelta(0))
    if away < SLOW:
        return []
    seconds = f"{off.total_seconds():+.1f}"
    return [
        Finding(
            "bad" if away >= WRONG else "warn",
            (f"{whose[0]}の時計が、この機械と {seconds} 秒違います。", f"The clock of {whose[1]} is {seconds} s off from this machine's."),
            ("両方の時刻同期 (chronyd、systemd-timesyncd) を確認してください。期限は 3 つの時計の真ん中で決まります。",
             "Check time synchronisation on both (chronyd, systemd-timesyncd). Deadlines go by the middle one of three clocks."),
        )
    ]  # fmt: skip


def disk(place: str, free: int, total: int) -> list[Finding]:
    """Judge the room on one disk, in bytes."""
    share = free / total if total else 0
    if free >= 5 * GIB or share >= 0.15:
        return []
    return [
        Finding(
            "bad" if share < 0.05 or free < GIB // 2 else "warn",
            (f"{place} の空きは {free / GIB:.1f} GiB ({share:.0%}) です。", f"{place} has {free / GIB:.1f} GiB left ({share:.0%})."),
            ("記録や古いバックアップを片付けるか、ディスクを広げてください。いっぱいになると PostgreSQL も Kafka も止まります。",
             "Clear logs and old backups, or enlarge it. PostgreSQL and Kafka both stop on a full disk."),
        )
    ]  # fmt: skip


def address(url: str) -> list[Finding]:
    """Judge the address that people and providers are given."""
    parts = urlsplit(url)
    if parts.scheme == "https" or parts.hostname in ("127.0.0.1", "localhost", "::1"):
        return []
    return [
        Finding(
            "bad",
            (f"TASUKI_PUBLIC_URL ({url}) が https ではありません。", f"TASUKI_PUBLIC_URL ({url}) is not https."),
            ("前に TLS を受けるもの (リバースプロキシなど) を置き、https の URL を設定してください。",
             "Put something in front that speaks TLS (a reverse proxy), and set its https address."),
        )
    ]  # fmt: skip


def ready(lines: str) -> list[Finding]:
    """Judge what /readyz says, a line for each part."""
    return [
        Finding(
            "bad",
            (f"受付の準備ができていません：{line.removeprefix('not ready ')}", f"The front door is not ready: {line.removeprefix('not ready ')}"),
            ("そのサーバーが動いているか、接続の設定 (TASUKI_DATABASE_URL、TASUKI_KAFKA) を確認してください。",
             "See whether that server runs, and check how it is reached (TASUKI_DATABASE_URL, TASUKI_KAFKA)."),
        )
        for line in lines.splitlines()
        if line.startswith("not ready")
    ]  # fmt: skip


def providers(states: list[Json]) -> list[Finding]:
    """Judge the providers (`/v1/channels`): each that is set up must work, and one of them must ring."""
    found = [
        Finding(
            "bad",
            (f"{s['provider']} で送れません：{s['last_failure'] or '休止中'}", f"{s['provider']} does not send: {s['last_failure'] or 'resting'}"),
            ("資格情報の期限と権限、業者の障害情報を確認してください。直ると自動で再開します。",
             "Check whether its credentials have ended or lack rights, and its status page. It goes on by itself when it works."),
        )
        for s in states
        if s["set_up"] and not s["works"]
    ]  # fmt: skip
    if not any(s["set_up"] and s["channel"] == "phone" for s in states):
        found.append(
            Finding(
                "warn",
                ("電話の手段がありません。眠っている人を起こせないおそれがあります。", "No provider can ring a telephone; who sleeps may not wake."),
                ("docs/channels.md か docs/telephone.md に沿って設定してください。", "Set one up: docs/channels.md or docs/telephone.md."),
            )
        )  # fmt: skip
    return found


def policy(findings: list[Json]) -> list[Finding]:
    """Pass on what lint says of the policy, in the language in which it was asked."""
    said = ((f"方針 {f['file']}:{f['line']} {f['reason']}", str(f["remedy"]), f["severity"]) for f in findings)
    return [Finding("bad" if severity == "error" else "warn", (what, what), (do, do)) for what, do, severity in said]


def gaps(rows: list[Json]) -> list[Finding]:
    """Judge the times of the coming week when nobody is on duty."""
    return [
        Finding(
            "bad",
            (f"当番がいません：{r['schedule_name']} {r['since']} から {r['until']}", f"Nobody is on duty: {r['schedule_name']} from {r['since']} to {r['until']}"),
            ("tasuki override add で臨時の当番を入れるか、当番表を直してください。", "Put somebody in by tasuki override add, or mend the schedule."),
        )
        for r in rows
    ]  # fmt: skip


def contact(person: Json) -> list[Finding]:
    """Judge one person (`/v1/contacts/{person}`): addresses that are not proven or refused, and what a P1 lacks."""
    name = person["name"]
    found = [
        Finding(
            "warn",
            (f"{name} さんの連絡先 {a['kind']} が確認されていません。", f"{name}'s address ({a['kind']}) is not proven."),
            ("本人に、届いた番号を入力してもらってください (docs/contacts.md)。", "Have them enter the code that was sent (docs/contacts.md)."),
        )
        for a in person["addresses"]
        if not a["trusted"]
    ]  # fmt: skip
    found += [
        Finding(
            "bad",
            (f"{name} さんの連絡先 {a['kind']} は届きません：{a['broken']}", f"{name}'s address ({a['kind']}) is refused: {a['broken']}"),
            ("正しい連絡先に直し、テストを送ってください。", "Correct it, and send a test."),
        )
        for a in person["addresses"]
        if a["broken"]
    ]  # fmt: skip
    if not person["reachability"]["P1"]["loud"] and person.get("id") != canary.PERSON:
        found.append(
            Finding(
                "bad",
                (f"{name} さんには、P1 でも音の鳴る手段がありません。", f"Nothing that rings reaches {name}, not even at P1."),
                ("電話かプッシュの連絡先を加え、テストを送ってください。", "Add a telephone or push address, and send a test."),
            )
        )  # fmt: skip
    return found


def outbox(service: str, oldest: datetime | None, now: datetime) -> list[Finding]:
    """Judge the oldest event that waits to be published."""
    age = now - oldest if oldest else timedelta(0)
    if age < LATE:
        return []
    return [
        Finding(
            "bad" if age >= STUCK else "warn",
            (f"{service} の送信待ちの出来事が {age.total_seconds():.0f} 秒前から残っています。", f"An event of {service} has waited for {age.total_seconds():.0f} s to be published."),
            ("Kafka に届くか、証明書とトピックを確認してください。届くようになれば順に送られます。",
             "See whether Kafka can be reached, its certificates and topics. What waits goes out in order when it can."),
        )
    ]  # fmt: skip


LISTED = 200  # deliveries that are set aside: as many as one page tells of
LOOKED_AT = {"resting", "quarantine"}  # by the doctor itself, for more of it
_OPERATIONS = {
    "away": ("{service} に聞けません。", "{service} cannot be asked."),
    "unready": ("{service} は準備ができていません：{what}", "{service} is not ready: {what}"),
    "behind": ("{service} が記録 {count} 件を 1 分以上処理していません。", "{service} has not handled {count} records for more than a minute."),
    "unsaid": ("{service} の出来事 {count} 件が、1 分以上 Kafka に出ていません。", "{count} events of {service} have not reached Kafka for more than a minute."),
    "clock": ("{service} の時計がデータベースと {seconds} 秒違います。", "The clock of {service} is {seconds} s off from the database's."),
    "kafka": ("Kafka に聞けません。", "Kafka cannot be asked."),
    "unarchived": ("PostgreSQL の変更を {minutes} 分前から保存先に残せていません。", "PostgreSQL has not archived its changes for {minutes} min."),
    "unattended": ("だれも見ていない未完了の案件が {count} 件あります。", "{count} open cases are watched by nobody and no clock."),
    "late": ("期限の判定が {seconds} 秒止まっています。", "A deadline has waited for {seconds} s to be fired."),
    "was-late": ("この 1 時間に、期限の判定が最大 {seconds} 秒遅れました。", "Within this hour a deadline was fired {seconds} s late."),
    "failing": ("{channel} の 2 割以上が失敗しています（{count} 件）。", "A fifth of {channel} fails ({count})."),
    "watchdog-away": ("監視プロセスに聞けません。止まっていても、だれも気づきません。", "The watchdog cannot be asked; nobody would notice that pages stop."),
    "seen-down": ("監視プロセスから見ると、{service} は準備ができていません。", "As the watchdog sees it, {service} is not ready."),
    "holding": ("呼び出しに必要な記録 {count} 件を処理できていません。だれも呼び出されない案件があるかもしれません。", "{count} records on which calls depend could not be handled; for their cases nobody may be called."),
    "parked": ("処理できなかった記録が {count} 件あります。", "{count} records could not be handled."),
    "page": ("試験の案件の呼び出しが届いていません。", "The page of the canary does not come."),
    "door": ("試験の案件が受け付けられていません。", "The front door takes no canary."),
}  # fmt: skip


def operations(found: list[Json]) -> list[Finding]:
    """Pass on what `/v1/operations` says of every service, the log, deadlines and the watchdog; not what is looked at here anyway."""
    told = []
    for f in found:
        ja, en = _OPERATIONS.get(f["kind"], (f["kind"], f["kind"]))  # a newer release may find more
        what = ja.format(**f["values"]), en.format(**f["values"])
        do = f"docs/runbooks/{f['runbook']}.ja.md の手順に従ってください。", f"Follow docs/runbooks/{f['runbook']}.md."
        told += [Finding(f["grade"], what, do)] if f["kind"] not in LOOKED_AT else []
    return told


def watched(url: str) -> list[Finding]:
    """Judge whether anybody would notice that Tasuki has stopped (`watchdog_url` of `/v1/operations`)."""
    if url:
        return []
    return [
        Finding(
            "warn",
            ("監視プロセスが設定されていません。Tasuki が止まっても、だれも気づかないおそれがあります。", "No watchdog is named; if Tasuki stops, perhaps nobody notices."),
            ("docs/operations.ja.md に沿って動かし、TASUKI_WATCHDOG_URL を設定してください。", "Run one as docs/operations.md says, and set TASUKI_WATCHDOG_URL."),
        )
    ]  # fmt: skip


def counted(what: Literal["dead-letters", "quarantine"], number: int) -> list[Finding]:
    """Judge what was set aside for a person to look at; of deliveries no more than `LISTED` are known."""
    more = number >= LISTED
    texts = {
        "dead-letters": (
            (f"読めなかった記録が {number} 件あります (tasuki.dead-letters)。", f"{number} records could not be handled (tasuki.dead-letters)."),
            ("ヘッダー tasuki_reason と tasuki_origin で理由と場所を確かめてください。", "Their headers tasuki_reason and tasuki_origin say why, and where they stood."),
        ),
        "quarantine": (
            (f"読めなかった受信が {number} 件{'以上' * more}、要確認にあります。", f"{number}{' or more' * more} deliveries that could not be read are set aside."),
            ("tasuki sources quarantine で見て、replay か discard してください。", "See tasuki sources quarantine, then replay or discard."),
        ),
    }  # fmt: skip
    return [Finding("warn", *texts[what])] if number else []


def unseen(what: tuple[str, str], why: str) -> Finding:
    """Say that something could not be looked at; it may be well or not."""
    return Finding(
        "bad",
        (f"{what[0]}を確かめられません：{why}", f"{what[1]} cannot be looked at: {why}"),
        (
            "サービスが動いているか、URL・トークン・権限を確認してください。",
            "See whether it runs, and check address, token and rights.",
        ),
    )
