"""A knowledge service on real Postgres, asked over HTTP as the front door asks it, and fed with events by hand."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest_asyncio

from services.knowledge import api
from services.knowledge.handlers import HANDLERS
from services.knowledge.library import Library
from services.knowledge.settings import Settings
from shared.contracts import events as e
from shared.contracts.plan import Plan, Reason
from shared.contracts.report import Report
from shared.contracts.vocabulary import Path, Priority
from shared.runtime import web
from shared.runtime.service import Process
from shared.runtime.settings import Secret
from tests.integration.log import T0, Hands, Log, Opened

TOKEN = "service-token-of-the-tests"
YAMADA = {"id": "yamada.kyoko", "name": "山田 京子"}
BY = e.Actor(kind="person", id="yamada.kyoko", name="山田 京子")
FILE = "髙﨑①㈱🔥.png"
_numbers = count(1)


@dataclass
class Desk:
    """The service, and everything that a test does to it."""

    log: Log
    process: Process
    http: httpx.AsyncClient
    library: Library

    async def ask(self, method: str, path: str, body: Any = None, reader: Any = None, **more: Any) -> httpx.Response:
        """One request, for `reader` when one is named; what was committed before is on the shelves."""
        while not await self.library.refresh():
            pass
        headers = {**more.pop("headers", {})}
        if reader is not None:
            headers["tasuki-reader"] = json.dumps(reader)
        sent: dict[str, Any] = {"content": body} if isinstance(body, bytes) else {"json": body}
        sent = {} if body is None else sent
        return await self.http.request(method, path, headers=headers, params=more or None, **sent)

    async def get(self, path: str, reader: Any = None, **query: Any) -> Any:
        """Read something that is there."""
        return (await self.ask("GET", path, reader=reader, **query)).raise_for_status().json()

    async def post(self, path: str, body: Any = None, reader: Any = None, **query: Any) -> Any:
        """Do something that works, as Yamada unless a reader is named."""
        body = body if body is not None else {}
        if reader is None and isinstance(body, dict) and "by" not in body:
            body = {**body, "by": YAMADA}
        answer = await self.ask("POST", path, body, reader, **query)
        assert answer.is_success, answer.text
        return answer.json()

    async def article(self, question: str, answer: str = "再起動してください。", **more: Any) -> dict[str, Any]:
        """A published article."""
        publish = more.pop("publish", True)
        content = {"question": question, "answer": answer, **more}
        made: dict[str, Any] = await self.post("/v1/articles", {"content": content, "publish": publish})
        return made

    async def attach(
        self, article: str, body: bytes = b"png", name: str = FILE, id_: UUID | None = None, **more: Any
    ) -> httpx.Response:
        """Attach a file to an article as the front door does, as Yamada; `public`, `publish`, `kind`, `headers` and so on."""
        by = {"by": YAMADA["id"], "by_name": YAMADA["name"], "kind": "image/png"}
        return await self.ask("PUT", f"/v1/article-files/{article}/{id_ or uuid4()}", body, name=name, **{**by, **more})

    async def file(self, article: str, body: bytes = b"png", name: str = FILE, **more: Any) -> dict[str, Any]:
        """The same, of which comes the file that the article has last now."""
        answer = await self.attach(article, body, name, **more)
        assert answer.status_code == 201, answer.text
        found: dict[str, Any] = answer.json()["files"][-1]
        return found

    async def case(self, title: str, facts: str = "", handling: str = "再起動した", **more: Any) -> str:
        """An archived case; `report`, `team`, `source`, `cause`, `owner` and `at` change what is usual."""
        number = next(_numbers)
        id_ = f"c_{number:026d}"
        report = Report(title=title, facts=facts or title, **more.get("report", {}))
        source = more.get("source", "form")
        await self.log.tell(
            e.CaseSubmitted(case_id=id_, by=more.get("by", BY), number=number, report=report, source=source)
        )
        await self.log.tell(e.EscalationPlanned(case_id=id_, plan=plan(more.get("team", "payments"))))
        resolved = {"handling": handling, "result": "直った", "evaluation": "よし", "cause": more.get("cause", "")}
        await self.log.tell(e.CaseResolved(case_id=id_, by=BY, **resolved))
        return id_

    def later(self, **much: float) -> datetime:
        """Let time go by."""
        self.log.clock.at += timedelta(**much)
        return self.log.clock.at


def plan(team: str, priority: Priority = Priority.P2) -> Plan:
    """What the policy makes of a case of this team."""
    return Plan(
        policy_version=1,
        priority=priority,
        path=Path.FUNCTIONAL,
        team=team,
        levels=(),
        first_handling="60m",
        resolution="1d",
        reasons=(Reason(ja="一部のお客様に影響があるため", en="some customers are hit"),),
    )


async def opened(database: Opened) -> AsyncIterator[Desk]:
    """The service on the database of the test module."""
    db = await database("knowledge")
    clock = Hands(T0)
    settings = Settings(database_url=Secret(""), kafka="", http_port=1, service_token=Secret(TOKEN))
    process = Process("knowledge", settings, db, clock)
    process.app = web.create("Tasuki knowledge", process.checks)
    library = Library(db)
    await library.open()
    await api.build(process, library)
    transport = httpx.ASGITransport(process.app, raise_app_exceptions=False)
    headers = {"authorization": f"Bearer {TOKEN}"}
    async with httpx.AsyncClient(transport=transport, base_url="http://knowledge", headers=headers) as http:
        yield Desk(Log(db, clock, HANDLERS), process, http, library)


@pytest_asyncio.fixture(scope="module")
async def desk(database: Opened) -> AsyncIterator[Desk]:
    """One service for all tests of a module."""
    async for found in opened(database):
        yield found


def ids(answers: dict[str, Any]) -> list[str]:
    """What was offered, best first."""
    return [(entry.get("record") or {}).get("case_id") or entry["article"]["id"] for entry in answers["data"]]
