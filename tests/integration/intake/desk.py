"""A desk at the front door: who comes with which token, what the services behind answer, and the log by hand."""

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import asyncpg
import httpx

from services.intake import admission, api
from services.intake.delivering import about
from services.intake.domain import tokens
from services.intake.domain.roles import Grant, Role
from services.intake.door import Door
from services.intake.handlers import HANDLERS
from services.intake.settings import DataKeys, Settings
from shared.contracts.events import Actor
from shared.contracts.links import make_link
from shared.contracts.plan import Person
from shared.contracts.vocabulary import Track
from shared.runtime import web
from shared.runtime.db import Database
from shared.runtime.settings import Secret
from tests.integration.log import T0, Hands, Log

LINK_KEY = "a key for links in tests"
DATA_KEY = "a master key for sealing secrets in tests"
ZENDESK_SECRET = "a secret for zendesk in tests"
ROUTING_KEY = "a routing key in tests"
API_KEY = "an api key in tests"
MONITOR_TOKEN = "a token for alertmanager in tests"
SERVICE_TOKEN = "a token between services in tests"
TEXT = "髙﨑①㈱🔥 決済が全店舗で失敗する １２３"


@dataclass
class Others:
    """The services behind: what they were asked, and what they answer."""

    asked: list[httpx.Request] = field(default_factory=list)
    answer: Callable[[httpx.Request], httpx.Response] = lambda request: httpx.Response(200, json={"ok": True})

    @property
    def transport(self) -> httpx.MockTransport:
        def handle(request: httpx.Request) -> httpx.Response:
            self.asked.append(request)
            return self.answer(request)

        return httpx.MockTransport(handle)


def stub() -> Others:
    """Services behind that agree to everything."""
    return Others()


SETTINGS = Settings(
    database_url=Secret(""),
    kafka="",
    http_port=0,
    service_token=Secret(SERVICE_TOKEN),
    router_url="http://router.test",
    notifier_url="http://notifier.test",
    knowledge_url="http://knowledge.test",
    public_url="https://tasuki.example.jp",
    link_key=Secret(LINK_KEY),
    data_key=DataKeys(DATA_KEY),
    zendesk_webhook_secret=Secret(f"{ZENDESK_SECRET}, an older one"),
    alertmanager_token=Secret(MONITOR_TOKEN),
    pagerduty_routing_key=Secret(f"a new one, {ROUTING_KEY}"),
    opsgenie_api_key=Secret(f"a new one, {API_KEY}"),
)


