"""How the pager itself does, asked of every part side by side: a part that is away is missing, and the rest is told."""

import asyncio
from collections.abc import Mapping
from typing import cast

import httpx

from services.intake import backlog, behind, parked, store
from services.intake.behind import SECONDS, ask, told
from services.intake.domain import operations as shown
from services.intake.domain.operations import Operations, Service, Standing, Step, Waiting, Watchdog
from services.intake.door import Door
from shared.runtime import operated, telemetry
from shared.runtime.settings import broker
from shared.runtime.web import Check

log = telemetry.logger(__name__)
STEPS: dict[str, shown.Stage] = {
    "case.submitted.v1": "submitted",
    "escalation.planned.v1": "planned",
    "escalation.assigned.v1": "assigned",
    "notification.attempted.v1": "paged",
}


async def read(here: Door, checks: Mapping[str, Check]) -> Operations:
    """Ask everybody and judge what they say; `checks` are those of this process."""
    services, backlogs, letters, watchdog, punctuality, channels, providers = await asyncio.gather(
        asyncio.gather(*(_vitals(here, name, checks) for name in shown.SERVICES)),
        _behind(here),
        _dead_letters(here),
        _watchdog(here),
        ask(here, "timer", "/v1/deadlines/standing"),
        ask(here, "notifier", "/v1/channels/last-hour"),
        ask(here, "notifier", "/v1/channels"),
    )
    async with here.db.reading() as tx:
        quarantined: int = await tx.fetchval(store.SQL["count_quarantined"])
        way = (
            await tx.fetch(store.SQL["way_of"], watchdog.canaries[-1].case_id) if watchdog and watchdog.canaries else []
        )
    came = {STEPS[row["type"]]: row["at"] for row in way if row["type"] in STEPS}
    return shown.judge(
        Standing(
            at=here.clock.now(),
            services=[
                Service(name=name, vitals=one, behind=backlogs.get(name))
                for name, one in zip(shown.SERVICES, services, strict=True)
            ],
            punctuality=told(shown.Punctuality, punctuality),
            channels=told(shown.LastHour, channels),
            providers=told(shown.Providers, providers),
            quarantine=quarantined,
            dead_letters=letters,
            public_url=here.settings.public_url,
            watchdog_url=here.settings.watchdog_url,
            watchdog=watchdog,
            canary=[Step(name=name, at=came.get(name)) for name in STEPS.values()] if way else [],
        )
    )


async def _vitals(here: Door, name: str, checks: Mapping[str, Check]) -> shown.Vitals | None:
    if name == "intake":
        own = await operated.read(name, here.db, here.clock, checks)
        return told(shown.Vitals, own.model_dump())
    return told(shown.Vitals, await ask(here, cast(behind.Service, name), operated.VITALS))


async def _behind(here: Door) -> Mapping[str, Waiting]:
    try:
        return await backlog.behind(broker(here.settings))
    except backlog.AWAY as problem:
        log.warning("kafka cannot be asked", problem=repr(problem)[:300])
        return {}


async def _dead_letters(here: Door) -> shown.DeadLetters | None:
    try:
        kept, letters = await parked.listed(here)
    except backlog.AWAY as problem:
        log.warning("dead letters cannot be read", problem=repr(problem)[:300])
        return None
    left = parked.holding(letters)
    return shown.DeadLetters(kept=kept, open=len(left), holding=left.count(True))


async def _watchdog(here: Door) -> Watchdog | None:
    if not here.settings.watchdog_url:
        return None
    try:
        answer = await here.http.get(f"{here.settings.watchdog_url.rstrip('/')}/state", timeout=SECONDS)
        return told(Watchdog, answer.raise_for_status().json())
    except (httpx.HTTPError, ValueError) as problem:
        log.warning("the watchdog cannot be asked", problem=repr(problem)[:300])
        return None
