"""What every event has, and the parts that several of them share."""

from datetime import datetime
from functools import cache
from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict

from shared.contracts import topics
from shared.contracts.vocabulary import DeadlineName


class Actor(BaseModel):
    """Who did something: a person, a source (a CRM, a monitor), or nobody who gave a name."""

    model_config = ConfigDict(frozen=True)
    kind: Literal["person", "source", "anonymous"]
    id: str
    name: str = ""


MONITORS = {
    "alertmanager", "grafana", "datadog", "sentry", "pagerduty", "opsgenie", "cloudevents", "standard_webhooks", "generic",
    "email",
}  # fmt: skip


class External(BaseModel):
    """The same case in the sender's own system, where results are written back if it keeps tickets."""

    model_config = ConfigDict(frozen=True)
    system: Literal[
        "zendesk",
        "salesforce",
        "hubspot",
        "jira",
        "servicenow",
        "freshdesk",
        "kintone",
        "intercom",
        "dynamics365",
        "alertmanager",
        "grafana",
        "datadog",
        "sentry",
        "pagerduty",
        "opsgenie",
        "cloudevents",
        "standard_webhooks",
        "generic",
        "email",
    ]
    id: str
    url: str = ""

    @property
    def is_ticket(self) -> bool:
        """Whether people read there what is written back; an alert of a monitor has no such place."""
        return self.system not in MONITORS


class DeadlineSet(BaseModel):
    """One deadline of one generation; a breach of an older generation means nothing.

    It allows `span` (as the policy writes it), of which `used_ms` were counted before `since`, from when it runs.
    """

    model_config = ConfigDict(frozen=True, extra="allow")
    name: DeadlineName
    generation: int
    due: datetime
    warn_at: datetime | None = None
    span: str = ""
    since: datetime | None = None
    used_ms: int = 0


class Event(BaseModel):
    """A fact about one case. What a later release has added to it is kept as it came."""

    model_config = ConfigDict(frozen=True, extra="allow")
    type: ClassVar[str]
    producer: ClassVar[str]
    topic: ClassVar[str] = topics.CASES
    case_id: str

    @property
    def key(self) -> str:
        """The Kafka key: all facts of one case stand in one order."""
        return self.case_id


class Strange(Event):
    """A fact of a type that this release does not know, since a later one said it; it is kept whole, and means nothing here."""

    type = "*"
    producer = "unknown"


@cache
def strange(type_: str) -> type[Strange]:
    """The class of an event of an unknown type."""
    return type("Strange", (Strange,), {"type": type_, "__module__": __name__})
