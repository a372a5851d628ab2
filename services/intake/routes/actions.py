"""What can be done to a case: one route for each verb, and the state after it as the answer."""

from typing import Annotated, Any, ClassVar
from uuid import uuid4

from fastapi import APIRouter, Request, Response
from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError

from services.intake import acting, store
from services.intake.domain import commands as c
from services.intake.domain import versions, view
from services.intake.domain.refusals import CHANGED, Refusal
from services.intake.domain.replies import is_automatic
from services.intake.door import By, door, read_json, reader, unknown_case
from services.intake.entrance import admit, count
from services.intake.routes.cases import idempotency_key
from services.intake.seeing import around, in_the_name_of, seen
from shared.contracts.case import Case
from shared.contracts.plan import Person
from shared.contracts.report import Id, Line, Text
from shared.contracts.vocabulary import DeadlineName, Impact, Track, Urgency
from shared.runtime.web import Problem

routes = APIRouter(tags=["actions"])


def _said(text: str) -> str:
    if not text:
        raise PydanticCustomError("blank", "must not be blank")
    return text


Said = Annotated[Text, AfterValidator(_said)]
HeaderName = Annotated[str, Field(min_length=1, max_length=200)]
HeaderValue = Annotated[str, Field(max_length=2000)]


class Named(BaseModel):
    """A person of the organisation."""

    model_config = ConfigDict(extra="forbid")
    id: Id
    name: Annotated[Line, AfterValidator(_said)]

    def person(self) -> Person:
        """The person as events name them."""
        return Person(id=self.id, name=self.name)


class Action(BaseModel):
    """What every action may say: in whose name, and by what road."""

    model_config = ConfigDict(extra="forbid")
    may_be_empty: ClassVar[bool] = False
    minds: ClassVar[bool] = True  # whether If-Match is heeded; an answer to a page is taken whatever has changed
    by: By | None = None
    via: Annotated[str, Field(max_length=40, pattern=r"^[a-z][a-z0-9_-]*$")] = "api"
    round: Annotated[int, Field(ge=0, le=1_000_000)] | None = None

    def command(self) -> c.Command:
        """The command that this asks for."""
        raise NotImplementedError


class AcknowledgeBody(Action):
    """ "I have it." `round` and `track` are those of the page that is answered."""

    may_be_empty = True
    minds = False
    track: Track | None = None

    def command(self) -> c.Command:
        return c.Acknowledge(self.via, self.track)


class UnacknowledgeBody(Action):
    """It was a slip: takes an acknowledgement back within a minute. Everybody who was asked is asked again."""

    may_be_empty = True
    minds = False

    def command(self) -> c.Command:
        return c.Unacknowledge()


class StartBody(Action):
    """Work on it begins."""

    may_be_empty = True

    def command(self) -> c.Command:
        return c.Start()


class NotesBody(Action):
    """Something to write down; the reporter sees it unless it is internal."""

    text: Said
    internal: bool = True

    def command(self) -> c.Command:
        return c.Note(self.text, self.internal)


class RepliesBody(Action):
    """What the customer answered; whether a machine did is said, or seen by the headers of the mail.

    The subject is a header like the others.
    """

    text: Said
    automatic: bool | None = None
    headers: dict[HeaderName, HeaderValue] = Field(default_factory=dict, max_length=100)

    def command(self) -> c.Command:
        seen = is_automatic(self.headers, self.text) if self.automatic is None else self.automatic
        return c.Reply(self.text, seen)


class ReassessBody(Action):
    """How urgent it is and how far it reaches, as seen now; with neither, the policy in force is applied anew."""

    urgency: Urgency | None = None
    impact: Impact | None = None
    reason: Said

    def command(self) -> c.Command:
        return c.Reassess(self.urgency, self.impact, self.reason)


class ExtendBody(Action):
    """Which deadline gets more time, how much (2h, 1bd), and why."""

    deadline: DeadlineName
    more: Annotated[str, Field(max_length=40)]
    reason: Said

    def command(self) -> c.Command:
        return c.Extend(self.deadline, self.more, self.reason)


class WaitBody(Action):
    """For whom or what the case waits."""

    reason: Said

    def command(self) -> c.Command:
        return c.Wait(self.reason)


class ResumeBody(Action):
    """The wait is over."""

    may_be_empty = True

    def command(self) -> c.Command:
        return c.Resume()


