"""The deadlines of one case, by name, and what stops, moves or replaces them."""

from collections.abc import Collection, Mapping
from datetime import UTC, datetime

from shared.contracts.events import DeadlineSet
from shared.contracts.vocabulary import DeadlineName, DeadlineState

_OPEN = (DeadlineState.RUNNING, DeadlineState.PAUSED)


class Deadline(DeadlineSet):
    """One deadline and how it stands; `stopped_at` is when it was met, breached or dropped."""

    state: DeadlineState = DeadlineState.RUNNING
    paused_at: datetime | None = None
    stopped_at: datetime | None = None


Deadlines = dict[DeadlineName, Deadline]
_NEW = Deadline(name=DeadlineName.FIRST_RESPONSE, generation=0, due=datetime.max.replace(tzinfo=UTC))  # to copy


def taken_over(known: Mapping[DeadlineName, Deadline], new: tuple[DeadlineSet, ...]) -> Deadlines:
    """Take over the newer generations; an older one, or the same again, says nothing."""
    deadlines = dict(known)
    for d in new:
        if d.name not in deadlines or d.generation > deadlines[d.name].generation:
            deadlines[d.name] = _NEW.model_copy(update=vars(d) | (d.model_extra or {}))
    return deadlines


def met(known: Mapping[DeadlineName, Deadline], names: Collection[DeadlineName], at: datetime) -> Deadlines:
    """These were met at `at`, as far as they were still open."""
    change = {"state": DeadlineState.MET, "stopped_at": at}
    return {n: d.model_copy(update=change) if n in names and d.state in _OPEN else d for n, d in known.items()}


def ended(known: Mapping[DeadlineName, Deadline], at: datetime, state: DeadlineState = DeadlineState.MET) -> Deadlines:
    """All that were still open end at `at`."""
    change = {"state": state, "stopped_at": at}
    return {n: d.model_copy(update=change) if d.state in _OPEN else d for n, d in known.items()}


def paused(known: Mapping[DeadlineName, Deadline], at: datetime, but: Collection[DeadlineName]) -> Deadlines:
    """All that run stand still from `at`, `but` these."""
    change = {"state": DeadlineState.PAUSED, "paused_at": at}
    running = DeadlineState.RUNNING
    return {n: d.model_copy(update=change) if d.state is running and n not in but else d for n, d in known.items()}


def reopened(known: Mapping[DeadlineName, Deadline], names: Collection[DeadlineName]) -> Deadlines:
    """These were not met after all: they stand still since they were, until they are set anew."""

    def again(d: Deadline) -> Deadline:
        paused = {"state": DeadlineState.PAUSED, "paused_at": d.paused_at or d.stopped_at, "stopped_at": None}
        return d.model_copy(update=paused)

    return {n: again(d) if n in names and d.state is DeadlineState.MET else d for n, d in known.items()}
