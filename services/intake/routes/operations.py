"""How the pager itself does, and its dead letters: for who administers all teams."""

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from services.intake import operating, parked
from services.intake.backlog import AWAY
from services.intake.domain.operations import Operations
from services.intake.door import door, read_json
from services.intake.entrance import admit
from services.intake.parked import Known
from shared.runtime.web import language

routes = APIRouter(tags=["operations"])
Place = Annotated[str, Path(pattern=r"^\d{1,6}-\d{1,18}$", description="Partition and offset among the dead letters")]


class Done(BaseModel):
    """What somebody did about a dead letter, and what came of it."""

    at: datetime
    by: str
    verdict: Literal["handled", "known", "refused", "unanswered", "dismissed"]


class LetterRow(BaseModel):
    """A record that a service could not handle: where it stood, what it is about, and why it could not be."""

    place: str
    at: datetime
    service: str
    topic: str
    partition: int
    offset: int
    type: str
    key: str
    reason: Annotated[str, Field(description="Without personal data")]
    settled: bool
    done: list[Done]


class LetterView(LetterRow):
    """The same with what it holds, without personal data; a long body is cut."""

    headers: dict[str, str]
    body: Annotated[str | None, Field(description="Null where it is of a restricted case that you may not see")]


class Letters(BaseModel):
    """The newest dead letters, the newest first, and how many are kept."""

    kept: int
    data: list[LetterRow]


class Came(BaseModel):
    """What came of one: handled now, known because it was before, or refused with the reason."""

    place: str
    verdict: Literal["handled", "known", "refused"]
    reason: str


class AllCame(BaseModel):
    """What came of each, in the order of the log."""

    data: list[Came]


class OfAKind(BaseModel):
    """Which dead letters: those of a service and a type of event."""

    model_config = ConfigDict(extra="forbid")
    service: Annotated[str, Field(min_length=1, max_length=40)]
    type: Annotated[str, Field(max_length=200)]


@routes.get("/v1/operations")
async def read_operations(request: Request) -> Operations:
    """Tell how every part does now and what needs a human; what cannot be asked is null."""
    await admit(request, "admin")
    return await operating.read(door(request), request.app.state.checks)


@routes.get("/v1/operations/dead-letters")
async def list_dead_letters(request: Request) -> Letters:
    """List the newest records that nobody could handle. 503 while Kafka is away."""
    await admit(request, "admin")
    try:
        kept, letters = await parked.listed(door(request))
    except AWAY:
        raise parked.away() from None
    return Letters(kept=kept, data=[LetterRow(**_row(known)) for known in letters])


@routes.get("/v1/operations/dead-letters/{place}")
async def read_dead_letter(request: Request, place: Place) -> LetterView:
    """Show what one holds; that somebody looked is recorded."""
    known = await parked.looked(door(request), await admit(request, "admin"), place)
    return LetterView(**_row(known), headers=parked.headers(known.letter), body=parked.body(known))


@routes.post("/v1/operations/dead-letters/{place}/replay")
async def replay_dead_letter(request: Request, place: Place) -> Came:
    """Have its service handle it once more; what was handled before is left alone, and refused where its case has gone on since."""
    here, who = door(request), await admit(request, "admin")
    outcome = await parked.again(here, who, await parked.one(here, place), language(request))
    return Came(place=place, verdict=outcome.verdict, reason=parked.masked(outcome.reason))


@routes.post("/v1/operations/dead-letters/replay")
async def replay_dead_letters(request: Request) -> AllCame:
    """The same for all of one kind that nobody has dealt with; it ends at the first that cannot be asked for."""
    who = await admit(request, "admin")
    kind = await read_json(request, OfAKind)
    came = await parked.all_again(door(request), who, kind.service, kind.type, language(request))
    return AllCame(
        data=[
            Came(place=known.letter.place, verdict=outcome.verdict, reason=parked.masked(outcome.reason))
            for known, outcome in came
        ]
    )


@routes.post("/v1/operations/dead-letters/{place}/dismiss", status_code=204)
async def dismiss_dead_letter(request: Request, place: Place) -> Response:
    """Say that nothing is to be done about it. It is kept as long as the others, and can still be handled."""
    here, who = door(request), await admit(request, "admin")
    await parked.dismiss(here, who, await parked.one(here, place))
    return Response(status_code=204)


def _row(known: Known) -> dict[str, Any]:
    letter = known.letter
    topic, partition, offset = letter.stood
    return {
        "place": letter.place,
        "at": letter.at,
        "service": letter.service,
        "topic": topic,
        "partition": partition,
        "offset": offset,
        "type": letter.type,
        "key": letter.key,
        "reason": parked.masked(letter.reason),
        "settled": known.settled,
        "done": [Done(at=deed.at, by=deed.by, verdict=deed.verdict) for deed in known.deeds],
    }
