"""A Flow's callout: the secret of a named credential, its key for each case, its own names for what a case holds."""

import base64
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.senders.salesforce_flow import SALESFORCE_FLOW
from services.intake.senders.sender import Reading, Rejected, Trusted, Unmapped
from tests.unit.intake.asked import verdict
from tests.unit.intake.senders.crms import body, cleared, example, opened, raw, read_all, said, spoilt, taken

CALL = example("salesforce_flow_callout.json")
KEY = {"idempotency-key": "8b1f0e7a7c2f4d5fa1c3e9d00c7be1f2"}


def call(headers: dict[str, str] | None = None, **fields: Any) -> Reading:
    (one,) = said(SALESFORCE_FLOW, body({**CALL, **fields}), headers)
    return one


def basic(password: str) -> str:
    return f"Basic {base64.b64encode(f'anybody:{password}'.encode()).decode()}"


@pytest.mark.parametrize(
    ("headers", "good"),
    [
        ({"authorization": "Bearer 髙 secret"}, True),
        ({"authorization": "bearer 髙 secret"}, True),
        ({"authorization": basic("髙 secret")}, True),
        ({"x-our-key": "髙 secret"}, True),
        ({"x-tasuki-secret": "髙 secret"}, False),
        ({"authorization": "髙 secret"}, False),
        ({"authorization": "Bearer "}, False),
        ({"authorization": basic("")}, False),
        ({"authorization": "Basic é"}, False),
        ({"authorization": "Basic /w=="}, False),
        ({"x-tasuki-path-secret": "髙 secret"}, False),
        ({"x-our-key": ""}, False),
        ({}, False),
    ],
)
def test_the_secret_comes_in_a_header(headers: dict[str, str], good: bool) -> None:
    found = verdict(SALESFORCE_FLOW, b"", headers, ("old", "髙 secret"), options={"header": "X-Our-Key"})
    assert found == (Trusted() if good else Rejected("secret"))
    assert isinstance(verdict(SALESFORCE_FLOW, b"", headers, ()), Rejected)
    assert isinstance(verdict(SALESFORCE_FLOW, b"", headers, ("",)), Rejected)


def test_a_case_is_a_report() -> None:
    (read,) = said(SALESFORCE_FLOW, raw("salesforce_flow_callout.json"), KEY)
    one = opened(read)
    assert (one.external.system, one.external.id) == ("salesforce", "5005g00000BBBB1AAC")
    assert (one.report.title, one.report.urgency) == ("基幹システム障害", "high")
    assert one.report.customer.company == "株式会社サンプル"
    assert one.report.wanted_by == datetime(2026, 11, 21, 12, 30, tzinfo=UTC)
    assert one.delivery_id == f"{KEY['idempotency-key']}:5005g00000BBBB1AAC:Escalated"


def test_the_key_of_an_interview_counts_for_each_case_and_state() -> None:
    ids = [call(KEY).delivery_id, call(KEY, caseId="5005g00000BBBB2AAC").delivery_id]
    ids += [call(KEY, status="Closed").delivery_id, call({"idempotency-key": "k" * 300}).delivery_id]
    assert len(set(ids)) == 4
    assert call(KEY, subject="別の言葉").delivery_id == call().delivery_id == ids[0]
    assert len(call(interviewGuid="").delivery_id) == 64


def test_a_closed_case_is_over_and_a_named_person_has_taken_it() -> None:
    cleared(call(status="Closed"))
    cleared(call(isClosed=True))
    opened(call(isClosed=False, status="Escalated"))
    asked, then = said(SALESFORCE_FLOW, body({**CALL, "takenBy": {"id": "sato", "name": "佐藤 花子"}}))
    assert (opened(asked).external, taken(then).by.id) == (taken(then).external, "sato")


def test_salesforces_own_names_and_our_words_are_read_too() -> None:
    given_fields = {
        "Id": "5005g00000BBBB1AAC",
        "Subject": "停止",
        "Priority": "高",
        "impact": "全体",
        "amount": "1,200円",
    }
    (read,) = said(SALESFORCE_FLOW, body(given_fields))
    report = opened(read).report
    assert (report.title, report.urgency, report.impact, report.amount) == ("停止", "high", "all", 1200)


def test_what_names_no_case_is_set_aside() -> None:
    for given_body in (list[Any](), "x", 7, None, {}, {"caseId": "髙"}, {"caseId": ["5005g00000BBBB1AAC"]}):
        (one,) = said(SALESFORCE_FLOW, body(given_body))
        assert isinstance(one, Unmapped)


@given(spoilt(CALL), st.text(max_size=20))
def test_whatever_stands_in_an_example_is_read(value: Any, key: str) -> None:
    found = read_all(SALESFORCE_FLOW, body(value), {"idempotency-key": key})
    assert isinstance(found, tuple)
    assert len(found) == 1


@given(st.binary(max_size=100), st.text(max_size=40), st.text(max_size=40))
def test_whatever_comes_is_judged(given_bytes: bytes, authorization: str, own: str) -> None:
    headers = {"authorization": authorization, "x-tasuki-secret": own}
    assert isinstance(verdict(SALESFORCE_FLOW, given_bytes, headers, ("a long secret",)), Rejected)
    for kind in ("Bearer", "Basic", "Digest"):
        found = verdict(SALESFORCE_FLOW, given_bytes, {"authorization": f"{kind} {own}"}, ("a long secret",))
        assert isinstance(found, Rejected)
    read_all(SALESFORCE_FLOW, given_bytes, headers)
