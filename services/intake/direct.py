"""The direct road: a critical case that Kafka does not take within seconds is handed to the notifier by HTTP.

The page has the same id as the one that the events will ask for later, so it is one page.
"""

import json
from datetime import timedelta
from typing import Any

import httpx

from services.intake.settings import Settings
from services.intake.store import SQL
from shared.contracts.events import CaseSubmitted
from shared.contracts.keys import first
from shared.runtime import telemetry
from shared.runtime.clock import Clock
from shared.runtime.db import Database

log = telemetry.logger(__name__)
PATIENCE = timedelta(seconds=3)
LEASE = timedelta(seconds=15)
KEPT = timedelta(hours=1)


class DirectRoad:
    """Looks for critical cases that wait for Kafka, and pages the people on duty for each of them once."""

    def __init__(self, db: Database, clock: Clock, settings: Settings, http: httpx.AsyncClient) -> None:
        self._db = db
        self._clock = clock
        self._settings = settings
        self._http = http

    async def sweep(self) -> int:
        """Page for what has waited for more than three seconds; returns how many were paged. Failures come again."""
        now = self._clock.now()
        async with self._db.transaction() as tx:
            rows = await tx.fetch(SQL["lease_urgent"], now - PATIENCE, now, now + LEASE)
        paged = 0
        for row in rows:
            submitted = CaseSubmitted.model_validate_json(row["submitted"])
            try:
                await self._page(submitted)
            except (httpx.HTTPError, ValueError) as problem:
                log.warning("direct road failed", case_id=submitted.case_id, problem=repr(problem)[:300])
                continue
            async with self._db.transaction() as tx:
                await tx.execute(SQL["urgent_paged"], submitted.case_id, self._clock.now())
            paged += 1
        return paged

    async def tidy(self) -> None:
        """Forget critical cases that have long been published."""
        async with self._db.transaction() as tx:
            await tx.execute(SQL["forget_urgent"], self._clock.now() - KEPT)

    async def _page(self, submitted: CaseSubmitted) -> None:
        event: dict[str, Any] = json.loads(submitted.model_dump_json())
        question = {"case_id": submitted.case_id, "report": event["report"], "source": submitted.source}
        if submitted.by.kind == "person":  # the router leaves them out later: the page asks the same people now
            question["reporter"] = submitted.by.id
        with telemetry.span("direct road"):
            plan = await self._post(f"{self._settings.router_url}/v1/simulate", question)
            assigned = plan.get("assigned")
            if not isinstance(assigned, list):
                raise ValueError("`assigned` is not a list")
            if not assigned:
                log.info("direct road: nobody is to be paged", case_id=submitted.case_id)
                return
            await self._post(f"{self._settings.notifier_url}/v1/pages", {"submitted": event, "assigned": assigned})
        log.warning("paged by the direct road, Kafka is away", case_id=submitted.case_id)

    async def _post(self, url: str, body: dict[str, Any]) -> dict[str, Any]:
        token = {"authorization": f"Bearer {first(self._settings.service_token)}"}
        answer = await self._http.post(url, json=body, headers=token, timeout=5)
        answer.raise_for_status()
        told = answer.json() if answer.content else {}
        if not isinstance(told, dict):
            raise ValueError("the answer is not a JSON object")
        return told
