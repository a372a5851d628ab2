"""What really happened to a finished case, as far as its fold tells.

The fold keeps the last generation of each clock, so the instants of a case that was reopened, handed on or asked about
several times are not all known. What is unknown stays unknown here: nothing is made up to fill a table.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from pydantic import BaseModel, ConfigDict

from services.router.domain.times.calendar import Calendar
from services.router.domain.times.duration import Duration
from shared.contracts.clocks import Deadline
from shared.contracts.plan import Level, Person, Plan, Responder
from shared.contracts.report import Report
from shared.contracts.vocabulary import DeadlineName, DeadlineState, Track

RESPONSE = {Track.HANDLING: DeadlineName.FIRST_RESPONSE, Track.AUTHORITY: DeadlineName.AUTHORITY_RESPONSE}
LONG = (DeadlineName.FIRST_HANDLING, DeadlineName.RESOLUTION)
_SOON = timedelta(minutes=1)  # a breach and the assignment that follows from it


class _Part(BaseModel):
    """Only what is needed is read of a fold: the rest would take most of the time."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Submitted(_Part):
    """The report; urgency and impact as they were seen in the end."""

    number: int
    report: Report
    source: str


class Asked(_Part):
    """One track."""

    level: int = 0
    repeats: int = 0
    exhausted: bool = False
    responders: tuple[Responder, ...] = ()
    told: tuple[str, ...] = ()


class Archived(_Part):
    """A finished case."""

    id: str
    submitted: Submitted
    submitted_at: datetime
    resolved_at: datetime
    plan: Plan | None = None
    owner: Person | None = None
    handling: Asked = Asked()
    authority: Asked = Asked()
    deadlines: dict[DeadlineName, Deadline] = {}
    linked: str = ""

    def asked(self, track: Track) -> Asked:
        """Who was asked on a track."""
        return self.handling if track is Track.HANDLING else self.authority


@dataclass(frozen=True)
class Answer:
    """When a track was asked first and answered first; `breached` when that was too late."""

    asked_at: datetime
    answered_at: datetime
    breached: bool


@dataclass(frozen=True)
class Past:
    """What is known of a case: answers by track, when handling began, and which clocks were breached.

    `began` is the latest it can have been: for a breached clock the fold only tells that it was later than due. `known`
    are the clocks whose real course is known; a breach of any other is neither avoided nor caused.
    """

    answers: Mapping[Track, Answer]
    began: datetime | None
    resolved_at: datetime
    known: frozenset[DeadlineName]
    breached: frozenset[DeadlineName]


def past(case: Archived, calendar: Calendar) -> Past:
    """Read the instants of a finished case out of its clocks."""
    answers = {track: found for track in Track if (found := _answer(case, track, calendar)) is not None}
    known = {RESPONSE[track] for track in answers}
    breached = {RESPONSE[track] for track, answer in answers.items() if answer.breached}
    for name in LONG:
        d = case.deadlines.get(name)
        if d is not None and d.generation == 1 and d.state in (DeadlineState.MET, DeadlineState.BREACHED):
            known.add(name)
            if d.state is DeadlineState.BREACHED:
                breached.add(name)
    handling = case.deadlines.get(DeadlineName.FIRST_HANDLING)
    began = None
    if handling is not None and DeadlineName.FIRST_HANDLING in known:
        met = handling.state is DeadlineState.MET
        began = handling.stopped_at if met else case.resolved_at
    return Past(answers, began, case.resolved_at, frozenset(known), frozenset(breached))


def _answer(case: Archived, track: Track, calendar: Calendar) -> Answer | None:
    """The first answer on a track; nothing when the last generation of its clock does not tell."""
    d, asked, plan = case.deadlines.get(RESPONSE[track]), case.asked(track), case.plan
    if d is None or plan is None or d.since is None or d.stopped_at is None or d.state is not DeadlineState.MET:
        return None
    ladder = plan.levels if track is Track.HANDLING else plan.authority
    climbs = asked.level - 1 + asked.repeats * len(ladder)
    again = asked.exhausted and d.generation > 1 + climbs  # the catch-all, several times
    if not ladder or (d.generation != 1 + climbs and not again):
        return None  # handed on, reopened, or asked at a change of shift
    if d.generation == 1:
        return Answer(d.since, d.stopped_at, False)
    first = max(case.submitted_at, _held(case, track))
    if abs(_climbed(first, plan, ladder, d.generation - 1, calendar) - d.since) <= _SOON * d.generation:
        return Answer(first, d.stopped_at, True)
    due = calendar.add(first, Duration.parse(ladder[0].first_response))
    return Answer(first, min(due, d.since), False) if d.generation == 2 else None  # another clock asked once more


def _climbed(first: datetime, plan: Plan, ladder: tuple[Level, ...], climbs: int, calendar: Calendar) -> datetime:
    """When a track was asked last if each of so many climbs was due to its own clock."""
    levels = [*ladder * (plan.repeat + 1), *[ladder[-1]] * climbs]
    for level in levels[:climbs]:
        first = calendar.add(first, Duration.parse(level.first_response))
    return first


def _held(case: Archived, track: Track) -> datetime:
    """When the first page of a case went out that has climbed since: its other clocks began at the same instant."""
    d = case.deadlines.get(DeadlineName.FIRST_HANDLING)
    known = d is not None and d.generation == 1 and d.since is not None and track is Track.HANDLING
    return d.since if known and d is not None and d.since is not None else case.submitted_at
