"""What happened, in a sentence for people: one for each event, in Japanese and English."""

from collections.abc import Iterable, Mapping
from datetime import datetime, tzinfo

from services.intake.domain import beside
from services.intake.domain.told import NOTHING, Told
from services.intake.domain.words import Language, measure, span, word
from shared.contracts import events as e
from shared.contracts.plan import Reason, Responder
from shared.contracts.vocabulary import Track

Names = Mapping[str, str]
_GRADES = {
    "urgency": ("緊急度", "urgency"), "impact": ("影響範囲", "impact"), "kind": ("種類", "kind"),
    "personal_data": ("個人情報のおそれ", "personal data"),
}  # fmt: skip


def sentence(event: e.Event, language: Language, names: Names, zone: tzinfo, told: Told = NOTHING) -> str:
    """Say what an event means after what was told before. `names` gives the name to show for a person id and for `team:<id>`."""
    ja, en = _both(event, names, zone, told)
    return en if language == "en" else ja


def names_in(events: Iterable[e.Event]) -> dict[str, str]:
    """Collect the names of everybody who appears in these events, by person id."""
    found: dict[str, str] = {}
    for event in events:
        match event:
            case e.EscalationAssigned(responders=responders):
                found |= {r.person.id: r.person.name for r in responders}
            case e.CaseReassigned(to=person) | e.CaseOffered(to=person) | e.CaseFollowed(follower=person):
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


def _called(by: e.Actor) -> str:
    """Who did something, as Japanese speaks of people; a program is none."""
    return actor_name(by, "ja") + {"person": "さん", "anonymous": "の方", "source": ""}[by.kind]


def _both(event: e.Event, names: Names, zone: tzinfo, told: Told) -> tuple[str, str]:
    match event:
        case e.CaseSubmitted():
            return (
                f"報告を受け付けました（No. {event.number}）：{event.report.headline}",
                f"Report received (No. {event.number}): {event.report.headline}",
            )
        case e.CaseAcknowledged(by=by, via=via) if told.takes_over(by):
            return (
                f"{_called(by)}が引き継ぎました（{word('via', via, 'ja')}）",
                f"{actor_name(by, 'en')} has taken it over ({word('via', via, 'en')})",
            )
        case e.CaseAcknowledged(by=by, via=via) if told.only_knows(event):
            return (
                f"{_called(by)}が承知しました（判断、{word('via', via, 'ja')}）",
                f"{actor_name(by, 'en')} knows of it and decides ({word('via', via, 'en')})",
            )
        case e.CaseAcknowledged(by=by, via=via) if owner := told.joins(event):
            return (
                f"{_called(by)}が加わりました（{word('via', via, 'ja')}）。担当は{owner.name}さんのままです",
                f"{actor_name(by, 'en')} joins in ({word('via', via, 'en')}); {owner.name} keeps the case",
            )
        case e.CaseAcknowledged(by=by, via=via):
            return (
                f"{_called(by)}が引き受けました（{word('via', via, 'ja')}）",
                f"{actor_name(by, 'en')} took the case ({word('via', via, 'en')})",
            )
        case e.CaseUnacknowledged(by=by):
            return (
                f"{_called(by)}が応答を取り消しました。あらためて連絡しています",
                f"{actor_name(by, 'en')} took the answer back; the others are asked again",
            )
        case e.CaseStarted(by=by):
            return f"{_called(by)}が対応を始めました", f"{actor_name(by, 'en')} began to work on it"
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
        case e.CaseOffered(to=to, reason=why):
            return (
                f"{to.name}さんに引き継ぎをお願いしました{_tail('：', why)}",
                f"{to.name} was asked to take it over{_tail(': ', why)}",
            )
        case e.CaseDeclined(by=by, reason=why):
            return (
                f"{_called(by)}は引き継ぎを見送りました{_tail('：', why)}",
                f"{actor_name(by, 'en')} cannot take it over{_tail(': ', why)}",
            )
        case e.CaseLinked(lead_number=number, reason=why):
            ja, en = _other(number)
            return (
                f"同じ内容のため、{ja}としてまとめて対応します{_tail('：', why)}",
                f"About the same as {en}: handled as that case{_tail(': ', why)}",
            )
        case e.CaseSplit(lead_number=number, reason=why):
            ja, en = _other(number)
            return (
                f"{ja}とのまとめを解除し、独立した案件に戻しました{_tail('：', why)}",
                f"Not the same as {en}: a case of its own again{_tail(': ', why)}",
            )
        case e.CaseReassessed(reason=why):
            return f"{_seen(event, 'ja')}{_tail('：', why)}", f"{_seen(event, 'en')}{_tail(': ', why)}"
        case e.CaseExtended(name=name, more=more, reason=why):
            return (
                f"「{word('deadline', name, 'ja')}」の期限を{span(more, 'ja')}延ばしました{_tail('：', why)}",
                f"{word('deadline', name, 'en')}: {span(more, 'en')} more{_tail(': ', why)}",
            )
        case e.CaseReplied(text=text, automatic=automatic):
            return (
                f"{'自動返信が届きました（待機は続きます）' if automatic else 'お客さまから返信がありました'}：{text}",
                f"{'An automatic reply came (a wait goes on)' if automatic else 'The customer has replied'}: {text}",
            )
        case e.CaseFollowed(follower=follower):
            return f"{follower.name}さんをフォロワーに追加しました", f"{follower.name} follows the case"
        case e.CaseResolved(handling=handling, result=result):
            same_ja, same_en = (
                (f"（No. {told.lead} と同じ）", f" (the same as No. {told.lead})") if told.lead else ("", "")
            )
            return (
                f"完了しました{same_ja}。対応：{handling} 結果：{result}",
                f"Done{same_en}. Handling: {handling} Result: {result}",
            )
        case e.CaseErased(reporter=reporter):
            ja, en = ("と報告者", " and of who reported it") if reporter else ("", "")
            return f"お客様{ja}の個人情報を消去しました。", f"The personal data of the customer{en} was erased."
        case e.CaseFeedback(by=by, text=text):
            return (
                f"{_called(by)}から報告者へのお礼：{text}",
                f"{actor_name(by, 'en')} thanks the reporter: {text}",
            )
        case e.CaseAttached(kind=kind, size=size):
            return (
                f"ファイルを添付しました：{word('file', kind, 'ja')}（{measure(size)}）",
                f"A file was attached: {word('file', kind, 'en')} ({measure(size)})",
            )
        case e.CaseDetached():
            return "添付ファイルを削除しました", "An attached file was removed"
        case e.CaseReopened(reason=why):
            return f"再開しました{_tail('：', why)}", f"Reopened{_tail(': ', why)}"
        case beside.Beside(by=by):
            return beside.sentence(event, _called(by), actor_name(by, "en"))
        case _:
            return _of_the_system(event, names, zone, told)


