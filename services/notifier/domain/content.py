"""What a notification says, in facts: the words are made at the moment of sending, in the reader's language."""

import json
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime

from services.notifier.domain.contact import Language
from shared.contracts.case import Case
from shared.contracts.drill import is_drill, plain
from shared.contracts.plan import Person, Reason
from shared.contracts.vocabulary import DeadlineName, DeadlineState, Priority, Status


@dataclass(frozen=True)
class CaseLine:
    """One case of a digest; `round` is the one that its link answers (0: it has none).

    In a digest of notifications, `what` is the one it stands for and `text` what that had to say.
    """

    case_id: str
    number: int
    headline: str
    priority: str
    status: Status
    owner: str
    due: datetime | None
    round: int = 0
    what: str = ""
    text: str = ""


@dataclass(frozen=True)
class Precedent:
    """A finished case of the same trouble, in short; what is personal in it is masked already."""

    number: int
    title: str
    handling: str
    result: str
    evaluation: str


@dataclass(frozen=True)
class Content:
    """`what` names the template; what an event does not have stays empty."""

    what: str
    number: int
    headline: str
    language: Language
    priority: str = ""
    asker: str = ""  # who submitted the case
    actor: str = ""  # who did what is told
    asked: tuple[tuple[str, str], ...] = ()  # (person id, name) of who is asked to take it
    owner: str = ""
    owner_id: str = ""
    facts: str = ""
    wanted: str = ""
    text: str = ""  # a note, a reason
    handling: str = ""
    result: str = ""
    evaluation: str = ""
    cause: str = ""
    due: datetime | None = None
    deadline: str = ""
    reasons: tuple[tuple[str, str], ...] = ()  # (ja, en)
    ticket_status: str = ""  # what becomes of the sender's ticket
    was: str = ""  # the priority before
    more: str = ""  # how much time a deadline was given, as the policy writes it
    lead: int = 0  # the number of the case that is handled for this one too
    joined: int = 0  # the reader's own report, when this tells of the case that is handled for it too
    thanks: bool = False  # the reporter is thanked
    followup: str = ""  # the case whose private page the reader may open
    update: datetime | None = None  # when those who wait hear next
    within: str = ""  # or how soon, as the policy writes it
    since: datetime | None = None  # from when on people are asked, when that is later
    occasion: str = ""  # of a digest: shift, weekly, review, articles or storm
    cases: tuple[CaseLine, ...] = ()
    further: int = 0  # cases that are counted only
    level: int = 0  # of a page: the level of the climb that asks
    drill: bool = False  # nothing is the matter: it is an exercise
    wanted_by: datetime | None = None  # read from the case when it is sent
    precedents: tuple[Precedent, ...] = ()  # how the same trouble was solved before
    alone: bool = False  # which only its recipient may read, and no room
    answers: bool = False  # what may answer it stands on the reporter's private page

    def because(self, reason: Reason) -> "Content":
        """The same with one reason more, in front."""
        return replace(self, reasons=((reason.ja, reason.en), *self.reasons))


PRECEDENTS = "precedents"  # the `what` of a list of them
_NAMES = frozenset(field.name for field in fields(Content))
_DEFAULTS = {field.name: field.default for field in fields(Content)}
_ALWAYS = ("asked", "reasons")  # which older releases look for


def about(case: Case, what: str, **more: object) -> Content:
    """Begin a content with what every one says of its case."""
    told, by = case.submitted, case.submitted.by
    exercise, headline = is_drill(told.source), " ".join(told.report.headline.split())
    content = Content(
        what=what,
        number=told.number,
        headline=plain(headline) if exercise else headline,
        language=told.language,
        priority=str(case.plan.priority if case.plan else ""),
        asker=by.name or (told.source if by.kind == "source" else ""),
        owner=case.owner.name if case.owner else "",
        owner_id=case.owner.id if case.owner else "",
        update=_update(case),
        within=_within(case),
        drill=exercise,
    )
    return replace(content, **more)  # type: ignore[arg-type]


def _update(case: Case) -> datetime | None:
    """When those who wait hear next of a case that somebody has."""
    clock = case.deadlines.get(DeadlineName.NEXT_UPDATE)
    return clock.due if clock and case.owner and clock.state is DeadlineState.RUNNING else None


def _within(case: Case) -> str:
    """How soon they hear next, while the router has not yet said when: it sets that clock anew after each update."""
    clock = case.deadlines.get(DeadlineName.NEXT_UPDATE)
    anew = clock is not None and clock.state in (DeadlineState.MET, DeadlineState.PAUSED) and not case.waiting
    return case.plan.next_update if case.plan and case.owner and anew and case.status is not Status.DONE else ""


def importance(case: Case) -> Priority:
    """The priority of a case; before the plan is known it counts as P3."""
    return case.plan.priority if case.plan else Priority.P3


def names(people: tuple[Person, ...]) -> tuple[tuple[str, str], ...]:
    """People as (id, name)."""
    return tuple((p.id, p.name) for p in people)


def dumps(content: Content) -> str:
    """Write a content for the ledger, without what says nothing: an older release that does not know it can read the rest."""
    told = {name: value for name, value in asdict(content).items() if name in _ALWAYS or value != _DEFAULTS.get(name)}
    return json.dumps(told, ensure_ascii=False, default=lambda at: at.isoformat())


def loads(text: str) -> Content:
    """Read a content of the ledger; what a newer release says in it beside is left to that one."""
    read = {name: value for name, value in json.loads(text).items() if name in _NAMES}
    for name in _ALWAYS:
        read[name] = tuple((one, other) for one, other in read[name])
    for name in ("due", "update", "since", "wanted_by"):
        read[name] = _instant(read.get(name))
    lines = read.get("cases", ())
    read["cases"] = tuple(CaseLine(**{**x, "status": Status(x["status"]), "due": _instant(x["due"])}) for x in lines)
    read["precedents"] = tuple(Precedent(**told) for told in read.get("precedents", ()))
    return Content(**read)


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
