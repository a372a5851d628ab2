"""Text messages are cut between letters, to so many parts, and never lose their link."""

from uuid import UUID, uuid4

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from services.notifier.callbacks import text_answer, text_progress
from services.notifier.domain import segments, short_links
from services.notifier.domain.fitting import fit
from shared.contracts.vocabulary import Outcome

LINK = "https://tasuki.example.jp/callbacks/l/" + "x" * 38
FAMILY = "👨‍👩‍👧‍👦"
TEXT = st.text(st.characters(codec="utf-8") | st.sampled_from("髙﨑①㈱🔥１２か゛a^€\u0301"), max_size=400)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 1),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("a" * 152 + "€" + "a" * 153, 3),  # an escaped letter is not divided
        ("か" * 70, 1),
        ("か" * 71, 2),
        ("か" * 134, 2),
        ("か" * 135, 3),
        ("🔥" * 35, 1),
        ("🔥" * 36, 2),
        ("か" * 66 + "🔥" + "か" * 66, 3),  # nor is a pair of surrogates
    ],
)
def test_parts_are_counted_as_the_network_does(text: str, count: int) -> None:
    assert segments.parts(text) == count


@given(TEXT, st.integers(2, 4), st.sampled_from(["", LINK]))
def test_what_is_cut_fits_and_keeps_the_link(text: str, most: int, link: str) -> None:
    short = segments.shorten(text, most, link)
    assert segments.parts(short) <= most
    assert short.endswith(link)
    kept = short.removesuffix(link).removesuffix("\n")
    assert kept == text.rstrip("\n") or kept == text or kept.endswith("…") or not kept


@given(TEXT)
def test_letters_are_never_torn(text: str) -> None:
    whole = regex.findall(r"\X", (FAMILY + text) * 3)
    kept = segments.shorten("".join(whole), 3, LINK).split(f"\n{LINK}")[0].removesuffix("…")
    starts = {"".join(whole[:i]).rstrip() for i in range(len(whole) + 1)}
    assert kept in starts or kept == "".join(whole)


def test_a_link_that_is_too_long_is_given_all_the_same() -> None:
    assert segments.shorten("髙﨑", 1, "https://example.jp/" + "あ" * 80) == "https://example.jp/" + "あ" * 80


@given(TEXT, st.integers(0, 300), st.sampled_from(["", LINK]))
def test_fit_never_takes_more_room_and_keeps_the_link(text: str, room: int, keep: str) -> None:
    given_ = f"{text}\n{keep}" if keep else text
    short = fit(given_, room, keep)
    assert len(short) <= room
    assert not keep or len(keep) > room or keep in short


@given(
    st.uuids(), st.text(st.characters(exclude_characters=",", exclude_categories=("Z", "C")), min_size=1, max_size=20)
)
def test_only_our_own_short_links_are_read(id_: UUID, key: str) -> None:
    token = short_links.make(key, id_)
    assert len(token) == short_links.LETTERS
    assert short_links.read(key, token) == id_
    assert short_links.read(key + "x", token) is None


@given(st.text(max_size=60), st.integers(0, 37), st.characters(codec="utf-8"))
def test_no_other_text_is_a_short_link(junk: str, place: int, letter: str) -> None:
    assert short_links.read("key", junk) is None
    token = short_links.make("key", uuid4())
    changed = token[:place] + letter + token[place + 1 :]
    assert short_links.read("key", changed) is None or changed == token


@pytest.mark.parametrize(
    ("body", "answer"),
    [
        ("1", ("1", None)),
        (" １\n", ("1", None)),
        ("①", ("1", None)),
        ("2", ("2", None)),
        ("1 #12", ("1", 12)),
        ("１　１２", ("1", 12)),
        ("11", None),
        ("1 1 1", None),
        ("はい", None),
        ("", None),
        ("12345678901", None),
    ],
)
def test_answers_are_read_as_people_type_them(body: str, answer: tuple[str, int | None] | None) -> None:
    assert text_answer(body) == answer


@given(st.dictionaries(st.sampled_from(["MessageStatus", "ErrorCode", "x"]), st.text(max_size=12)))
def test_no_progress_makes_us_fall_over(fields: dict[str, str]) -> None:
    text_progress(fields)
    text_answer(fields.get("x", ""))


@pytest.mark.parametrize(
    ("status", "error", "told"),
    [
        ("sent", "", (Outcome.ACCEPTED, "", True)),
        ("delivered", "", (Outcome.DELIVERED, "", True)),
        ("undelivered", "30003", (Outcome.FAILED, "twilio-30003", False)),
        ("undelivered", "30005", (Outcome.FAILED, "twilio-30005", True)),
        ("failed", "", (Outcome.FAILED, "not-delivered", True)),
        ("failed", "<x>", (Outcome.FAILED, "not-delivered", True)),
    ],
)
def test_what_was_not_delivered_has_failed(status: str, error: str, told: object) -> None:
    assert text_progress({"MessageStatus": status, "ErrorCode": error}) == told
