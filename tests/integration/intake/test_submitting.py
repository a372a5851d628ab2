"""POST /v1/cases: taken once, on disk before the answer, and refused with a reason when it does not fit."""

import asyncio
import json

import pytest

from shared.contracts import events as e
from tests.integration.intake.desk import TEXT, Desk


async def test_a_report_is_on_disk_before_it_is_accepted_and_can_be_read_back_at_once(desk: Desk) -> None:
    shown = await desk.submit(urgency="critical", impact="all", customer={"company": "髙﨑①㈱🔥"})
    assert await desk.said() == ["case.submitted.v1"]
    read = await desk.get(f"/v1/cases/{shown['id']}")
    assert read.json() == shown
    assert (shown["status_label"], shown["headline"], shown["owner"]) == ("受付", TEXT, None)
    await desk.log.drain()
    assert (await desk.get(f"/v1/cases/{shown['id']}", language="en")).json()["status_label"] == "Received"
    (event,) = desk.log.of(e.CaseSubmitted)
    assert (event.source, event.by.id, event.report.customer.company) == ("crm", "crm", "髙﨑①㈱🔥")


async def test_the_same_key_gets_the_first_answer_and_makes_one_case(desk: Desk) -> None:
    body = {"facts": TEXT}
    first = await desk.post("/v1/cases", body, idempotency_key='"a-key"')
    desk.clock.at = desk.clock.at.replace(minute=30)
    again = await desk.post("/v1/cases", body, idempotency_key="a-key")
    assert (first.status_code, again.status_code) == (202, 202)
    assert first.content == again.content
    assert first.headers["location"] == again.headers["location"] == f"/v1/cases/{first.json()['id']}"
    assert await desk.said() == ["case.submitted.v1"]


async def test_the_same_key_with_another_body_is_refused(desk: Desk) -> None:
    await desk.post("/v1/cases", {"facts": "one"}, idempotency_key="k")
    other = await desk.post("/v1/cases", {"facts": "two"}, idempotency_key="k")
    assert (other.status_code, other.json()["code"]) == (422, "idempotency-key-reused")
    assert await desk.count("cases") == 1


async def test_the_same_key_of_another_token_is_another_case(desk: Desk) -> None:
    other = await desk.token_for("shop", "submit")
    await desk.post("/v1/cases", {"facts": TEXT}, idempotency_key="k")
    assert (await desk.post("/v1/cases", {"facts": TEXT}, other, idempotency_key="k")).status_code == 202
    assert await desk.count("cases") == 2


async def test_many_at_once_with_one_key_are_one_case(desk: Desk) -> None:
    answers = await asyncio.gather(
        *(desk.post("/v1/cases", {"facts": TEXT}, idempotency_key="k") for _ in range(12)),
    )
    codes = {a.status_code for a in answers}
    assert 202 in codes
    assert codes <= {202, 409}
    assert all(a.headers["retry-after"] == "1" for a in answers if a.status_code == 409)
    assert await desk.count("cases") == 1
    assert await desk.said() == ["case.submitted.v1"]


async def test_a_person_may_be_named_as_the_reporter(desk: Desk) -> None:
    answer = await desk.post(
        "/v1/cases", {"facts": TEXT, "by": {"id": "tanaka", "name": "田中 一"}}, idempotency_key="k"
    )
    assert answer.json()["reporter"] == "田中 一"


