"""A draft over the finished cases, and what the archive says about the rules; nothing is ever written."""

import asyncio
from datetime import timedelta
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import Field

from services.router import archive, attendance
from services.router.domain.trial import picture
from services.router.domain.trial.picture import Bar
from services.router.domain.trial.review import Reviewed
from services.router.domain.trial.tally import Replayed
from services.router.routes import shown as show
from services.router.routes.drafts import tried
from services.router.routes.policy import Desk
from services.router.routes.simulate import svg
from services.router.routes.told import Instant
from services.router.trial import Task
from shared.runtime import telemetry
from shared.runtime.web import Problem, language, require_token

log = telemetry.logger(__name__)
MOST_CASES = 20_000
_YEAR = timedelta(days=365)


class Draft(show.Files):
    """A draft, and over which cases: the newest `limit` finished ones since an instant, a year when left out."""

    limit: Annotated[int, Field(ge=1, le=MOST_CASES)] = 10_000
    since: Instant | None = None
    worst: Annotated[int, Field(ge=0, le=500, description="How many changed cases are told")] = 100


def routes(desk: Desk) -> APIRouter:
    """Every route that looks back."""

    def admitted(request: Request) -> None:
        require_token(request, desk.settings.service_token)

    found = APIRouter(tags=["policy"], dependencies=[Depends(admitted)])
    one_at_a_time = asyncio.Semaphore(1)

    async def run(task: Task, limit: int) -> bytes:
        async with one_at_a_time:
            try:
                return await archive.tried(desk.db, task, limit)
            except (archive.Failed, TimeoutError) as problem:
                log.warning("a trial of the policy failed", what=task.what, problem=repr(problem)[:300])
                raise Problem(
                    503, "trial-failed", "再現が終わりませんでした。", "The replay did not come to its end."
                ) from None

    @found.post("/v1/policy/replay", response_model=Replayed)
    async def replay(request: Request, wanted: Draft, format: Literal["json", "svg"] | None = None) -> Response:
        """What a draft would have made of finished cases: who would have been called, which deadlines met or missed."""
        draft = await tried(desk, request, wanted.files)
        now, force = desk.clock.now(), desk.current.in_force
        since = wanted.since or now - _YEAR
        async with desk.db.reading() as tx:
            there = await attendance.past(tx, since, now)
        task = Task(
            version=force.version,
            in_force=force.policy,
            attendance=there,
            draft=draft.policy,
            most=wanted.worst,
            since=since,
            until=now,
        )
        said = await run(task, wanted.limit)
        if not svg(request, format):
            return Response(said, media_type="application/json")
        reader: picture.Language = "en" if language(request) == "en" else "ja"
        return Response(_bars(Replayed.model_validate_json(said), reader), media_type="image/svg+xml")

    @found.get("/v1/policy/review", response_model=Reviewed)
    async def review(days: Annotated[int | None, Query(ge=1, le=3660)] = None) -> Response:
        """Figures of the cases finished in so many days, or since the policy in force was published, and what they suggest."""
        now, version, force = desk.clock.now(), desk.current.version, desk.current.in_force
        since = now - timedelta(days=days) if days else version.published_at
        async with desk.db.reading() as tx:
            changed, there = await archive.reassessments(tx, since), await attendance.past(tx, since, now)
        task = Task(
            version=force.version,
            in_force=force.policy,
            attendance=there,
            since=since,
            until=now,
            reassessments=changed,
        )
        return Response(await run(task, MOST_CASES), media_type="application/json")

    return found


def _bars(found: Replayed, reader: picture.Language) -> str:
    ja = reader == "ja"
    people = [Bar(p.person.name, p.calls.before, p.calls.after) for p in found.people]
    nights = [Bar(p.person.name, p.at_night.before, p.at_night.after) for p in found.people]
    priorities = [Bar(str(p), n.before, n.after) for p, n in found.calls_by_priority.items()]
    groups = [
        ("人ごとの電話" if ja else "Calls per person", people),
        ("うち夜間（22–7時）" if ja else "Of these at night (22–7)", nights),
        ("優先度ごとの電話" if ja else "Calls per priority", priorities),
    ]
    title = f"{found.cases} 件での比較" if ja else f"Compared over {found.cases} cases"
    return picture.bars(groups, title, reader)
