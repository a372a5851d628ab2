"""The fold of one case: what the events on `tasuki.cases` mean, the same in every service."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict

from shared.contracts import events as e
from shared.contracts.plan import Person, Plan, Responder
from shared.contracts.vocabulary import Channel, DeadlineName, DeadlineState, Status


class Deadline(BaseModel):
    """One deadline and how it stands."""

    model_config = ConfigDict(frozen=True)
    name: DeadlineName
    generation: int
    due: datetime
    warn_at: datetime | None = None
    state: DeadlineState = DeadlineState.RUNNING
    paused_at: datetime | None = None


class Case(BaseModel):
    """One case as the log tells it. `round` and each deadline's `generation` only ever grow."""

    model_config = ConfigDict(frozen=True)
    id: str
    submitted: e.CaseSubmitted
    submitted_at: datetime
    status: Status = Status.RECEIVED
    waiting: str = ""
    owner: Person | None = None
    plan: Plan | None = None
    level: int = 0
    round: int = 0
    answers: int = 0  # how often a person has taken, paused or handed on the case
    awaiting: bool = False  # somebody was asked and nobody has said "I have it" yet
    exhausted: bool = False
    responders: tuple[Responder, ...] = ()
    channels: tuple[Channel, ...] = ()
    told: tuple[str, ...] = ()  # everybody who was ever asked
    followers: tuple[Person, ...] = ()
    deadlines: dict[DeadlineName, Deadline] = {}
    resolution: e.CaseResolved | None = None
    resolved_at: datetime | None = None

    def running(self) -> list[Deadline]:
        """The deadlines whose clock runs, the nearest first."""
        return sorted((d for d in self.deadlines.values() if d.state is DeadlineState.RUNNING), key=lambda d: d.due)

    def is_live(self, name: DeadlineName, generation: int) -> bool:
        """Whether a breach or warning of this generation still means anything."""
        deadline = self.deadlines.get(name)
        return bool(deadline and deadline.state is DeadlineState.RUNNING and deadline.generation == generation)


def evolve(case: Case | None, event: e.Event, at: datetime) -> Case | None:
    """Say what one event makes of a case. Total: an event that makes no sense in this state changes nothing."""
    if isinstance(event, e.CaseSubmitted):
        return case or Case(id=event.case_id, submitted=event, submitted_at=at)
    if case is None:
        return None
    change = _change(case, event, at)
    return case.model_copy(update=change) if change else case


def _change(case: Case, event: e.Event, at: datetime) -> dict[str, object]:
    done = case.status is Status.DONE
    match event:
        case e.EscalationPlanned(plan=plan):
            return {"plan": plan}
        case e.CaseReopened() if done:
            return {
                "status": Status.IN_PROGRESS if case.owner else Status.RECEIVED,
                "resolution": None,
                "resolved_at": None,
                "exhausted": False,
            }
        case e.CaseFollowed(follower=person) if person.id not in {f.id for f in case.followers}:
            return {"followers": (*case.followers, person)}
        case _ if done:
            return {}
        case e.EscalationAssigned() if event.round > case.round:
            return _assigned(case, event, at)
        case e.EscalationRescheduled():
            deadlines = _set(case, event.deadlines)
            return {"deadlines": _stopped(deadlines, at) if case.waiting else deadlines}
        case e.EscalationExhausted():
            return {"exhausted": True}
        case e.CaseAcknowledged(by=by):
            return _taken(case, by, met=(DeadlineName.FIRST_RESPONSE,))
        case e.CaseStarted(by=by):
            return _taken(case, by, met=(DeadlineName.FIRST_RESPONSE, DeadlineName.FIRST_HANDLING))
        case e.CaseNoted(by=by) if case.owner is not None and by.id == case.owner.id:
            return {"deadlines": _met(case, (DeadlineName.FIRST_HANDLING,))}
        case e.CasePaused(by=by, reason=reason) if not case.waiting:
            taken = _taken(case, by, met=(DeadlineName.FIRST_RESPONSE, DeadlineName.FIRST_HANDLING))
            return {**taken, "waiting": reason, "deadlines": _paused(case, at)}
        case e.CaseResumed():
            return {"waiting": ""}
        case e.CaseReassigned(to=to):
            return {"owner": to, "status": Status.IN_PROGRESS, "answers": case.answers + 1}
        case e.DeadlineBreached(name=name, generation=generation) if case.is_live(name, generation):
            breached = case.deadlines[name].model_copy(update={"state": DeadlineState.BREACHED})
            return {"deadlines": {**case.deadlines, name: breached}}
        case e.CaseResolved():
            met = _met(case, tuple(DeadlineName))
            return {
                "status": Status.DONE,
                "waiting": "",
                "awaiting": False,
                "deadlines": met,
                "resolution": event,
                "resolved_at": at,
            }
        case _:
            return {}


def _assigned(case: Case, event: e.EscalationAssigned, at: datetime) -> dict[str, object]:
    """Ask these people, unless somebody answered between the decision and its place in the log."""
    asked = tuple(r.person.id for r in event.responders)
    next_ = case.model_copy(update={"deadlines": _set(case, event.deadlines)})
    answered = event.after != case.answers
    if answered:
        next_ = next_.model_copy(update={"deadlines": _met(next_, (DeadlineName.FIRST_RESPONSE,))})
    if case.waiting:
        next_ = next_.model_copy(update={"deadlines": _paused(next_, at)})
    return {
        "level": event.level,
        "round": event.round,
        "awaiting": not answered and (not case.waiting or event.cause == "reassigned"),
        "responders": event.responders,
        "channels": event.channels,
        "told": tuple(dict.fromkeys(case.told + asked)),
        "deadlines": next_.deadlines,
    }


def _taken(case: Case, by: e.Actor, met: tuple[DeadlineName, ...]) -> dict[str, object]:
    owner = case.owner or (Person(id=by.id, name=by.name) if by.kind == "person" else None)
    return {
        "status": Status.IN_PROGRESS,
        "awaiting": False,
        "answers": case.answers + 1,
        "owner": owner,
        "deadlines": _met(case, met),
    }


def _set(case: Case, new: tuple[e.DeadlineSet, ...]) -> dict[DeadlineName, Deadline]:
    """Take over the newer generations; an older one, or the same again, says nothing."""
    deadlines = dict(case.deadlines)
    for d in new:
        if d.name not in deadlines or d.generation > deadlines[d.name].generation:
            deadlines[d.name] = Deadline(**d.model_dump())
    return deadlines


def _met(case: Case, names: tuple[DeadlineName, ...]) -> dict[DeadlineName, Deadline]:
    open_ = (DeadlineState.RUNNING, DeadlineState.PAUSED)
    return {
        name: d.model_copy(update={"state": DeadlineState.MET}) if name in names and d.state in open_ else d
        for name, d in case.deadlines.items()
    }


def _paused(case: Case, at: datetime) -> dict[DeadlineName, Deadline]:
    """Waiting counts as handling; the other clocks stand still from `at`."""
    return _stopped(_met(case, (DeadlineName.FIRST_RESPONSE, DeadlineName.FIRST_HANDLING)), at)


def _stopped(deadlines: dict[DeadlineName, Deadline], at: datetime) -> dict[DeadlineName, Deadline]:
    stop = {"state": DeadlineState.PAUSED, "paused_at": at}
    return {n: d.model_copy(update=stop) if d.state is DeadlineState.RUNNING else d for n, d in deadlines.items()}
