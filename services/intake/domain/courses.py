"""Figures of the courses of cases: how fast somebody answered and they were done, what came back, climbed or was late, who was disturbed.

A percentile is a value that occurred: the smallest that at least so much of the values do not exceed (nearest rank).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import BaseModel, Field

By: TypeAlias = Literal["week", "month"]
Of: TypeAlias = Literal["all", "answered", "done", "open", "reopened", "late", "climbs", "linked"]
LONGEST = timedelta(days=731)
MONTHS_FROM = timedelta(days=93)  # longer times are counted by month unless told otherwise
EARLIEST = date(2000, 1, 1)
PARTS = {
    0b1111: "total",
    0b0111: "priorities",
    0b1011: "teams",
    0b1101: "kinds",
    0b1100: "buckets",
}  # as GROUPING tells


@dataclass(frozen=True)
class Period:
    """Days in a zone, both included."""

    since: date
    until: date
    zone: tzinfo

    @property
    def begins(self) -> datetime:
        """The first instant."""
        return datetime.combine(self.since, time(), self.zone)

    @property
    def ends(self) -> datetime:
        """The first instant after it."""
        return datetime.combine(self.until + timedelta(days=1), time(), self.zone)

    @property
    def before(self) -> "Period":
        """As many days directly before."""
        days = self.until - self.since + timedelta(days=1)
        return Period(self.since - days, self.since - timedelta(days=1), self.zone)

    @property
    def by(self) -> By:
        """By what volumes are counted unless told otherwise."""
        return "month" if self.until - self.since >= MONTHS_FROM else "week"


class Times(BaseModel):
    """Times in whole seconds of so many cases: half of them took `p50` at most, nine of ten `p90`; null for no case."""

    cases: int
    p50: int | None
    p90: int | None


class Counted(BaseModel):
    """The cases that were reported in a time: of one priority, team or kind, or all of them.

    `acknowledged` is until somebody answered first, `resolved` until it was done for good. `reopened`, `late` and
    `linked`, which are handled as other cases and have no times, count cases; `climbs` counts how often somebody else was asked.
    """

    of: str
    cases: int
    open: int
    linked: int
    reopened: int
    late: int
    climbs: int
    acknowledged: Times
    resolved: Times


class Volume(BaseModel):
    """The cases of a kind that were reported in a week or month, by its first day."""

    starts: date
    kind: str
    cases: int


class Disturbed(BaseModel):
    """Somebody who was paged out loud: how many pages, and in how many nights (22:00-7:00) and hours of the clock."""

    person: str
    name: str
    pages: int
    nights: int
    hours: int


class Courses(BaseModel):
    """Figures of the cases reported from a day to a day, in the zone named; `before` is of as many days directly before."""

    since: date
    until: date
    zone: str
    by: By
    total: Counted
    before: Counted
    priorities: list[Counted]
    teams: list[Counted]
    kinds: list[Counted]
    volumes: list[Volume]
    disturbed: Annotated[list[Disturbed], Field(description="Who was disturbed most, at most 50")]


def period(since: date | None, until: date | None, days: int, now: datetime, zone: tzinfo) -> Period:
    """The time between two days, up to today; the last `days` where none is named. One that is too long loses its beginning."""
    today = now.astimezone(zone).date()
    last = max(min(until or today, today), EARLIEST)
    first = since or last - timedelta(days=days - 1)
    return Period(max(min(first, last), last - LONGEST), last, zone)


def day(text: str) -> date | None:
    """A day as an address names it; None for none."""
    try:
        return date.fromisoformat(text) if len(text) == 10 and text.isascii() else None
    except ValueError:
        return None


def courses(
    about: Period,
    by: By,
    rows: Iterable[Mapping[str, Any]],
    disturbed: Iterable[Mapping[str, Any]],
    names: Mapping[str, str],
) -> Courses:
    """The figures, of rows as courses.sql tells them."""
    parts: dict[str, list[Counted]] = {name: [] for name in PARTS.values()}
    before, volumes = _counted("", {}), []
    for row in rows:
        part = PARTS[row["part"]]
        if part == "buckets" and not row["before"]:
            volumes.append(Volume(starts=row["starts"], kind=row["kind"], cases=row["cases"]))
        elif part == "total" and row["before"]:
            before = _counted("", row)
        elif not row["before"]:
            of = {"priorities": row["priority"], "teams": row["team"], "kinds": row["kind"]}.get(part, "")
            parts[part].append(_counted(of, row))
    return Courses(
        since=about.since,
        until=about.until,
        zone=str(about.zone),
        by=by,
        total=parts["total"][0] if parts["total"] else _counted("", {}),
        before=before,
        priorities=sorted(parts["priorities"], key=lambda one: one.of or "~"),
        teams=sorted(parts["teams"], key=lambda one: (-one.cases, one.of)),
        kinds=sorted(parts["kinds"], key=lambda one: (-one.cases, one.of)),
        volumes=sorted(volumes, key=lambda one: (one.starts, one.kind)),
        disturbed=[
            Disturbed(person=row["recipient"], name=names.get(row["recipient"], row["recipient"]),
                      **{name: row[name] for name in ("pages", "nights", "hours")})
            for row in disturbed
        ],
    )  # fmt: skip


def lines(told: Courses) -> list[tuple[str, str, object, str]]:
    """All figures for a spreadsheet: what, of which, the number, its unit."""
    found: list[tuple[str, str, object, str]] = [
        ("period.since", "", told.since, "day"), ("period.until", "", told.until, "day"),
    ]  # fmt: skip
    groups: Sequence[tuple[str, list[Counted]]] = (
        ("all", [told.total]), ("period_before", [told.before]), ("priority", told.priorities), ("team", told.teams), ("kind", told.kinds),
    )  # fmt: skip
    for name, group in groups:
        for one in group:
            for count in ("cases", "open", "linked", "reopened", "late"):
                found.append((f"{name}.{count}", one.of, getattr(one, count), "cases"))
            found.append((f"{name}.climbs", one.of, one.climbs, "times"))
            for what, took in (("acknowledged", one.acknowledged), ("resolved", one.resolved)):
                found.append((f"{name}.{what}", one.of, took.cases, "cases"))
                for share in ("p50", "p90"):
                    seconds = getattr(took, share)
                    found.append((f"{name}.{what}.{share}", one.of, "" if seconds is None else seconds, "seconds"))
    found += [(f"{told.by}.cases", f"{one.starts} {one.kind}", one.cases, "cases") for one in told.volumes]
    for who in told.disturbed:
        found += [(f"paged.{what}", who.name, getattr(who, what), what) for what in ("pages", "nights", "hours")]
    return found


def _counted(of: str, row: Mapping[str, Any]) -> Counted:
    counts = {name: row.get(name) or 0 for name in ("cases", "open", "linked", "reopened", "late", "climbs")}
    return Counted(of=of, **counts, acknowledged=_times(row, "answered"), resolved=_times(row, "done"))


def _times(row: Mapping[str, Any], what: str) -> Times:
    middle, most = row.get(f"{what}_in") or (None, None)
    return Times(cases=row.get(what) or 0, p50=middle, p90=most)
