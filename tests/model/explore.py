"""Every state that can be reached, each once, and the shortest way to one that must not be."""

from collections import deque
from dataclasses import dataclass
from datetime import timedelta

from chaos import judge
from shared.contracts import events as e
from shared.contracts.vocabulary import Status
from tests.model.people import deeds
from tests.model.protocol import CLOCK, Machine, Record, Rules, State, first

ANSWERS = (e.CaseAcknowledged, e.CasePaused, e.CaseLinked, e.CaseResolved)


@dataclass(frozen=True)
class Found:
    """How many states there are, and in how many the services rest; `wrong` and the way there, when something is."""

    states: int
    ends: int
    wrong: str = ""
    way: tuple[str, ...] = ()


def explore(rules: Rules, most: int = 2_000_000) -> Found:
    """Go everywhere, the nearest first, until something is wrong."""
    machine, begin = Machine(rules), first()
    came: dict[State, tuple[State, str] | None] = {begin: None}
    waiting, ends = deque([begin]), 0
    while waiting:
        state = waiting.popleft()
        work = list(machine.steps(state))
        ends += not work
        problem = at_any_time(machine, state) or ("" if work else at_rest(machine, state))
        if problem:
            return Found(len(came), ends, problem, _way(came, state))
        for name, new in (*work, *deeds(rules, state)):
            if new not in came:
                came[new] = (state, name)
                waiting.append(new)
        assert len(came) < most, "more states than are looked at"
    return Found(len(came), ends)


def at_any_time(machine: Machine, s: State) -> str:
    """What must never be.

    The log breaks a rule of its own. Somebody is called although the notifier had read that it is answered, or for a round
    that is not in the log. A page rings twice without saying so, or oftener than there were crashes.
    """
    if problem := machine.judged(s.log):
        return problem
    if not s.calls:
        return ""
    last = s.calls[-1]
    seen = judge.once((r.id, r.event) for r in s.log[: last.seen])
    assigned = [x for x in seen if isinstance(x, e.EscalationAssigned) and x.round == last.round]
    if not assigned:
        return f"{last.person} is called for a round that nobody has read"
    if judge.is_answered(seen, last.round):
        return f"{last.person} is called although somebody has answered"
    rings = [call.repeat for call in s.calls if call.page == last.page]
    if rings.count(False) > 1:
        return f"{last.person} is called twice and not told that it may be a repeat"
    return f"{last.person} is called too often" if len(rings) > 1 + s.crashes else ""


def at_rest(machine: Machine, s: State) -> str:
    """What must be when the services have nothing more to do: all have read the same, and nobody is forgotten.

    Whoever is asked was called, and as long as nobody answers a clock runs that will make it climb. What was asked last is
    waited for unless somebody has answered since, and no clock runs for an answer that nobody is to give.
    """
    cases = [machine.fold(s.log, service)[0].case for service in ("router", "timer", "notifier")]
    if any(case != cases[0] for case in cases):
        return "the services do not agree"
    case = cases[0]
    if case is None:
        return "the case is lost"
    if case.plan is None:
        return "nothing was planned"
    rung = {(call.person, call.round) for call in s.calls}
    asked = [(r.person.id, r.paged_in or case.handling.round) for r in case.handling.pending()]
    silent = [person for person, round_ in asked if (person, round_) not in rung]
    if silent:
        return f"{silent[0]} is asked and was never called"
    if case.owner is None and not (case.linked or case.handling.awaiting or case.status is Status.DONE):
        return "nobody has it and nobody is asked"
    clock = machine.rules.running(case, timedelta()).get(CLOCK)
    if case.handling.awaiting and clock is None:
        return "an answer is waited for and no clock runs"
    if clock is not None and not case.handling.awaiting:
        return "a clock runs for an answer that nobody is asked for"
    if not case.handling.awaiting and is_unanswered(s.log):
        return "nobody has answered and nobody is waited for"
    return ""


def is_unanswered(log: tuple[Record, ...]) -> bool:
    """Whether no answer that was not taken back stands behind the record because of which people were asked for the last time."""
    rounds = {r.event.round: r for r in log if isinstance(r.event, e.EscalationAssigned)}
    if not rounds:
        return False
    last = rounds[max(rounds)]
    asked = next(place for place, r in enumerate(log) if r.id == last.because)
    answers, back = (
        sum(isinstance(r.event, kind) for r in log[asked + 1 :]) for kind in (ANSWERS, e.CaseUnacknowledged)
    )
    return answers <= back


def _way(came: dict[State, tuple[State, str] | None], state: State) -> tuple[str, ...]:
    steps: list[str] = []
    while (before := came[state]) is not None:
        state, name = before
        steps.append(name)
    return tuple(reversed(steps))
