"""What was masked in a case, for those who may see it; erasing it; and finding the cases of somebody who asks for that."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from services.intake import auditing, erasing
from services.intake.domain import access
from services.intake.door import door, read_json, unknown_case
from services.intake.entrance import admit, only_ours, role_needed
from services.intake.seeing import seen
from shared.contracts.personal import value_of
from shared.runtime import folds
from shared.runtime.web import Problem

routes = APIRouter(tags=["personal data"])


class OriginalText(BaseModel):
    """One text as it was written, where the event of this id has marks."""

    event_id: UUID
    at: datetime
    field: str
    text: str


class Originals(BaseModel):
    """All that was masked in a case; empty once it is erased."""

    data: list[OriginalText]


class Sought(BaseModel):
    """A number of a telephone, a mail address, or a card's number, in whatever form."""

    model_config = ConfigDict(extra="forbid")
    value: Annotated[str, Field(min_length=1, max_length=300)]


class CaseIds(BaseModel):
    """The cases in which it stood, the newest first."""

    data: list[str]


class Mailbox(BaseModel):
    """The mail address at which a reporter hears of their case; empty where there is none, or none any more."""

    address: str


class Erasure(BaseModel):
    """What is gone: the number of texts that nobody can read any more as they were written."""

    case_id: str
    originals: int


@routes.get("/v1/cases/{case_id}/original", response_model=Originals)
async def read_original(request: Request, case_id: str) -> Response:
    """Show what people wrote where marks stand. For who is asked, who has the case, and who leads; each look is recorded."""
    who, here = await admit(request, "act"), door(request)
    async with here.db.transaction() as tx:
        now = here.clock.now()
        _, case = await seen(tx, who, case_id, now)
        if not access.sees_personal(who, case):
            raise role_needed()
        originals = await here.safe.originals(tx, case_id)
        auditing.add(tx, auditing.of("personal.seen", who, case_id, now, texts=len(originals)))
    data = [OriginalText(event_id=o.event_id, at=o.at, field=f, text=t) for o in originals for f, t in o.texts.items()]
    return Response(
        Originals(data=data).model_dump_json(), headers={"cache-control": "no-store"}, media_type="application/json"
    )


@routes.get("/v1/cases/{case_id}/reporter", response_model=Mailbox)
async def read_reporter(request: Request, case_id: str) -> Response:
    """Say where a reporter who is in no directory hears of their case. For our notifier alone, which keeps it nowhere."""
    who, here = await admit(request, "read"), door(request)
    only_ours(who)
    async with here.db.reading() as tx:
        if (await folds.load(tx, case_id, lock=False)).case is None:
            raise unknown_case()
        address = await here.safe.address(tx, case_id)
    told = Mailbox(address=address).model_dump_json()
    return Response(told, headers={"cache-control": "no-store"}, media_type="application/json")


@routes.delete("/v1/cases/{case_id}/personal", response_model=Erasure)
async def erase_personal(
    request: Request,
    case_id: str,
    reporter: Annotated[bool, Query(description="Forget who reported it too")] = False,
) -> Erasure:
    """Erase for good what is personal in a case. Times, decisions and counts stay, and the audit still verifies."""
    who, here = await admit(request, "admin"), door(request)
    async with here.db.transaction() as tx:
        fold = await folds.load(tx, case_id)
        if fold.case is None:
            raise unknown_case()
        auditing.through(tx, who)
        done = await erasing.erase(tx, fold, who.actor, reporter, here.clock.now())
    return Erasure(case_id=done.case_id, originals=done.originals)


@routes.post("/v1/personal/search", response_model=CaseIds)
async def find_cases(request: Request, response: Response) -> CaseIds:
    """Find the cases in which a number or an address stood. What is looked for is kept nowhere, and in no log."""
    who, here = await admit(request, "admin"), door(request)
    sought = value_of((await read_json(request, Sought)).value)
    if sought is None:
        raise Problem(
            422,
            "not-personal",
            "電話番号・メールアドレス・カード番号のいずれかを入力してください。",
            "Give the number of a telephone, a mail address, or the number of a card.",
        )
    async with here.db.transaction() as tx:
        found = await here.safe.cases_with(tx, *sought)
        line = auditing.of("personal.sought", who, "personal", here.clock.now(), kind=sought[0], found=len(found))
        auditing.add(tx, line)
    response.headers["cache-control"] = "no-store"
    return CaseIds(data=found)
