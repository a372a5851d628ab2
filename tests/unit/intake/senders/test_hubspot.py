"""HubSpot's batches and workflows: each event its own delivery, what is only counted says nothing, our own changes stay."""

import base64
import hmac
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.domain.alerts import Alert
from services.intake.senders.given import epoch
from services.intake.senders.hubspot import HUBSPOT
from services.intake.senders.sender import Echo, Reading, Rejected, Trigger, Trusted, Unmapped
from tests.unit.intake.asked import verdict
from tests.unit.intake.senders.crms import VECTORS, body, cleared, example, opened, raw, read_all, said, spoilt, taken

CHANGE = example("hubspot.json")[0]
WORKFLOW = {
    "portalId": 44028811,
    "objectId": 77,
    "properties": {
        "subject": {"value": "髙﨑①㈱の請求が二重"},
        "content": {"value": "９月分が２回 🔥"},
        "hs_ticket_priority": {"value": "HIGH"},
        "hs_lastmodifieddate": {"value": "1795262398123"},
    },
}


def change(options: dict[str, str] | None = None, **fields: Any) -> tuple[Reading, ...]:
    return said(HUBSPOT, body([{**CHANGE, **fields}]), {}, options)


def only(options: dict[str, str] | None = None, **fields: Any) -> Reading:
    (one,) = change(options, **fields)
    return one


def test_a_batch_is_read_event_by_event() -> None:
    first, second = map(opened, said(HUBSPOT, raw("hubspot.json")))
    assert first.delivery_id == "44028811:22:3816279480:912345678"
    assert second.delivery_id == "44028811:25:3816279481:912345679"
    assert (first.external.system, first.external.id) == ("hubspot", "912345678")
    assert first.external.url == "https://app.hubspot.com/contacts/44028811/record/0-5/912345678"
    assert (first.report.urgency, first.note) == ("critical", "hs_ticket_priority: URGENT")
    assert first.alerts == {"ticket": Alert(epoch(1795262398123), firing=True)}
    assert (second.report.urgency, second.report.title) == ("medium", "HubSpot チケット 912345679")


def test_a_hundred_events_are_read_and_no_more() -> None:
    many = [{**CHANGE, "eventId": n} for n in range(101)]
    assert len(said(HUBSPOT, body(many[:100]))) == 100
    for number in (many, []):
        (one,) = said(HUBSPOT, body(number))
        assert isinstance(one, Unmapped)


def test_what_cannot_be_read_does_not_keep_the_rest_from_being_read() -> None:
    first, second, third = said(
        HUBSPOT, body([7, CHANGE, {**CHANGE, "subscriptionId": 9, "subscriptionType": "contact.creation"}])
    )
    assert isinstance(first, Unmapped)
    assert isinstance(second, Trigger)
    assert isinstance(third, Unmapped)
    assert len({first.delivery_id, second.delivery_id, third.delivery_id}) == 3


def test_a_closed_stage_is_an_end_and_another_is_not() -> None:
    stage: dict[str, Any] = {"propertyName": "hs_pipeline_stage"}
    assert cleared(only(**stage, propertyValue="4")).alerts == {"ticket": Alert(epoch(1795262398123), firing=False)}
    opened(only(**stage, propertyValue="2"))
    opened(only({"solved": "90"}, **stage, propertyValue="4"))
    cleared(only({"solved": "12, 90"}, **stage, propertyValue="90"))


def test_what_hubspot_counts_by_itself_says_nothing() -> None:
    for name in ("closed_date", "hs_lastmodifieddate", "time_to_close", "hs_time_in_4"):
        assert change(propertyName=name) == ()
    opened(only(propertyName="escalate", propertyValue="true"))
    opened(only({"field.impact": "hs_reach"}, propertyName="hs_reach", propertyValue="全体"))


def test_a_change_of_ours_is_no_news() -> None:
    stage: dict[str, Any] = {"propertyName": "hs_pipeline_stage", "propertyValue": "3", "changeSource": "INTEGRATION"}
    stage["sourceId"] = "9"
    assert isinstance(only(**stage), Echo)
    assert isinstance(only({"ours": "9"}, **stage), Echo)
    opened(only({"ours": "8"}, **stage))
    assert isinstance(only({"ours": "6401"}), Echo)
    opened(only(changeSource="INTEGRATION"))


