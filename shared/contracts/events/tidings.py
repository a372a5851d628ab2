"""What else is told: what reached whom, what can be found again, which policy is in force, what a person should know."""

from datetime import date, datetime
from typing import Annotated, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

from shared.contracts import topics
from shared.contracts.events.event import Event
from shared.contracts.plan import Person, Reason
from shared.contracts.vocabulary import Channel, Outcome, Priority, Purpose, Status, Track


class NotificationAttempted(Event):
    """What came of one attempt to reach one person or ticket."""

    type: ClassVar[str] = "notification.attempted.v1"
    producer: ClassVar[str] = "notifier"
    topic: ClassVar[str] = topics.NOTIFICATIONS
    notification_id: str
    purpose: Purpose
    channel: Channel
    recipient: Annotated[str, Field(description="A person id, or team:<id>, or ticket:<system>:<id>")]
    attempt: int
    outcome: Outcome
    code: str = ""
    repeat: Annotated[bool, Field(description="Labelled as a possible repeat")] = False


class NotificationUnreachable(Event):
    """Every way to a person who is asked has failed, or they have passed the case on; somebody else is to be asked."""

    type: ClassVar[str] = "notification.unreachable.v1"
    producer: ClassVar[str] = "notifier"
    person: Person
    round: Annotated[int, Field(description="The assignment whose page did not reach them")]
    track: Track
    code: Annotated[
        str,
        Field(description="What came of the last way; `declined` when passed on, `do_not_disturb` in hours kept quiet"),
    ] = ""


class KnowledgeArchived(Event):
    """A resolved case can be found again."""

    type: ClassVar[str] = "knowledge.archived.v1"
    producer: ClassVar[str] = "knowledge"
    title: str


class PolicyPublished(Event):
    """A version of the policy is in force; `case_id` is empty, the key is fixed."""

    type: ClassVar[str] = "policy.published.v1"
    producer: ClassVar[str] = "router"
    topic: ClassVar[str] = topics.POLICY
    case_id: str = ""
    version: int
    digest: str
    people: tuple[Person, ...]

    @property
    def key(self) -> str:
        """One key: compaction keeps the newest version."""
        return "policy"


class OpenCase(BaseModel):
    """One line of a digest."""

    model_config = ConfigDict(frozen=True)
    case_id: str
    number: int
    headline: str
    priority: Priority
    status: Status
    owner: str = ""
    due: datetime | None = None


class DutyDigest(Event):
    """What somebody should know without being woken: the open cases at a hand-over, or of the week; `case_id` is empty.

    Of a shift without cases: what others did about this person's duty, such as asking for a swap.
    """

    type: ClassVar[str] = "duty.digest.v1"
    producer: ClassVar[str] = "router"
    topic: ClassVar[str] = topics.DUTY
    case_id: str = ""
    cause: Literal["shift", "weekly", "review"]
    person: Person
    schedule: str = ""
    cases: tuple[OpenCase, ...]
    reasons: tuple[Reason, ...]

    @property
    def key(self) -> str:
        """One order per person."""
        return self.person.id


class SourceTroubled(Event):
    """A connection to others does not do what it is for; said once an hour. `case_id` is empty.

    `what`: a delivery was set aside because nobody could read it, the sender's own records cannot be looked at, or a
    subscription to webhooks was stopped; `source` is then the id of the subscription. `refused`: nothing was set aside,
    for what comes is not believed any more.
    """

    type: ClassVar[str] = "source.troubled.v1"
    producer: ClassVar[str] = "intake"
    topic: ClassVar[str] = topics.DUTY
    case_id: str = ""
    what: Literal["delivery", "records", "subscription"] = "delivery"
    refused: bool = False
    source: str
    name: str
    owner: Annotated[str, Field(description="A person id, or team:<id>; empty is whoever looks after the installation")]
    reason: Reason

    @property
    def key(self) -> str:
        """One order per source."""
        return self.source


class DueArticle(BaseModel):
    """An article that somebody is to look at by a day: whether it is still true, or because nobody sees it from then on.

    `owner` is the name of whose it is, where that is not who is told.
    """

    model_config = ConfigDict(frozen=True)
    id: str
    question: str
    what: Annotated[Literal["review", "end"], Field(description="Still true? Or: its last day comes")] = "review"
    day: date
    url: str
    owner: str = ""


class KnowledgeDue(Event):
    """Articles fall due; said once for each of their days, and to one person once a day. `case_id` is empty."""

    type: ClassVar[str] = "knowledge.due.v1"
    producer: ClassVar[str] = "intake"
    topic: ClassVar[str] = topics.DUTY
    most: ClassVar[int] = 30  # articles of one message
    case_id: str = ""
    person: Annotated[Person, Field(description="Who looks after them; an empty id is whoever looks after it all")]
    articles: tuple[DueArticle, ...]
    further: Annotated[int, Field(description="Articles that are counted only: they come another day")] = 0

    @property
    def key(self) -> str:
        """One order per person."""
        return self.person.id
