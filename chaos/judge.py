"""Who judges a log: rules of its own, which use nothing that the services decide by. They hold for the model and for recordings."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from shared.contracts import events as e


def once(log: Iterable[tuple[UUID, e.Event]]) -> list[e.Event]:
    """A log as every reader knows it: what was published twice counts at its first place."""
    found: dict[UUID, e.Event] = {}
    for id_, event in log:
        found.setdefault(id_, event)
    return list(found.values())


def is_answered(events: Sequence[e.Event], round_: int) -> bool:
    """Whether an answer stands in the log that whoever asked in this round could not know, or that came behind it.

    The router knows what stood before the breach that made it climb, or before the split or the other priority that made it
    ask anew, and nothing when it asked for the first time. A case that is handled as another one needs no answer, and who
    lets one wait has taken it. An answer that was taken back is none.
    """
    answers, known, round_known = 0, [0], 0
    live = True
    for event in events:
        match event:
            case e.CaseAcknowledged() | e.CasePaused() | e.CaseResolved() | e.CaseLinked():
                answers += 1
                live = False
            case e.CaseUnacknowledged():
                answers -= 1
            case e.CaseSplit() | e.CaseReassessed():
                known.append(answers)
            case e.DeadlineBreached() if live:
                known.append(answers)
                live = False
            case e.EscalationAssigned():
                round_known = known[-1] if event.round == round_ else round_known
                live = True
    return answers > round_known


def wrong(events: Sequence[e.Event]) -> str:
    """What one case's events, each once and in the order of the log, say that must not be; "" when they may stand.

    A round is newer than all before it. A deadline is set by a generation newer than all before it. What breaches has been
    set. Each climb has a breach of its own, which counted: it was of the newest generation, and neither an answer nor another
    breach had ended that.
    """
    round_, climbs = 0, 0
    newest: dict[str, int] = {}
    live: set[tuple[str, int]] = set()
    counted: list[tuple[str, int]] = []
    for event in events:
        match event:
            case e.EscalationAssigned():
                if event.round <= round_:
                    return f"round {event.round} after {round_}"
                round_ = event.round
                climbs += event.cause == "breached"
                if climbs > len(counted):
                    return f"round {round_} climbs without a breach"
            case e.DeadlineBreached(name=name, generation=generation):
                if generation > newest.get(name, 0):
                    return f"{name} {generation} breached before it was set"
                if (name, generation) in live:
                    counted.append((name, generation))
                    live.discard((name, generation))
        if isinstance(event, e.EscalationAssigned | e.EscalationRescheduled):
            for deadline in event.deadlines:
                if deadline.generation <= newest.get(deadline.name, 0):
                    return f"{deadline.name} {deadline.generation} after {newest[deadline.name]}"
                newest[deadline.name] = deadline.generation
                live = {one for one in live if one[0] != deadline.name} | {(deadline.name, deadline.generation)}
        if isinstance(event, e.CaseResolved | e.CaseLinked):
            live.clear()
    return ""
