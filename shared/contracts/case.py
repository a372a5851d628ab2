"""The fold of one case: what the events on `tasuki.cases` mean, the same in every service."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict

from shared.contracts import circle, clocks, erased, joined, owning, planned, undo
from shared.contracts import events as e
from shared.contracts.clocks import Deadline
from shared.contracts.joined import Joined
from shared.contracts.plan import Need, Person, Plan, Responder
from shared.contracts.vocabulary import Channel, DeadlineName, DeadlineState, Status, Track

RESPONSE = {Track.HANDLING: DeadlineName.FIRST_RESPONSE, Track.AUTHORITY: DeadlineName.AUTHORITY_RESPONSE}
_UPDATED = (DeadlineName.FIRST_HANDLING, DeadlineName.NEXT_UPDATE)
_ANYWAY = ("reassigned", "reassessed")  # why somebody is asked although the case waits


class Asking(BaseModel):
    """Who is asked on one track, and whether that has been answered.

    `acknowledged` are those who answered on this level so far; `answered` is `Case.answers` when the track was
    answered last; `told` is everybody who was ever asked on it.
    """

    model_config = ConfigDict(frozen=True, extra="allow")
    level: int = 0
    repeats: int = 0
    round: int = 0
    need: Need = "any"
    awaiting: bool = False
    exhausted: bool = False
    responders: tuple[Responder, ...] = ()
    channels: tuple[Channel, ...] = ()
    acknowledged: tuple[str, ...] = ()
    answered: int = 0
    told: tuple[str, ...] = ()

    def pending(self) -> tuple[Responder, ...]:
        """Those whose answer is still waited for."""
        return tuple(r for r in self.responders if r.person.id not in self.acknowledged) if self.awaiting else ()


class Case(BaseModel):
    """One case as the log tells it. `round`, `answers` and each deadline's `generation` only ever grow."""

    model_config = ConfigDict(frozen=True, extra="allow")
    id: str
    submitted: e.CaseSubmitted
    submitted_at: datetime
    status: Status = Status.RECEIVED
    waiting: str = ""
    owner: Person | None = None
    offered: Person | None = None  # who is asked to take it over, and has not answered
    offered_by: str = ""
    offers: int = 0  # how often somebody was asked that
    plan: Plan | None = None
    handling: Asking = Asking()
    authority: Asking = Asking()
    round: int = 0
    answers: int = 0  # how often a person has taken, paused or handed on the case
    told: tuple[str, ...] = ()  # everybody who was ever asked
    followers: tuple[Person, ...] = ()
    deadlines: dict[DeadlineName, Deadline] = {}
    linked: str = ""  # the case that is handled for this one too
    apart: bool = False  # a person has split it from another case, so no rule gathers it again
    joined: tuple[Joined, ...] = ()
    revocable: tuple[undo.Answer, ...] = ()  # answers that may still be taken back
    resolution: e.CaseResolved | None = None
    overturned: tuple[e.CaseResolved, ...] = ()  # the results before it was reopened
    resolved_at: datetime | None = None

    def asking(self, track: Track) -> Asking:
        """Who is asked on a track."""
        return self.handling if track is Track.HANDLING else self.authority

    @property
    def is_over(self) -> bool:
        """Whether it is done, or handled as another one: nothing is asked for it by itself any more."""
        return self.status is Status.DONE or bool(self.linked)

    @property
    def awaiting(self) -> bool:
        """Whether somebody was asked and an answer is still waited for."""
        return self.handling.awaiting or self.authority.awaiting

    @property
    def level(self) -> int:
        """How high the handling has climbed."""
        return self.handling.level

    @property
    def exhausted(self) -> bool:
        """Whether no level was left on one of the tracks."""
        return self.handling.exhausted or self.authority.exhausted

    @property
    def responders(self) -> tuple[Responder, ...]:
        """Everybody who is asked now, each person once."""
        asked = {r.person.id: r for r in (*self.authority.responders, *self.handling.responders)}
        order = dict.fromkeys(r.person.id for r in (*self.handling.responders, *self.authority.responders))
        return tuple(asked[id_] for id_ in order)

    @property
    def pending(self) -> tuple[Responder, ...]:
        """Those whose answer is waited for now, on one track or both, each person once."""
        waited = {r.person.id for track in Track for r in self.asking(track).pending()}
        return tuple(r for r in self.responders if r.person.id in waited)

    @property
    def channels(self) -> tuple[Channel, ...]:
        """By what those who are asked now are reached."""
        return tuple(dict.fromkeys((*self.handling.channels, *self.authority.channels)))

    def is_offered(self, person: str) -> bool:
        """Whether this person is asked to take the case over, and has not answered."""
        return self.offered is not None and self.offered.id == person

    def running(self) -> list[Deadline]:
        """The deadlines whose clock runs, the nearest first."""
        return sorted((d for d in self.deadlines.values() if d.state is DeadlineState.RUNNING), key=lambda d: d.due)

    def is_live(self, name: DeadlineName, generation: int) -> bool:
        """Whether a breach or warning of this generation still means anything."""
        deadline = self.deadlines.get(name)
        return bool(deadline and deadline.state is DeadlineState.RUNNING and deadline.generation == generation)

    def is_awaited(self, person: str, round_: int, tracks: tuple[Track, ...] = tuple(Track)) -> bool:
        """Whether a page of this round to this person is still to be answered, on one of these tracks."""
        return any(
            r.person.id == person and (r.paged_in or asking.round) == round_
            for asking in map(self.asking, tracks)
            for r in asking.pending()
        )


