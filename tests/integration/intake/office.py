"""An office at work: open cases in every state, people with every role, and what the services behind say of them."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from services.intake.domain.roles import Role
from shared.contracts import events as e
from shared.contracts.plan import Level, Person, Plan, Reason, Responder, Target
from shared.contracts.vocabulary import Channel, DeadlineName, Priority
from shared.contracts.vocabulary import Path as Way
from tests.integration.browser import Browser
from tests.integration.intake.desk import Desk
from tests.integration.intake.governing import GOVERNING
from tests.integration.intake.people import give, link_for, running
from tests.integration.intake.rota import ON_DUTY, PEOPLE, ROTA, SATO, TAKAHASHI

WHY = Reason(ja="影響が全体に及ぶ障害のため", en="an outage that reaches everyone")


@dataclass
class Office:
    """The desk, and the address under which a browser finds it."""

    desk: Desk
    address: str
    cases: dict[str, str] = field(default_factory=dict)

    async def case(
        self, name: str, *, minutes: int = 0, priority: Priority = Priority.P2, team: str = "sre", **report: Any
    ) -> str:
        """A case that somebody is asked about, with so many minutes left; 0 leaves it as it was reported."""
        made = await self.desk.submit(title=name, **{"impact": "all", "urgency": "high", **report})
        id_ = self.cases[name] = made["id"]
        await self.desk.log.drain()
        if minutes:
            await self.ask(id_, minutes, priority, team)
        return str(id_)

    async def ask(self, case_id: str, minutes: int, priority: Priority = Priority.P2, team: str = "sre") -> None:
        """Plan a case and ask two people, so many minutes before the answer is due."""
        target = Target(kind="schedule", id="sre-primary", path=Way.FUNCTIONAL, name="一次当番")
        level = Level(targets=(target,), channels=(Channel.PHONE, Channel.CHAT), first_response="5m")
        plan = Plan(
            policy_version=1, priority=priority, path=Way.FUNCTIONAL, team=team, levels=(level, level), first_handling="15m",
            resolution="4h", reasons=(WHY,),
        )  # fmt: skip
        now = datetime.now(UTC)
        dues = ((DeadlineName.FIRST_RESPONSE, minutes, "5m"), (DeadlineName.RESOLUTION, minutes + 240, "4h"))
        deadlines = tuple(
            e.DeadlineSet(name=name, generation=1, due=now + timedelta(minutes=due), span=span, since=now)
            for name, due, span in dues
        )
        asked = tuple(Responder(person=p, path=Way.FUNCTIONAL, reason=ON_DUTY) for p in (SATO, TAKAHASHI))
        await self.desk.log.tell(e.EscalationPlanned(case_id=case_id, plan=plan))
        await self.desk.log.tell(
            e.EscalationAssigned(
                case_id=case_id, round=1, level=1, path=Way.FUNCTIONAL, priority=priority, cause="submitted", after=0,
                responders=asked, channels=level.channels, deadlines=deadlines, reasons=(ON_DUTY,),
            )
        )  # fmt: skip

    async def act(self, name: str, verb: str, by: str = "sato.hanako", **body: Any) -> None:
        """Do something to a case by its name, and let everybody hear of it."""
        answer = await self.desk.post(
            f"/v1/cases/{self.cases[name]}/{verb}", {"by": {"id": by, "name": names()[by]}, **body}
        )
        assert answer.status_code == 200, answer.text
        await self.desk.log.drain()

    async def number(self, name: str) -> int:
        """The number that people know a case by."""
        return int((await self.desk.get(f"/v1/cases/{self.cases[name]}")).json()["number"])

    async def fill(self) -> None:
        """Cases of every kind that a board may show."""
        await self.case("決済が全店舗で失敗する E-502", minutes=-12, priority=Priority.P1)
        await self.case("髙﨑①㈱🔥 管理画面が開けない", minutes=4)
        await self.case("請求書の金額が１２３円ずれる", minutes=55, priority=Priority.P3, team="billing", impact="one")
        await self.case("返金の相談", minutes=90, priority=Priority.P3, team="billing", kind="refund")
        await self.case("まだ判定されていない報告")
        await self.case("夜間バッチの遅れ", minutes=20)
        await self.act("夜間バッチの遅れ", "acknowledge")
        await self.act(
            "夜間バッチの遅れ", "notes", text="ログを確認しています。\n<script>alert(1)</script>", internal=True
        )
        await self.case("ログインできないお客さま", minutes=30)
        await self.act("ログインできないお客さま", "acknowledge", by="takahashi.ken")
        await self.act("ログインできないお客さま", "wait", by="takahashi.ken", reason="お客さまの確認待ち")
        await self.case("昨日の問い合わせ", minutes=30, priority=Priority.P4)
        await self.act("昨日の問い合わせ", "acknowledge")
        await self.act("昨日の問い合わせ", "resolve", handling="設定を直しました。", result="使えるようになりました。")

    async def log_in(self, browser: Browser, person: Person = SATO, *grants: tuple[Role, str]) -> None:
        """Have a person come in with a browser, by the link of the terminal."""
        await give(self.desk, person.id, *(grants or (("admin", "*"), ("leader", "*"))))
        await browser.open(self.address + await link_for(self.desk, person.id, person.name))
        await browser.click((await browser.all("main button"))[0])


def names() -> dict[str, str]:
    """The names of the people by their ids."""
    return {person.id: person.name for person in PEOPLE}


def behind(request: httpx.Request) -> httpx.Response:
    """What the services behind say."""
    for path, answer in ANSWERS.items():
        if request.url.path.startswith(path) or request.url.path.endswith(path):
            return httpx.Response(200, json=answer() if callable(answer) else answer)
    return httpx.Response(200, json={"data": []})


def _told() -> dict[str, Any]:
    sent = {"channel": "phone", "name": SATO.name, "state": "delivered", "why_not": ""}
    return {"data": [{**sent, "sentence": "佐藤 花子さんに電話しました（届いた）"}]}


def _phone_book() -> dict[str, Any]:
    sato = {
        "id": SATO.id,
        "name": SATO.name,
        "member_of": ["SRE"],
        "phones": ["+819012345678"],
        "mails": ["sato@example.jp"],
    }
    return {"people": [sato, {"id": "takahashi.ken", "name": "髙橋 健①", "member_of": [], "phones": [], "mails": []}]}


def _contact() -> dict[str, Any]:
    both = {"origin": "self", "trusted": True, "verified_at": None, "broken": ""}
    mail = {**both, "id": "email", "kind": "email", "value": "sato.hanako@example.jp", "label": "会社のメール"}
    phone = {
        **both,
        "id": "phone",
        "kind": "phone",
        "value": "+819012345678",
        "label": "業務用携帯",
        "broken": "no answer",
    }
    chat = {**both, "id": "slack", "kind": "slack", "value": "U012ABCDE", "label": "", "trusted": False}
    steps = [{"channel": "phone", "address": "phone", "minutes": 0}, {"channel": "email", "address": "", "minutes": 2}]
    ways = [{**step, "address": step["address"] or "email", "trusted": True} for step in steps]
    missing = ["電話が届いていません"]
    return {
        **SATO.model_dump(), "language": "ja", "own_language": None, "member_of": [], "addresses": [mail, phone, chat], "rules": {"P1": steps},
        "do_not_disturb": {
            "zone": "Asia/Tokyo", "windows": [{"days": ["mon", "tue", "wed", "thu", "fri"], "from": "22:00:00", "until": "07:00:00"}],
        },
        "reachability": {p: {"ways": ways, "loud": True, "missing": missing if p == "P1" else []} for p in Priority},
        "warnings": ["業務用携帯に、最近届いていません。"],
    }  # fmt: skip


def _would() -> dict[str, Any]:
    target = {"kind": "schedule", "id": "sre-primary", "path": "functional", "name": "一次当番"}
    level = {"targets": [target], "channels": ["phone", "chat"], "first_response": "5m"}
    plan = {
        "policy_version": 1, "priority": "P1", "path": "functional", "team": "sre", "levels": [level, level],
        "first_handling": "15m", "resolution": "4h", "reasons": [WHY.model_dump()],
    }  # fmt: skip
    asked = {"person": SATO.model_dump(), "path": "functional", "reason": ON_DUTY.model_dump()}
    due = (datetime.now(UTC) + timedelta(minutes=5)).isoformat()
    told = {"responders": [asked], "channels": ["phone", "chat"], "deadlines": [{"name": "first_response", "due": due}]}
    return {"version": 1, "zone": "Asia/Tokyo", "plan": plan, "assigned": [told]}


def _found() -> dict[str, Any]:
    record = {
        "case_id": "c_01m80tsfphe99kg5qcb6bqxnc5", "number": 3, "title": "決済端末が E-502 になる", "problem": "決済できない",
        "handling": "端末を再起動し、回線を切り替えました。", "result": "5 分で使えるようになりました。",
    }  # fmt: skip
    return {"data": [{"record": record, "reason": "words", "why": [], "score": 1.0}]}


ANSWERS: dict[str, Any] = {
    **GOVERNING,
    **ROTA,
    "/v1/contacts/sato.hanako": _contact,
    "/v1/phone-book": _phone_book,
    "/v1/presence/sato.hanako": {"person": SATO.model_dump(), "state": "available", "note": "", "until": None},
    "/v1/simulate": _would,
    "/v1/search": _found,
    "/notifications": _told,
}


@asynccontextmanager
async def office(desk: Desk, fill: bool = True, **settings: Any) -> AsyncIterator[Office]:
    """An office behind an address, where time goes on and changes are heard."""
    desk.others.answer = behind
    async with running(desk, **settings) as address:
        following = asyncio.create_task(desk.door.fan.run())
        made = Office(desk, address)
        if fill:
            await made.fill()
        try:
            yield made
        finally:
            following.cancel()
            await asyncio.wait([following])


def cut(desk: Desk) -> None:
    """End every stream of changes, as a network does that goes away."""
    for listener in list(desk.door.fan._listeners):
        listener.end()


def told(requests: list[httpx.Request], path: str, method: str = "POST") -> list[Any]:
    """The bodies that were sent to a path of the services behind."""
    return [json.loads(r.content) for r in requests if r.url.path == path and r.method == method]
