"""Dynamics 365: the secret of a header or of the query, records cut short, dates and choices, who took a case."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.domain.alerts import Alert
from services.intake.senders.dynamics365 import DYNAMICS365
from services.intake.senders.given import epoch
from services.intake.senders.sender import Echo, Reading, Rejected, Trusted, Unmapped
from tests.unit.intake.asked import verdict
from tests.unit.intake.senders.crms import body, cleared, example, opened, raw, read_all, said, spoilt, taken

STEP = example("dynamics365.json")
ID = "6d81597f-0000-e711-8122-000d3aa20001"
USER = STEP["InitiatingUserId"]
AT = epoch(1795262397000)


def attribute(name: str, value: Any) -> dict[str, Any]:
    return {"key": name, "value": value}


def step(
    attributes: list[dict[str, Any]] | None = None,
    options: dict[str, str] | None = None,
    headers: dict[str, str] | None = None,
    **more: Any,
) -> Reading:
    target = STEP["InputParameters"][0]["value"]
    target = {**target, "Attributes": target["Attributes"] + (attributes or [])}
    (one,) = said(
        DYNAMICS365, body({**STEP, "InputParameters": [attribute("Target", target)], **more}), headers, options
    )
    return one


@pytest.mark.parametrize(
    ("url", "headers", "good"),
    [
        ("https://x/v1/webhooks/d?code=a%20secret%3D", {}, True),
        ("https://x/v1/webhooks/d?a=1&code=a+secret%3D", {}, True),
        ("https://x/v1/webhooks/d", {"x-tasuki-secret": "a secret="}, True),
        ("https://x/v1/webhooks/d?code=", {}, False),
        ("https://x/v1/webhooks/d?code=a", {}, False),
        ("https://x/v1/webhooks/d?xcode=a%20secret%3D", {}, False),
        ("https://x/v1/webhooks/d", {"x-tasuki-secret": "guess"}, False),
        ("", {}, False),
        (f"https://x/d?{'code=x&' * 5000}", {}, False),
    ],
)
def test_the_secret_comes_in_the_query_or_in_a_header(url: str, headers: dict[str, str], good: bool) -> None:
    found = verdict(DYNAMICS365, b"", headers, ("a secret=",), url=url)
    assert found == (Trusted() if good else Rejected("secret"))


def test_a_step_is_a_report() -> None:
    (read,) = said(DYNAMICS365, raw("dynamics365.json"), {"x-ms-correlation-request-id": "c-1"})
    one = opened(read)
    assert one.delivery_id == f"c-1:{STEP['OperationId']}"
    assert (one.external.system, one.external.id, one.external.url) == ("dynamics365", ID, "")
    assert (one.report.title, one.report.urgency) == ("通信断: 拠点ルータ", "high")
    assert one.alerts == {"ticket": Alert(AT, firing=True)}
    assert step().delivery_id == f"{STEP['CorrelationId']}:{STEP['OperationId']}"
    linked = opened(step(options={"url": "https://org00001.crm7.dynamics.com/"}))
    assert linked.external.url.startswith("https://org00001.crm7.dynamics.com/main.aspx?etn=incident&")


def test_a_record_that_was_too_large_is_a_report_all_the_same() -> None:
    cut: dict[str, Any] = {"InputParameters": [], "PostEntityImages": [], "PreEntityImages": []}
    one = opened(step(headers={"x-ms-dynamics-msg-size-exceeded": "1"}, **cut))
    assert (one.external.id, one.report.title) == (ID, f"Dynamics 365 {ID}")
    assert "開いて確認してください" in one.report.facts
    assert one.alerts == {"ticket": Alert(AT, firing=True)}


def test_choices_dates_and_references_are_read() -> None:
    reference = {"Id": USER, "LogicalName": "account", "Name": "髙﨑㈱"}
    one = opened(
        step(
            [
                attribute("customerid", reference),
                attribute("description", "<p>全拠点 <b>不通</b> 🔥</p>"),
                attribute("resolveby", "/Date(1795262997000+0900)/"),
                attribute("new_amount", {"Value": 1200000.0}),
            ],
            {"field.amount": "new_amount"},
        )
    )
    assert (one.report.customer.company, one.report.facts) == ("髙﨑㈱", "全拠点 不通 🔥")
    assert (one.report.wanted_by, one.report.amount) == (epoch(1795262997000), 1200000)


@pytest.mark.parametrize(("priority", "urgency"), [(1, "high"), (2, "medium"), (3, "low"), (7, "high")])
def test_a_priority_without_a_label_becomes_an_urgency(priority: int, urgency: str) -> None:
    target = {"Id": ID, "Attributes": [attribute("prioritycode", {"Value": priority})]}
    assert opened(step(InputParameters=[attribute("Target", target)])).report.urgency == urgency


def test_a_resolved_case_is_over_and_an_active_one_is_not() -> None:
    assert cleared(step([attribute("statecode", {"Value": 1})])).alerts == {"ticket": Alert(AT, firing=False)}
    cleared(step([attribute("statecode", {"Value": 2})]))
    opened(step([attribute("statecode", {"Value": 0})]))
    ended = {"Attributes": [attribute("incidentid", {"Id": ID}), attribute("subject", "ルータを交換")]}
    resolution = [attribute("IncidentResolution", ended)]
    over = cleared(step(MessageName="Close", PrimaryEntityId=None, InputParameters=resolution))
    assert (over.external.id, over.result) == (ID, "ルータを交換")


def test_who_makes_a_case_their_own_has_taken_it_and_nobody_else() -> None:
    own = {"Id": USER.upper(), "LogicalName": "systemuser", "Name": "佐藤 花子"}

    def assigned(owner: dict[str, Any], options: dict[str, str] | None = None, *more: Any, **rest: Any) -> Reading:
        attributes = [attribute("incidentid", ID), attribute("ownerid", owner), *more]
        return step(options=options, InputParameters=[attribute("Target", {"Attributes": attributes})], **rest)

    one = taken(assigned(own, {"people": f"{USER} = sato"}))
    assert (one.by.kind, one.by.id, one.by.name) == ("person", "sato", "佐藤 花子")
    taken(step(MessageName="Assign", InputParameters=[attribute("Assignee", own)]))
    opened(assigned({**own, "Id": ID}))
    opened(assigned(own, MessageName="Create"))
    opened(assigned(own, None, attribute("isescalated", True)))
    assert isinstance(assigned(own, {"ours": USER}), Echo)


def test_other_records_and_operations_are_set_aside() -> None:
    for more in (
        {"MessageName": "Delete"},
        {"PrimaryEntityName": "annotation"},
        {"PrimaryEntityId": "x", "InputParameters": []},
    ):
        assert isinstance(step(**dict[str, Any](more)), Unmapped)


@given(spoilt(STEP))
def test_whatever_stands_in_an_example_is_read(value: Any) -> None:
    found = read_all(DYNAMICS365, body(value), {"x-ms-dynamics-msg-size-exceeded": ""}, {"url": "x:y"})
    assert isinstance(found, tuple)
    assert len(found) == 1


@given(st.binary(max_size=100), st.text(max_size=60))
def test_whatever_comes_is_judged(given_bytes: bytes, text: str) -> None:
    headers = {"x-tasuki-secret": text, "x-ms-correlation-request-id": text}
    found = verdict(DYNAMICS365, given_bytes, headers, ("a very long secret",), url=f"https://x/?code={text}")
    assert isinstance(found, Rejected)
    read_all(DYNAMICS365, given_bytes, headers)