def test_an_owner_whom_a_person_set_has_taken_it() -> None:
    owner: dict[str, Any] = {"propertyName": "hubspot_owner_id", "propertyValue": "6402"}
    one = taken(only({"people": "6402=sato"}, **owner))
    assert (one.by.kind, one.by.id, one.external.id) == ("person", "sato", "912345678")
    opened(only(**owner, changeSource="AUTOMATION_PLATFORM"))
    assert isinstance(only(**owner, changeSource="API"), Echo)
    opened(only(propertyName="hubspot_owner_id", propertyValue=""))


def test_a_workflow_sends_one_ticket() -> None:
    (one,) = map(opened, said(HUBSPOT, body(WORKFLOW)))
    assert (one.report.title, one.report.facts) == ("髙﨑①㈱の請求が二重", "９月分が２回 🔥")
    assert (one.report.urgency, one.external.id) == ("high", "77")
    (again,) = said(HUBSPOT, json.dumps(WORKFLOW, indent=2).encode())
    assert again.delivery_id == one.delivery_id
    (flat,) = map(opened, said(HUBSPOT, body({"hs_object_id": 77, "subject": "止まった", "impact": "全体"})))
    assert (flat.report.title, flat.report.impact) == ("止まった", "all")


def test_two_bodies_that_name_no_ticket_are_two_deliveries() -> None:
    bodies = [{"hs_lastmodifieddate": "1", "subject": subject} for subject in ("a", "b")]
    ids = {one.delivery_id for given_body in bodies for one in said(HUBSPOT, body(given_body))}
    assert len(ids) == 2


def test_newer_subscriptions_name_the_kind_of_object() -> None:
    opened(only(subscriptionType="object.propertyChange", objectTypeId="0-5"))
    assert isinstance(only(subscriptionType="object.propertyChange", objectTypeId="0-1"), Unmapped)


@pytest.mark.parametrize("version", ["v1", "v2"])
def test_older_signatures_hold_only_where_they_are_allowed(version: str) -> None:
    (vector,) = (one for one in VECTORS if one["id"] == f"hubspot-{version}")
    headers = {**vector["headers"], vector["signed_in"]: vector["signature"]}
    for allowed, good in ((version, True), ("", False), ("v3", False), ("v1" if version == "v2" else "v2", False)):
        options = {"older_signatures": allowed}
        given = (HUBSPOT, raw("hubspot.json"), headers, (vector["secret"],))
        found = verdict(*given, url=vector["url"], options=options)
        assert found == (Trusted() if good else Rejected("signature")), allowed
    both = {**headers, "x-hubspot-signature-v3": "wrong"}
    found = verdict(
        HUBSPOT,
        raw("hubspot.json"),
        both,
        (vector["secret"],),
        url=vector["url"],
        options={"older_signatures": version},
    )
    assert found == Rejected("signature")


@pytest.mark.parametrize(
    "stamp", ["abc", "", "é", "nan", "inf", "-1", "9" * 400, "1795262400000.0", "１７９５２６２４０００００"]
)
def test_a_signed_time_that_is_none_is_refused(stamp: str) -> None:
    signed = b"POSThttps://x/" + raw("hubspot.json") + stamp.encode()
    right = base64.b64encode(hmac.digest(b"s", signed, "sha256")).decode()
    headers = {"x-hubspot-signature-v3": right, "x-hubspot-request-timestamp": stamp}
    assert verdict(HUBSPOT, raw("hubspot.json"), headers, ("s",), url="https://x/") == Rejected("stale")


@given(spoilt(example("hubspot.json")) | spoilt(WORKFLOW))
def test_whatever_stands_in_an_example_is_read(value: Any) -> None:
    read_all(HUBSPOT, body(value), {}, {"ours": "1", "field.title": "x"})


@given(st.binary(max_size=100), st.text(max_size=40), st.text(max_size=20), st.sampled_from(["v1", "v2", "v3", "x"]))
def test_whatever_comes_is_judged(given_bytes: bytes, signature: str, stamp: str, version: str) -> None:
    headers = {"x-hubspot-signature-v3": signature, "x-hubspot-request-timestamp": stamp}
    assert isinstance(verdict(HUBSPOT, given_bytes, headers, ("s",)), Rejected)
    older = {"x-hubspot-signature": signature, "x-hubspot-signature-version": version}
    found = verdict(HUBSPOT, given_bytes, older, ("s",), options={"older_signatures": "v1,v2"})
    assert isinstance(found, Rejected)
    read_all(HUBSPOT, given_bytes)
