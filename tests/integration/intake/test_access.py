"""Two teams never see each other's cases: every route of the OpenAPI document is tried."""

import itertools
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest

from services.intake import admission, store
from services.intake.domain import access
from services.intake.domain.roles import ROLES, Role
from services.intake.routes.relay import ROADS, Road
from tests.integration.intake.desk import Desk
from tests.integration.intake.stands import ECHOES, SHAPELESS, STANDS
from tests.integration.intake.teams import MARK, NOBODYS, theirs

pytestmark = pytest.mark.security

ROOT = Path(__file__).parents[3]

BODIES: dict[str, dict[str, Any]] = {
    **{verb: {"text": "x"} for verb in ("notes", "replies")},
    "steps": {"texts": ["x"]},
    **{verb: {"reason": "x"} for verb in ("wait", "split", "reopen")},
    "reassign": {"to": {"id": "mai", "name": "mai"}},
    "offer": {"to": {"id": "mai", "name": "mai"}},
    "link": {"lead": 1, "reason": "x"},
    "reassess": {"urgency": "low", "reason": "x"},
    "extend": {"deadline": "resolution", "more": "1h", "reason": "x"},
    "followers": {"id": "mai", "name": "mai"},
    "resolve": {"handling": "x", "result": "x"},
    "feedback": {"text": "x"},
    "replay": {"files": {}},
}


