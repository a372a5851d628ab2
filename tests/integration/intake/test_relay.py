"""One door: other services are asked on the caller's behalf, and nobody climbs out of the path that was opened."""

import httpx
import pytest

from services.intake.routes import relay
from services.notifier.routes import storms
from shared.contracts import events as e
from tests.integration.intake.desk import SERVICE_TOKEN, Desk
from tests.integration.intake.library import library
from tests.integration.intake.teams import case_of, theirs
from tests.integration.log import Opened

pytestmark = pytest.mark.security


async def test_call_backs_reach_the_notifier_byte_for_byte_and_without_our_token(desk: Desk) -> None:
    raw = "Digits=1&From=%2B81&x=髙\x00".encode()
    answer = await desk.client.post(
        "/callbacks/twilio/abc%20d?a=%E9&b=1+2",
        content=raw,
        headers={
            "x-twilio-signature": "sig=",
            "webhook-signature": "v1,sig=",
            "content-type": "application/x-www-form-urlencoded",
            "authorization": "Basic abc",
            "cookie": "a=b",
            "x-forwarded-for": "1.2.3.4",
        },
    )
    assert answer.status_code == 200
    (asked,) = desk.others.asked
    assert asked.content == raw
    assert (asked.url.host, asked.url.raw_path) == ("notifier.test", b"/callbacks/twilio/abc%20d?a=%E9&b=1+2")
    assert asked.headers["x-twilio-signature"] == "sig="
    assert asked.headers["webhook-signature"] == "v1,sig="
    for kept_back in ("authorization", "cookie", "x-forwarded-for"):
        assert kept_back not in asked.headers


@pytest.mark.parametrize(
    ("method", "path", "host", "scope"),
    [
        ("GET", "/v1/search?q=%E3%83%AC%E3%82%B8", "knowledge.test", "read"),
        ("GET", "/v1/cases/c_01m80tsfphe99kg5qcb6bqxnc5/similar", "knowledge.test", "read"),
        ("GET", "/v1/archive/x", "knowledge.test", "read"),
        ("POST", "/v1/archive", "knowledge.test", "admin"),
        ("GET", "/v1/policy", "router.test", "read"),
        ("PUT", "/v1/policy", "router.test", "admin"),
        ("POST", "/v1/simulate", "router.test", "read"),
        ("GET", "/v1/on-duty", "router.test", "read"),
        ("GET", "/v1/schedules/gaps", "router.test", "read"),
        ("GET", "/v1/people/sato.hanako/shifts.ics", "router.test", "read"),
        ("GET", "/v1/absences", "router.test", "read"),
        ("POST", "/v1/absences/import?by=sato.hanako", "router.test", "act"),
        ("DELETE", "/v1/overrides/x?by=sato.hanako", "router.test", "act"),
        ("POST", "/v1/swaps/x/accept", "router.test", "act"),
        ("PUT", "/v1/presence/sato.hanako", "router.test", "act"),
        ("GET", "/v1/contacts", "notifier.test", "admin"),
        ("PUT", "/v1/contacts", "notifier.test", "admin"),
        ("GET", "/v1/contacts.html", "notifier.test", "admin"),
        ("POST", "/v1/contacts.csv?dry_run=true", "notifier.test", "admin"),
        ("GET", "/v1/contacts/sato.hanako", "notifier.test", "admin"),
        ("POST", "/v1/contacts/sato.hanako/addresses/phone-2/verify", "notifier.test", "admin"),
    ],
)
async def test_the_caller_is_checked_before_another_service_is_asked(
    desk: Desk, method: str, path: str, host: str, scope: str
) -> None:
    others = ",".join({"read", "submit", "act", "admin"} - {scope})
    wrong = await desk.token_for("wrong", others)
    for token, status in (("", 401), (wrong, 403)):
        headers = {"authorization": f"Bearer {token}"}
        assert (await desk.client.request(method, path, headers=headers)).status_code == status
    assert desk.others.asked == []
    right = await desk.token_for("right", scope)
    answer = await desk.client.request(method, path, headers={"authorization": f"Bearer {right}"}, content=b"{}")
    assert answer.status_code == 200
    (asked,) = desk.others.asked
    assert (asked.method, asked.url.host, asked.url.raw_path.decode()) == (method, host, path)
    assert asked.headers["authorization"] == f"Bearer {SERVICE_TOKEN}"


