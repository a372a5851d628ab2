"""CloudEvents in its three forms, and its question before the first delivery."""

import base64
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.senders.cloudevents import CLOUDEVENTS
from services.intake.senders.sender import (
    Answer,
    Cleared,
    Malformed,
    Reading,
    Rejected,
    Request,
    Source,
    Taken,
    Trigger,
    Trusted,
    Unmapped,
)
from tests.unit.intake.asked import reading, readings, verdict
from tests.unit.intake.senders.monitors import HEADER, JSON, NOW, TEXT, deep, payload

STRUCTURED, BATCH = payload("cloudevents_structured.json"), payload("cloudevents_batch.json")
DATA = payload("cloudevents_binary_body.json")
ONE = {"content-type": "application/cloudevents+json; charset=utf-8"}
MANY = {"content-type": "application/cloudevents-batch+json"}
BINARY = {
    "content-type": "application/json",
    "ce-specversion": "1.0",
    "ce-type": "jp.co.example.case.escalated.v1",
    "ce-source": "/crm/tokyo",
    "ce-subject": "case/00012345",
    "ce-id": "A234-1234-1234",
    "ce-time": "2026-11-21T12:00:00Z",
}
SOURCE = Source("events", "cloudevents", ("secret",))


def event(**more: Any) -> bytes:
    return json.dumps({**json.loads(STRUCTURED), **more}).encode()


def trigger(raw: bytes, headers: dict[str, str]) -> Trigger:
    found = reading(CLOUDEVENTS, raw, headers)
    assert isinstance(found, Trigger)
    return found


def test_one_event_says_the_same_in_both_forms() -> None:
    structured, binary = trigger(STRUCTURED, ONE), trigger(DATA, BINARY)
    assert structured == binary
    assert (structured.report.title, structured.report.urgency) == ("決済停止", "critical")
    assert structured.alerts["alert"].since.isoformat() == "2026-11-21T12:00:00+00:00"
    assert trigger(STRUCTURED, {}) == structured  # as it is replayed, without its headers


def test_a_batch_says_several_things() -> None:
    found = readings(CLOUDEVENTS, BATCH, MANY)
    assert not isinstance(found, Malformed)
    first, second = found
    assert first == trigger(STRUCTURED, ONE)
    assert isinstance(second, Trigger)
    assert second.external != trigger(STRUCTURED, ONE).external
    assert readings(CLOUDEVENTS, b"[]", MANY) == ()
    assert readings(CLOUDEVENTS, json.dumps([{}] * 101).encode(), MANY) == Malformed()


def test_the_identity_is_source_and_id() -> None:
    same, other_id, other_source = event(type="x", subject="y"), event(id="B"), event(source="/crm/osaka")
    assert trigger(same, ONE).delivery_id == trigger(STRUCTURED, ONE).delivery_id
    assert len({trigger(raw, ONE).delivery_id for raw in (STRUCTURED, other_id, other_source)}) == 3


@pytest.mark.parametrize("more", [{"subject": "order/1"}, {"subject": None, "data": {"id": 7, "title": TEXT}}])
def test_the_same_subject_of_two_sources_is_two_cases(more: dict[str, Any]) -> None:
    tokyo, again, osaka = (
        trigger(event(source=f"/crm/{city}", id=id_, **more), ONE)
        for city, id_ in (("tokyo", "1"), ("tokyo", "2"), ("osaka", "1"))
    )
    assert tokyo.external == again.external != osaka.external
    named = {"data": {"key": "order-1", "title": TEXT}}
    one, other = (trigger(event(source=f"/crm/{city}", **named), ONE) for city in ("tokyo", "osaka"))
    assert one.external == other.external


def test_header_values_are_decoded() -> None:
    found = trigger(b"{}", {**BINARY, "ce-type": "%E9%AB%99%F0%9F%94%A5%20%E9%9A%9C%E5%AE%B3"})
    assert found.report.title == "髙🔥 障害"


