"""Links that prove themselves: only what was made with the key is read, and only in time."""

import base64
import json
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from services.intake.domain import ids, tokens
from shared.contracts.case_ids import case_id
from shared.contracts.links import Link, make_followup, make_link, read_followup, read_link
from shared.contracts.plan import Person
from shared.contracts.vocabulary import Track

NOW = datetime(2026, 11, 24, 1, tzinfo=UTC)
SATO = Person(id="sato", name="佐藤 髙﨑①㈱🔥")
CASE = "c_01m80tsfphe99kg5qcb6bqxnc5"


def test_a_link_says_who_what_and_until_when() -> None:
    expires = NOW + timedelta(hours=24)
    token = make_link("key", CASE, SATO, 3, expires)
    assert token.isascii()
    assert read_link("key", token, NOW) == Link(CASE, SATO, 3, expires)
    assert read_link("key", token, expires - timedelta(seconds=1)) is not None
    assert read_link("key", token, expires) is None
    assert read_link("another key", token, NOW) is None


def test_a_link_says_which_track_it_answers_in_a_form_that_an_older_release_can_unpack() -> None:
    token = make_link("key", CASE, SATO, 3, NOW + timedelta(hours=24), Track.AUTHORITY)
    read = read_link("key", token, NOW)
    assert read is not None
    assert (read.round, read.track) == (3, Track.AUTHORITY)
    case_id, person_id, _, _, expires = json.loads(base64.urlsafe_b64decode(token.partition(".")[0] + "=="))
    assert (case_id, person_id, expires) == (CASE, SATO.id, int(read.expires.timestamp()))


@given(st.integers(0, 400), st.characters())
def test_a_link_with_one_letter_changed_is_nothing(place: int, letter: str) -> None:
    token = make_link("key", CASE, SATO, 3, NOW + timedelta(hours=1))
    place %= len(token)
    changed = token[:place] + letter + token[place + 1 :]
    read = read_link("key", changed, NOW)
    assert read is None or read == read_link("key", token, NOW)  # the last letter of base64 may hold unused bits


@given(st.text())
def test_any_text_is_read_without_an_error(text: str) -> None:
    assert read_link("key", text, NOW) is None
    assert read_followup("key", text) is None
    assert tokens.read(text) is None
    assert ids.read_cursor(text) is None or ids.is_case_id(ids.read_cursor(text) or "")


def test_a_followup_belongs_to_one_case_and_one_key() -> None:
    token = make_followup("key", CASE)
    assert read_followup("key", token) == CASE
    assert read_followup("other", token) is None
    assert read_followup("key", token.replace("c_01m", "c_01n")) is None
    assert read_followup("key", make_link("key", CASE, SATO, 1, NOW)) is None


@given(st.datetimes(datetime(2020, 1, 1), datetime(2200, 1, 1)), st.binary(min_size=10, max_size=10))
def test_ids_of_cases_sort_by_time(at: datetime, random: bytes) -> None:
    at = at.replace(tzinfo=UTC)
    one, later = case_id(at, random), case_id(at + timedelta(milliseconds=2), b"\0" * 10)
    assert one < later
    assert ids.is_case_id(one)
    assert ids.read_cursor(ids.cursor(one)) == one
