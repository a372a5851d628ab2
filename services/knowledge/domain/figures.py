"""What knowledge is worth, in figures: every one with how it is reckoned, so that nobody has to believe it."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from statistics import median

DEFAULT_MINUTES = 20.0
LONGEST_MINUTES = 240.0  # a case that waited over a weekend did not cost its handler that long
READING_MINUTES = 3.0
CAUSES = 20


@dataclass(frozen=True, slots=True)
class Resolved:
    """A case: when, why, and whether an article tells of it."""

    submitted_at: datetime
    resolved_at: datetime
    cause: str
    told: bool


@dataclass(frozen=True, slots=True)
class Searched:
    """How many searches, after how many of them something was opened, and how many had nothing better than a guess."""

    many: int
    opened: int
    guessed: int


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


def figures(
    cases: Sequence[Resolved],
    searches: Mapping[date, Searched],
    uses: Mapping[tuple[date, str], int],
    articles: dict[str, int],
    since: date,
    until: date,
    zone: tzinfo,
) -> Figures:
    """The figures of the days from `since` to `until`; days and weeks begin in `zone`.

    Searches and uses are counted by the Monday of their week, and by what a use is. Saved are, for each report that was
    made needless, the median minutes from a case's submission to its resolution (each counted as four hours at most),
    and for each article that solved it as much; less three minutes of reading.
    """
    what: Counter[str] = Counter()
    for (_, kind), many in uses.items():
        what[kind] += many
    searched = sum(week.many for week in searches.values())
    per_case = median(minutes) if (minutes := [_minutes(one) for one in cases]) else DEFAULT_MINUTES
    helped = what["deflected"] + what["solved"]
    mondays = mondays_of(since, until)
    return Figures(
        searches=searched,
        opened=_share(sum(week.opened for week in searches.values()), searched),
        guessed=_share(sum(week.guessed for week in searches.values()), searched),
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


def _minutes(case: Resolved) -> float:
    took = (case.resolved_at - case.submitted_at).total_seconds() / 60
    return min(max(took, 0.0), LONGEST_MINUTES)


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def mondays_of(since: date, until: date) -> list[date]:
    """The Mondays of the weeks that a time touches."""
    weeks = (_monday(until) - _monday(since)).days // 7
    return [_monday(since) + timedelta(weeks=n) for n in range(weeks + 1)]


def _weeks(
    mondays: list[date],
    cases: Sequence[Resolved],
    searches: Mapping[date, Searched],
    uses: Mapping[tuple[date, str], int],
    zone: tzinfo,
) -> tuple[Week, ...]:
    resolved = _by_week((one.resolved_at for one in cases), zone)
    searched = {day: week.many for day, week in searches.items()}
    return tuple(
        Week(day, resolved[day], searched.get(day, 0), uses.get((day, "deflected"), 0), uses.get((day, "solved"), 0))
        for day in mondays
    )


def _by_week(moments: Iterable[datetime], zone: tzinfo) -> Counter[date]:
    return Counter(_monday(at.astimezone(zone).date()) for at in moments)


def _causes(mondays: list[date], cases: Sequence[Resolved], zone: tzinfo) -> tuple[Trend, ...]:
    found: dict[str, list[datetime]] = defaultdict(list)
    for one in cases:
        if one.cause:
            found[one.cause].append(one.resolved_at)
    often = sorted(found.items(), key=lambda item: (-len(item[1]), item[0]))[:CAUSES]
    counted = [(cause, len(moments), _by_week(moments, zone)) for cause, moments in often]
    return tuple(Trend(cause, many, tuple(weeks[day] for day in mondays)) for cause, many, weeks in counted)
