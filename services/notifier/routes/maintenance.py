"""Windows of maintenance over HTTP: asked for, listed and ended."""

from datetime import datetime, timedelta
from typing import Annotated, Self
from uuid import UUID, uuid4

from fastapi import FastAPI, Query, Request
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from services.notifier import store, windows
from services.notifier.domain.maintenance import Window
from services.notifier.routes.shown import By, Why
from services.notifier.settings import Settings
from services.notifier.windows import Kept
from shared.contracts.report import Id, Line
from shared.runtime.service import Process
from shared.runtime.web import Problem, require_token

LONGEST = timedelta(days=14)
FARTHEST = timedelta(days=366)
LISTED_BACK = timedelta(days=30)


class NewWindow(BaseModel):
    """A time in which nobody is paged for a team, a product or a source; several of them must all fit."""

    model_config = ConfigDict(extra="forbid")
    team: Annotated[str, Field(max_length=100)] = ""
    product: Annotated[Line, Field(max_length=200)] = ""
    source: Annotated[str, Field(max_length=100)] = ""
    starts_at: Annotated[AwareDatetime, Field(alias="from")]
    ends_at: Annotated[AwareDatetime, Field(alias="to")]
    reason: Why
    by: By
    p1: Annotated[bool, Field(strict=True, description="Hold a P1 too; by default it goes through")] = False

    @model_validator(mode="after")
    def _sound(self) -> Self:
        if not (self.team or self.product or self.source):
            raise ValueError(
                "team、product、source のどれかを指定してください / name a team, a product or a source, or several"
            )
        if self.ends_at <= self.starts_at:
            raise ValueError("to は from より後にしてください / it must end after it begins")
        if self.ends_at - self.starts_at > LONGEST:
            raise ValueError("14日間までにしてください / a window lasts 14 days at most")
        return self


class Shown(BaseModel):
    """One window."""

    id: UUID
    team: str
    product: str
    source: str
    starts_at: Annotated[datetime, Field(serialization_alias="from")]
    ends_at: Annotated[datetime, Field(serialization_alias="to")]
    reason: str
    by: By
    p1: bool
    state: Annotated[str, Field(description="planned, open or over")]
    ended_at: datetime | None
    ended_by: str


class All(BaseModel):
    """The windows of the last 30 days and all to come, in order."""

    data: list[Shown]


def add(process: Process) -> None:
    """Add the routes."""
    settings, db, app, clock = process.settings, process.db, process.app, process.clock
    assert isinstance(settings, Settings)
    assert isinstance(app, FastAPI)

    @app.post("/v1/maintenance", status_code=201)
    async def plan(request: Request, wanted: NewWindow) -> Shown:
        """Hold pages back for a while; what is still open when it ends is paged again."""
        require_token(request, settings.service_token)
        now = clock.now()
        if wanted.ends_at <= now:
            raise Problem(422, "invalid", "to が過ぎています。", "It would be over already.")
        if wanted.starts_at > now + FARTHEST:
            raise Problem(422, "invalid", "from は 1 年以内にしてください。", "It must begin within a year.")
        what = wanted.team, wanted.product, wanted.source, wanted.starts_at, wanted.ends_at, wanted.reason, wanted.p1
        window = Window(uuid4(), *what)
        async with db.transaction() as tx:
            await windows.add(tx, window, wanted.by.person(), now)
        return _shown(Kept(window, wanted.by.person(), now, None, ""), now)

    @app.get("/v1/maintenance")
    async def listed(request: Request) -> All:
        """What is planned, open and lately over."""
        require_token(request, settings.service_token)
        now = clock.now()
        async with db.reading() as connection:
            found = await windows.listed(connection, now - LISTED_BACK)
        return All(data=[_shown(kept, now) for kept in found])

    @app.delete("/v1/maintenance/{id}")
    async def end(request: Request, id: UUID, by: Annotated[Id, Query()]) -> Shown:
        """End a window before its time, or take a planned one back; what it held goes out at once."""
        require_token(request, settings.service_token)
        now = clock.now()
        async with db.transaction() as tx:
            kept = await windows.one(tx, id)
            if kept is None:
                raise Problem(404, "unknown-window", "この時間帯は見つかりません。", "There is no such window.")
            if kept.ended_at is not None or kept.window.ends_at <= now:
                raise Problem(409, "window-over", "この時間帯はすでに終わっています。", "It is over already.")
            await windows.end(tx, id, by, now)
            store.nudge()
        return _shown(Kept(kept.window, kept.by, kept.created_at, now, by), now)


def _shown(kept: Kept, now: datetime) -> Shown:
    w = kept.window
    over = kept.ended_at is not None or w.ends_at <= now
    return Shown(
        id=w.id,
        team=w.team,
        product=w.product,
        source=w.source,
        starts_at=w.starts_at,
        ends_at=w.ends_at,
        reason=w.reason,
        by=By(id=kept.by.id, name=kept.by.name),
        p1=w.p1,
        state="over" if over else "open" if w.starts_at <= now else "planned",
        ended_at=kept.ended_at,
        ended_by=kept.ended_by,
    )
