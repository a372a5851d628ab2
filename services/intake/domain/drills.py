"""A drill: when it may begin, and when it is over. It is decided here and done elsewhere."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, TypeAlias

from services.intake.domain.roles import EVERY_TEAM, Grants, teams
from services.intake.domain.words import Language
from shared.contracts.case import Case
from shared.contracts.drill import marked
from shared.contracts.plan import Person
from shared.contracts.report import Report
from shared.contracts.vocabulary import Impact, Kind, Status, Track, Urgency

State: TypeAlias = Literal["planned", "running", "ended", "cancelled", "missed"]
Obstacle: TypeAlias = Literal["gone", "maintenance", "busy", "crowded", "real", "unknown"]  # why it cannot begin now
Ending: TypeAlias = Literal["answered", "nobody", "limit", "stopped", "real", "done"]
ID = r"^d_[0-9a-f]{16}$"
LATE = timedelta(minutes=15)  # so long one waits for its chance; later than that nobody expects it any more
FARTHEST = timedelta(days=366)
SHORTEST, USUAL, LONGEST = 1, 15, 240  # minutes
AT_ONCE = 5  # drills that run in the whole organisation
LONGEST_TITLE, LONGEST_LINE = 160, 200  # letters; a report's with the mark
PLANNED = 20  # drills of one team that are still to come


@dataclass(frozen=True)
class Exercise:
    """What a drill is about, from the wish on."""

    team: str
    kind: Kind
    urgency: Urgency
    impact: Impact
    title: str
    facts: str
    language: Language
    announced: bool
    minutes: int


@dataclass(frozen=True, kw_only=True)
class Drill(Exercise):
    """One drill. `why` is the obstacle that it waits for or was missed for, or how it ended; `ended_by` who stopped it."""

    id: str
    team_name: str
    starts_at: datetime
    by: Person
    made_at: datetime
    state: State = "planned"
    why: str = ""
    case_id: str = ""
    number: int = 0
    started_at: datetime | None = None
    ended_at: datetime | None = None
    ended_by: str = ""

    @property
    def is_over(self) -> bool:
        """Whether nothing follows any more."""
        return self.state in ("ended", "cancelled", "missed")

    @property
    def is_known(self) -> bool:
        """Whether the team may know of it: it was announced, or it has been held."""
        return self.state == "ended" or (self.announced and self.state in ("planned", "running"))

    def report(self) -> Report:
        """What is submitted for it; whoever reads it anywhere reads first that it is a drill."""
        title = marked(self.title, self.language)[:LONGEST_LINE]
        return Report(kind=self.kind, urgency=self.urgency, impact=self.impact, title=title, facts=self.facts)


@dataclass(frozen=True)
class Closed:
    """A time of maintenance in which nobody is paged for a team."""

    team: str
    product: str
    source: str
    since: datetime
    until: datetime


@dataclass(frozen=True)
class Around:
    """What else goes on: drills that run, of the team and of all, whether a real P1 of the team is open, and drills of it to come.

    `closed` are the times of maintenance; None while the notifier cannot be asked. `known`: the policy has this team; None
    while the router cannot be asked.
    """

    team: int
    all: int
    real: bool
    closed: Sequence[Closed] | None
    planned: int = 0
    known: bool | None = True


def obstacle(drill: Drill, around: Around, at: datetime) -> Obstacle | None:
    """Why a drill cannot begin at this moment. What is real always goes first."""
    if around.known is False:
        return "gone"
    if around.real:
        return "real"
    if around.team:
        return "busy"
    if around.all >= AT_ONCE:
        return "crowded"
    if around.closed is None or around.known is None:
        return "unknown"
    return "maintenance" if in_maintenance(drill.team, around.closed, at) else None


def in_maintenance(team: str, closed: Sequence[Closed], at: datetime) -> bool:
    """Whether a team is in maintenance at this moment; a window of one product or source is none of the whole team."""
    return any(w.team == team and not w.product and not w.source and w.since <= at < w.until for w in closed)


def is_missed(drill: Drill, now: datetime) -> bool:
    """Whether it has waited for its chance for too long."""
    return now > drill.starts_at + LATE


def ending(drill: Drill, case: Case, now: datetime, real: bool) -> Ending | None:
    """Why a drill that runs is over, if it is: at the latest when its time is up.

    `real` is whether a real P1 of the team has come since it began.
    """
    if case.status is Status.DONE:
        return "done"
    if real:
        return "real"
    if case.plan is not None and not _tracks(case):
        return "nobody"
    if case.plan is not None and all(_is_answered(case, track) for track in _tracks(case)):
        return "answered"
    over = drill.started_at is not None and now >= drill.started_at + timedelta(minutes=drill.minutes)
    return "limit" if over else None


def _tracks(case: Case) -> list[Track]:
    plan = case.plan
    levels = {Track.HANDLING: plan.levels, Track.AUTHORITY: plan.authority} if plan else {}
    return [track for track, asked in levels.items() if asked]


def _is_answered(case: Case, track: Track) -> bool:
    asking = case.asking(track)
    return bool(asking.acknowledged) and not asking.awaiting


def may_hold(grants: Grants | None, team: str) -> bool:
    """Whether somebody may plan and stop drills of a team: who leads it or administers it."""
    return grants is None or not teams(grants, "drill").isdisjoint((team, EVERY_TEAM))


def may_read(grants: Grants | None, drill: Drill) -> bool:
    """Whether somebody may know of a drill: who may hold it; and the team itself, once it is announced or has been held."""
    if may_hold(grants, drill.team):
        return True
    return drill.is_known and sees(grants, drill.team)


def sees(grants: Grants | None, team: str) -> bool:
    """Whether the roles of somebody show them the cases of a team; a token without roles has none."""
    return not teams(grants or (), "see").isdisjoint((team, EVERY_TEAM))


def seen_by(grants: Grants | None) -> tuple[list[str] | None, list[str] | None]:
    """The teams whose drills somebody may hold, and those of whose they may know; None is all teams."""
    if grants is None:
        return None, None
    held, seen = teams(grants, "drill"), teams(grants, "see")
    return None if EVERY_TEAM in held else sorted(held), None if EVERY_TEAM in seen else sorted(seen)


def hears(grants: Grants | None) -> list[str] | None:
    """The teams of which somebody is told beforehand; None is all teams."""
    known = seen_by(grants)
    return None if None in known else sorted({team for some in known for team in some or ()})
