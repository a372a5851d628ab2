"""Each guard of the protocol, taken away, is missed within a few steps: so the exploring would see it."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest

from services.router.domain.climb.escalation import react
from services.router.domain.climb.in_force import InForce
from services.timer.domain.deadlines import Clock, running
from shared.contracts import events as e
from shared.contracts.case import Case
from shared.contracts.vocabulary import DeadlineName, DeadlineState
from tests.model.explore import explore
from tests.model.protocol import CLOCK, Rules


def every_breach_counts(before: Case | None, case: Case, event: e.Event, *rest: Any) -> list[e.Event]:
    """The router climbs by any breach, also one behind an answer."""
    if isinstance(event, e.DeadlineBreached) and before is not None:
        known = before.deadlines[CLOCK]
        seen = known.model_copy(update={"state": DeadlineState.RUNNING, "generation": event.generation})
        before = before.model_copy(update={"deadlines": {**before.deadlines, CLOCK: seen}})
    return react(before, case, event, *rest)


def no_climb(before: Case | None, case: Case, event: e.Event, *rest: Any) -> list[e.Event]:
    """The router does not hear a breach."""
    return [] if isinstance(event, e.DeadlineBreached) else react(before, case, event, *rest)


def knows_every_answer(before: Case | None, case: Case, event: e.Event, force: InForce, now: datetime) -> list[e.Event]:
    """An assignment does not say which answers it knew of."""
    said = react(before, case, event, force, now)
    return [x.model_copy(update={"after": 99}) if isinstance(x, e.EscalationAssigned) else x for x in said]


def one_round(before: Case | None, case: Case, event: e.Event, *rest: Any) -> list[e.Event]:
    """All rounds have the same number."""
    said = react(before, case, event, *rest)
    return [x.model_copy(update={"round": 1}) if isinstance(x, e.EscalationAssigned) else x for x in said]


def first_clock_only(case: Case | None, grace: timedelta) -> Mapping[DeadlineName, Clock]:
    """The timer lets no clock run that was set anew."""
    return {name: clock for name, clock in running(case, grace).items() if clock.generation == 1}


def no_split(before: Case | None, case: Case, event: e.Event, *rest: Any) -> list[e.Event]:
    """The router does not hear that a case is one of its own again."""
    return [] if isinstance(event, e.CaseSplit) else react(before, case, event, *rest)


def asks_only_who_had_answered(before: Case | None, case: Case, event: e.Event, *rest: Any) -> list[e.Event]:
    """An answer that is taken back is not heard where an assignment has forgotten it."""
    unheard = isinstance(event, e.CaseUnacknowledged) and before is not None and not before.handling.acknowledged
    return [] if unheard else react(before, case, event, *rest)


def asks_when_it_goes_on(before: Case | None, case: Case, event: e.Event, *rest: Any) -> list[e.Event]:
    """Whoever is asked anew is not asked in spite of a wait."""
    said = react(before, case, event, *rest)
    quiet = {"cause": "missing"}
    return [
        x.model_copy(update=quiet) if isinstance(x, e.EscalationAssigned) and x.cause == "reassessed" else x
        for x in said
    ]


def always(*_: object) -> bool:
    """The notifier does not look again before it calls."""
    return True


WAITING: dict[str, Any] = {"most_waits": 1, "raises": True}
MUTATIONS: dict[str, tuple[Callable[[], Rules], str]] = {
    "a breach behind an answer counts": (lambda: Rules(react=every_breach_counts), "climbs without a breach"),
    "a breach is not heard": (lambda: Rules(react=no_climb), "no clock runs"),
    "an assignment does not say what it knew": (lambda: Rules(react=knows_every_answer), "somebody has answered"),
    "rounds are not told apart": (lambda: Rules(react=one_round), "round 1 after 1"),
    "a clock that was set anew does not run": (lambda: Rules(running=first_clock_only), "no clock runs"),
    "the notifier does not look again": (lambda: Rules(wanted=always), "somebody has answered"),
    "a repeat does not say so": (lambda: Rules(labels=False), "not told that it may be a repeat"),
    "nobody remembers what was read": (lambda: Rules(remembers=False), "not told that it may be a repeat"),
    "an outbox forgets before it publishes": (lambda: Rules(forgets_first=True), "the case is lost"),
    "a split is not heard": (lambda: Rules(react=no_split, most_links=1), "nobody has it and nobody is asked"),
    "a case that is linked is called for": (lambda: Rules(wanted=always, most_links=1), "somebody has answered"),
    "a wait lets nobody be asked anew": (
        lambda: Rules(react=asks_when_it_goes_on, most_answers=0, most_breaches=0, most_crashes=0, **WAITING),
        "nobody has answered and nobody is waited for",
    ),
    "an answer that is taken back is not always heard": (
        lambda: Rules(react=asks_only_who_had_answered, most_answers=1, most_crashes=0, most_undone=1),
        "is asked and was never called",
    ),
    "an offset is committed before the work is done": (lambda: Rules(commits_first=True), "do not agree"),
}


@pytest.mark.parametrize("name", MUTATIONS)
def test_a_guard_that_is_taken_away_is_missed(name: str) -> None:
    rules, expected = MUTATIONS[name]
    found = explore(rules())
    assert found.wrong
    assert expected in found.wrong, found
    assert len(found.way) < 40, "\n".join(found.way)