@pytest.mark.parametrize(
    ("type_", "kind"),
    [
        ("jp.example.case.resolved.v1", Cleared),
        ("jp.example.case.acknowledged.v2", Taken),
        ("jp.example.case.escalated", Trigger),
        ("何か", Trigger),
    ],
)
def test_its_type_says_what_happened(type_: str, kind: type[Reading]) -> None:
    found = reading(CLOUDEVENTS, event(type=type_), ONE)
    assert isinstance(found, kind)
    assert not isinstance(found, Unmapped)
    assert isinstance(found, Trigger | Taken | Cleared)
    assert found.external.id == trigger(STRUCTURED, ONE).external.id


def test_data_may_be_packed_or_no_json_at_all() -> None:
    packed = json.loads(event())
    del packed["data"]
    packed["data_base64"] = base64.b64encode(DATA).decode()
    assert trigger(json.dumps(packed).encode(), ONE).report == trigger(STRUCTURED, ONE).report
    for broken in ("é", "a", 5):
        assert trigger(event(data=None, data_base64=broken), ONE).report.title == "jp.co.example.case.escalated.v1"
    mapping = {"mapping": json.dumps({"title": "data"})}
    found = reading(CLOUDEVENTS, TEXT.encode(), {**BINARY, "content-type": "text/plain"}, mapping)
    assert isinstance(found, Trigger)
    assert found.report.title == TEXT


@pytest.mark.parametrize("more", [{"specversion": "0.3"}, {"id": ""}, {"source": None}, {"specversion": None}])
def test_what_is_no_event_is_for_a_person_to_see(more: dict[str, Any]) -> None:
    assert isinstance(reading(CLOUDEVENTS, event(**more), ONE), Unmapped)


def test_a_token_is_needed() -> None:
    for authorization, good in (("Bearer secret", True), ("Bearer new", True), ("Bearer other", False), ("", False)):
        found = verdict(CLOUDEVENTS, STRUCTURED, {"authorization": authorization}, ("new", "secret"))
        assert found == (Trusted() if good else Rejected("token"))


def probe(method: str, **headers: str) -> Answer | None:
    assert CLOUDEVENTS.probe is not None
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return CLOUDEVENTS.probe(Request(b"", named, NOW, method), SOURCE)


def test_who_asks_before_it_delivers_is_told_how_fast_it_may() -> None:
    answer = probe("OPTIONS", webhook_request_origin="eventemitter.example.com", webhook_request_rate="120")
    assert answer is not None
    assert answer.status == 200
    assert answer.headers["webhook-allowed-origin"] == "eventemitter.example.com"
    assert int(answer.headers["webhook-allowed-rate"]) > 0
    assert probe("OPTIONS") is None
    assert probe("GET", webhook_request_origin="a") is None
    for hostile in ("a\r\nset-cookie: x", "é", "a b", "a" * 201):
        assert probe("OPTIONS", webhook_request_origin=hostile) is None


@given(st.binary(max_size=300), st.dictionaries(st.sampled_from([*BINARY, "authorization", "ce-é", "ce-"]), HEADER))
def test_whatever_comes_is_judged(raw: bytes, headers: dict[str, str]) -> None:
    assert isinstance(verdict(CLOUDEVENTS, raw, headers, ("a long secret",)), Rejected)
    for more in ({}, BINARY, ONE, MANY):
        found = readings(CLOUDEVENTS, raw, {**more, **headers})
        assert isinstance(found, Malformed) or all(
            isinstance(one, Trigger | Taken | Cleared | Unmapped) for one in found
        )


@given(
    JSON
    | st.lists(
        st.dictionaries(st.sampled_from(["specversion", "id", "source", "type", "data", "time", "data_base64"]), JSON)
    )
)
def test_whatever_a_body_holds_is_read(body: Any) -> None:
    for headers in ({}, BINARY, ONE, MANY):
        found = readings(CLOUDEVENTS, json.dumps(body).encode(), headers)
        assert isinstance(found, tuple | Malformed)


@pytest.mark.parametrize("raw", deep(), ids=["open", "lists", "objects", "labels"])
def test_what_is_nested_without_end_is_refused(raw: bytes) -> None:
    assert readings(CLOUDEVENTS, raw, ONE) == Malformed()
    assert isinstance(reading(CLOUDEVENTS, raw, BINARY), Trigger)
