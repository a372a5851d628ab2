"""The envelope: what is written can be read, and what cannot be read says why."""

import contextlib
import json
from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.contracts import envelope, erased
from shared.contracts import events as e
from shared.contracts.case import Case, evolve
from shared.contracts.vocabulary import Urgency
from tests.unit.contracts import story

ID = envelope.event_id("case", 1)
TIME = datetime(2026, 11, 22, 2, 10, 0, 123456, tzinfo=UTC)
TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
TOKYO = timezone(timedelta(hours=9))


def test_what_is_written_is_read_back() -> None:
    body, headers = envelope.encode(story.submitted(), ID, TIME, TRACE)
    meta = envelope.meta(headers)
    assert meta == envelope.Meta(ID, "case.submitted.v1", TIME, TRACE)
    assert envelope.decode(meta.type, body) == story.submitted()


def test_the_headers_are_those_of_cloudevents_in_binary_mode() -> None:
    _, headers = envelope.encode(story.submitted(), ID, TIME)
    assert dict(headers) == {
        "ce_specversion": b"1.0",
        "ce_id": str(ID).encode(),
        "ce_type": b"case.submitted.v1",
        "ce_source": b"/tasuki/intake",
        "ce_subject": story.CASE.encode(),
        "ce_time": b"2026-11-22T02:10:00.123456+00:00",
        "content-type": b"application/json",
        "ce_urgent": b"true",
    }


@pytest.mark.parametrize("urgency", Urgency)
@pytest.mark.parametrize("told", [True, False])
def test_a_record_of_a_report_says_how_urgent_it_is_and_of_an_older_one_its_body_does(
    urgency: Urgency, told: bool
) -> None:
    report = story.REPORT.model_copy(update={"urgency": urgency, "personal_data": False})
    body, headers = envelope.encode(story.submitted().model_copy(update={"report": report}), ID, TIME, urgent=True)
    found = dict(headers)
    assert found["ce_urgent"] == (b"true" if urgency is Urgency.CRITICAL else b"false")
    if not told:
        del found["ce_urgent"]
    assert envelope.is_of_urgent(found, body) == (urgency is Urgency.CRITICAL)


def test_what_follows_is_urgent_when_it_says_so() -> None:
    note = e.CaseNoted(case_id=story.CASE, by=e.Actor(kind="source", id="zendesk"), text="髙﨑①㈱🔥")
    said, unsaid = (dict(envelope.encode(note, ID, TIME, urgent=urgent)[1]) for urgent in (True, False))
    assert envelope.is_of_urgent(said, None)
    assert "ce_urgent" not in unsaid
    assert not envelope.is_of_urgent(unsaid, b"{")
    assert not envelope.is_of_urgent({"ce_type": b"case.submitted.v1"}, b"{")


def test_the_id_of_an_event_is_made_of_its_cause() -> None:
    assert envelope.event_id("breach", story.CASE, "first_response", 2) == envelope.event_id(
        "breach", story.CASE, "first_response", 2
    )
    assert envelope.event_id("breach", story.CASE, "first_response", 2) != envelope.event_id(
        "breach", story.CASE, "first_response", 3
    )


def test_an_id_stays_the_same_in_every_release() -> None:
    assert envelope.event_id("a", 1, "髙﨑①㈱🔥") == UUID("171b2d3d-e17e-5bca-878c-664e234d0343")


@pytest.mark.parametrize("missing", ["ce_id", "ce_type", "ce_time"])
def test_a_record_without_a_header_is_unreadable_and_the_header_is_named(missing: str) -> None:
    _, headers = envelope.encode(story.submitted(), ID, TIME)
    with pytest.raises(envelope.Unreadable, match=missing):
        envelope.meta([h for h in headers if h[0] != missing])


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ce_id", b"7"),
        ("ce_id", b"\xff\xfe"),
        ("ce_time", b"yesterday"),
        ("ce_time", b"2026-11-22T02:10:00"),
        ("ce_type", b"\x80"),
    ],
)
def test_a_header_that_makes_no_sense_is_unreadable(name: str, value: bytes) -> None:
    _, headers = envelope.encode(story.submitted(), ID, TIME)
    with pytest.raises(envelope.Unreadable):
        envelope.meta([*(h for h in headers if h[0] != name), (name, value)])


