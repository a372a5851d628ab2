"""The whole directory over HTTP: as JSON, as a table for a spreadsheet, and as one page to be printed."""

import asyncio
from typing import Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse
from pydantic import BaseModel

from services.notifier import contacts, directory, imports
from services.notifier.directory import Directory, Everybody
from services.notifier.domain import booklet
from services.notifier.domain.contact import Contact
from services.notifier.domain.sheet import Fault
from services.notifier.settings import Settings
from shared.contracts import canary
from shared.runtime.service import Process
from shared.runtime.web import Problem, language, require_token

LARGEST = 2 * 1024 * 1024
TABLE: dict[str, Any] = {
    "requestBody": {"required": True, "content": {"text/csv": {"schema": {"type": "string", "format": "binary"}}}}
}
POLICY = "default-src 'none'; style-src 'unsafe-inline'"


class Mistake(BaseModel):
    """Something wrong with one line (0: the whole), in the reader's language."""

    line: int
    column: str
    detail: str


class Line(BaseModel):
    """Somebody and how they are called or written to, by what the directory itself says; `member_of` are names of teams."""

    id: str
    name: str
    member_of: tuple[str, ...]
    phones: tuple[str, ...]
    mails: tuple[str, ...]


class PhoneBook(BaseModel):
    """Everybody of the directory, by name."""

    people: list[Line]


class Imported(BaseModel):
    """What a table changes, or would change; with any mistake that is nothing."""

    done: bool
    people: int
    teams: int
    added: list[str]
    changed: list[str]
    removed: list[str]
    mistakes: list[Mistake]


def routes(process: Process) -> APIRouter:
    """Every route of the directory."""
    settings, db, clock = process.settings, process.db, process.clock
    assert isinstance(settings, Settings)

    def admitted(request: Request) -> None:
        require_token(request, settings.service_token)

    found = APIRouter(tags=["contacts"], dependencies=[Depends(admitted)])

    async def whole() -> Everybody:
        async with db.reading() as connection:
            return directory.told(*await contacts.directory(connection))

    @found.put("/v1/contacts")
    async def replace_contacts(everybody: Directory) -> Directory:
        """Put a whole directory in the place of the old one; telephone numbers come back in E.164.

        What people have decided and brought themselves stays.
        """
        async with db.transaction() as tx:
            await contacts.replace(tx, everybody.contacts(), everybody.catch_all, everybody.owner)
        return everybody

    @found.get("/v1/contacts")
    async def everybody() -> Everybody:
        """The whole directory; addresses that nobody has proven are left out."""
        return await whole()

    @found.get("/v1/phone-book")
    async def phone_book() -> PhoneBook:
        """How colleagues ring each other up: the numbers and mail addresses of the directory, and none that people brought."""
        async with db.reading() as connection:
            listed, _, _ = await contacts.directory(connection)
        teams = {c.id: c.name for c in listed if c.id.startswith("team:")}
        lines = [
            Line(
                id=c.id,
                name=c.name,
                member_of=tuple(teams[team] for id_ in c.member_of if (team := f"team:{id_}") in teams),
                phones=_given(c, "phone"),
                mails=_given(c, "email"),
            )
            for c in listed
            if c.id not in teams and c.id != canary.PERSON  # a program, whom nobody rings up
        ]
        return PhoneBook(people=sorted(lines, key=lambda line: (line.name, line.id)))

    @found.get("/v1/contacts.csv", response_class=Response)
    async def table() -> Response:
        """The directory as a table (CSV, UTF-8) that a spreadsheet opens and `POST` takes back."""
        return Response(imports.written(await whole()), media_type="text/csv; charset=utf-8")

    @found.post("/v1/contacts.csv", openapi_extra=TABLE)
    async def import_table(request: Request, dry_run: bool = False) -> Imported:
        """Put the directory of a table (CSV, UTF-8 or Shift_JIS) in the place of the old one: all of it, or nothing.

        `dry_run` changes nothing and tells what would change, or every mistake by line.
        """
        new, faults = await asyncio.to_thread(imports.read, await request.body())
        before = _by_id(await whole())
        if new is None:
            if not dry_run:
                raise _refused(faults)
            told = [Mistake(line=f.line, column=f.column, detail=_said(f, request)) for f in faults]
            return Imported(done=False, people=0, teams=0, added=[], changed=[], removed=[], mistakes=told)
        after = _by_id(new)
        if not dry_run:
            await replace_contacts(new)
        return Imported(
            done=not dry_run,
            people=len(new.people),
            teams=len(new.teams),
            added=sorted(after.keys() - before.keys()),
            changed=sorted(id_ for id_ in after.keys() & before.keys() if after[id_] != before[id_]),
            removed=sorted(before.keys() - after.keys()),
            mistakes=[],
        )

    @found.get("/v1/contacts.html", response_class=HTMLResponse)
    async def printed(request: Request) -> Response:
        """The directory as one page without any outside part, in the reader's language: to be printed, and kept."""
        async with db.reading() as connection:
            listed, catch_all, owner = await contacts.directory(connection)
        made_at = clock.now().astimezone(ZoneInfo(settings.zone))
        page = booklet.page(listed, catch_all, owner, "en" if language(request) == "en" else "ja", made_at)
        return HTMLResponse(page, headers={"content-security-policy": POLICY, "cache-control": "no-store"})

    return found


def _by_id(everybody: Everybody | Directory) -> dict[str, Any]:
    return {**{p.id: p for p in everybody.people}, **{f"team:{t.id}": t for t in everybody.teams}}


def _said(fault: Fault, request: Request) -> str:
    return fault.en if language(request) == "en" else fault.ja


def _refused(faults: list[Fault]) -> Problem:
    errors = [
        {"pointer": f"/{f.line}/{f.column}", "line": f.line, "column": f.column, "type": "import",
         "detail": {"ja": f.ja, "en": f.en}}
        for f in faults
    ]  # fmt: skip
    ja, en = (
        f"{len(faults)} か所に誤りがあるため、何も変えていません。",
        f"Nothing was changed: {len(faults)} mistakes.",
    )
    return Problem(422, "import-refused", ja, en, errors=errors)


def _given(contact: Contact, kind: str) -> tuple[str, ...]:
    return tuple(a.value for a in contact.addresses if a.kind == kind and a.origin == "directory" and not a.broken)