def _of_the_system(event: e.Event, names: Names, zone: tzinfo, told: Told) -> tuple[str, str]:
    match event:
        case e.EscalationPlanned(plan=plan):
            said = plan.suppressed or (plan.reasons[0] if plan.reasons else Reason(ja="", en=""))
            return f"優先度 {plan.priority}{_tail('：', said.ja)}", f"Priority {plan.priority}{_tail(': ', said.en)}"
        case e.EscalationAssigned():
            return _asked(event, zone, "ja"), _asked(event, zone, "en")
        case e.EscalationRescheduled():
            return "期限を計算し直しました", "The deadlines were set again"
        case e.EscalationExhausted(awaited=False):
            return (
                "これより上の段はありません。最終担当者にも加わってもらいます",
                "No further level is left; the catch-all is asked to join in",
            )
        case e.EscalationExhausted(track=track):
            ja, en = ("判断の", " for the decision") if track is Track.AUTHORITY else ("", "")
            return f"{ja}全ての段で応答がありません", f"No level is left{en} and nobody has answered"
        case e.EscalationLinked(lead_number=number):
            ja, en = _other(number)
            return (
                f"同じ内容の報告のため、{ja}としてまとめて対応します",
                f"The same was reported before: handled together as {en}",
            )
        case e.EscalationJoined(joined_number=number):
            return (
                f"同じ内容の報告 No. {number} もこの案件で対応します",
                f"Report No. {number} tells the same and is handled here too",
            )
        case e.EscalationParted(parted_number=number):
            return f"No. {number} は独立した案件に戻りました", f"No. {number} is a case of its own again"
        case e.DeadlineMissing(what=what):
            return (
                f"見落とされかけている案件として見つかりました：{word('missing', what, 'ja')}",
                f"Found as a case about to be overlooked: {word('missing', what, 'en')}",
            )
        case e.DeadlineWarned():
            due = _clock(event.due, zone)
            return (
                f"{word('deadline', event.name, 'ja')}の期限が近づいています（{due}）",
                f"{word('deadline', event.name, 'en')} is due soon ({due})",
            )
        case e.DeadlineBreached():
            due = _clock(event.due, zone)
            return (
                f"{word('deadline', event.name, 'ja')}の期限を過ぎました（{due}）",
                f"{word('deadline', event.name, 'en')} deadline passed ({due})",
            )
        case e.NotificationUnreachable(person=person, code="declined") if told.is_last(event):
            return (
                f"{person.name}さんは引き受けられないと答えました",
                f"{person.name} answered that they cannot take it",
            )
        case e.NotificationUnreachable(person=person, code="declined"):
            return f"{person.name}さんがほかの人に回しました", f"{person.name} passed it on"
        case e.NotificationUnreachable(person=person, code="do_not_disturb"):
            return f"{person.name}さんは通知を止めている時間です", f"{person.name} is not to be disturbed now"
        case e.NotificationUnreachable(person=person):
            return f"{person.name}さんに届く連絡手段がありませんでした", f"Nothing reached {person.name}"
        case e.NotificationAttempted():
            return _attempt(event, names, "ja"), _attempt(event, names, "en")
        case e.KnowledgeArchived(title=title):
            return f"ナレッジに登録しました：{title}", f"Archived: {title}"
        case e.Strange():
            return (
                f"この版の Tasuki がまだ知らない出来事です（{event.type}）。新しい版に更新されると反映されます",
                f"Unknown to this release of Tasuki ({event.type}); a newer one takes it into account",
            )
        case _:
            return event.type, event.type