class Desk:
    """Asks the front door as a program, a monitor or a person would."""

    def __init__(self, db: Database, http: httpx.AsyncClient, others: Others) -> None:
        self.db = db
        self.others = others
        self.clock = Hands(T0)
        self.log = Log(db, self.clock, HANDLERS)
        self.app = app = web.create("intake", {})
        self.door = app.state.door = Door(SETTINGS, db, self.clock, http, ZoneInfo("Asia/Tokyo"))
        api.add_routes(app)
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        self.client = httpx.AsyncClient(transport=transport, base_url="http://intake.test")
        self.keys = 0
        self.token = ""

    async def open(self) -> None:
        """Make the token that programs use when they name no other."""
        self.token = await self.token_for("crm", "all")

    async def lose_the_database(self) -> None:
        """From now on the front door finds no server behind its pool."""
        self.door.db = Database(await asyncpg.create_pool("postgresql://nobody@127.0.0.1:1/none", min_size=0))
        self.door.__post_init__()

    async def token_for(self, name: str, scopes: str, person: Actor | None = None, *grants: tuple[Role, str]) -> str:
        """A token for a program, or for a person; with roles (role, team), or else for every team."""
        id_, secret = hashlib.sha256(name.encode()).hexdigest()[:12], hashlib.sha256(scopes.encode()).hexdigest()
        given = frozenset(Grant(*grant) for grant in grants) or None
        who = tokens.Principal(name, tokens.scopes(scopes), person or tokens.actor(name, None), given)
        async with self.db.transaction() as tx:
            await admission.add_token(tx, tokens.Token(id_, who, tokens.digest(secret), self.clock.now()))
        return tokens.write(id_, secret)

    async def get(self, path: str, language: str = "ja", token: str | None = None) -> httpx.Response:
        return await self.client.get(path, headers=self._headers(token, language))

    async def post(self, path: str, body: Any = None, token: str | None = None, **headers: str) -> httpx.Response:
        named = {k.replace("_", "-"): v for k, v in headers.items()}
        return await self.client.post(path, json=body, headers={**self._headers(token, "ja"), **named})

    def _headers(self, token: str | None, language: str) -> dict[str, str]:
        return {"authorization": f"Bearer {self.token if token is None else token}", "accept-language": language}

    async def submit(self, **report: Any) -> dict[str, Any]:
        """Submit a report and give the view of its case."""
        self.keys += 1
        answer = await self.post("/v1/cases", {"facts": TEXT, **report}, idempotency_key=f"key-{self.keys}")
        assert answer.status_code == 202, answer.text
        shown: dict[str, Any] = answer.json()
        return shown

    async def act(self, case_id: str, verb: str, by: str = "sato", **body: Any) -> httpx.Response:
        """Do something to a case in the name of a person."""
        return await self.post(f"/v1/cases/{case_id}/{verb}", {"by": {"id": by, "name": f"{by}さん"}, **body})

    async def zendesk(
        self, body: bytes, invocation: str, secret: str = ZENDESK_SECRET, stamp: str = ""
    ) -> httpx.Response:
        """Deliver a signed trigger."""
        stamp = stamp or self.clock.now().isoformat()
        headers = {**signed(body, secret, stamp), "x-zendesk-webhook-invocation-id": invocation}
        return await self.client.post("/v1/webhooks/zendesk", content=body, headers=headers)

    async def set_up(self, id_: str, sender: str = "alertmanager", **more: Any) -> dict[str, Any]:
        """Set a source up as an administrator, and give the answer, with its secret."""
        body = {"id": id_, "sender": sender, "owner": "sato.hanako", **more}
        answer = await self.post("/v1/sources", body)
        assert answer.status_code == 201, answer.text
        made: dict[str, Any] = answer.json()
        return made

    async def alert(self, id_: str, secret: str, body: Any = None, **more: Any) -> httpx.Response:
        """Deliver one alert to a source that is set up; a body that is no bytes is sent as JSON."""
        alert = {"status": "firing", "labels": {"alertname": id_}, "startsAt": T0.isoformat(), "fingerprint": id_}
        wanted = {"version": "4", "groupKey": id_, "status": "firing", "alerts": [alert]} if body is None else body
        content = wanted if isinstance(wanted, bytes) else json.dumps(wanted, ensure_ascii=False).encode()
        headers = {"authorization": f"Bearer {secret}", **more}
        return await self.client.post(f"/v1/webhooks/{id_}", content=content, headers=headers)

    async def monitor(
        self,
        status: str,
        *alerts: tuple[str, str],
        group: str = "{}:{a}",
        token: str = "",
        severity: str = "critical",
        impact: str = "some",
    ) -> httpx.Response:
        """Deliver a group of alerts, each a fingerprint and its beginning; `-` before a fingerprint says it is over."""
        listed = [
            {
                "status": "resolved" if name.startswith("-") else status,
                "labels": {"alertname": "決済エラー率", "severity": severity, "impact": impact},
                "annotations": {"summary": "エラー率 12%"},
                "startsAt": since,
                "fingerprint": name.lstrip("-"),
            }
            for name, since in alerts
        ]
        body = {
            "version": "4",
            "groupKey": group,
            "status": status,
            "alerts": listed,
            "commonLabels": listed[0]["labels"],
        }
        headers = {"authorization": f"Bearer {token or MONITOR_TOKEN}"}
        return await self.client.post("/v1/webhooks/alertmanager", json=body, headers=headers)

    async def form(self, path: str, fields: dict[str, str] | bytes, language: str = "ja") -> httpx.Response:
        """Send a form as a browser does."""
        content = fields if isinstance(fields, bytes) else urlencode(fields).encode()
        headers = {"content-type": "application/x-www-form-urlencoded", "accept-language": language}
        return await self.client.post(path, content=content, headers=headers)

    async def said(self, table: str = "outbox") -> list[str]:
        """The types of the events that wait to be published, in order."""
        async with self.db.reading() as tx:
            rows = await tx.fetch(f"SELECT headers FROM {table} ORDER BY id")
        return [dict(json.loads(row["headers"]))["ce_type"] for row in rows]

    async def delivered(self) -> bytes:
        """What the last delivery held, opened."""
        keys = await self.door.safe.keys()
        async with self.db.reading() as tx:
            row = await tx.fetchrow("SELECT source, delivery_id, body FROM deliveries ORDER BY at DESC LIMIT 1")
        assert row is not None
        return keys.open(row["body"], about(row["source"], row["delivery_id"]))

    async def count(self, table: str) -> int:
        async with self.db.reading() as tx:
            found: int = await tx.fetchval(f"SELECT count(*) FROM {table}")
        return found


def signed(body: bytes, secret: str, stamp: str) -> dict[str, str]:
    """The headers by which Zendesk proves a body."""
    signature = base64.b64encode(hmac.new(secret.encode(), stamp.encode() + body, hashlib.sha256).digest()).decode()
    return {
        "content-type": "application/json",
        "x-zendesk-webhook-signature": signature,
        "x-zendesk-webhook-signature-timestamp": stamp,
    }


def ticket(**more: Any) -> bytes:
    """The body of a Zendesk trigger as our template makes it."""
    body = {
        "schema": "esc.v1",
        "ticket_id": "4711",
        "title": "決済が全店舗で失敗する",
        "priority": "Urgent",
        "impact": "all",
        "tags": "vip",
        "organization": "髙﨑㈱",
        "assignee": "佐藤 花子",
        "url": "shop.zendesk.com/agent/tickets/4711",
        "latest_comment": TEXT,
        **more,
    }
    return json.dumps(body, ensure_ascii=False).encode()


def hidden(html: str, name: str) -> str:
    """The value of a hidden field."""
    match = re.search(rf'name="{name}" value="([^"]*)"', html)
    assert match, html[:500]
    return match[1]


def link(
    desk: Desk, case_id: str, person: str = "sato", hours: int = 24, round_: int = 0, track: Track | None = None
) -> str:
    """The path of the link in a person's mail."""
    expires = desk.clock.at + timedelta(hours=hours)
    return f"/a/{make_link(LINK_KEY, case_id, Person(id=person, name=f'{person}さん'), round_, expires, track)}"


def choice(html: str, number: int) -> dict[str, str]:
    """What a press on this number sends; it must stand on the page."""
    assert f'value="{number}"' in html, html[:1500]
    return {"challenge": hidden(html, "challenge"), "choice": str(number)}


async def two_taps(desk: Desk, path: str, case_id: str) -> httpx.Response:
    """What a person does with a link: the button, a look, and the number of the case."""
    number = (await desk.get(f"/v1/cases/{case_id}")).json()["number"]
    numbers = await desk.form(path, {"nonce": hidden((await desk.client.get(path)).text, "nonce")})
    desk.clock.at += timedelta(seconds=2)
    return await desk.form(path, choice(numbers.text, number))