def test_a_time_of_another_zone_is_the_same_instant() -> None:
    _, headers = envelope.encode(story.submitted(), ID, TIME.astimezone(TOKYO))
    assert envelope.meta(headers).time == TIME


@given(st.lists(st.tuples(st.sampled_from(["ce_id", "ce_type", "ce_time", "traceparent", "x"]), st.binary())))
def test_any_headers_are_read_or_refused(headers: envelope.Headers) -> None:
    with contextlib.suppress(envelope.Unreadable):
        assert envelope.meta(headers).time.tzinfo is not None


@pytest.mark.parametrize(
    "body",
    [None, b"", b"{", b"null", b"[]", b'{"case_id": 7}', b"\xff", b'{"case_id": "\\ud800"}', b'{"by": "\x00"}'],
)
def test_a_body_that_does_not_fit_is_unreadable(body: bytes | None) -> None:
    with pytest.raises(envelope.Unreadable, match=r"case\.started\.v1"):
        envelope.decode("case.started.v1", body)


def test_the_reason_names_the_place_and_never_the_value() -> None:
    with pytest.raises(envelope.Unreadable) as problem:
        envelope.decode("case.started.v1", b'{"case_id": "c_1", "by": {"kind": "090-1234-5678", "id": "x"}}')
    assert "by.kind" in str(problem.value)
    assert "090" not in str(problem.value)


def test_a_field_of_a_later_release_is_no_error_and_what_it_adds_to_the_event_is_kept() -> None:
    body = b'{"case_id": "c_1", "by": {"kind": "person", "id": "x", "team": "new"}, "later": [1, {"a": null}]}'
    event = envelope.decode("case.started.v1", body)
    assert event.case_id == "c_1"
    assert json.loads(event.model_dump_json())["later"] == [1, {"a": None}]
    told = json.loads(story.submitted().model_dump_json())
    told["report"] |= {"later": 1, "customer": {"company": "髙﨑①㈱🔥", "later": 2}}
    again = envelope.decode("case.submitted.v1", json.dumps(told).encode())
    assert isinstance(again, e.CaseSubmitted)
    assert again.report.customer.company == "髙﨑①㈱🔥"


@pytest.mark.parametrize("type_", ["case.hugged.v1", "case.submitted.v2"])
def test_an_event_of_a_later_release_is_kept_whole_and_means_nothing(type_: str) -> None:
    body = {"case_id": story.CASE, "by": {"kind": "person", "id": "x"}, "number": "twelve 髙﨑①㈱🔥", "n": [1.5, None]}
    event = envelope.decode(type_, json.dumps(body).encode())
    assert (event.type, event.key, isinstance(event, e.Strange)) == (type_, story.CASE, True)
    assert json.loads(event.model_dump_json()) == body
    before = evolve(None, story.submitted(), TIME)
    assert evolve(before, event, TIME) == before
    written, headers = envelope.encode(event, ID, TIME)
    assert (envelope.meta(headers).type, json.loads(written)) == (type_, body)
    assert erased.told(event, None).model_dump() == {"case_id": story.CASE}


@pytest.mark.parametrize("body", [None, b"{", b"[]", b'{"case": "c_1"}'])
def test_one_that_names_no_case_is_unreadable(body: bytes | None) -> None:
    with pytest.raises(envelope.Unreadable, match=r"case\.hugged\.v1"):
        envelope.decode("case.hugged.v1", body)


def test_what_was_stored_is_always_read_again() -> None:
    later = '{"case_id": "c_1", "by": {"kind": "robot", "id": "x"}}'
    event = envelope.recall("case.started.v1", later)
    assert isinstance(event, e.Strange)
    assert (event.type, json.loads(event.model_dump_json())) == ("case.started.v1", json.loads(later))
    assert envelope.recall("case.submitted.v1", story.submitted().model_dump_json()) == story.submitted()


def test_what_a_later_release_adds_to_a_state_is_kept_by_an_older_one() -> None:
    case = evolve(None, story.submitted(), TIME)
    assert case is not None
    state = json.loads(case.model_dump_json())
    state["later"], state["handling"]["later"] = 1, "髙﨑"
    case = Case.model_validate_json(json.dumps(state), extra="allow")
    after = evolve(case, e.CaseStarted(case_id=story.CASE, by=story.by()), TIME)
    assert after is not None
    written = json.loads(after.model_dump_json())
    assert (written["later"], written["handling"]["later"], written["status"]) == (1, "髙﨑", "in_progress")