async def test_a_program_must_give_a_key(desk: Desk) -> None:
    for key in ("", " ", "ключ", "a" * 256):
        headers = [(b"authorization", f"Bearer {desk.token}".encode())]
        headers += [(b"idempotency-key", key.encode())] if key else []
        answer = await desk.client.post("/v1/cases", json={"facts": TEXT}, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (400, "idempotency-key-needed")


@pytest.mark.parametrize(
    ("body", "status", "pointer"),
    [
        (b'{"facts": "\xff"}', 400, None),
        (b"\xef\xbb\xbf{}", 400, None),
        (b"{'facts': 1}", 400, None),
        ('{"facts": "x"}'.encode("utf-16"), 400, None),
        (b'{"facts": "\\ud800"}', 400, None),
        (b"[" * 5000, 400, None),
        (b'{"facts": "a\\u0000b"}', 422, "/facts"),
        (b'{"facts": "\\u001b[2J"}', 422, "/facts"),
        (b'{"facts": "   "}', 422, ""),
        (b"{}", 422, "/facts"),
        (b"[]", 422, ""),
        (b'{"facts": 5}', 422, "/facts"),
        (b'{"facts": "x", "urgency": "kritisch"}', 422, "/urgency"),
        (b'{"facts": "x", "amount": "100"}', 422, "/amount"),
        (b'{"facts": "x", "personal_data": "yes"}', 422, "/personal_data"),
        (b'{"facts": "x", "surprise": 1}', 422, "/surprise"),
        (b'{"facts": "x", "customer": {"phone": "1"}}', 422, "/customer/phone"),
        (b'{"facts": "x", "wanted_by": "2026-11-22T10:00:00"}', 422, "/wanted_by"),
        (b'{"facts": "x", "wanted_by": "9999-12-31T23:59:59+09:00"}', 422, "/wanted_by"),
        (b'{"facts": "x", "wanted_by": 1733011200}', 422, "/wanted_by"),
        (b'{"facts": "x", "by": {"id": "a b"}}', 422, "/by/id"),
        (json.dumps({"facts": "x" * 5001}).encode(), 422, "/facts"),
    ],
)
async def test_bad_input_is_refused_with_its_place_and_without_its_value(
    desk: Desk, body: bytes, status: int, pointer: str | None
) -> None:
    for language in ("ja", "en"):
        headers = {
            "authorization": f"Bearer {desk.token}",
            "content-type": "application/json; charset=utf-8",
            "idempotency-key": "k",
            "accept-language": language,
        }
        answer = await desk.client.post("/v1/cases", content=body, headers=headers)
        assert answer.status_code == status, answer.text
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.headers["content-language"] == language
        problem = answer.json()
        assert {text.isascii() for text in (problem["title"], problem["errors"][0]["detail"])} == {language == "en"}
        if pointer is not None:
            assert problem["errors"][0]["pointer"] == pointer
        assert "kritisch" not in answer.text
    assert await desk.count("cases") == 0
    assert await desk.said() == []


async def test_what_is_not_json_or_too_large_is_refused(desk: Desk) -> None:
    headers = {"authorization": f"Bearer {desk.token}", "idempotency-key": "k"}
    plain = await desk.client.post("/v1/cases", content=b'{"facts": "x"}', headers=headers)
    assert (plain.status_code, plain.json()["code"]) == (415, "unsupported-media-type")
    large = await desk.post("/v1/cases", {"facts": "x" * 300_000}, idempotency_key="k")
    assert (large.status_code, large.json()["code"]) == (413, "too-large")
    assert await desk.count("cases") == 0


async def test_who_may_not_enter_is_told_so(desk: Desk) -> None:
    reader = await desk.token_for("reader", "read")
    ask = {"facts": TEXT}
    for token in ("", "x", "tsk_1_2", reader[:-1] + ("0" if reader[-1] != "0" else "1"), "髙"):
        headers = {b"authorization": f"Bearer {token}".encode(), b"idempotency-key": b"k"}
        answer = await desk.client.post("/v1/cases", json=ask, headers=headers)
        assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer"), token
    refused = await desk.post("/v1/cases", ask, reader, idempotency_key="k")
    assert (refused.status_code, refused.json()["needed"]) == (403, "submit")
    assert await desk.count("cases") == 0


async def test_lists_are_filtered_and_paged(desk: Desk) -> None:
    ids = []
    for number in range(5):
        desk.clock.at = desk.clock.at.replace(second=number)
        ids.append((await desk.submit(facts=f"件名１２_{number} 100%"))["id"])
    await desk.act(ids[0], "acknowledge")
    seen: list[str] = []
    path = "/v1/cases?limit=2&q=12_"
    while path:
        answer = await desk.get(path)
        page = answer.json()
        seen += [row["id"] for row in page["data"]]
        path = answer.links["next"]["url"] if page["next_cursor"] else ""
    assert seen == ids[::-1]
    assert [r["id"] for r in (await desk.get("/v1/cases?owner=sato")).json()["data"]] == [ids[0]]
    assert [r["id"] for r in (await desk.get("/v1/cases?status=in_progress")).json()["data"]] == [ids[0]]
    assert len((await desk.get("/v1/cases?owner=none")).json()["data"]) == 4
    assert (await desk.get("/v1/cases?q=2%25_9")).json()["data"] == []
    assert (await desk.get("/v1/cases?cursor=nonsense")).status_code == 422
    assert (await desk.get("/v1/cases?status=lost")).status_code == 422
    assert (await desk.get("/v1/cases?q=%00")).status_code == 422
    assert (await desk.get("/v1/cases?limit=100000")).status_code == 422


async def test_an_unknown_case_is_a_404_whatever_is_asked_of_it(desk: Desk) -> None:
    unknown = "c_01m80tsfphe99kg5qcb6bqxnc5"
    for case_id in (unknown, "nonsense", "%00"):
        for path in (f"/v1/cases/{case_id}", f"/v1/cases/{case_id}/timeline"):
            answer = await desk.get(path)
            assert (answer.status_code, answer.json()["code"]) == (404, "unknown-case")
        assert (await desk.act(case_id, "acknowledge")).status_code == 404
    assert await desk.count("folds") == 0


async def test_a_report_names_the_ticket_that_it_came_from(desk: Desk) -> None:
    ticket = {"system": "jira", "id": "OPS-482", "url": "https://example.atlassian.net/browse/OPS-482"}
    shown = await desk.submit(external=ticket)
    assert shown["external"] == ticket
    await desk.log.drain()
    (event,) = desk.log.of(e.CaseSubmitted)
    assert event.external == e.External.model_validate(ticket)
    body = {"facts": TEXT, "external": ticket}
    await desk.post("/v1/cases", body, idempotency_key="k")
    other = await desk.post("/v1/cases", {**body, "external": {**ticket, "id": "OPS-483"}}, idempotency_key="k")
    assert (other.status_code, other.json()["code"]) == (422, "idempotency-key-reused")


@pytest.mark.parametrize(
    "wrong",
    [
        {"system": "alertmanager", "id": "1"},
        {"system": "jira", "id": ""},
        {"system": "jira", "id": "OPS-1/../../x"},
        {"system": "jira", "id": "OPS-1\n"},
        {"system": "jira", "id": "１２"},
        {"system": "jira", "id": "OPS-1", "url": "javascript:alert(1)"},
    ],
)
async def test_what_names_no_ticket_is_refused(desk: Desk, wrong: dict[str, str]) -> None:
    answer = await desk.post("/v1/cases", {"facts": TEXT, "external": wrong}, idempotency_key="k")
    assert answer.status_code == 422
    assert await desk.count("cases") == 0
