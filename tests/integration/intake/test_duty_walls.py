"""Nobody takes another team's people off duty, or answers a swap in another's name; who may do it goes on as before, in their own name."""

import json
from typing import Any

import httpx
import pytest

from services.intake.domain.roles import Role
from shared.contracts.events import Actor
from shared.contracts.plan import Person
from tests.integration.intake.desk import Desk, hidden
from tests.integration.intake.people import SITE, log_in, send
from tests.integration.intake.rota import ROTA, SATO, TAKAHASHI, YAMADA

pytestmark = pytest.mark.security

MAI = Person(id="mai", name="髙﨑 麻衣①🔥")
WHEN = {"since": "2026-12-01T09:00:00+09:00", "until": "2026-12-02T09:00:00+09:00"}
BY_SATO = {"by": {"id": SATO.id, "name": SATO.name}}
FOR_SATO = {**BY_SATO, **WHEN, "person": SATO.id}
HELD = {"from": WHEN["since"], "to": WHEN["until"], "reason": "点検①", **BY_SATO}
WINDOWS = {"data": [{"id": f"w-{team or 'all'}", "team": team} for team in ("sre", "billing", "")]}
Try = tuple[str, str, Any]
THEIRS: list[Try] = [
    ("DELETE", f"/v1/overrides/o-1?by={YAMADA.id}", None),
    ("DELETE", f"/v1/overrides/o-1?by=mai&by={TAKAHASHI.id}", None),
    ("DELETE", f"/v1/absences/a-1?by={TAKAHASHI.id}&by_name=x", None),
    ("POST", "/v1/absences", FOR_SATO),
    ("POST", "/v1/absences", {**FOR_SATO, "by": {"id": "mai"}}),
    ("POST", "/v1/overrides", {**BY_SATO, **WHEN, "schedule": "sre-primary", "person": "mai"}),
    ("POST", "/v1/overrides", {**BY_SATO, **WHEN, "schedule": "sre-primary", "person": SATO.id}),
    ("POST", "/v1/swaps", {**BY_SATO, **WHEN, "schedule": "sre-primary", "other": "mai"}),
    *(("POST", f"/v1/swaps/s-1/{answer}", BY_SATO) for answer in ("accept", "decline", "cancel")),
    ("PUT", f"/v1/presence/{SATO.id}", {"state": "off"}),
    ("PUT", f"/v1/presence/{SATO.id}", {"state": "off", **BY_SATO}),
]
HOLDS: list[Try] = [
    ("POST", "/v1/maintenance", {**HELD, "team": "sre"}),
    ("POST", "/v1/maintenance", {**HELD, "product": "決済"}),
    ("POST", "/v1/maintenance", {**HELD, "team": ["billing"]}),
    ("DELETE", "/v1/maintenance/w-sre?by=mai", None),
    ("DELETE", "/v1/maintenance/w-all?by=mai", None),
    ("DELETE", "/v1/maintenance/w-none?by=mai", None),
]
FORS = {"a person": Actor(kind="person", id="mai", name=MAI.name), "a program": None}


def apart(request: httpx.Request) -> httpx.Response:
    """A router that agrees to everything, and in whose schedules each team has its own people."""
    path = request.url.path
    if request.method == "GET" and path == "/v1/schedules":
        listed = {"sre-primary": (SATO, TAKAHASHI), "billing": (YAMADA, MAI)}
        told = [{"id": id_, "name": id_, "people": [p.model_dump() for p in all_]} for id_, all_ in listed.items()]
        return httpx.Response(200, json=told)
    if request.method == "GET" and path == "/v1/maintenance":
        return httpx.Response(200, json=WINDOWS)
    if path.endswith("/import"):
        return httpx.Response(200, json={"taken": [{"person": p.model_dump(), "reason": ""} for p in (MAI, SATO)]})
    if request.method == "GET" and path in ROTA:
        return httpx.Response(200, json=ROTA[path]())
    return httpx.Response(404 if request.method == "GET" else 200, json={"title": "ない"})


@pytest.fixture(autouse=True)
def _behind(desk: Desk) -> None:
    desk.others.answer = apart


async def ask(desk: Desk, attempt: Try, token: str) -> httpx.Response:
    method, path, body = attempt
    headers = {"authorization": f"Bearer {token}"}
    return await desk.client.request(method, path, json=body, headers=headers)


def changed(desk: Desk) -> list[httpx.Request]:
    """What went on to the router, but for questions."""
    return [one for one in desk.others.asked if one.method != "GET"]


def signed(request: httpx.Request) -> str:
    """In whose name it went on."""
    return str(request.url.params["by"] if request.method == "DELETE" else json.loads(request.content)["by"]["id"])


@pytest.mark.parametrize("role", ["responder", "leader", "admin"])
@pytest.mark.parametrize("who", FORS)
async def test_nothing_of_another_team_reaches_the_router(desk: Desk, who: str, role: Role) -> None:
    """Red when `told` of services/intake/routes/spoken.py gives None, or any one of its cases asks nobody."""
    token = await desk.token_for(
        SATO.id, "act", FORS[who], (role, "billing")
    )  # a name like a person's helps no program
    for attempt in THEIRS:
        answer = await ask(desk, attempt, token)
        assert (answer.status_code, changed(desk)) == (403, []), attempt


