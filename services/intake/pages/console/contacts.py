"""The contact directory at hand: whoever works on cases finds a colleague, and rings them up."""

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ValidationError

from services.intake import behind
from services.intake.domain.board import folded
from services.intake.domain.telephone import as_written
from services.intake.door import door
from services.intake.entrance import permit
from services.intake.pages.console.shell import opened, shown

routes = APIRouter(include_in_schema=False)
MOST = 200  # people on one page


class Line(BaseModel):
    """Somebody, and how they are called or written to."""

    id: str
    name: str
    member_of: tuple[str, ...]
    phones: tuple[str, ...]
    mails: tuple[str, ...]

    def fits(self, words: list[str]) -> bool:
        """Whether each word stands in the name, the id, a team, a mail address, or a number however it is written."""
        written = [as_written(number) for number in self.phones]
        numbers = (*self.phones, *written, *(number.replace("-", "") for number in written))
        names = (self.name, self.name.replace(" ", ""), self.id)
        said = folded(" ".join((*names, *self.member_of, *self.mails, *numbers)))
        return all(word in said for word in words)


class Book(BaseModel):
    """Everybody of the directory, by name."""

    people: list[Line]


@routes.api_route("/duty/contacts", methods=["GET", "HEAD"])
async def contacts(request: Request) -> Response:
    """Show colleagues, all or those that some words are about; `q` may be a name, a team, an address or a number."""
    someone = await opened(request)
    permit(someone.who, "attend")
    q = " ".join(request.query_params.get("q", "").split())[:100]
    try:
        book = Book.model_validate(await behind.ask(door(request), "notifier", "/v1/phone-book"))
    except ValidationError:
        book = None
    found = [line for line in book.people if line.fits(folded(q).split())] if book else []
    return shown(
        request, "contacts.html", someone, 200 if book else 502, area="duty", at="/duty/contacts", q=q, away=book is None,
        found=found[:MOST], further=max(len(found) - MOST, 0), number=as_written,
    )  # fmt: skip
