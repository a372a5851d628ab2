"""A running notifier between real Postgres, the provider sandbox and an intake that only listens."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest_asyncio
import yaml

from sandbox import Sandbox
from sandbox import Settings as SandboxSettings
from sandbox.line import serving as served
from sandbox.process import listening
from services.notifier import api, worker
from services.notifier.handlers import HANDLERS
from services.notifier.settings import Settings
from shared.contracts import envelope
from shared.contracts import events as e
from shared.contracts.envelope import Record
from shared.contracts.plan import Person, Plan, Reason, Responder
from shared.contracts.report import Report
from shared.contracts.vocabulary import Channel, DeadlineName, Impact, Kind, Priority, Urgency
from shared.contracts.vocabulary import Path as Way
from shared.runtime import web
from shared.runtime.clock import Clock
from shared.runtime.consume import Handling
from shared.runtime.db import Database
from shared.runtime.service import Process
from shared.runtime.settings import Secret
from tests import ports
from tests.integration.notifier.intake import TOKEN, Intake

CONTACTS = yaml.safe_load((Path(__file__).parents[3] / "deploy/local/contacts.yaml").read_text(encoding="utf-8"))
PHONE = {p["id"]: p["phone"] for p in CONTACTS["people"] if "phone" in p}  # the watchdog is no person
SLACK = {p["id"]: p["slack"] for p in CONTACTS["people"] if "slack" in p}
EMAIL = {p["id"]: p["email"] for p in CONTACTS["people"] if "email" in p}
NAME = {p["id"]: p["name"] for p in CONTACTS["people"]}
SATO, TANAKA, YAMADA, ITO = "sato.hanako", "tanaka.minoru", "yamada.kyoko", "ito.sakura"
_numbers = count(1)


@dataclass
class World:
    """The notifier and everything around it; `say` is the log."""

    sandbox: Sandbox
    intake: Intake
    process: Process
    handling: Handling
    url: str
    http: httpx.AsyncClient
    offset: int = 0
    said: list[tuple[e.Event, UUID]] = field(default_factory=list)

    async def say(self, event: e.Event, id_: UUID | None = None, at: datetime | None = None) -> None:
        """Have the notifier read one record."""
        id_ = id_ or uuid4()
        body, headers = envelope.encode(event, id_, at or datetime.now(UTC))
        self.offset += 1
        self.said.append((event, id_))
        await self.handling.consume([Record(event.topic, 0, self.offset, headers, body)])

    async def again(self) -> None:
        """Have the notifier read everything once more, as after a lost commit of offsets."""
        for event, id_ in list(self.said):
            await self.say(event, id_)

    async def log(self, case_id: str) -> list[dict[str, Any]]:
        """The delivery log as others see it."""
        answer = await self.http.get(f"/v1/cases/{case_id}/notifications")
        data: list[dict[str, Any]] = answer.raise_for_status().json()["data"]
        return data

    async def known_as(self, person: str, **addresses: Any) -> None:
        """Put the directory in place with other addresses of one person; without any, as it was."""
        people = [{**p, **addresses} if p["id"] == person else p for p in CONTACTS["people"]]
        (await self.http.put("/v1/contacts", json={**CONTACTS, "people": people})).raise_for_status()

    async def until(self, true: Callable[[], Awaitable[Any]], seconds: float = 30) -> Any:
        """Wait until something is true and give it; fails with what was seen last."""
        seen = None
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while not (seen := await true()):
                    await asyncio.sleep(0.02)
        assert seen, f"did not come true; {self.sandbox.journal.account()}"
        return seen

    async def settled(self, case_id: str, **states: str) -> list[dict[str, Any]]:
        """Wait until the notifications of these channels are in these states."""
        last: list[Any] = []

        async def fits() -> Any:
            last[:] = await self.log(case_id)
            return last and all(n["state"] == states.get(n["channel"], n["state"]) for n in last)

        with contextlib.suppress(AssertionError):
            return await self.until(fits) and last
        raise AssertionError(f"{[(n['channel'], n['recipient'], n['state'], n['code']) for n in last]}")

    async def outcomes(self, case_id: str) -> list[dict[str, Any]]:
        """The outcome events waiting in the outbox (no Kafka here), oldest first."""
        rows = await self.process.db.pool.fetch("SELECT body FROM outbox WHERE key = $1 ORDER BY id", case_id)
        return [json.loads(row["body"]) for row in rows]

    async def submitted(
        self,
        *,
        external: bool = True,
        priority: Priority = Priority.P1,
        by: str | e.Actor = "",
        load: int = 1,
        address: str = "",
        **more: Any,
    ) -> str:
        """A new case with its plan; with an address, its reporter hears there. `more` is of the report."""
        number = next(_numbers)
        case_id = f"c_{uuid4().hex[:26]}"
        report = Report(
            kind=Kind.OUTAGE,
            urgency=Urgency.CRITICAL,
            impact=Impact.ALL,
            title="決済が全店舗で失敗する",
            facts="10:05 から全店舗で決済が失敗。髙﨑①㈱🔥 の１２３店でも再現。",
            wanted="復旧見込みを教えてほしい",
            wanted_by=datetime(2026, 12, 31, 8, 30, tzinfo=UTC),
        ).model_copy(update=more)
        who = e.Actor(kind="source", id="zendesk", name="Zendesk")
        if by:
            who = by if isinstance(by, e.Actor) else person(by)
        if address:
            self.intake.addresses[case_id] = address
        ticket = e.External(system="zendesk", id=str(1000 + number)) if external else None
        await self.say(
            e.CaseSubmitted(
                case_id=case_id, by=who, number=number, report=report, source="zendesk", external=ticket,
                reachable=bool(address),
            )
        )  # fmt: skip
        reason = Reason(ja="重大 × 全体", en="critical × all")
        plan = Plan(
            policy_version=1, priority=priority, path=Way.FUNCTIONAL, load=load, team="payments", levels=(), first_handling="15m",
            resolution="4h", reasons=(reason,),
        )  # fmt: skip
        await self.say(e.EscalationPlanned(case_id=case_id, plan=plan))
        return case_id


def assigned(
    case_id: str,
    *people: str,
    channels: tuple[Channel, ...] = (Channel.PHONE, Channel.CHAT, Channel.TICKET),
    **more: Any,
) -> e.EscalationAssigned:
    """An assignment of these people."""
    due = datetime.now(UTC) + timedelta(minutes=5)
    reason = Reason(ja="当番のため", en="on duty")
    responders = tuple(
        Responder(person=Person(id=p, name=NAME.get(p, p)), path=Way.FUNCTIONAL, reason=reason) for p in people
    )
    fields: dict[str, Any] = {
        "round": 1, "level": 1, "path": Way.FUNCTIONAL, "priority": Priority.P1, "cause": "submitted", "after": 0,
        "deadlines": (e.DeadlineSet(name=DeadlineName.FIRST_RESPONSE, generation=1, due=due),), "reasons": (reason,),
    }  # fmt: skip
    return e.EscalationAssigned(case_id=case_id, responders=responders, channels=channels, **{**fields, **more})


def paged_in(event: e.EscalationAssigned, round_: int, *people: str) -> e.EscalationAssigned:
    """The same assignment with these people added or marked as being paged in another round already."""
    others = assigned(event.case_id, *people).responders
    kept = tuple(r for r in event.responders if r.person.id not in people)
    return event.model_copy(
        update={"responders": (*kept, *(r.model_copy(update={"paged_in": round_}) for r in others))}
    )


def person(id_: str) -> e.Actor:
    """A person as an actor."""
    return e.Actor(kind="person", id=id_, name=NAME[id_])


def settings_for(sandbox: Sandbox, url: str, port: int, intake: str, database_url: str, kafka: str) -> Settings:
    """The settings of a notifier that talks to this sandbox."""
    s = sandbox.settings
    return Settings(
        database_url=Secret(database_url), kafka=kafka, http_port=port, service_token=Secret(TOKEN), public_url=url,
        intake_url=intake, link_key=Secret("link-key"), smtp_url=Secret(sandbox.smtp_url),
        mail_from="Tasuki 襷 <tasuki@example.com>", slack_url=sandbox.http_url, slack_token=Secret(s.slack_token),
        slack_signing_secret=Secret(s.slack_signing_secret), twilio_url=sandbox.http_url,
        twilio_account=s.twilio_account, twilio_key=s.twilio_key, twilio_secret=Secret(s.twilio_secret),
        twilio_auth_token=Secret(s.twilio_auth_token), twilio_from="+815000000000", zendesk_url=sandbox.http_url,
        zendesk_user=s.zendesk_user, zendesk_token=Secret(s.zendesk_token),
    )  # fmt: skip


@contextlib.asynccontextmanager
async def serving(app: Any, port: int) -> AsyncIterator[str]:
    """An application on a port, until the block ends."""
    async with served(app, listening("127.0.0.1", port)):
        yield f"http://127.0.0.1:{port}"


@contextlib.asynccontextmanager
async def running(db: Database, settings: Settings) -> AsyncIterator[tuple[Process, Handling]]:
    """Api and worker of one notifier, without Kafka: `Handling` is fed by the test."""
    process = Process("notifier", settings, db, Clock())
    await db.pool.execute("UPDATE bundling SET after = 0")  # the tests of a module share people, who get much
    async with process.closing:
        await worker.build(process)
        process.checks.clear()
        process.app = web.create("Tasuki notifier", process.checks)
        await api.build(process)
        process.loops.pop("consumer")
        async with serving(process.app, settings.http_port):
            loops = [asyncio.ensure_future(run()) for run in process.loops.values()]
            try:
                yield process, Handling(db, process.clock, "tasuki-notifier", HANDLERS)
            finally:
                for task in loops:
                    task.cancel()
                await asyncio.wait(loops)
                db.committed.clear()


@pytest_asyncio.fixture(scope="module")
async def world(database: Callable[[str], Awaitable[Database]]) -> AsyncIterator[World]:
    """One notifier for a test module; each test has its own case."""
    db, port, intake = await database("notifier"), ports.port(), Intake()
    url = f"http://127.0.0.1:{port}"
    async with (
        Sandbox.run(settings=SandboxSettings(public_url=url)) as sandbox,
        serving(intake.app(), ports.port()) as intake_url,
        running(db, settings_for(sandbox, url, port, intake_url, "", "")) as (process, handling),
        httpx.AsyncClient(base_url=url, headers={"authorization": f"Bearer {TOKEN}"}, trust_env=False) as http,
    ):
        nobody = {"people": [], "teams": [], "catch_all": "", "platform_owner": ""}
        assert (await http.get("/v1/contacts")).json() == nobody
        (await http.put("/v1/contacts", json=CONTACTS)).raise_for_status()
        yield World(sandbox, intake, process, handling, url, http)


@pytest_asyncio.fixture(autouse=True)
async def _clean(request: Any) -> AsyncIterator[None]:
    """Every test begins with providers and an intake that work."""
    if "world" in request.fixturenames:
        world: World = request.getfixturevalue("world")
        world.sandbox.clear_faults()
        world.sandbox.phone.autos.clear()
        world.intake.status, world.intake.owner, world.intake.view = 200, "", None
        world.intake.asked = True
        world.intake.questions.clear()
        world.intake.taken.clear()
        world.intake.heard.clear()
        world.intake.precedents, world.intake.precedents_wait = [], None
        world.said.clear()
    yield
