"""What a text is filled in with: facts of a notification, in the words of the reader's language."""

import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from services.notifier.domain.contact import Language
from services.notifier.domain.content import PRECEDENTS, CaseLine
from services.notifier.domain.notification import Notification
from shared.contracts.vocabulary import Status, Track

SPOKEN_HEADLINE = 60
_WEEKDAYS = "月火水木金土日"
_DEADLINES = {
    "first_response": ("一次回答", "first response"),
    "authority_response": ("判断する人の応答", "answer of somebody with authority"),
    "first_handling": ("一次対応", "first handling"),
    "next_update": ("経過のお知らせ", "update"),
    "resolution": ("解決", "resolution"),
}
_STATUS = {
    Status.RECEIVED: ("受付", "received"),
    Status.IN_PROGRESS: ("対応中", "in progress"),
    Status.DONE: ("完了", "done"),
}
_UNITS = {
    "s": ("秒", "seconds"),
    "m": ("分", "minutes"),
    "h": ("時間", "hours"),
    "d": ("日", "days"),
    "bh": ("営業時間", "business hours"),
    "bd": ("営業日", "business days"),
}
NEWS = {
    "page": ("対応のお願い", "please take it"),
    "assigned": ("担当者にお願いしました", "somebody is asked"),
    "acknowledged": ("引き受けました", "taken"),
    "unacknowledged": ("応答が取り消されました", "the answer was taken back"),
    "known": ("承知しました", "known"),
    "started": ("対応を始めました", "started"),
    "noted": ("経過", "progress"),
    "paused": ("待機中です", "waiting"),
    "resumed": ("再開しました", "resumed"),
    "reassigned": ("引き継ぎました", "handed over"),
    "reassessed": ("優先度が変わりました", "another priority"),
    "replied": ("返信がありました", "a reply"),
    "extended": ("期限が延びました", "more time"),
    "linked": ("まとめて対応します", "handled as another case"),
    "split": ("個別に対応します", "handled by itself again"),
    "suppressed": ("呼び出しはありません", "nobody is called"),
    "warned": ("期限が近づいています", "a deadline is near"),
    "exhausted": ("まだ応答がありません", "nobody has answered"),
    "resolved": ("完了しました", "resolved"),
    "reopened": ("再開されました", "opened again"),
    PRECEDENTS: ("似た案件の解決のしかた", "how similar cases were solved"),
}
_SPAN = re.compile(r"([\d.]+)(s|m|h|d|bh|bd)")
BUTTON = {Track.HANDLING: ("引き受ける", "I have it"), Track.AUTHORITY: ("承知しました", "I know of it")}


def facts(
    n: Notification, language: Language, zone: ZoneInfo, address: Callable[[CaseLine], str], **more: object
) -> dict[str, Any]:
    """Every variable of a text; `address` gives the link of one case of a digest."""
    reasons = [en if language == "en" else ja for ja, en in n.content.reasons]
    return {
        "n": n,
        "c": n.content,
        "when": when(n.content.due, language, zone),
        "wanted_by": when(n.content.wanted_by, language, zone),
        "since": when(n.content.since, language, zone),
        "next_update": when(n.content.update, language, zone),
        "within": span(n.content.within, language),
        "reasons": reasons,
        "asked": [name for _, name in n.content.asked],
        "deadline": _DEADLINES.get(n.content.deadline, ("", ""))[language == "en"],
        "more": span(n.content.more, language),
        "spoken": n.content.headline[:SPOKEN_HEADLINE],
        "link": "",
        "lines": [line_facts(line, language, zone, address(line)) for line in n.content.cases],
        **more,
    }


def when(at: datetime | None, language: Language, zone: ZoneInfo) -> str:
    """A moment as people of a zone write it; nothing for none."""
    if at is None:
        return ""
    local = at.astimezone(zone)
    clock = f"{local.hour}:{local:%M}"
    return f"{day(local, language)} {clock} ({local:%Z})" if language == "en" else f"{day(local, language)}{clock}"


def day(at: date, language: Language) -> str:
    """A day as people write it."""
    if language == "en":
        return f"{at:%a} {at.day} {at:%b}"
    return f"{at.month}月{at.day}日（{_WEEKDAYS[at.weekday()]}）"


def span(text: str, language: Language) -> str:
    """A duration of the policy in words; what is none stays as it is written."""
    found = _SPAN.fullmatch(text)
    if found is None:
        return text
    amount, (ja, en) = found[1], _UNITS[found[2]]
    return f"{amount}{ja}" if language == "ja" else f"{amount} {en if amount != '1' else en[:-1]}"


def line_facts(line: CaseLine, language: Language, zone: ZoneInfo, address: str) -> dict[str, object]:
    """One case of a digest."""
    status = _STATUS[line.status][language == "en"]
    news = NEWS.get(line.what, ("", ""))[language == "en"]
    return {"of": line, "when": when(line.due, language, zone), "status": status, "link": address, "news": news}
