"""The plan: what the policy becomes for one case, frozen when the escalation starts."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from shared.contracts.vocabulary import Channel, Path, Priority


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True)


class Reason(_Frozen):
    """Why something was decided, in plain words for the reader."""

    ja: str
    en: str


class Person(_Frozen):
    """Somebody of the organisation: an id and the name to show, never a number or an address."""

    id: str
    name: str


class Target(_Frozen):
    """What a rule names: a schedule (whoever is on duty), or one person."""

    kind: Literal["schedule", "person"]
    id: str
    path: Path
    name: str = ""


class Level(_Frozen):
    """One step of the climb."""

    targets: tuple[Target, ...]
    channels: tuple[Channel, ...]
    first_response: str


class Plan(_Frozen):
    """Who is told, how and by when; `levels` is empty exactly when the case is not an incident (`suppressed`)."""

    policy_version: int
    priority: Priority
    path: Path
    load: Annotated[int, Field(ge=1, le=3, description="1 now, 2 next business day, 3 weekly digest")] = 1
    team: str
    levels: tuple[Level, ...]
    first_handling: str
    resolution: str
    reasons: tuple[Reason, ...]
    suppressed: Reason | None = None
    faq: str = ""


class Responder(_Frozen):
    """The person a target resolved to, with the reason (on duty, substitute for …)."""

    person: Person
    path: Path
    reason: Reason
