"""What may be said with each verb on a case: the bodies of its routes, and how they become commands."""

from typing import Annotated, ClassVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError

from services.intake.domain import commands as c
from services.intake.domain.ids import LARGEST_ID
from services.intake.domain.replies import is_automatic
from services.intake.door import By
from shared.contracts.plan import Person
from shared.contracts.report import Id, Line, Text
from shared.contracts.vocabulary import DeadlineName, Impact, Kind, Track, Urgency


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
    """How urgent it is, how far it reaches and what it is about, as seen now; with none of it, the policy in force is applied anew.

    The kind `harassment` and `personal_data` decide who may read the case; so does another plan.
    """

    urgency: Urgency | None = None
    impact: Impact | None = None
    kind: Kind | None = None
    personal_data: bool | None = None
    reason: Said

    def command(self) -> c.Command:
        return c.Reassess(self.urgency, self.impact, self.reason, self.kind, self.personal_data)


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


class LinkBody(Action):
    """The case that is about the same, by its number or id, and why: this one is handled as that one from now on."""

    lead: Annotated[int, Field(ge=1, le=LARGEST_ID)] | Annotated[str, Field(min_length=1, max_length=60)]
    reason: Text = ""

    def command(self) -> c.Command:
        return c.Link(str(self.lead), self.reason)


class SplitBody(Action):
    """Why it is not the same: it is a case of its own again, and asked for anew."""

    reason: Said

    def command(self) -> c.Command:
        return c.Split(self.reason)


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
    "link": LinkBody,
    "split": SplitBody,
    "reassess": ReassessBody,
    "extend": ExtendBody,
    "followers": FollowersBody,
    "resolve": ResolveBody,
    "feedback": FeedbackBody,
    "reopen": ReopenBody,
}