async def test_a_session_is_no_way_around(desk: Desk) -> None:
    browser = await log_in(desk, "mai", ("leader", "billing"))
    headers = {"x-csrf-token": hidden((await browser.get("/duty")).text, "csrf"), **SITE}
    for method, path, body in THEIRS:
        answer = await browser.request(method, path, json=body, headers=headers)
        assert (answer.status_code, changed(desk)) == (403, []), path
    page = "/duty/schedules/sre-primary"
    assert "/cancel" not in (await browser.get(page)).text + (await browser.get("/duty")).text
    for path in (f"{page}/overrides/o-1/cancel", "/duty/absences/a-1/cancel"):
        assert (await send(browser, page, path)).status_code == 403
    fields = {"person": f"{SATO.name} ({SATO.id})", "since": "2026-12-01T09:00", "until": "2026-12-02T18:00"}
    assert (await send(browser, "/duty", "/duty/absences", **fields)).status_code == 403
    assert changed(desk) == []


async def test_of_a_calendar_nothing_is_taken_that_is_another_teams(desk: Desk) -> None:
    leader = await desk.token_for("mai", "act", FORS["a person"], ("leader", "billing"))
    headers = {"authorization": f"Bearer {leader}", "content-type": "text/calendar"}
    path, whole = "/v1/absences/import", await desk.token_for("whole", "act")
    answer = await desk.client.post(f"{path}?by={SATO.id}", content=b"BEGIN:VCALENDAR", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (403, "not-your-team")
    assert [one.url.params["dry_run"] for one in changed(desk)] == ["true"]
    tried = await desk.client.post(f"{path}?by={SATO.id}&dry_run=true", content=b"BEGIN:VCALENDAR", headers=headers)
    assert (tried.status_code, changed(desk)[-1].url.params["by"]) == (200, "mai"), "trying changes nothing"
    both = await desk.token_for("both", "act", FORS["a person"], ("leader", "billing"), ("leader", "sre"))
    for token, by in ((both, "mai"), (whole, SATO.id)):
        desk.others.asked.clear()
        headers["authorization"] = f"Bearer {token}"
        await desk.client.post(f"{path}?by={SATO.id}", content=b"BEGIN:VCALENDAR", headers=headers)
        last = changed(desk)[-1]
        assert (last.url.query.decode().count("dry_run"), last.url.params["by"]) == (0, by)
        assert last.content == b"BEGIN:VCALENDAR"


@pytest.mark.parametrize(
    ("role", "of", "by"),
    [("leader", "sre", "rei"), ("admin", "sre", "rei"), ("leader", "*", "rei")],
)
async def test_who_leads_the_team_goes_on_as_before_and_in_their_own_name(
    desk: Desk, role: Role, of: str, by: str
) -> None:
    token = await desk.token_for("rei", "act", Actor(kind="person", id="rei", name="rei"), (role, of))
    for attempt in THEIRS:
        desk.others.asked.clear()
        answer = await ask(desk, attempt, token)
        if "/swaps" in attempt[1]:
            assert (answer.json()["code"], changed(desk)) == ("not-in-your-name", []), "a swap needs consent"
        else:
            assert (answer.status_code, [signed(one) for one in changed(desk)]) == (200, [by]), attempt


async def test_everybody_says_of_themselves_what_they_like(desk: Desk) -> None:
    sato = await desk.token_for("sato", "act", Actor(kind="person", **SATO.model_dump()), ("responder", "sre"))
    ken = await desk.token_for("ken", "act", Actor(kind="person", **TAKAHASHI.model_dump()), ("responder", "sre"))
    put = {**WHEN, "schedule": "sre-primary", "person": SATO.id, "reason": "髙﨑①㈱🔥"}
    own: list[tuple[str, Try]] = [
        (sato, ("POST", "/v1/absences", FOR_SATO)),
        (sato, ("POST", "/v1/absences", {**WHEN, "person": SATO.id})),
        (sato, ("POST", "/v1/overrides", put)),
        (sato, ("POST", "/v1/swaps/s-1/accept", BY_SATO)),
        (sato, ("PUT", f"/v1/presence/{SATO.id}", {"state": "off"})),
        (ken, ("DELETE", f"/v1/overrides/o-1?by={SATO.id}", None)),
        (ken, ("DELETE", "/v1/absences/a-1", None)),
    ]
    for token, attempt in own:
        desk.others.asked.clear()
        assert (await ask(desk, attempt, token)).status_code == 200, attempt
        assert [signed(one) for one in changed(desk)] == [SATO.id if token == sato else TAKAHASHI.id]
    gone = await ask(desk, ("DELETE", "/v1/overrides/none", None), sato)
    assert (gone.status_code, gone.json()["code"]) == (404, "unknown-override")
    desk.others.answer = lambda _: httpx.Response(422, json={"title": "入力に誤りがあります。"})
    odd = await desk.client.delete(
        "/v1/overrides/髙", headers={"authorization": f"Bearer {sato}", "accept-language": "en"}
    )
    assert (odd.status_code, odd.json()["title"]) == (404, "There is no such override.")


async def test_a_program_speaks_for_the_people_of_its_team(desk: Desk) -> None:
    token = await desk.token_for("chat", "act", None, ("responder", "sre"))
    for attempt in (
        ("POST", "/v1/absences", FOR_SATO),
        ("POST", "/v1/swaps/s-1/accept", BY_SATO),
        ("PUT", f"/v1/presence/{SATO.id}", {"state": "off", **BY_SATO}),
        ("DELETE", f"/v1/absences/a-1?by={TAKAHASHI.id}", None),
    ):
        desk.others.asked.clear()
        assert (await ask(desk, attempt, token)).status_code == 200, attempt
        assert [signed(one) for one in changed(desk)] in ([SATO.id], [TAKAHASHI.id])
    assert (await ask(desk, ("POST", "/v1/absences", {**FOR_SATO, "person": TAKAHASHI.id}), token)).status_code == 403


@pytest.mark.parametrize("grants", [(), (("admin", "*"),)])
async def test_the_organisations_own_programs_and_administrators_say_everything_as_they_like(
    desk: Desk, grants: tuple[tuple[Role, str], ...]
) -> None:
    token = await desk.token_for("root", "act", Actor(kind="person", id="root", name="root"), *grants)
    for attempt in THEIRS:
        desk.others.asked.clear()
        assert (await ask(desk, attempt, token)).status_code == 200, attempt
        (went,) = desk.others.asked
        assert went.url.raw_path.decode() == attempt[1]
        assert went.content in (b"", desk.client.build_request("POST", "/", json=attempt[2]).content)


@pytest.mark.parametrize(
    "body",
    [
        b'{"reason": ' + b"[" * 100_000 + b"]" * 100_000 + b', "reason": "", "person": "sato.hanako"}',
        b'{"person": "mai", "person": "sato.hanako"}',
        b'{"person": ["mai"]}',
        b'["mai"]',
        b"",
        b'{"person": "mai", "by": "mai"}',
    ],
)
async def test_what_cannot_be_read_lets_nobody_by(desk: Desk, body: bytes) -> None:
    token = await desk.token_for("mai", "act", FORS["a person"], ("responder", "billing"))
    headers = {"authorization": f"Bearer {token}", "content-type": "application/json"}
    answer = await desk.client.post("/v1/absences", content=body, headers=headers)
    assert (answer.status_code in (400, 403, 422), changed(desk)) == (True, [])


@pytest.mark.parametrize("told", [{"json": {"data": 1}}, {"status_code": 503}], ids=str)
async def test_while_the_router_does_not_tell_nobody_is_let_by(desk: Desk, told: dict[str, Any]) -> None:
    desk.others.answer = lambda _: httpx.Response(**{"status_code": 200, **told})
    token = await desk.token_for("rei", "act", Actor(kind="person", id="rei", name="rei"), ("leader", "sre"))
    for attempt in THEIRS:
        answer = await ask(desk, attempt, token)
        assert (answer.status_code in (403, 502, 503), changed(desk)) == (True, []), attempt
    for attempt in (
        ("PATCH", "/v1/absences/a-1", {}),
        ("POST", "/v1/absences/a-1/x", {}),
        ("DELETE", "/v1/swaps/s-1", None),
    ):
        assert (await ask(desk, attempt, token)).status_code == 404


@pytest.mark.parametrize("role", ["responder", "leader", "admin"])
async def test_nobody_holds_the_pages_of_another_team_or_of_all(desk: Desk, role: Role) -> None:
    """Red when `told` of services/intake/routes/spoken.py does not look at windows."""
    token = await desk.token_for("mai", "act", FORS["a person"], (role, "billing"))
    statuses = [(await ask(desk, attempt, token)).status_code for attempt in HOLDS]
    assert statuses == [403, 403, 403, 403, 403, 404]
    assert changed(desk) == []


@pytest.mark.parametrize(("role", "with_p1"), [("responder", 403), ("leader", 201)])
async def test_who_works_in_a_team_holds_its_pages_and_who_leads_those_of_a_p1(
    desk: Desk, role: Role, with_p1: int
) -> None:
    """Red when `let_hold` of services/intake/on_duty.py lets nobody by, or everybody a P1."""
    token = await desk.token_for("mai", "act", FORS["a person"], (role, "billing"))
    held = {**HELD, "team": "billing"}
    statuses = [
        (await ask(desk, ("POST", "/v1/maintenance", {**held, "p1": p1}), token)).status_code for p1 in (False, True)
    ]
    assert [status < 300 for status in statuses] == [True, with_p1 < 300]
    assert (await ask(desk, ("DELETE", "/v1/maintenance/w-billing?by=sato.hanako", None), token)).status_code < 300
    assert {signed(one) for one in changed(desk)} == {"mai"}
