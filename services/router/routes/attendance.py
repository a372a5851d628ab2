"""Absences, overrides, swaps of shifts and presence over HTTP; each answer says what follows from it."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated, Literal, TypeVar

from fastapi import APIRouter, Depends, Query, Request, Response

from services.router import attendance
from services.router.attendance import Entry
from services.router.domain.climb.in_force import InForce
from services.router.domain.duty.attendance import Absence, Override, Presence, Swap
from services.router.domain.duty.ical_import import Read, read
from services.router.domain.duty.refusals import LONGEST, THIS_MORNING
from services.router.domain.policies.policy import Policy
from services.router.domain.trial.consequences import PENDING, Consequences, consequences
from services.router.routes import told
from services.router.routes.policy import Desk
from services.router.routes.shown import By
from services.router.routes.told import Instant, Shapes
from services.router.telling import Outcome, Refused, Taken, Telling, Unknown
from shared.contracts.plan import Person
from shared.contracts.report import Id, Line
from shared.runtime.web import Problem, language, require_token

LARGEST_FILE = 1024 * 1024
T = TypeVar("T", Absence, Override, Swap)
Cursor = Annotated[int, Query(ge=0)]
Limit = Annotated[int, Query(ge=1, le=500)]
Filter = Annotated[str, Query(max_length=100, pattern=r"^[A-Za-z0-9_.:@-]*$")]
FOREVER = datetime(2100, 1, 1, tzinfo=UTC)
_CONTROLS = dict.fromkeys({*range(32)} - {9, 10, 13})  # no calendar may hold them, and no database takes zero
_WORDS = {"absence": ("不在の登録", "absence"), "override": ("臨時の当番", "override"), "swap": ("交換", "swap")}


@dataclass(frozen=True)
class Page:
    """Which entries of a list are asked for: from `since` (now, when left out) to `until`, and those after `cursor`."""

    since: Instant | None = None
    until: Instant | None = None
    cursor: Cursor = 0
    limit: Limit = 100


Asked = Annotated[Page, Depends()]


def routes(desk: Desk) -> APIRouter:
    """Every route by which people tell who is there."""

    def admitted(request: Request) -> None:
        require_token(request, desk.settings.service_token)

    found = APIRouter(tags=["attendance"], dependencies=[Depends(admitted)])
    telling = Telling(desk.db, desk.clock, desk.current)

    def acting(by: Annotated[Id, Query()], by_name: Annotated[Line, Query()] = "") -> By:
        """Who does it, where a request has no body for that."""
        return By(id=by, name=by_name)

    def named(by: By) -> Person:
        """The person with the name that the policy knows, when none was given."""
        return by.person() if by.name else shapes().person(by.id)

    async def taken(response: Response, thing: T, by: By, what: str) -> Outcome[Entry[T]]:
        """Take something in; 201, or 200 when it was known under its id."""
        with _refusing(what):
            out = await telling.tell(thing, named(by))
        response.status_code = 201 if out.changed else 200
        return out

    async def follows(request: Request, out: Outcome[Entry[T]], person: str) -> dict[str, list[str]]:
        """What follows for a person, in the reader's language."""
        x = out.made.thing
        said = await compared(out.before, out.after, person, x.since, x.until) if out.changed else None
        return told.sentences(said, language(request))

    async def compared(
        before: InForce, after: InForce, person: str, since: datetime, until: datetime | None
    ) -> Consequences:
        return await asyncio.to_thread(consequences, before, after, person, since, until, desk.clock.now())

    async def listed(
        type_: type[T], person: str, schedule: str, everything: bool, page: Page
    ) -> tuple[list[Entry[T]], str | None]:
        span, limit = (page.since or desk.clock.now(), page.until or FOREVER), page.limit
        async with desk.db.reading() as tx:
            rows = await attendance.entries(tx, type_, person, schedule, *span, everything, page.cursor, limit + 1)
        return rows[:limit], str(rows[limit - 1].number) if len(rows) > limit else None

    async def one(type_: type[T], id_: str, what: str) -> Entry[T]:
        async with desk.db.reading() as tx:
            known = await attendance.entry(tx, type_, id_)
        with _refusing(what):
            if known is None:
                raise Unknown
            return known

    def shapes() -> Shapes:
        return Shapes(desk.current.in_force)

    @found.post("/v1/absences", status_code=201)
    async def add_absence(request: Request, response: Response, wanted: told.NewAbsence) -> told.AbsenceAnswer:
        """Somebody will be away; answers who is on duty instead, and where nobody is left."""
        out = await taken(response, wanted.thing(), wanted.by, "absence")
        said = await follows(request, out, wanted.person)
        return told.AbsenceAnswer(absence=shapes().absence(out.made), **said)

    @found.get("/v1/absences")
    async def absences(asked: Asked, person: Filter = "", cancelled: bool = False) -> told.Absences:
        """Who is or will be away (from `since` on; now, when left out), or stands in."""
        rows, more = await listed(Absence, person, "", cancelled, asked)
        return told.Absences(data=[shapes().absence(x) for x in rows], next_cursor=more)

    @found.get("/v1/absences/{id}")
    async def absence(id: Id) -> told.ShownAbsence:
        """One absence, taken back or not."""
        return shapes().absence(await one(Absence, id, "absence"))

    @found.delete("/v1/absences/{id}")
    async def cancel_absence(request: Request, id: Id, by: Annotated[By, Depends(acting)]) -> told.AbsenceAnswer:
        """Take an absence back from now on."""
        with _refusing("absence"):
            out = await telling.cancel(Absence, id, named(by))
        said = await follows(request, out, out.made.thing.person)
        return told.AbsenceAnswer(absence=shapes().absence(out.made), **said)

    @found.post("/v1/absences/import", openapi_extra=_calendar_body())
    async def import_absences(
        request: Request, by: Annotated[By, Depends(acting)], dry_run: bool = False
    ) -> told.ImportAnswer:
        """Read absences from an iCalendar file of the year ahead; answers what was taken, and what was not and why."""
        force, now = desk.current.in_force, desk.clock.now()
        text = (await request.body()).decode("utf-8", "replace").translate(_CONTROLS)
        policy = force.policy
        file = await asyncio.to_thread(_read, text, policy, now)
        out = await telling.take_in(file, named(by), dry_run)
        en, shape = language(request) == "en", shapes()
        left_out = [
            told.LeftOut(uid=r.uid, summary=r.summary, why=r.en if en else r.ja) for r in (*file.remarks, *file.free())
        ]
        for absence, why in out.made.refused:
            name = f"{shape.person(absence.person).name}: {absence.reason}"
            left_out.append(told.LeftOut(uid="", summary=name, why=why.en if en else why.ja))
        merged = Consequences((), ())
        for person in dict.fromkeys(x.person for x in out.made.taken) if out.changed else ():
            spans = [x for x in out.made.taken if x.person == person]
            span = min(x.since for x in spans), max(x.until for x in spans)
            one = await compared(out.before, out.after, person, *span)
            merged = Consequences((*merged.said, *one.said), (*merged.warnings, *one.warnings))
        said = Consequences(tuple(dict.fromkeys(merged.said)), tuple(dict.fromkeys(merged.warnings)))
        return told.ImportAnswer(
            taken=[shape.span(x) for x in out.made.taken],
            known=[shape.span(x) for x in out.made.known],
            left_out=left_out,
            **told.sentences(said, language(request)),
        )

    @found.post("/v1/overrides", status_code=201)
    async def add_override(request: Request, response: Response, wanted: told.NewOverride) -> told.OverrideAnswer:
        """Put somebody on duty for a time."""
        out = await taken(response, wanted.thing(), wanted.by, "override")
        said = await follows(request, out, wanted.person)
        return told.OverrideAnswer(override=shapes().override(out.made), **said)

    @found.get("/v1/overrides")
    async def overrides(
        asked: Asked, schedule: Filter = "", person: Filter = "", cancelled: bool = False
    ) -> told.Overrides:
        """Who is put on duty from `since` (now, when left out) on."""
        rows, more = await listed(Override, person, schedule, cancelled, asked)
        return told.Overrides(data=[shapes().override(x) for x in rows], next_cursor=more)

    @found.get("/v1/overrides/{id}")
    async def override(id: Id) -> told.ShownOverride:
        """One override, taken back or not."""
        return shapes().override(await one(Override, id, "override"))

    @found.delete("/v1/overrides/{id}")
    async def cancel_override(request: Request, id: Id, by: Annotated[By, Depends(acting)]) -> told.OverrideAnswer:
        """Take an override back from now on."""
        with _refusing("override"):
            out = await telling.cancel(Override, id, named(by))
        said = await follows(request, out, out.made.thing.person)
        return told.OverrideAnswer(override=shapes().override(out.made), **said)

    @found.post("/v1/swaps", status_code=201)
    async def offer_swap(request: Request, response: Response, wanted: told.NewSwap) -> told.SwapAnswer:
        """Ask somebody to take one's shifts; nothing changes until they accept."""
        out = await taken(response, wanted.thing(), wanted.by, "swap")
        said = Consequences((PENDING,), ()) if out.made.thing.state == "offered" else None
        return told.SwapAnswer(swap=shapes().swap(out.made), **told.sentences(said, language(request)))

    @found.get("/v1/swaps")
    async def swaps(asked: Asked, schedule: Filter = "", person: Filter = "", closed: bool = False) -> told.Swaps:
        """Offered and accepted swaps from `since` (now, when left out) on; `closed`: those declined or cancelled too."""
        rows, more = await listed(Swap, person, schedule, closed, asked)
        return told.Swaps(data=[shapes().swap(x) for x in rows], next_cursor=more)

    @found.post("/v1/swaps/{id}/{answer}")
    async def answer_swap(
        request: Request, id: Id, answer: Literal["accept", "decline", "cancel"], wanted: told.Answered
    ) -> told.SwapAnswer:
        """Only the one who was asked accepts or declines; only the one who asked cancels."""
        answers: dict[str, Literal["accepted", "declined", "cancelled"]]
        answers = {"accept": "accepted", "decline": "declined", "cancel": "cancelled"}
        with _refusing("swap"):
            out = await telling.answer(id, answers[answer], named(wanted.by))
        said = await follows(request, out, out.made.thing.asker)
        return told.SwapAnswer(swap=shapes().swap(out.made), **said)

    def present(person: str) -> told.ShownPresence:
        force, now = desk.current.in_force, desk.clock.now()
        if force.policy.person(person) is None:
            raise Problem(404, "unknown-person", "この人は登録されていません。", "There is no such person.")
        away = person not in force.attendance.there(person, now)
        return shapes().presence(person, force.attendance.presence(person, now), away)

    @found.get("/v1/presence/{person}")
    async def presence(person: Id) -> told.ShownPresence:
        """What somebody says of themselves, and whether they are away."""
        return present(person)

    @found.put("/v1/presence/{person}")
    async def say_presence(request: Request, person: Id, wanted: told.NewPresence) -> told.PresenceAnswer:
        """Available, on telework, busy, or off: only "off" takes them out of what they are asked."""
        present(person)
        by = wanted.by or By(id=person)
        with _refusing("presence"):
            out = await telling.say(Presence(person, wanted.state, wanted.until, wanted.note), named(by))
        until = wanted.until or desk.clock.now() + timedelta(days=7)
        said = await compared(out.before, out.after, person, desk.clock.now(), until)
        return told.PresenceAnswer(presence=present(person), **told.sentences(said, language(request)))

    return found


@contextmanager
def _refusing(what: str) -> Iterator[None]:
    """Say in problem+json why something was not taken."""
    try:
        yield
    except Refused as problem:
        raise Problem(422, problem.why.code, f"{problem.why.ja}。", f"{problem.why.en}.") from None
    except Unknown:
        ja, en = _WORDS[what]
        raise Problem(404, f"unknown-{what}", f"その{ja}はありません。", f"There is no such {en}.") from None
    except Taken:
        raise Problem(
            409, "id-taken", "この id は別の登録に使われています。", "This id belongs to another entry."
        ) from None


def _read(text: str, policy: Policy, now: datetime) -> Read:
    return read(text, policy.people, policy.calendar_of("").zone, now - THIS_MORNING, now + LONGEST)


def _calendar_body() -> dict[str, object]:
    return {"requestBody": {"required": True, "content": {"text/calendar": {"schema": {"type": "string"}}}}}
