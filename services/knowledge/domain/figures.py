"""What knowledge is worth, in figures: every one with how it is reckoned, so that nobody has to believe it."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from statistics import median

from services.knowledge.domain.archive import Archived
from services.knowledge.domain.suggestions import WEAK

DEFAULT_MINUTES = 20.0
LONGEST_MINUTES = 240.0  # a case that waited over a weekend did not cost its handler that long
READING_MINUTES = 3.0
CAUSES = 20


@dataclass(frozen=True, slots=True)
class Told:
    """A case, and whether an article tells of it."""

    record: Archived
    told: bool


@dataclass(frozen=True, slots=True)
class Week:
    """One week, by its Monday."""

    monday: date
    cases: int
    searches: int
    deflected: int
    solved: int


@dataclass(frozen=True, slots=True)
class Trend:
    """How often a cause came in each week, the oldest first."""

    cause: str
    cases: int
    weeks: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of a time; shares are 0 to 1, and None where there is nothing to share."""

    searches: int
    opened: float | None
    guessed: float | None
    solved: int
    unsolved: int
    deflected: int
    deflection: float | None
    cases: int
    covered: float | None
    minutes_per_case: float
    minutes_saved: float
    articles: dict[str, int]
    weeks: tuple[Week, ...]
    causes: tuple[Trend, ...]


@dataclass(frozen=True, slots=True)
class Searched:
    """A search: when, how sure its best answer was, whether anything was opened."""

    at: datetime
    best: str
    opened: bool


@dataclass(frozen=True, slots=True)
class Used:
    """One use of an entry."""

    at: datetime
    what: str


def figures(
    cases: Sequence[Told],
    searches: Sequence[Searched],
    uses: Sequence[Used],
    articles: dict[str, int],
    since: date,
    until: date,
    zone: tzinfo,
) -> Figures:
    """The figures of the days from `since` to `until`; days and weeks begin in `zone`.

    Saved are, for each report that was made needless, the median minutes from a case's submission to its resolution
    (each counted as four hours at most), and for each article that solved it as much; less three minutes of reading.
    """
    what = Counter(use.what for use in uses)
    per_case = median(minutes) if (minutes := [_minutes(one.record) for one in cases]) else DEFAULT_MINUTES
    helped = what["deflected"] + what["solved"]
    mondays = _mondays(since, until)
    return Figures(
        searches=len(searches),
        opened=_share(sum(search.opened for search in searches), len(searches)),
        guessed=_share(sum(search.best in WEAK for search in searches), len(searches)),
        solved=what["solved"],
        unsolved=what["unsolved"],
        deflected=what["deflected"],
        deflection=_share(what["deflected"], what["deflected"] + len(cases)),
        cases=len(cases),
        covered=_share(sum(one.told for one in cases), len(cases)),
        minutes_per_case=round(per_case, 1),
        minutes_saved=round(helped * max(per_case - READING_MINUTES, 0.0), 1),
        articles=articles,
        weeks=_weeks(mondays, cases, searches, uses, zone),
        causes=_causes(mondays, cases, zone),
    )


def _minutes(record: Archived) -> float:
    took = (record.resolved_at - record.submitted_at).total_seconds() / 60
    return min(max(took, 0.0), LONGEST_MINUTES)


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _mondays(since: date, until: date) -> list[date]:
    weeks = (_monday(until) - _monday(since)).days // 7
    return [_monday(since) + timedelta(weeks=n) for n in range(weeks + 1)]


def _weeks(
    mondays: list[date], cases: Sequence[Told], searches: Sequence[Searched], uses: Sequence[Used], zone: tzinfo
) -> tuple[Week, ...]:
    resolved = _by_week((one.record.resolved_at for one in cases), zone)
    searched = _by_week((search.at for search in searches), zone)
    deflected = _by_week((use.at for use in uses if use.what == "deflected"), zone)
    solved = _by_week((use.at for use in uses if use.what == "solved"), zone)
    return tuple(Week(day, resolved[day], searched[day], deflected[day], solved[day]) for day in mondays)


def _by_week(moments: Iterable[datetime], zone: tzinfo) -> Counter[date]:
    return Counter(_monday(at.astimezone(zone).date()) for at in moments)


def _causes(mondays: list[date], cases: Sequence[Told], zone: tzinfo) -> tuple[Trend, ...]:
    found: dict[str, list[datetime]] = defaultdict(list)
    for one in cases:
        if one.record.cause:
            found[one.record.cause].append(one.record.resolved_at)
    often = sorted(found.items(), key=lambda item: (-len(item[1]), item[0]))[:CAUSES]
    counted = [(cause, len(moments), _by_week(moments, zone)) for cause, moments in often]
    return tuple(Trend(cause, many, tuple(weeks[day] for day in mondays)) for cause, many, weeks in counted)
