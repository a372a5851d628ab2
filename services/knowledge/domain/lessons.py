"""What use teaches about an entry: how much it helps, and by which words it is found. Hard to push, quick to forget."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from services.knowledge.domain.phrasings import is_masked
from services.knowledge.domain.shelving import Learned

WORTH = {"click": 1.0, "solved": 3.0, "deflected": 5.0, "unsolved": -3.0}
MOST_A_DAY = 5  # of one kind for one entry: a crowd in one afternoon is worth as much as five people
HALF_LIFE = timedelta(days=45)
REMEMBERED = timedelta(days=180)
MOST_USES = 100
SEARCHERS, DAYS = 3, 2  # who must have found it by the same words, on how many days, until these are learned
MOST_PHRASINGS = 20
LONGEST_PHRASING = 120


@dataclass(frozen=True, slots=True)
class Search:
    """A search: by whom (for one day), in which words, how sure the best answer was, what was opened, whether by employees."""

    at: datetime
    who: str
    words: str
    folded: str
    best: str
    opened: str
    audience: str = "internal"


@dataclass(frozen=True, slots=True)
class UseOfDay:
    """How many searchers did this with an entry on one day."""

    target: str
    what: str
    day: date
    many: int


@dataclass(frozen=True, slots=True)
class FoundBy:
    """How many searchers found an article by these words, on how many days, and how many of them in vain."""

    target: str
    words: str
    audience: str
    searchers: int
    days: int
    in_vain: int
    last_at: datetime


def lessons(uses: Iterable[UseOfDay], found: Iterable[FoundBy], today: date) -> dict[str, Learned]:
    """What is learned about each entry."""
    worth: dict[str, float] = defaultdict(float)
    for use in uses:
        age = max((today - use.day).days, 0) / HALF_LIFE.days
        worth[use.target] += WORTH.get(use.what, 0.0) * min(use.many, MOST_A_DAY) * 0.5**age
    words: dict[str, list[FoundBy]] = defaultdict(list)
    for one in found:
        words[one.target].append(one)
    return {
        target: Learned(
            uses=min(max(round(worth[target]), 0), MOST_USES),
            phrasings=_phrasings(words[target]),
            public=_phrasings([one for one in words[target] if one.audience == "public"]),
        )
        for target in {*worth, *words}
    }


def believed(one: FoundBy) -> bool:
    """Whether enough people, on enough days, found what they wanted by these words."""
    good = one.searchers - 2 * one.in_vain
    return (
        good >= SEARCHERS and one.days >= DAYS and 1 < len(one.words) <= LONGEST_PHRASING and not is_masked(one.words)
    )


def _phrasings(found: list[FoundBy]) -> tuple[str, ...]:
    good = sorted((one for one in found if believed(one)), key=lambda one: (-one.searchers, one.words))
    return tuple(dict.fromkeys(one.words for one in good))[:MOST_PHRASINGS]
