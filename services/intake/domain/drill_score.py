"""What came of a drill, by the log of its case: who was asked by which way and when, what reached them, who answered.

It says what worked and what did not, and ranks nobody.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from services.intake.domain.timeline import Entry
from shared.contracts import events as e
from shared.contracts.case import RESPONSE
from shared.contracts.vocabulary import Channel, Outcome, Purpose, Track

HEARD = (Outcome.ANSWERED, Outcome.ACKNOWLEDGED)
REACHED = (Outcome.DELIVERED, *HEARD)  # of a telephone "delivered" says that it rang
FAILURES = (Outcome.FAILED, Outcome.RETRYABLE, Outcome.AMBIGUOUS)
DECLINED = "declined"  # passed on by the person, who was therefore reached
QUIET = "do_not_disturb"
MACHINE = "voicemail"
NO_KEY = "hung-up"  # by somebody, or by an answering machine that passed for one
IN_TIME = timedelta(seconds=30)  # the clock, the log and the next page take a moment


@dataclass
class Way:
    """One notification: when it was first tried, what came of it last, and when it was known to have arrived."""

    channel: Channel
    at: datetime
    outcome: Outcome
    code: str = ""
    reached_at: datetime | None = None

    @property
    def failed(self) -> bool:
        """Whether it did not get through."""
        return self.reached_at is None and self.outcome in FAILURES and not self.without_key

    @property
    def without_key(self) -> bool:
        """Whether the telephone was picked up and no key pressed: nobody knows whether a person heard it."""
        return self.code.startswith(NO_KEY)


@dataclass
class Asked:
    """One person who was asked. `answered_at` is their own acknowledgement, `passed` whether they passed it on.

    `missed`: a deadline has passed while their answer was waited for; `awaited`: it still was at the end of the log.
    `later`: nothing goes out before that, by the policy; `quiet`: they keep these hours quiet.
    """

    person: str
    name: str
    track: Track
    level: int
    at: datetime
    ways: list[Way] = field(default_factory=list)
    answered_at: datetime | None = None
    passed: bool = False
    missed: bool = False
    awaited: bool = False
    later: datetime | None = None
    quiet: bool = False

    @property
    def reached_at(self) -> datetime | None:
        """When something is known to have reached them: an answer proves it too."""
        known = [at for at in (self.answered_at, *(way.reached_at for way in self.ways)) if at is not None]
        return min(known, default=None)

    @property
    def took(self) -> timedelta | None:
        """How long the answer took from being asked."""
        return self.answered_at - self.at if self.answered_at else None

    @property
    def unreached(self) -> bool:
        """Whether every way failed."""
        return self.reached_at is None and bool(self.ways) and all(way.failed for way in self.ways)


@dataclass(frozen=True)
class Climb:
    """The next level was asked. `due` is the deadline that had passed; None when nobody could be reached before it."""

    track: Track
    level: int
    at: datetime
    due: datetime | None

    @property
    def late(self) -> bool:
        """Whether it came noticeably after the deadline."""
        return self.due is not None and self.at - self.due > IN_TIME


@dataclass(frozen=True)
class Score:
    """What came of a drill, in the order of the log."""

    asked: tuple[Asked, ...] = ()
    climbs: tuple[Climb, ...] = ()
    exhausted: bool = False

    @property
    def first_answer(self) -> timedelta | None:
        """From the first page to the first acknowledgement."""
        known = [one.answered_at for one in self.asked if one.answered_at is not None]
        return min(known) - min(one.at for one in self.asked) if known else None


def score(story: Sequence[Entry]) -> Score:
    """Go through the log of a drill's case, in its order."""
    asked: dict[str, Asked] = {}
    ways: dict[str, tuple[str, Way]] = {}
    due: dict[Track, datetime] = {}
    waiting: dict[Track, set[str]] = {}  # whose answer is waited for
    ever: dict[Track, set[str]] = {}
    needs: dict[Track, str] = {}
    climbs: list[Climb] = []
    exhausted = False
    for entry in story:
        match entry.event:
            case e.EscalationAssigned() as event:
                if event.cause in ("breached", "unreachable") and event.level > 1:
                    passed = due.get(event.track) if event.cause == "breached" else None
                    climbs.append(Climb(event.track, event.level, entry.at, passed))
                response = next((d.due for d in event.deadlines if d.name is RESPONSE[event.track]), None)
                due |= {event.track: response} if response else {}
                stands = event.cause == "undone" and event.acknowledge == "all"  # what the others have answered
                people = {r.person.id for r in event.responders}
                waiting[event.track] = {x for x in people if not (stands and x in asked and asked[x].answered_at)}
                needs[event.track] = event.acknowledge
                ever.setdefault(event.track, set()).update(people)
                for who in (responder.person for responder in event.responders):
                    new = Asked(who.id, who.name, event.track, event.level, entry.at, later=event.not_before)
                    asked.setdefault(who.id, new)
            case e.NotificationAttempted(purpose=Purpose.PAGE) as event if ":" not in event.recipient:
                _, way = ways.setdefault(
                    event.notification_id, (event.recipient, Way(event.channel, entry.at, event.outcome))
                )
                _came(way, event, entry.at)
            case e.NotificationUnreachable(person=who, code=code) if who.id in asked:
                asked[who.id].passed = asked[who.id].passed or code == DECLINED
                asked[who.id].quiet = asked[who.id].quiet or code == QUIET
            case e.CaseAcknowledged(by=by) | e.CaseStarted(by=by) | e.CasePaused(by=by) as event:
                if by.id in asked:
                    asked[by.id].answered_at = asked[by.id].answered_at or entry.at
                works = not isinstance(event, e.CaseAcknowledged)
                tracks = {track for track, known in ever.items() if by.id in known}
                for track in tracks | ({Track.HANDLING} if works or not tracks else set()):
                    others = waiting.get(track, set()) - {by.id}
                    waiting[track] = others if needs.get(track) == "all" and not works else set()
            case e.DeadlineBreached(name=name):
                for id_ in next((waiting.get(t, set()) for t, response in RESPONSE.items() if response is name), set()):
                    asked[id_].missed = True
            case e.CaseUnacknowledged(by=by) if by.id in asked:
                asked[by.id].answered_at = None
            case e.EscalationExhausted(awaited=True):
                exhausted = True
    for id_ in set[str]().union(*waiting.values()):
        asked[id_].awaited = True
    for recipient, way in ways.values():
        one = asked.setdefault(recipient, Asked(recipient, recipient, Track.HANDLING, 0, way.at))
        one.ways.append(way)
    return Score(tuple(asked.values()), tuple(climbs), exhausted)


def _came(way: Way, event: e.NotificationAttempted, at: datetime) -> None:
    """Take what is told of a notification; what has arrived stays arrived, unless perhaps a machine had picked up.

    Whose telephone only rang may be anywhere: that tells less than why nobody picked it up.
    """
    if event.code.startswith((MACHINE, NO_KEY)):
        way.reached_at = None
    reached = HEARD if way.channel is Channel.PHONE else REACHED
    arrived = event.outcome in reached or event.code == DECLINED
    if arrived and way.reached_at is None:
        way.reached_at = at
    rang = way.outcome is Outcome.DELIVERED and event.outcome not in FAILURES
    if arrived or (way.reached_at is None and not way.without_key and not rang):
        way.outcome, way.code = event.outcome, event.code
