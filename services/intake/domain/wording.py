"""What happened, in a sentence for people: one for each event, in Japanese and English."""

from collections.abc import Iterable, Mapping
from datetime import tzinfo

from services.intake.domain.words import Language, word
from shared.contracts import events as e
from shared.contracts.plan import Reason, Responder

Names = Mapping[str, str]


def sentence(event: e.Event, language: Language, names: Names, zone: tzinfo) -> str:
    """Say what an event means. `names` gives the name to show for a person id."""
    ja, en = _both(event, names, zone)
    return en if language == "en" else ja


def names_in(events: Iterable[e.Event]) -> dict[str, str]:
    """Collect the names of everybody who appears in these events, by person id."""
    found: dict[str, str] = {}
    for event in events:
        match event:
            case e.EscalationAssigned(responders=responders):
                found |= {r.person.id: r.person.name for r in responders}
            case e.CaseReassigned(to=person) | e.CaseFollowed(follower=person):
                found[person.id] = person.name
        by = getattr(event, "by", None)
        if isinstance(by, e.Actor) and by.kind == "person" and by.name:
            found[by.id] = by.name
    return found


def actor_name(by: e.Actor, language: Language) -> str:
    """The name to show for who did something."""
    if by.kind == "anonymous":
        return "Anonymous" if language == "en" else "匿名"
    return by.name or by.id


def reason(said: Reason, language: Language) -> str:
    """A reason in the reader's language."""
    return said.en if language == "en" else said.ja


def _both(event: e.Event, names: Names, zone: tzinfo) -> tuple[str, str]:
    match event:
        case e.CaseSubmitted():
            return (
                f"報告を受け付けました（No. {event.number}）：{event.report.headline}",
                f"Report received (No. {event.number}): {event.report.headline}",
            )
        case e.CaseAcknowledged(by=by, via=via):
            return (
                f"{actor_name(by, 'ja')}さんが引き受けました（{word('via', via, 'ja')}）",
                f"{actor_name(by, 'en')} took the case ({word('via', via, 'en')})",
            )
        case e.CaseStarted(by=by):
            return f"{actor_name(by, 'ja')}さんが対応を始めました", f"{actor_name(by, 'en')} began to work on it"
        case e.CaseNoted(text=text, internal=internal):
            return (
                f"{'社内メモ' if internal else 'コメント'}：{text}",
                f"{'Internal note' if internal else 'Comment'}: {text}",
            )
        case e.CasePaused(reason=why):
            return f"待機にしました：{why}", f"Waiting: {why}"
        case e.CaseResumed():
            return "待機を終えました", "The wait is over"
        case e.CaseReassigned(to=to, reason=why):
            return f"{to.name}さんに引き継ぎました{_tail('：', why)}", f"Handed to {to.name}{_tail(': ', why)}"
        case e.CaseFollowed(follower=follower):
            return f"{follower.name}さんをフォロワーに追加しました", f"{follower.name} follows the case"
        case e.CaseResolved(handling=handling, result=result):
            return f"完了しました。対応：{handling} 結果：{result}", f"Done. Handling: {handling} Result: {result}"
        case e.CaseReopened(reason=why):
            return f"再開しました{_tail('：', why)}", f"Reopened{_tail(': ', why)}"
        case _:
            return _of_the_system(event, names, zone)


def _of_the_system(event: e.Event, names: Names, zone: tzinfo) -> tuple[str, str]:
    match event:
        case e.EscalationPlanned(plan=plan):
            said = plan.suppressed or (plan.reasons[0] if plan.reasons else Reason(ja="", en=""))
            return f"優先度 {plan.priority}{_tail('：', said.ja)}", f"Priority {plan.priority}{_tail(': ', said.en)}"
        case e.EscalationAssigned(responders=asked):
            return (
                f"第{event.level}段：{_people(asked, 'ja')}に連絡します（{_channels(event, 'ja')}）",
                f"Level {event.level}: {_people(asked, 'en')} asked ({_channels(event, 'en')})",
            )
        case e.EscalationRescheduled():
            return "期限を計算し直しました", "The deadlines were set again"
        case e.EscalationExhausted():
            return "全ての段で応答がありません", "No level is left and nobody has answered"
        case e.DeadlineWarned():
            due = event.due.astimezone(zone).strftime("%m/%d %H:%M")
            return (
                f"{word('deadline', event.name, 'ja')}の期限が近づいています（{due}）",
                f"{word('deadline', event.name, 'en')} is due soon ({due})",
            )
        case e.DeadlineBreached():
            due = event.due.astimezone(zone).strftime("%m/%d %H:%M")
            return (
                f"{word('deadline', event.name, 'ja')}の期限を過ぎました（{due}）",
                f"{word('deadline', event.name, 'en')} deadline passed ({due})",
            )
        case e.NotificationAttempted():
            return _attempt(event, names, "ja"), _attempt(event, names, "en")
        case e.KnowledgeArchived(title=title):
            return f"ナレッジに登録しました：{title}", f"Archived: {title}"
        case _:
            return event.type, event.type


def _attempt(event: e.NotificationAttempted, names: Names, language: Language) -> str:
    kind, _, rest = event.recipient.partition(":")
    known = {"team": ("チーム ", "team "), "ticket": ("チケット ", "ticket ")}.get(kind)
    who = (known[language == "en"] + rest) if known and rest else names.get(event.recipient, event.recipient)
    again = "" if not event.repeat else " (possible repeat)" if language == "en" else "（重複の可能性あり）"
    words = [word("channel", event.channel, language), word("purpose", event.purpose, language)]
    return f"{who}: {' / '.join(words)} → {word('outcome', event.outcome, language)}{again}"


def _people(asked: tuple[Responder, ...], language: Language) -> str:
    said = [f"{r.person.name}{'' if language == 'en' else 'さん'}" for r in asked]
    return (", " if language == "en" else "、").join(said)


def _channels(event: e.EscalationAssigned, language: Language) -> str:
    return ("・" if language == "ja" else ", ").join(word("channel", c, language) for c in event.channels)


def _tail(mark: str, text: str) -> str:
    return f"{mark}{text}" if text else ""