def _other(number: int) -> tuple[str, str]:
    """How a case is named that another one is handled as; 0 is one that the reader may not see."""
    return (f"No. {number} ", f"No. {number}") if number else ("別の案件", "another case")


def _attempt(event: e.NotificationAttempted, names: Names, language: Language) -> str:
    kind, _, rest = event.recipient.partition(":")
    known = {
        "team": ("チーム {}", "team {}"),
        "ticket": ("チケット {}", "ticket {}"),
        "reporter": ("報告者", "reporter"),
    }
    spelt = known[kind][language == "en"].format(rest) if rest and kind in known else event.recipient
    who = names.get(event.recipient, spelt)
    again = "" if not event.repeat else " (possible repeat)" if language == "en" else "（重複の可能性あり）"
    words = [word("channel", event.channel, language), word("purpose", event.purpose, language)]
    return f"{who}: {' / '.join(words)} → {word('outcome', event.outcome, language)}{again}"


def _seen(event: e.CaseReassessed, language: Language) -> str:
    leak = None if event.personal_data is None else "yes" if event.personal_data else "no"
    now = {"urgency": event.urgency, "impact": event.impact, "kind": event.kind, "personal_data": leak}
    ja = "、".join(f"{_GRADES[k][0]}「{word(k, v, 'ja')}」" for k, v in now.items() if v)
    en = ", ".join(f"{_GRADES[k][1]} {word(k, v, 'en')}" for k, v in now.items() if v)
    if language == "en":
        return f"Assessed anew, {en}" if en else "The policy in force is applied anew"
    return f"見直しました（{ja}）" if ja else "いまの方針を適用し直します"


def _asked(event: e.EscalationAssigned, zone: tzinfo, language: Language) -> str:
    """Who is asked for what; why, when it is not simply the next step; and from when, when that is later."""
    anew = tuple(r for r in event.responders if event.cause != "undone" or not r.paged_in)
    people, by = _people(anew or event.responders, language), _channels(event, language)
    why = word("cause", event.cause, language) if event.cause in ("shift", "reassessed", "missing", "undone") else ""
    decides, later = event.track is Track.AUTHORITY, event.not_before
    if language == "en":
        text = f"{'Authority, level' if decides else 'Level'} {event.level}: {people} asked ({by})"
        return f"{text}{_tail(', ', why)}" + (f", from {_clock(later, zone)}" if later else "")
    text = f"{'判断・' if decides else ''}第{event.level}段{f'（{why}）' if why else ''}：{people}に"
    return f"{text}{f'{_clock(later, zone)} 以降に' if later else ''}連絡します（{by}）"


def _clock(at: datetime, zone: tzinfo) -> str:
    return at.astimezone(zone).strftime("%m/%d %H:%M")


def _people(asked: tuple[Responder, ...], language: Language) -> str:
    said = [f"{r.person.name}{'' if language == 'en' else 'さん'}" for r in asked]
    return (", " if language == "en" else "、").join(said)


def _channels(event: e.EscalationAssigned, language: Language) -> str:
    return ("・" if language == "ja" else ", ").join(word("channel", c, language) for c in event.channels)


def _tail(mark: str, text: str) -> str:
    return f"{mark}{text}" if text else ""
