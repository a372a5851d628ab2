"""A router process without its loops, and somebody who asks it about the policy and about who is there."""

import json
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from services.router import api, reading
from services.router.current import Current
from services.router.settings import Settings
from shared.contracts import envelope
from shared.contracts.events import DutyDigest
from shared.runtime import web
from shared.runtime.db import Database
from shared.runtime.service import Process
from shared.runtime.settings import Secret
from tests.integration.log import T0, Hands
from tests.integration.router.people import OUTAGE

POLICY = Path(__file__).parents[3] / "policy"
TOKEN = "a token between services in tests"
BY = {"id": "yamada.kyoko", "name": "山田 京子"}


def files(**edits: str) -> dict[str, str]:
    """The shipped files; `matrix="first_response: 5m→first_response: 10m"` replaces the first of these in matrix.yaml."""
    found = {name: text.decode() for name, text in reading.folder(POLICY).items() if isinstance(text, bytes)}
    for name, edit in edits.items():
        old, new = edit.split("→")
        assert old in found[f"{name}.yaml"]
        found[f"{name}.yaml"] = found[f"{name}.yaml"].replace(old, new, 1)
    return found


@dataclass
class Desk:
    """One router process without its loops, and somebody who asks it."""

    db: Database
    folder: Path
    clock: Hands = field(default_factory=lambda: Hands(T0))
    current: Current = field(default_factory=Current)

    async def start(self) -> httpx.AsyncClient:
        """Start, or start anew: as a new process would."""
        self.current = Current()
        settings = Settings(
            database_url=Secret(""), kafka="", http_port=0, service_token=Secret(TOKEN), policy_dir=self.folder
        )
        process = Process("router", settings, self.db, self.clock)
        process.app = web.create("router", {})
        self.process = process
        await api.build(self.current, process)
        self.app = process.app
        headers = {"authorization": f"Bearer {TOKEN}", "accept-language": "ja"}
        transport = httpx.ASGITransport(process.app, raise_app_exceptions=False)
        self.client = httpx.AsyncClient(transport=transport, base_url="http://router.test", headers=headers)
        return self.client

    async def put(self, body: dict[str, Any], match: int | str | None = None, language: str = "ja") -> httpx.Response:
        """Publish; a number is written as its ETag, a text as it stands."""
        given = {} if match is None else {"if-match": f'"{match}"' if isinstance(match, int) else match}
        return await self.client.put("/v1/policy", json=body, headers={**given, "accept-language": language})

    async def publish(self, version: int, why: str = "試す", **edits: str) -> httpx.Response:
        return await self.put({"files": files(**edits), "by": BY, "why": why}, version)

    async def versions(self) -> list[tuple[int, str, str]]:
        answer = (await self.client.get("/v1/policy/versions")).json()
        return [(v["version"], v["origin"], v["published_by"]) for v in answer["data"]]

    async def post(self, path: str, status: int = 201, **body: Any) -> dict[str, Any]:
        """Tell something; gives the answer, which must have this status."""
        answer = await self.client.post(f"/v1/{path}", json=body)
        assert answer.status_code == status, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def on_duty(self, at: str = "", team: str = "payments", role: str = "second_line") -> dict[str, Any]:
        """How one part of a team stands, now unless said otherwise."""
        given = {"team": team, **({"at": at} if at else {})}
        answer = await self.client.get("/v1/on-duty", params=given)
        assert answer.status_code == 200, answer.text
        (row,) = [row for row in answer.json() if row["role"] == role]
        found: dict[str, Any] = row
        return found

    async def who(self, at: str = "") -> str | None:
        """Who is on duty for payments."""
        person = (await self.on_duty(at))["person"]
        return person["id"] if person else None

    async def simulated(self, at: str) -> set[str]:
        """Everybody who would be asked about an outage."""
        answer = await self.client.post("/v1/simulate", json={"report": OUTAGE, "at": at})
        return {r["person"]["id"] for a in answer.json()["assigned"] for r in a["responders"]}

    async def told(self) -> list[tuple[str, str]]:
        """Who is sent a message of their own, and what it says, since this was asked last."""
        async with self.db.transaction() as tx:
            rows = await tx.fetch("DELETE FROM outbox RETURNING id, headers, body")
        ordered = sorted(rows, key=lambda r: int(r["id"]))
        said = [envelope.decode(dict(json.loads(r["headers"]))["ce_type"], r["body"]) for r in ordered]
        return [(x.person.id, x.reasons[0].ja) for x in said if isinstance(x, DutyDigest)]

    async def changes(self) -> tuple[int, int]:
        """The number of the newest change of attendance, and how many entries there are."""
        async with self.db.reading() as tx:
            number = await tx.fetchval("SELECT number FROM attendance_changes")
            return number, await tx.fetchval("SELECT count(*) FROM attendance")


async def opened(db: Database, folder: Path) -> Desk:
    """A process that has just started for the first time, on a copy of the shipped files; nobody has told anything."""
    async with db.transaction() as tx:
        await tx.execute("DELETE FROM policy_versions; DELETE FROM outbox; DELETE FROM attendance")
        await tx.execute("UPDATE attendance_changes SET number = number + 1")
    shutil.copytree(POLICY, folder)
    desk = Desk(db, folder)
    await desk.start()
    return desk