CLIMBING = [
    "/callbacks/../v1/pages",
    "/callbacks/./x",
    "/callbacks/%2e%2e/v1/pages",
    "/callbacks/%252E%252e/v1/pages",
    "/callbacks/x%2f..%2f..%2fv1/pages",
    "/callbacks/a%5c..%5cb",
    "/callbacks/..",
]


@pytest.mark.parametrize("path", CLIMBING)
async def test_nobody_climbs_out_of_the_path(desk: Desk, path: str) -> None:
    assert relay.climbs(path)
    headers = {"authorization": f"Bearer {desk.token}"}
    if "%" in path:  # the client itself takes plain dots away
        assert (await desk.client.post(path, headers=headers)).status_code == 404
    assert desk.others.asked == []


def test_ordinary_paths_do_not_climb() -> None:
    assert not any(map(relay.climbs, ("/callbacks/a..b/c.d", "/v1/archive/%E9%AB%99", "/v1/policy/...")))


@pytest.mark.parametrize(
    ("problem", "status", "code"),
    [
        (httpx.ConnectError("refused"), 502, "upstream-away"),
        (httpx.ReadTimeout("slow"), 504, "upstream-slow"),
        (httpx.RemoteProtocolError("torn"), 502, "upstream-away"),
    ],
)
async def test_a_service_that_is_away_is_said_to_be_away(
    desk: Desk, problem: httpx.HTTPError, status: int, code: str
) -> None:
    def away(request: httpx.Request) -> httpx.Response:
        raise problem

    desk.others.answer = away
    answer = await desk.get("/v1/search?q=x")
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("problem", "unsure"),
    [
        (httpx.ConnectError("refused"), False),
        (httpx.ReadTimeout("slow"), True),
        (httpx.RemoteProtocolError("torn"), True),
    ],
)
async def test_of_a_change_that_may_have_been_heard_it_is_said_that_it_may_have_been_done(
    desk: Desk, problem: httpx.HTTPError, unsure: bool
) -> None:
    def away(request: httpx.Request) -> httpx.Response:
        raise problem

    desk.others.answer = away
    assert ("実行されたかどうか" in (await desk.post("/v1/maintenance", {})).json()["title"]) is unsure
    assert "実行されたかどうか" not in (await desk.get("/v1/maintenance")).json()["title"]


async def test_what_the_other_service_answers_is_handed_back(desk: Desk) -> None:
    def refused(request: httpx.Request) -> httpx.Response:
        headers = {"etag": '"1"', "content-type": "application/problem+json", "set-cookie": "a=b", "server": "x"}
        return httpx.Response(412, json={"code": "stale"}, headers=headers)

    desk.others.answer = refused
    answer = await desk.get("/v1/policy")
    assert (answer.status_code, answer.json(), answer.headers["etag"]) == (412, {"code": "stale"}, '"1"')
    assert "set-cookie" not in answer.headers


async def test_what_protects_a_page_is_handed_back_with_it(desk: Desk) -> None:
    protecting = {
        **storms.HEADERS,
        "x-content-type-options": "nosniff",
        "content-disposition": 'attachment; filename="a"',
    }
    desk.others.answer = lambda request: httpx.Response(200, text="<p>", headers=protecting)
    answer = await desk.client.get("/digests/token")
    assert {name: answer.headers.get(name) for name in protecting} == protecting
    assert "frame-ancestors 'none'; base-uri 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["referrer-policy"] == "no-referrer"


async def test_programs_read_a_search_as_it_came_and_what_is_restricted_in_it_is_recorded(desk: Desk) -> None:
    _, secret, _ = await theirs(desk)
    found = {"data": [{"record": {"case_id": secret}}, {"record": {"case_id": "c_x"}}, {"article": {}}], "took": 1}
    desk.others.answer = lambda request: httpx.Response(200, json=found, headers={"etag": '"1"'})
    answer = await desk.get("/v1/search?q=x")
    assert (answer.json(), answer.headers["etag"]) == (found, '"1"')
    seen = (await desk.get(f"/v1/audit?after=0&limit=1000&object={secret}")).json()["data"]
    assert [(line["actor"], line["through"]) for line in seen if line["action"] == "case.seen"] == [("crm", "crm")]