def evolve(case: Case | None, event: e.Event, at: datetime) -> Case | None:
    """Say what one event makes of a case. Total: an event that makes no sense in this state changes nothing."""
    if isinstance(event, e.CaseSubmitted):
        return case or Case(id=event.case_id, submitted=event, submitted_at=at)
    if case is None:
        return None
    change = _change(case, event, at)
    after = circle.closed(case, case.model_copy(update=change)) if change else case
    revocable = undo.remembered(case, after, event, at)
    return after if revocable == after.revocable else after.model_copy(update={"revocable": revocable})


def _change(case: Case, event: e.Event, at: datetime) -> dict[str, object]:
    done = case.status is Status.DONE
    match event:
        case e.EscalationPlanned(plan=plan):
            return planned.change(case, plan, at)
        case e.CaseReopened() if done:
            return owning.reopened(case)
        case e.CaseErased(reporter=reporter):
            return erased.change(case.submitted, case.followers, reporter)
        case e.CaseFollowed(follower=person) if person.id not in {f.id for f in case.followers}:
            return {"followers": (*case.followers, person)}
        case e.EscalationParted():
            return {"joined": joined.after(case.joined, event)}
        case e.EscalationJoined() if not done or joined.is_known(case.joined, event):
            return {"joined": joined.after(case.joined, event)}
        case _ if done:
            return {}
        case e.EscalationAssigned() if event.round > case.round:
            return _assigned(case, event, at)
        case e.EscalationRescheduled():
            return {"deadlines": _as_it_stands(case, clocks.taken_over(case.deadlines, event.deadlines), at)}
        case e.EscalationExhausted(track=track):
            return {track.value: case.asking(track).model_copy(update={"exhausted": True})}
        case e.EscalationLinked(lead=lead) | e.CaseLinked(lead=lead) if not case.linked:
            return {
                **_answered(case, tuple(Track)),
                "linked": lead,
                "offered": None,
                "deadlines": clocks.ended(case.deadlines, at, DeadlineState.DROPPED),
            }
        case e.DeadlineBreached(name=name, generation=generation) if case.is_live(name, generation):
            breached = {"state": DeadlineState.BREACHED, "stopped_at": at}
            return {"deadlines": {**case.deadlines, name: case.deadlines[name].model_copy(update=breached)}}
        case _:
            return _acted(case, event, at)


def _acted(case: Case, event: e.Event, at: datetime) -> dict[str, object]:
    """What people did."""
    match event:
        case e.CaseAcknowledged(by=by, track=track):
            takes_over = case.is_offered(by.id)
            said = (*((Track.HANDLING,) if takes_over else ()), *((track,) if track else ()), *_asked_on(case, by))
            taken = _taken(case, by, at, tracks=tuple(dict.fromkeys(said)) or (Track.HANDLING,))
            return {**taken, "owner": case.offered, "offered": None} if takes_over else taken
        case e.CaseUnacknowledged(by=by):
            return undo.taken_back(case, by.id, RESPONSE)
        case e.CaseStarted(by=by):
            return _taken(case, by, at, also=_UPDATED)
        case e.CaseNoted(by=by) if case.owner is not None and by.id == case.owner.id:
            return {"deadlines": clocks.met(case.deadlines, _UPDATED, at)}
        case e.CasePaused(by=by, reason=reason) if not case.waiting:
            taken = _taken(case, by, at, also=_UPDATED)
            still = case.model_copy(update=taken)
            return {**taken, "waiting": reason, "deadlines": clocks.paused(still.deadlines, at, _awaited(still))}
        case e.CaseResumed() | e.CaseReplied(automatic=False) if case.waiting:
            return {"waiting": ""}
        case e.CaseReassigned(by=by, to=to):
            answered = _answered(case, (Track.HANDLING,), awaiting=case.handling.awaiting)
            return {**answered, "owner": to, "offered": None, "status": Status.IN_PROGRESS}
        case e.CaseOffered(by=by, to=to) if not case.is_offered(to.id):
            return {"offered": to, "offered_by": by.id, "offers": case.offers + 1}
        case e.CaseDeclined(by=by) if case.is_offered(by.id):
            return {"offered": None}
        case e.CaseSplit(lead=lead) if case.linked == lead:
            return {"linked": "", "apart": True}
        case e.CaseReassessed():
            seen = event.model_dump(include={"urgency", "impact", "kind", "personal_data"})
            report = case.submitted.report.model_copy(update={k: v for k, v in seen.items() if v is not None})
            return {"submitted": case.submitted.model_copy(update={"report": report}), "linked": ""}
        case e.CaseResolved():
            ended = {"status": Status.DONE, "waiting": "", "offered": None, "resolution": event, "resolved_at": at}
            return {**_answered(case, tuple(Track)), **ended, "deadlines": clocks.ended(case.deadlines, at)}
        case _:
            return {}


