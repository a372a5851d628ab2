"""How cases like this one were solved, for our notifier: what it may tell who is asked."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel

from services.intake.door import door, language, unknown_case
from services.intake.entrance import admit, only_ours
from services.intake.precedents import Precedent, precedents
from shared.contracts.plan import Person
from shared.runtime import folds

routes = APIRouter(tags=["cases"])


class Precedents(BaseModel):
    """Three at most, the best first; null while that cannot be said."""

    data: list[Precedent] | None


@routes.get("/v1/cases/{case_id}/precedents")
async def read_precedents(
    request: Request,
    case_id: str,
    person: Annotated[str, Query(max_length=200, description="Who is asked; for nobody there is none")] = "",
    shared: Annotated[bool, Query(description="Where it is told, others read it too")] = True,
) -> Precedents:
    """Finished cases of the same trouble that a person may see, in short. For our notifier alone."""
    who, here = await admit(request, "read"), door(request)
    only_ours(who)
    async with here.db.reading() as tx:
        case = (await folds.load(tx, case_id, lock=False)).case
    if case is None:
        raise unknown_case()
    if not person:
        return Precedents(data=[])
    return Precedents(data=await precedents(here, case, Person(id=person, name=person), language(request), shared))
