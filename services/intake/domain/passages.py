"""The timeline as its page shows it: what only tells of paging and climbing is folded, what people did never is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import TypeAlias

from services.intake.domain.timeline import Line
from services.intake.domain.words import Language
from shared.contracts import events as e
from shared.contracts.vocabulary import Outcome, Purpose, Track

LEAST = 5  # fewer lines are read sooner than opened
DECLINED = "declined"  # passed on by the person
CLIMBS = ("breached", "unreachable")
ANSWERS = (
    e.CaseAcknowledged, e.CaseStarted, e.CasePaused, e.CaseReassigned, e.CaseResolved, e.CaseLinked,
    e.NotificationAttempted, e.NotificationUnreachable,
)  # fmt: skip
Attempts: TypeAlias = Sequence[e.NotificationAttempted]
Said: TypeAlias = tuple[str, str]  # (ja, en)
MESSAGES = ("call or message", "calls and messages")
PLAIN: Said = ("自動の記録", "automatic entries")


@dataclass(frozen=True)
class Passage:
    """Lines that follow each other: folded under what they say together, or shown as they are where that is empty."""

    lines: tuple[Line, ...]
    says: str = ""
    open: bool = False

    @property
    def since(self) -> datetime:
        """When it begins; what other logs tell stands where the case's own log has it, not always by time."""
        return min(line.at for line in self.lines)

    @property
    def until(self) -> datetime:
        """When it ends."""
        return max(line.at for line in self.lines)


def passages(told: Sequence[tuple[e.Event, Line]], awaiting: bool, language: Language) -> list[Passage]:
    """Put lines with their events into passages, each line once and in order.

    While an answer is awaited, the newest round stands apart from those before, and open.
    """
    events = [event for event, _ in told]
    newest = _newest(events) if awaiting else len(told)
    found, begin = [], 0
    for (routine, open_), group in groupby((is_routine(event), at >= newest) for at, event in enumerate(events)):
        end = begin + len(list(group))
        lines = tuple(line for _, line in told[begin:end])
        folded = routine and len(lines) >= LEAST
        says = _says(events[begin:end], events[end : end + 1], open_, language) if folded else ""
        found.append(Passage(lines, says, folded and open_))
        begin = end
    return found


def is_routine(event: e.Event) -> bool:
    """Whether an event only tells of paging and climbing, and of nothing that a person did."""
    match event:
        case e.NotificationAttempted(outcome=Outcome.ACKNOWLEDGED):
            return False
        case e.NotificationAttempted(code=code) | e.NotificationUnreachable(code=code):
            return code != DECLINED
        case e.EscalationAssigned() | e.EscalationExhausted() | e.DeadlineWarned() | e.DeadlineBreached():
            return True
    return False


def _newest(events: Sequence[e.Event]) -> int:
    """Where the newest round begins: with whom each track asked last, and with what led to that."""
    begin, tracks = len(events), set[Track]()
    for at in reversed(range(len(events))):
        match events[at]:
            case e.EscalationAssigned(track=track) if track not in tracks:
                begin, tracks = at, tracks | {track}
            case e.EscalationExhausted() | e.DeadlineBreached() if tracks:
                begin = at
            case e.NotificationUnreachable() as event if tracks and is_routine(event):
                begin = at
            case _ if tracks:
                break
    return begin


def _says(events: Sequence[e.Event], after: Sequence[e.Event], open_: bool, language: Language) -> str:
    """What a fold tells in one line."""
    attempts = [event for event in events if isinstance(event, e.NotificationAttempted)]
    climbs = sum(isinstance(event, e.EscalationAssigned) and event.cause in CLIMBS for event in events)
    said = [(f"{climbs} 回繰り上げ", f"escalated {_many(climbs, 'time', 'times')}")] if climbs else []
    said += [*_called(attempts), *_came_of(events, after, attempts, open_)]
    text = (", " if language == "en" else "、").join(en if language == "en" else ja for ja, en in said or [PLAIN])
    return text[:1].upper() + text[1:]


def _called(attempts: Attempts) -> list[Said]:
    """Who was called or written to how often, and how often somebody picked up."""
    sent = [one for one in attempts if one.outcome is not Outcome.SKIPPED]
    people = [one for one in sent if ":" not in one.recipient]
    if not sent:
        times = _times(attempts)
        return [(f"{times} 件の連絡を中止", f"{_many(times, *MESSAGES)} called off")] if times else []
    if not people:
        times, (ja, en) = _times(sent), _places(sent)
        return [(f"{ja}に {times} 回連絡", f"{_many(times, *MESSAGES)} to {en}")]
    who, times, heard = len({one.recipient for one in people}), _times(people), _picked_up(people)
    said = [(f"{who} 人に {times} 回連絡", f"{_many(times, *MESSAGES)} to {_many(who, 'person', 'people')}")]
    return [*said, (f"電話に出たのは {heard} 回", f"picked up {_many(heard, 'time', 'times')}")] if heard else said


def _places(sent: Attempts) -> Said:
    """Who else than people of the directory was written to."""
    kinds = {one.recipient.partition(":")[0] for one in sent}
    if "reporter" not in kinds:
        return "チームやチケット", "teams or tickets"
    return (
        ("報告者", "the reporter")
        if kinds == {"reporter"}
        else ("報告者やチームなど", "the reporter, teams or tickets")
    )


def _came_of(events: Sequence[e.Event], after: Sequence[e.Event], attempts: Attempts, open_: bool) -> list[Said]:
    """Whether anybody has answered, where that was asked; what stands next may be the answer."""
    if open_:
        return [("応答待ち", "waiting for an answer")]
    if any(isinstance(event, e.EscalationExhausted) and event.awaited for event in events):
        return [("全ての段で応答なし", "no answer on any level")]
    asked = any(isinstance(event, e.EscalationAssigned) for event in events)
    paged = any(one.purpose is Purpose.PAGE and one.outcome is not Outcome.SKIPPED for one in attempts)
    answered = bool(after) and isinstance(after[0], ANSWERS) and not is_routine(after[0])
    if not asked or not paged or answered:
        return []
    return [("引き受けなし", "nobody took it") if _picked_up(attempts) else ("応答なし", "no answer")]


def _times(attempts: Attempts) -> int:
    """How many were made: each tells of itself more than once, as it goes on."""
    return len({(one.notification_id, one.attempt) for one in attempts})


def _picked_up(attempts: Attempts) -> int:
    """How many calls somebody picked up, machines not counted."""
    heard = [one for one in attempts if one.outcome is Outcome.ANSWERED or one.code.startswith("hung-up")]
    machines = {(one.notification_id, one.attempt) for one in attempts if one.code.startswith("voicemail")}
    return len({(one.notification_id, one.attempt) for one in heard} - machines)


def _many(number: int, one: str, more: str) -> str:
    return f"{number} {one if number == 1 else more}"