@dataclass(frozen=True)
class Operation:
    """One operation of the document."""

    method: str
    path: str
    said: dict[str, Any]

    @property
    def name(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def road(self) -> Road | None:
        """What relays it; None for what intake answers itself."""
        if "x-answered-by" not in self.said:
            return None
        patterns = ((r, re.sub(r"{\w+:path}", ".+", re.sub(r"{\w+}", r"[^/]+", r.path))) for r in ROADS)
        return next(road for road, pattern in patterns if re.fullmatch(pattern, self.path))

    def address(self, case_id: str) -> str:
        """Its path for a case."""
        values = {
            "case_id": case_id,
            "recipient": "sato",
            "number": "1",
            "id": "1",
            "answer": "accept",
            "step": str(UUID(int=1)),
            "attachment": str(UUID(int=1)),
        }
        path = re.sub(r"{(\w+)}", lambda m: values.get(m[1], "x"), self.path)
        if self.path == "/v1/cases/stream":
            return f"{path}?follow=false"
        return f"{path}?q={MARK[:3]}" if self.path in ("/v1/search", "/v1/cases") and self.method == "GET" else path

    def body(self) -> dict[str, Any]:
        """A body that would do."""
        return BODIES.get(self.path.rpartition("/")[2], {})


DOCUMENT = json.loads((ROOT / "openapi/intake.json").read_text())
OPERATIONS = [
    Operation(method.upper(), path, said)
    for path, methods in DOCUMENT["paths"].items()
    for method, said in methods.items()
    if method in ("get", "head", "options", "post", "put", "patch", "delete")
]


def properties(part: Any, seen: set[str]) -> Iterator[str]:
    """The names of everything that a schema may hold."""
    if isinstance(part, list):
        for one in part:
            yield from properties(one, seen)
    elif isinstance(part, dict):
        yield from part.get("properties", {})
        for key, one in part.items():
            if key == "$ref" and one not in seen:
                seen.add(one)
                yield from properties(DOCUMENT["components"]["schemas"][one.rpartition("/")[2]], seen)
            else:
                yield from properties(one, seen)


def leak(case_id: str) -> httpx.Response:
    """What a service behind would tell of a case, in whatever shape it has."""
    entry = {"case_id": case_id, "text": MARK, "record": {"case_id": case_id, "problem": MARK}}
    return httpx.Response(200, json={"data": [entry], "case_id": case_id, "text": MARK, "next_cursor": None})


async def ask(desk: Desk, operation: Operation, case_id: str, token: str) -> httpx.Response:
    """Try an operation on a case."""
    road = operation.road
    # What a service leaves out by itself (`own`) is tried where it does: tests/integration/knowledge/test_seeing.py.
    tells = road is not None and (road.holds not in ("nothing", "own") or "{case_id}" in road.path)
    desk.others.answer = lambda _: leak(case_id) if tells else httpx.Response(200, json={"ok": True})
    headers = {
        "authorization": f"Bearer {token}",
        "last-event-id": "0",
        "idempotency-key": f"try-{operation.name}-{case_id}".replace(" ", "-"),
    }
    content = None if operation.method in ("GET", "HEAD", "OPTIONS") else json.dumps(operation.body()).encode()
    if content is not None:
        is_file = operation.path.endswith(("/attachments", "/v1/articles/{id}/files"))
        headers["content-type"] = "application/octet-stream" if is_file else "application/json"
    return await desk.client.request(operation.method, operation.address(case_id), headers=headers, content=content)


def test_every_route_takes_a_stand() -> None:
    own = {operation.name for operation in OPERATIONS if operation.road is None}
    stands = list(itertools.chain.from_iterable(STANDS.values()))
    assert own - set(stands) == set(), "say in STANDS what these have to do with cases"
    assert set(stands) - own == set(), "these are gone"
    assert len(stands) == len(set(stands))


@pytest.mark.parametrize("operation", [o for o in OPERATIONS if o.road], ids=lambda o: o.name)
def test_what_is_relayed_and_names_cases_says_so(operation: Operation) -> None:
    road = operation.road
    assert road is not None
    if road.read is None or operation.path in SHAPELESS | ECHOES:
        return
    answers = [said for status, said in operation.said["responses"].items() if status.startswith("2")]
    names = set(properties(answers, set()))
    assert names, "it has no schema: read what it answers, and put it into SHAPELESS if it names no case"
    told = {name for name in names if name in ("case_id", "cases", "headline")}
    assert not told or road.holds != "nothing", f"it tells of {told}: say so in `holds` of its road"


@pytest.fixture
def only_the_code(monkeypatch: pytest.MonkeyPatch) -> None:
    """The policies of the tables are never told for whom a transaction reads."""
    monkeypatch.setitem(admission.SQL, "seen_by", "SELECT $1::text")


@pytest.fixture
def only_the_database(monkeypatch: pytest.MonkeyPatch) -> None:
    """The code lets everybody see and do everything."""
    monkeypatch.setattr(access, "roles_in", lambda who, case: frozenset(ROLES))
    for name in ("list_cases", "list_of_teams"):
        monkeypatch.setitem(store.SQL, name, store.SQL[name].replace("may_see($6, cases)", "true"))


@pytest.mark.timeout(300)  # every route, on a machine that may have more to do
@pytest.mark.parametrize("roles", [*((role,) for role in ROLES), ROLES], ids="-".join)
async def test_no_route_gives_anything_of_a_case_of_another_team(desk: Desk, roles: tuple[Role, ...]) -> None:
    await nothing_is_given(desk, roles)


@pytest.mark.parametrize("wall", ["only_the_code", "only_the_database"])
async def test_each_of_the_two_walls_holds_without_the_other(
    desk: Desk, wall: str, request: pytest.FixtureRequest
) -> None:
    request.getfixturevalue(wall)
    await nothing_is_given(desk, ROLES)


async def nothing_is_given(desk: Desk, roles: tuple[Role, ...]) -> None:
    """Try everything on the cases of the payments team with these roles in another one."""
    cases = await theirs(desk)
    ours = await desk.token_for("ours", "all", None, *((role, "support") for role in roles))
    said, lines = await desk.said(), await desk.count("timeline")
    for operation, case_id in itertools.product(OPERATIONS, cases):
        if operation.name in ("POST /v1/cases", "POST /report"):
            continue  # a report of one's own
        answer = await ask(desk, operation, case_id, ours)
        told = answer.text.replace(operation.address(case_id), "")
        assert MARK not in told, operation.name
        assert case_id not in told, operation.name
        if "{case_id}" in operation.path:
            assert answer.status_code in (403, 404), operation.name
            other = await ask(desk, operation, NOBODYS, ours)
            assert same(answer, case_id) == same(other, NOBODYS), operation.name
    assert (await desk.said(), await desk.count("timeline")) == (said, lines)


def same(answer: httpx.Response, case_id: str) -> tuple[int, dict[str, str], dict[str, Any]]:
    """All that an answer says, whichever case it is about."""
    told = json.loads(answer.text.replace(case_id, "it"))
    passing = ("content-length", "traceparent", "date", "ratelimit")  # of this answer, not of the case
    headers = {k: v for k, v in answer.headers.items() if k not in passing}
    return answer.status_code, headers, {k: v for k, v in told.items() if k != "trace_id"}


async def test_the_team_itself_is_given_all_of_it(desk: Desk) -> None:
    (case_id, secret, unplanned) = await theirs(desk)
    leader = await desk.token_for("leader", "all", None, ("leader", "payments"))
    reads = [
        o
        for o in OPERATIONS
        if o.method == "GET"
        and (
            (
                "{case_id}" in o.path
                and not o.path.endswith(("/original", "/{attachment}", "/asked", "/reporter", "/precedents"))
            )
            or o.path in ("/v1/cases", "/v1/search")
        )
    ]
    assert len(reads) == 11
    await desk.client.put(f"/v1/cases/{case_id}/related/{secret}", headers={"authorization": f"Bearer {leader}"})
    for operation in reads:
        answer = await ask(desk, operation, case_id, leader)
        assert answer.status_code == 200, operation.name
        assert MARK in answer.text, operation.name
        lists = ("/timeline", "/related", "/steps", "/attachments")
        assert case_id in answer.text or operation.path.endswith(lists), operation.name
    listed = [case["id"] for case in (await desk.get("/v1/cases", token=leader)).json()["data"]]
    assert sorted(listed) == sorted((secret, case_id))
    assert (await desk.get(f"/v1/cases/{unplanned}", token=leader)).status_code == 404
    assert (await desk.post(f"/v1/cases/{case_id}/notes", {"text": "x"}, leader)).status_code == 200


@pytest.mark.parametrize("token", ["crm", "nobody"])
async def test_a_report_of_a_chat_is_brought_by_our_notifier_alone(desk: Desk, token: str) -> None:
    body = {"report": {"facts": "x", "impact": "one"}, "by": {"id": "mai", "name": "mai"}}
    headers = {"authorization": f"Bearer {desk.token if token == 'crm' else 'x'}", "idempotency-key": "k"}
    answer = await desk.client.post("/v1/chats/slack/reports", json=body, headers=headers)
    assert answer.status_code == {"crm": 403, "nobody": 401}[token]
    assert await desk.db.pool.fetchval("SELECT count(*) FROM cases") == 0