class ReassignBody(Action):
    """Who takes over, and why."""

    to: Named
    reason: Text = ""

    def command(self) -> c.Command:
        return c.Reassign(self.to.person(), self.reason)


class OfferBody(Action):
    """Who is asked to take it over, and why; the owner stays until they accept by acknowledging."""

    to: Named
    reason: Text = ""

    def command(self) -> c.Command:
        return c.Offer(self.to.person(), self.reason)


class DeclineBody(Action):
    """Not to take over what was offered."""

    may_be_empty = True
    minds = False
    reason: Text = ""

    def command(self) -> c.Command:
        return c.Decline(self.reason)


class FollowersBody(Named, Action):
    """Who is to be kept informed."""

    def command(self) -> c.Command:
        return c.Follow(self.person())


class ResolveBody(Action):
    """What was done and what came of it."""

    handling: Said
    result: Said
    evaluation: Text = ""
    cause: Text = ""

    def command(self) -> c.Command:
        return c.Resolve(self.handling, self.result, self.evaluation, self.cause)


class FeedbackBody(Action):
    """Thanks to the reporter, and what helped or helps next time; also after the case is done."""

    text: Said

    def command(self) -> c.Command:
        return c.Feedback(self.text)


class ReopenBody(Action):
    """Why it is not done."""

    reason: Said

    def command(self) -> c.Command:
        return c.Reopen(self.reason)


VERBS: dict[str, type[Action]] = {
    "acknowledge": AcknowledgeBody,
    "unacknowledge": UnacknowledgeBody,
    "start": StartBody,
    "notes": NotesBody,
    "replies": RepliesBody,
    "wait": WaitBody,
    "resume": ResumeBody,
    "reassign": ReassignBody,
    "offer": OfferBody,
    "decline": DeclineBody,
    "reassess": ReassessBody,
    "extend": ExtendBody,
    "followers": FollowersBody,
    "resolve": ResolveBody,
    "feedback": FeedbackBody,
    "reopen": ReopenBody,
}


def _route(verb: str, model: type[Action]) -> Any:
    async def do(request: Request, case_id: str) -> Response:
        who, here = await admit(request, "act", counted=False), door(request)
        count(request, urgent=not model.minds)
        key = idempotency_key(request, required=False)
        body = await read_json(request, model, model.may_be_empty)
        by = in_the_name_of(who, body.by)
        cause = (case_id, who.name, key) if key else ()
        anew = (key or uuid4().hex) if body.round is None else ""
        version = ", ".join(request.headers.getlist("if-match")) if model.minds else ""
        async with here.db.transaction() as tx:
            now = here.clock.now()
            _, known = await seen(tx, who, case_id, now, verb)
            done = await acting.act(tx, case_id, body.command(), by, now, cause, body.round, anew, version)
            if done is None:
                raise unknown_case()
            if done is CHANGED:
                case, lead = await around(tx, who, known)
                updated = await store.updated_at(tx, case_id) or case.submitted_at
                raise _changed(known, view.view(case, updated, reader(request), lead))
            if isinstance(done, Refusal):
                raise refused(done)
            case, lead = await around(tx, who, done.case)
        shown = view.view(case, done.updated_at, reader(request), lead).model_dump_json()
        return Response(shown, headers={"etag": versions.tag(done.case, shown)}, media_type="application/json")

    do.__doc__ = model.__doc__
    do.__name__ = f"{verb}_case"
    return do


def _changed(case: Case, shown: view.CaseView) -> Problem:
    """The answer for who would act on a case that is not as they saw it: how it stands now, and its tag."""
    now = shown.model_dump(mode="json", include={"status", "status_label", "owner", "level", "updated_at"})
    problem = Problem(412, CHANGED.code, CHANGED.ja, CHANGED.en, now=now)
    problem.headers = {"etag": versions.tag(case, shown.model_dump_json())}
    return problem


def refused(why: Refusal) -> Problem:
    """The answer for what cannot be done to the case as it stands, or for input that does not fit it."""
    if not why.field:
        return Problem(409, why.code, why.ja, why.en)
    return Problem(422, why.code, why.ja, why.en, errors=[{"pointer": f"/{why.field}", "type": why.code}])


for _verb, _model in VERBS.items():
    routes.post(f"/v1/cases/{{case_id}}/{_verb}", response_model=view.CaseView)(_route(_verb, _model))
