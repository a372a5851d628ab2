"""Opsgenie's requests: what is asked for, of which alert, and what its sender may ask about it afterwards."""

import json
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.domain.alerts import all_clear, is_news, told
from services.intake.senders import opsgenie
from services.intake.senders.opsgenie import OPSGENIE
from services.intake.senders.sender import (
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
from shared.contracts.report import Report
from tests.unit.intake.asked import reading, verdict
from tests.unit.intake.senders.monitors import HEADER, JSON, NOW, TEXT, deep, objects, payload

BODY = payload("opsgenie_alert.json")
SOURCE = Source("opsgenie", "opsgenie", ("key",))


def request(action: str, identifier: str = "", type_: str = "alias", raw: bytes = b"", seconds: int = 0) -> Request:
    asked = opsgenie.asked(action, identifier, type_, raw)
    assert isinstance(asked, bytes)
    return Request(asked, {}, NOW + timedelta(seconds=seconds))


def of(given_request: Request) -> Reading:
    found = OPSGENIE.read(given_request, SOURCE)
    assert not isinstance(found, Malformed)
    (one,) = found
    return one


def created(raw: bytes = BODY, seconds: int = 0) -> Trigger:
    found = of(request("create", raw=raw, seconds=seconds))
    assert isinstance(found, Trigger)
    return found


def test_the_key_is_needed() -> None:
    for authorization, good in (
        ("GenieKey key", True), ("geniekey key", True), ("GenieKey new", True), ("GenieKey other", False),
        ("Bearer key", False), ("key", False), ("GenieKey", False), ("GenieKey é", False), ("", False),
    ):  # fmt: skip
        found = verdict(OPSGENIE, BODY, {"authorization": authorization}, ("new", "key"))
        assert found == (Trusted() if good else Rejected("api key")), authorization
    assert verdict(OPSGENIE, BODY, {"authorization": "GenieKey "}, ()) == Rejected("api key")


def test_the_example_opens_a_case() -> None:
    found = created()
    report = found.report
    assert (report.title, report.urgency, report.impact) == ("決済 API 5xx 急増", "critical", "some")
    assert report.facts == "5xx 12% for 5m\npayments-api / zabbix\n#prod #payments\nregion: ap-northeast-1\nauto"
    assert (found.by.name, report.product) == ("Monitoring", "payments-api")
    assert found.external.id == opsgenie.alert_id("payments-5xx")


@pytest.mark.parametrize(
    ("priority", "urgency"), [("P1", "critical"), ("P2", "high"), ("p3", "medium"), ("P5", "low"), (None, "medium")]
)
def test_a_priority_becomes_an_urgency(priority: str | None, urgency: str) -> None:
    raw = json.dumps({"message": TEXT, "priority": priority, "details": {"impact": "one"}}).encode()
    assert (created(raw).report.urgency, created(raw).report.impact) == (urgency, "one")


def test_an_alert_is_found_by_its_alias_and_by_its_id() -> None:
    id_ = created().external.id
    assert str(UUID(id_)) == id_
    by_alias = of(request("acknowledge", "payments-5xx", raw=b'{"user":"sato@example.co.jp"}'))
    by_id = of(request("close", id_, "id", b'{"note":"\xe7\x9b\xb4\xe3\x81\xa3\xe3\x81\x9f"}'))
    assert isinstance(by_alias, Taken)
    assert isinstance(by_id, Cleared)
    assert by_alias.external.id == by_id.external.id == id_
    assert (by_alias.by.kind, by_alias.by.id) == ("person", "sato@example.co.jp")
    assert by_id.result == "直った"
    other = of(request("close", "payments-5xx", "id"))
    assert isinstance(other, Cleared)
    assert other.external.id != id_


def test_an_alert_without_an_alias_has_its_id_as_one_and_a_repeat_is_the_same() -> None:
    raw = b'{"message":"a"}'
    first, again = created(raw), created(raw, 60)
    assert first.external.id == again.external.id
    for type_ in ("id", "alias"):
        over = of(request("close", first.external.id, type_))
        assert isinstance(over, Cleared)
        assert over.external.id == first.external.id


def test_late_news_are_told_by_when_they_came() -> None:
    begun, over, again = created(), of(request("close", "payments-5xx", seconds=5)), created(BODY, 9)
    assert isinstance(over, Cleared)
    ended = told(told({}, begun.alerts), over.alerts)
    assert all_clear(ended)
    assert is_news(ended, again.alerts)
    assert len({begun.delivery_id, over.delivery_id, again.delivery_id}) == 3


@pytest.mark.parametrize("action", opsgenie.NOTES)
def test_words_are_added_and_nothing_can_be_empty(action: str) -> None:
    found = of(request(action, "payments-5xx", raw=json.dumps({action: TEXT}).encode()))
    assert isinstance(found, Trigger)
    assert (found.note, found.external.id) == (TEXT, created().external.id)
    empty = request(action, "payments-5xx")
    assert isinstance(of(empty), Unmapped)
    assert opsgenie.faults(json.loads(empty.raw)) == {action: f"{action.capitalize()} can not be empty."}


def test_a_message_is_needed() -> None:
    for raw in (b"{}", b"", b'{"message":" "}', b'{"message":[1]}'):
        found = request("create", raw=raw)
        assert isinstance(of(found), Unmapped)
        assert opsgenie.faults(json.loads(found.raw)) == {"message": "Message can not be empty."}


def test_a_body_cannot_say_that_something_else_is_asked_for() -> None:
    raw = b'{"message":"a","action":"close","identifier":"x","identifierType":"alias"}'
    assert isinstance(of(request("create", raw=raw)), Trigger)
    taken = of(request("acknowledge", "payments-5xx", raw=raw))
    assert isinstance(taken, Taken)
    assert taken.external.id == created().external.id


def test_the_answers_are_those_of_opsgenie() -> None:
    assert set(opsgenie.accepted("id", 0.0123)) == set(json.loads(payload("opsgenie_alert_response.json")))
    assert opsgenie.accepted("id", 0.0123) == {
        "result": "Request will be processed", "took": 0.012, "requestId": "id",
    }  # fmt: skip
    assert opsgenie.refused("no", "id", 0.0) == {"message": "no", "took": 0.0, "requestId": "id"}
    assert opsgenie.refused("no", "id", 0.0, {"message": "x"})["errors"] == {"message": "x"}


def test_what_became_of_a_request_can_be_asked() -> None:
    create, close = request("create", raw=BODY), request("close", "payments-5xx")
    id_ = created().external.id
    told_of = opsgenie.status(json.loads(create.raw), create, SOURCE, "opened")
    assert told_of == {
        "success": True, "action": "Create", "processedAt": "2026-11-21T12:00:02.000Z", "integrationId": "opsgenie",
        "isSuccess": True, "status": "Created alert", "alertId": id_, "alias": "payments-5xx",
    }  # fmt: skip
    for verdict_, good in (("resolved", True), ("ignored", False)):
        told_of = opsgenie.status(json.loads(close.raw), close, SOURCE, verdict_)
        assert (told_of["isSuccess"], told_of["alertId"]) == (good, id_)
        assert told_of["status"] == ("Alert closed" if good else "Alert does not exist")


FIELDS = ("message", "alias", "description", "tags", "details", "entity", "source", "priority", "user", "note")


@given(
    objects(*FIELDS, "action", "identifier", likely=("P1", "a")),
    st.sampled_from(sorted(opsgenie.DONE)),
    st.text(max_size=9),
)
def test_whatever_a_request_holds_is_read(body: dict[str, Any], action: str, identifier: str) -> None:
    asked = request(action, identifier, "id", json.dumps(body).encode())
    found = of(asked)
    assert isinstance(found, Trigger | Taken | Cleared | Unmapped)
    json.dumps(opsgenie.status(json.loads(asked.raw), asked, SOURCE, "opened"))
    if isinstance(found, Trigger):
        assert Report.model_validate_json(found.report.model_dump_json()) == found.report


@given(st.binary(max_size=300), HEADER, JSON)
def test_whatever_comes_is_judged(raw: bytes, authorization: str, body: Any) -> None:
    assert isinstance(verdict(OPSGENIE, raw, {"authorization": authorization}, ("a long key",)), Rejected)
    assert isinstance(reading(OPSGENIE, raw), Malformed | Unmapped)
    assert isinstance(opsgenie.asked("close", "x", "id", raw), Malformed | bytes)
    assert isinstance(reading(OPSGENIE, json.dumps(body).encode()), Malformed | Unmapped)


@pytest.mark.parametrize("raw", deep(), ids=["open", "lists", "objects", "labels"])
def test_what_is_nested_without_end_is_refused(raw: bytes) -> None:
    assert opsgenie.asked("create", "", "", raw) == Malformed()
    assert reading(OPSGENIE, raw) == Malformed()