async def test_whom_else_a_case_was_told_to_is_not_its_reporters_to_know(desk: Desk) -> None:
    mai, ken = (e.Actor(kind="person", id=id_, name=id_) for id_ in ("mai", "ken"))
    shop = await desk.token_for("shop", "all", None, ("reporter", "support"))
    tokens = {
        "shop": shop,
        "mai": await desk.token_for("mai-1", "all", mai, ("reporter", "support")),
        "ken": await desk.token_for("ken-1", "all", ken, ("responder", "payments")),
    }
    case_id = await case_of(desk, "payments", shop)
    await desk.act(case_id, "followers", id="mai", name="mai")
    told = {"data": [{"case_id": case_id, "channel": "phone"}], "next_cursor": None}
    desk.others.answer = lambda request: httpx.Response(200, json=told)
    for name, recipient, count in (
        ("shop", "ken", 0), ("shop", "shop", 0), ("mai", "ken", 0), ("mai", "mai", 1), ("ken", "mai", 1),
    ):  # fmt: skip
        answer = await desk.get(f"/v1/recipients/{recipient}/notifications", token=tokens[name])
        assert (answer.status_code, len(answer.json()["data"])) == (200, count), (name, recipient)
    assert len((await desk.get("/v1/search?q=x", token=shop)).json()["data"]) == 1, "their own case is found"


async def test_a_whole_policy_or_directory_passes_and_nothing_else_may_be_so_large(desk: Desk) -> None:
    large = {"files": {"cases.yaml": "#" * 1_500_000}}
    assert (await desk.post("/v1/policy/lint", large)).status_code == 200
    assert len(desk.others.asked[-1].content) > 1_500_000
    assert (await desk.post("/v1/policy/lint", {"files": {"cases.yaml": "#" * 2_200_000}})).status_code == 413
    assert (await desk.post("/v1/policyholders", large)).status_code == 413
    headers = {"authorization": f"Bearer {desk.token}"}
    assert (await desk.client.put("/v1/contacts", json=large, headers=headers)).status_code == 200
    assert (await desk.client.put("/v1/teams", json=large, headers=headers)).status_code == 413
    assert (await desk.post("/v1/cases", {"facts": "x" * 300_000}, idempotency_key="k")).status_code == 413


async def test_a_key_that_is_pressed_while_the_notifier_is_restarted_is_heard(desk: Desk) -> None:
    def restarting(request: httpx.Request) -> httpx.Response:
        if len(desk.others.asked) < 3:
            raise httpx.ConnectError("refused")
        return httpx.Response(200, text="<Response/>")

    desk.others.answer = restarting
    answer = await desk.client.post("/callbacks/twilio/voice/1", content=b"Digits=1")
    assert (answer.status_code, answer.text, len(desk.others.asked)) == (200, "<Response/>", 3)
    assert {r.content for r in desk.others.asked} == {b"Digits=1"}


async def test_what_may_have_been_heard_is_not_said_twice(desk: Desk) -> None:
    def torn(request: httpx.Request) -> httpx.Response:
        raise httpx.RemoteProtocolError("torn")

    desk.others.answer = torn
    assert (await desk.client.post("/callbacks/twilio/voice/1", content=b"Digits=1")).status_code == 502
    assert len(desk.others.asked) == 1


async def test_no_answer_names_the_address_of_the_service_that_gave_it(desk: Desk, database: Opened) -> None:
    """Its framework sends a path that ends in a slash to the one without, by the name under which it was asked."""
    async with library(desk, database) as shelf:
        answer = await desk.get("/v1/articles/faq-1/?language=en")
        assert shelf.known.http.base_url.host not in str(answer.headers)
        assert answer.headers["location"] == "/v1/articles/faq-1?language=en"
