"""Whether a condition of a rule holds whenever another one does."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.router.domain.policies.policy import Condition
from services.router.domain.policies.rules import fold, stands
from services.router.domain.times.duration import Duration

MOST_WORDS = 2500  # of one list times the other


@dataclass(frozen=True)
class Sets:
    """A condition with its lists as sets, folded as they are compared with reports; None where nothing is asked."""

    condition: Condition
    chosen: tuple[frozenset[str] | None, ...]
    words: tuple[str, ...] | None
    also: tuple[str, ...] | None
    without: frozenset[str]
    done: tuple[str, ...] | None


def sets(c: Condition) -> Sets:
    """The condition, ready to be compared with many others."""
    exact = (c.kind, c.urgency, c.impact, c.source)
    folded = (c.plan, c.product)
    return Sets(
        c,
        (
            *(None if values is None else frozenset(map(str, values)) for values in exact),
            *(None if values is None else frozenset(map(fold, values)) for values in folded),
        ),
        _folded(c.words),
        _folded(c.also),
        frozenset(map(fold, c.without or ())),
        _folded(c.done),
    )


def _folded(words: Sequence[str] | None) -> tuple[str, ...] | None:
    return None if words is None else tuple(map(fold, words))


def covers(wide: Sets, narrow: Sets) -> bool:
    """True only if `wide` holds for every report for which `narrow` does; when in doubt, False."""
    for more, fewer in zip(wide.chosen, narrow.chosen, strict=True):
        if more is not None and (fewer is None or not fewer <= more):
            return False
    a, b = wide.condition, narrow.condition
    return (
        (a.personal_data is None or a.personal_data == b.personal_data)
        and _at_least(a.amount_at_least, b.amount_at_least)
        and _over(a.estimate_over, b.estimate_over)
        and _words(wide.words, narrow.words)
        and _words(wide.also, narrow.also)
        and _words(wide.done, narrow.done)
        and all(any(stands(less, word) for less in narrow.without) for word in wide.without)
        and (a.wanted_within is None or (b.wanted_within is not None and _within(a.wanted_within, b.wanted_within)))
        and _similar(a, b)
    )


def _at_least(wide: int | None, narrow: int | None) -> bool:
    """An amount that was not given counts as 0."""
    return not wide or (narrow is not None and narrow >= wide)


def _over(wide: int | None, narrow: int | None) -> bool:
    return wide is None or (narrow is not None and narrow >= wide)


def _words(wide: tuple[str, ...] | None, narrow: tuple[str, ...] | None) -> bool:
    """Every word of the narrow one has a word of the wide one in it; long lists are only looked at word by word."""
    if wide is None or narrow is None:
        return wide is None
    if len(wide) * len(narrow) > MOST_WORDS:
        return set(narrow) <= set(wide)
    return all(any(stands(w, n) for w in wide) for n in narrow)


def _similar(a: Condition, b: Condition) -> bool:
    if a.similar is None:
        return True
    if b.similar is None or b.similar.count < a.similar.count:
        return False
    return _within(a.similar.within, b.similar.within)


def _within(a: str, b: str) -> bool:
    """Whether one time is as long as another at least; when in doubt, False."""
    wide, narrow = Duration.parse(a), Duration.parse(b)
    return wide.business == narrow.business and wide.unit != "bd" != narrow.unit and narrow.at_most <= wide.at_most