def _assigned(case: Case, event: e.EscalationAssigned, at: datetime) -> dict[str, object]:
    """Ask these people, unless somebody answered between the decision and its place in the log."""
    track, asking = event.track, case.asking(event.track)
    deadlines = clocks.taken_over(case.deadlines, event.deadlines)
    answered = asking.answered > event.after or bool(case.linked)
    if answered and not case.linked:
        deadlines = clocks.met(deadlines, (RESPONSE[track],), at)
    waits = bool(case.waiting) and track is Track.HANDLING and event.cause not in _ANYWAY and not asking.awaiting
    again = event.cause == "breached" and event.level <= asking.level and not asking.exhausted
    now = asking.model_copy(
        update={
            "level": event.level,
            "repeats": asking.repeats + again,
            "round": event.round,
            "need": event.acknowledge,
            "awaiting": bool(event.responders) and not answered and not waits,
            "responders": event.responders,
            "channels": event.channels,
            "acknowledged": owning.kept(asking.acknowledged, event),
            "told": _with(asking.told, event.responders),
        }
    )
    left = {} if answered else owning.left(case, event)
    change = {track.value: now, "round": event.round, "told": _with(case.told, event.responders), **left}
    return {**change, "deadlines": _as_it_stands(case.model_copy(update=change), deadlines, at)}


def _as_it_stands(case: Case, deadlines: clocks.Deadlines, at: datetime) -> clocks.Deadlines:
    """New times of a case that is handled as another one, or that waits: they were decided before that was known."""
    if case.linked:
        return clocks.ended(deadlines, at, DeadlineState.DROPPED)
    return clocks.paused(deadlines, at, _awaited(case)) if case.waiting else deadlines


def _asked_on(case: Case, by: e.Actor) -> tuple[Track, ...]:
    return tuple(track for track in Track if by.id in case.asking(track).told)


def _taken(
    case: Case, by: e.Actor, at: datetime, tracks: tuple[Track, ...] = (), also: tuple[DeadlineName, ...] = ()
) -> dict[str, object]:
    """An answer by somebody: on the tracks they were asked on; who begins to work answers for the handling anyway."""
    tracks = tracks or tuple(dict.fromkeys((Track.HANDLING, *_asked_on(case, by))))
    answers = case.answers + 1
    change: dict[str, object] = {"answers": answers}
    met = also
    for track in tracks:
        asking = case.asking(track)
        acknowledged = tuple(dict.fromkeys((*asking.acknowledged, by.id)))
        open_ = {r.person.id for r in asking.responders} - set(acknowledged)
        missing = asking.need == "all" and asking.awaiting and bool(open_) and not also
        update: dict[str, object] = {"acknowledged": acknowledged, "awaiting": missing}
        if not missing:
            update["answered"] = answers
            met = (*met, RESPONSE[track])
        change[track.value] = asking.model_copy(update=update)
    if Track.HANDLING in tracks:
        change |= {"status": Status.IN_PROGRESS, "owner": owning.after_answer(case, by, works=bool(also))}
    return {**change, "deadlines": clocks.met(case.deadlines, met, at)}


def _answered(case: Case, tracks: tuple[Track, ...], awaiting: bool = False) -> dict[str, object]:
    """Nothing that was decided before this asks anybody on these tracks any more."""
    answers = case.answers + 1
    update = {"answered": answers, "awaiting": awaiting}
    return {"answers": answers, **{t.value: case.asking(t).model_copy(update=update) for t in tracks}}


def _with(told: tuple[str, ...], asked: tuple[Responder, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*told, *(r.person.id for r in asked))))


def _awaited(case: Case) -> tuple[DeadlineName, ...]:
    return tuple(name for track, name in RESPONSE.items() if case.asking(track).awaiting)
