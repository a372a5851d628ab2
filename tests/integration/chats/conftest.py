"""A real intake before a real notifier, each on its Postgres, and the chats of the sandbox that post to the one door."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any

import httpx
import pytest
import pytest_asyncio

from sandbox import Sandbox
from sandbox import Settings as SandboxSettings
from sandbox.slack_forms import Form, Forms
from services.intake import api as intake_api
from services.intake.settings import Settings as IntakeSettings
from shared.contracts import envelope
from shared.contracts import events as e
from shared.contracts.plan import Plan, Reason
from shared.contracts.vocabulary import Channel, Path, Priority
from shared.runtime import web
from shared.runtime.clock import Clock
from shared.runtime.db import Database
from shared.runtime.service import Process
from shared.runtime.settings import Secret
from tests import ports
from tests.contracts.channels.specs import SPECS
from tests.integration.intake.desk import SETTINGS
from tests.integration.notifier.conftest import (
    CONTACTS,
    SATO,
    TANAKA,
    World,
    assigned,
    running,
    serving,
    settings_for,
)
from tests.integration.notifier.intake import TOKEN, Intake

WORKS_ID, LINE_ID = "c72af563-0000-4736-11e4-045237110001", "U" + "a" * 32
WAYS = {SATO: {"line_works": WORKS_ID}, TANAKA: {"line": LINE_ID}}
PEOPLE = {**CONTACTS, "people": [{**p, **WAYS.get(p["id"], {})} for p in CONTACTS["people"]]}
FACTS = "10:05 から全店舗で決済が失敗。髙﨑①㈱🔥 の１２３店でも再現。"


@dataclass
class Talk:
    """The two services, the sandbox, and the log, which the test carries from one to the other."""

    world: World
    door: Process
    intake: Database

    @property
    def sandbox(self) -> Sandbox:
        return self.world.sandbox

    @property
    def forms(self) -> Forms:
        return self.sandbox.forms

    async def cases(self) -> list[e.CaseSubmitted]:
        """What intake has told the log of new cases, oldest first."""
        rows = await self.intake.pool.fetch("SELECT headers, body FROM outbox ORDER BY id")
        told = [(envelope.meta(_headers(row["headers"])).type, row["body"]) for row in rows]
        events = [envelope.decode(type_, body) for type_, body in told]
        return [event for event in events if isinstance(event, e.CaseSubmitted)]

    async def planned(self, case: e.CaseSubmitted, *people: str) -> None:
        """Let the notifier read of a case, and that these people are asked."""
        await self.world.say(case)
        await self.world.say(_plan(case.case_id))
        await self.world.say(assigned(case.case_id, *people, channels=(Channel.TICKET,)))

    async def opened(self, user: str) -> Form:
        """The newest form of somebody."""
        found = await self.forms.until(lambda: [f for f in self.forms.opened.values() if f.user == user])
        form: Form = found[-1]
        return form

    async def everything(self) -> str:
        """Every row of both databases, as text."""
        found = []
        for db in (self.intake, self.world.process.db):
            names = await db.pool.fetch(
                "SELECT table_schema, table_name FROM information_schema.tables"
                " WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema')"
            )
            for schema, table in names:
                rows = await db.pool.fetch(f'SELECT * FROM "{schema}"."{table}"') if table != "contacts" else []
                found += [f"{table}: {value}" for row in rows for value in map(_shown, row.values())]
        return "\n".join(found)


def _headers(text: str) -> list[tuple[str, bytes]]:
    return [(name, str(value).encode()) for name, value in json.loads(text)]


def _shown(value: object) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def _plan(case_id: str) -> e.EscalationPlanned:
    plan = Plan(
        policy_version=1, priority=Priority.P1, path=Path.FUNCTIONAL, load=1, team="payments", levels=(),
        first_handling="15m", resolution="4h", reasons=(Reason(ja="全体", en="all"),),
    )  # fmt: skip
    return e.EscalationPlanned(case_id=case_id, plan=plan)


@asynccontextmanager
async def talking(database: Callable[[str], Awaitable[Database]], **more: str) -> AsyncIterator[Talk]:
    """Both services; `more` are further variables of the notifier."""
    intake, db = await database("intake"), await database("notifier")
    door_port, port = ports.port(), ports.port()
    url, behind = f"http://127.0.0.1:{door_port}", f"http://127.0.0.1:{port}"
    ours: IntakeSettings = replace(
        SETTINGS, public_url=url, notifier_url=behind, service_token=Secret(TOKEN), link_key=Secret("link-key")
    )
    door = Process("intake", ours, intake, Clock())
    async with door.closing, Sandbox.run(settings=SandboxSettings(public_url=url)) as sandbox:
        door.app = web.create("Tasuki intake", {})
        await intake_api.build(door)
        with pytest.MonkeyPatch.context() as patch:
            for name, value in {**SPECS["line_works"].env(sandbox), **SPECS["line"].env(sandbox), **more}.items():
                patch.setenv(name, value)
            settings = replace(settings_for(sandbox, behind, port, url, "", ""), public_url=url)
            async with (
                serving(door.app, door_port),
                running(db, settings) as (process, handling),
                httpx.AsyncClient(
                    base_url=behind, headers={"authorization": f"Bearer {TOKEN}"}, trust_env=False
                ) as http,
            ):
                (await http.put("/v1/contacts", json=PEOPLE)).raise_for_status()
                yield Talk(World(sandbox, Intake(), process, handling, behind, http), door, intake)


@pytest_asyncio.fixture(scope="module")
async def installed(database: Callable[[str], Awaitable[Database]]) -> AsyncIterator[Talk]:
    """One for a test module."""
    async with talking(database) as made:
        yield made


@pytest_asyncio.fixture
async def talk(installed: Talk) -> Talk:
    """Without cases, forms and troubles."""
    await installed.intake.pool.execute(
        "TRUNCATE outbox, inbox, folds, cases, concerned, idempotency, timeline, urgent"
    )
    installed.sandbox.reset()
    return installed


def answered(text: str) -> Any:
    """An answer to Slack."""
    return json.loads(text) if text else None
