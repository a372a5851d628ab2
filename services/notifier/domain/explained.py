"""Why somebody was called, and why not, as sentences; and addresses as a log may show them."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from services.notifier.domain import quiet
from services.notifier.domain.contact import Contact, Language
from services.notifier.domain.facts import NEWS, when
from services.notifier.domain.notification import Notification, State
from services.notifier.domain.recipients import REPORTER
from shared.contracts.addresses import Kind
from shared.contracts.vocabulary import Purpose, Track

Said = tuple[str, str]  # (ja, en)
STOPPED = "canceled"  # it had gone out: the telephone rang until somebody else answered
_SKIPPED: dict[str, Said] = {
    "acknowledged": ("送る前に、返事があったため", "somebody had answered before it went out"),
    "started": ("送る前に、対応が始まったため", "work had begun before it went out"),
    "paused": ("送る前に、案件が待機になったため", "the case was put on hold before it went out"),
    "resolved": ("送る前に、案件が完了したため", "the case was done before it went out"),
    "linked": ("送る前に、ほかの案件とまとめて対応することになったため", "the case is handled as another one"),
    "superseded": ("同じ案件の新しいお願いに代わったため", "a newer page about the same case took its place"),
    STOPPED: ("呼び出しの途中で、返事が要らなくなったため", "no answer was needed any more while it rang"),
    "forgotten": ("報告者のメールアドレスが、すでに消去されているため", "the mail address of the reporter is erased"),
}
_NEEDLESS: Said = ("送る前に、お願いする必要がなくなったため", "it was no longer needed when its turn came")
_FAILED: dict[str, Said] = {
    "no-contact": ("使える連絡先がないため", "there is no usable address"),
    "not-set-up": ("この手段は設定されていないため", "this channel is not set up"),
    "declined": ("本人がほかの人に回したため", "the person passed it on"),
    "voicemail": ("留守番電話につながったため", "an answering machine picked up"),
    "busy": ("話し中だったため", "the line was busy"),
    "no-answer": ("電話に出なかったため", "nobody picked up"),
    "hung-up": ("電話には出たが、番号が押されなかったため", "somebody picked up and pressed no key"),
    "bad-address": ("宛先の書き方が正しくないため", "the address is not written right"),
    "intake-away": (
        "宛先を確かめられないため（intake から返事がありません）",
        "intake does not say where to send it",
    ),
    "resting": (
        "提供元で失敗が続き、しばらく使わないことにしているため",
        "the provider keeps failing and is left alone",
    ),
    "no-answer-from-provider": (
        "提供元から返事がなく、届いたかどうか分からないため",
        "the provider gave no answer, and nobody can say whether it went out",
    ),
    "interrupted": ("送っている途中で中断したため", "the sending was interrupted"),
}
_TRACK: dict[Track, Said] = {
    Track.HANDLING: ("対応", "to take it"),
    Track.AUTHORITY: ("判断・把握", "to know of it and to decide"),
}
_WENT = (State.ACCEPTED, State.DELIVERED, State.ANSWERED, State.ACKNOWLEDGED)
_CAME: dict[State, Said] = {
    State.ACCEPTED: ("お送りしました", "it was sent"),
    State.DELIVERED: ("届きました", "it was delivered"),
    State.ANSWERED: ("電話に出ました", "somebody picked up"),
    State.ACKNOWLEDGED: ("返事がありました", "it was answered"),
}


@dataclass(frozen=True)
class Explained:
    """`why` it is sent, `why_not` (empty when it went out and came through), and both as one `sentence`."""

    why: str
    why_not: str
    sentence: str


def explained(
    n: Notification, code: str, due: datetime | None, contact: Contact | None, window: str, now: datetime,
    language: Language, zone: ZoneInfo,
) -> Explained:  # fmt: skip
    """Account for one notification. `due` is when it is tried next, `window` the reason of what holds it back."""
    en = language == "en"
    why, reason = _why(n)[en], _why_not(n, code, due, contact, window, now, zone)[en]
    name = named(n.recipient, n.name, language) or n.recipient
    if n.state in _WENT:
        came = _CAME[n.state][en]
        with_ = ("（ほかのお知らせとまとめて）", " (in a digest, with others)")[en] if n.bundled else ""
        sentence = f"{name}: {came}{with_}; it went out {why}." if en else f"{name}：{why}、{came}{with_}。"
    elif reason:
        sentence = f"{name}: not reached, because {reason}." if en else f"{name}：{reason}、届いていません。"
        if n.state is State.PENDING:
            sentence = f"{name}: waiting, because {reason}." if en else f"{name}：{reason}、まだお送りしていません。"
        if n.state is State.SKIPPED and code == STOPPED:
            sentence = (
                f"{name}: the call was stopped, because {reason}." if en else f"{name}：{reason}、電話を止めました。"
            )
        elif n.state is State.SKIPPED and code not in _FAILED:
            sentence = f"{name}: not called, because {reason}." if en else f"{name}：{reason}、お送りしていません。"
    else:
        sentence = f"{name}: it is being sent {why}." if en else f"{name}：{why}、お送りしています。"
    return Explained(why, reason, sentence)


def named(recipient: str, name: str, language: Language) -> str:
    """The name of a recipient as the log shows it; that of a reporter whom no directory names is kept nowhere."""
    return (("報告者", "reporter")[language == "en"] if recipient.startswith(REPORTER) else "") or name


def _why(n: Notification) -> Said:
    ja, en = ("、".join(r) if i == 0 else "; ".join(r) for i, r in enumerate(_reasons(n)))
    if n.purpose is Purpose.PAGE:
        track = _TRACK[n.track]
        level = (f"{n.content.level}段階目・", f"level {n.content.level}, ") if n.content.level else ("", "")
        head = f"#{n.content.number} の{track[0]}をお願いするため", f"to ask for #{n.content.number} ({track[1]})"
        more = (
            f"（{level[0]}第{n.round}回{'。' + ja if ja else ''}）",
            f" ({level[1]}assignment {n.round}{': ' + en if en else ''})",
        )
        return head[0] + more[0], head[1] + more[1]
    news = NEWS.get(n.content.what, ("お知らせ", "news"))
    return f"#{n.content.number}「{news[0]}」をお知らせするため", f'to tell of #{n.content.number}: "{news[1]}"'


def _reasons(n: Notification) -> tuple[list[str], list[str]]:
    return [ja.rstrip("。") for ja, _ in n.content.reasons], [en.rstrip(".") for _, en in n.content.reasons]


def _why_not(
    n: Notification,
    code: str,
    due: datetime | None,
    contact: Contact | None,
    window: str,
    now: datetime,
    zone: ZoneInfo,
) -> Said:
    if n.state in _WENT or n.state is State.SENDING:
        return "", ""
    if n.state is State.SKIPPED:  # where a call had failed before that was known, for what
        return _SKIPPED.get(code) or _FAILED.get(code, _NEEDLESS)
    if n.state is State.AMBIGUOUS:
        return "送れたかどうかを提供元に確かめているため", "the provider is being asked whether it went out"
    if n.state is State.PENDING and due is not None and due > now:
        at = when(due, "ja", zone), when(due, "en", zone)
        if n.held_by:
            return (
                f"メンテナンス中（{window}）で {at[0]} まで止めているため",
                f"maintenance ({window}) holds it until {at[1]}",
            )
        if n.bundled:
            return (
                f"お知らせが多く、{at[0]} にまとめてお送りするため",
                f"there is much to tell, and a digest brings it at {at[1]}",
            )
        if n.attempts:
            why = _failure(code, contact)
            return f"{why[0]}（{at[0]} にもう一度試します）", f"{why[1]} (it is tried again at {at[1]})"
        if code == quiet.CODE:
            return (
                f"本人の「通知しない時間」にあたり、{at[0]} まで待つため",
                f"the person does not want to be disturbed until {at[1]}",
            )
        return f"{at[0]} まで待つことになっているため", f"it is to wait until {at[1]}"
    if n.state is State.PENDING and not n.attempts:
        return "", ""
    return _failure(code, contact)


def _failure(code: str, contact: Contact | None) -> Said:
    bare = code.removesuffix(", given up")
    if bare == "no-contact" and contact is not None and (broken := [a for a in contact.addresses if a.broken]):
        listed = "、".join(f"{a.id}：{a.broken}" for a in broken)
        return f"連絡先が使えなくなっているため（{listed}）", f"an address does not work any more ({listed})"
    return _FAILED.get(
        bare, (f"提供元に届けられなかったため（{bare}）", f"the provider did not get it through ({bare})")
    )


def hidden(kind: Kind, value: str) -> str:
    """An address as a log may show it: enough to know which one it is, too little to use it."""
    if kind == "phone":
        return f"{value[:3]}{'*' * max(len(value) - 5, 0)}{value[-2:]}"
    if "@" in value[1:] and kind == "email":
        name, _, host = value.rpartition("@")
        return f"{name[:1]}***@{host}"
    if "://" in value:
        url = urlsplit(value)
        return f"{url.scheme}://{url.hostname or ''}/…"
    return f"{value[:2]}***"


def result(outcome: str | None, code: str, scope: str) -> str:
    """What came of an attempt, in the words of the delivery log: answered by whom, failed for good for what."""
    bare = code.removesuffix(", given up")
    if bare == "voicemail":
        return "answered-machine"
    if outcome == "answered":
        return "answered-unknown"
    if outcome == "failed":
        return f"permanent-{scope}" if scope else ("answered-human" if bare in ("declined", "hung-up") else "failed")
    return outcome or "under-way"
