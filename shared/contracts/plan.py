"""The plan: what the policy becomes for one case, frozen when the escalation starts."""

from typing import Annotated, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field

from shared.contracts.vocabulary import Channel, Path, Priority

Need: TypeAlias = Literal["any", "all"]  # whose answer a level needs
Nobody: TypeAlias = Literal[
    "catch_all", "hold"
]  # what happens when nobody is on duty: ask the catch-all, or wait for the shift


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
    """One step of the climb; `acknowledge` says whether one answer is enough."""

    targets: tuple[Target, ...]
    channels: tuple[Channel, ...]
    first_response: str
    acknowledge: Need = "any"


class Plan(_Frozen):
    """Who is told, how and by when; `levels` is empty exactly when the case is not an incident (`suppressed`).

    `authority` are the levels of those who must know, asked side by side with `levels`. `repeat` is how often all
    levels are asked again. `rules` are the ids of the case rules that held, `calendar` the id of the one that counts.
    """

    policy_version: int
    priority: Priority
    path: Path
    load: Annotated[int, Field(ge=1, le=3, description="1 now, 2 next business day, 3 weekly digest")] = 1
    team: str
    levels: tuple[Level, ...]
    authority: tuple[Level, ...] = ()
    first_handling: str
    next_update: str = ""
    resolution: str
    repeat: int = 0
    nobody_on_duty: Nobody = "catch_all"
    calendar: str = ""
    rules: tuple[str, ...] = ()
    gather: Annotated[bool, Field(description="Similar reports are linked to this case")] = False
    restricted: Annotated[bool, Field(description="A rule says that only those concerned may read the case")] = False
    reasons: tuple[Reason, ...]
    suppressed: Reason | None = None
    faq: str = ""


class Responder(_Frozen):
    """The person a target resolved to, with the reason (on duty, substitute for …).

    `schedule` is the one that named them. `paged_in` is the round in which they are being paged for this case already,
    so that nobody is called twice for two tracks; 0 when this assignment pages them.
    """

    person: Person
    path: Path
    reason: Reason
    schedule: str = ""
    paged_in: int = 0
