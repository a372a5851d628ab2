"""How an article is written in a form."""

import pytest

from services.intake.domain import writing
from services.intake.pages.console.learning import HEIGHT, STEP, bars
from shared.contracts.plan import Person

SATO = Person(id="sato.hanako", name="佐藤 花子")
GOOD = {
    "question": "髙﨑①㈱🔥 E-502", "phrasings": "払えない\n\n 払えない \nカードが使えない", "answer": "再起動", "audience": "public",
    "kind": "refund", "language": "en", "owner": "佐藤 花子 (sato.hanako)", "review_by": "2026-04-01",
}  # fmt: skip


def test_what_was_typed_becomes_content_and_stands_in_the_form_again() -> None:
    read = writing.read(GOOD, SATO, ["c_1"], ["いらない"])
    assert read.errors == {}
    assert read.content["phrasings"] == ["払えない", "カードが使えない"], "each line once"
    assert (read.content["cases"], read.content["unwanted"]) == (["c_1"], ["いらない"])
    again = writing.typed_of(read.content)
    assert writing.read(again, SATO, ["c_1"], ["いらない"]) == read
    assert writing.differing(again, {**again, "answer": "ほか", "question": again["question"] + " "}) == ["answer"]


@pytest.mark.parametrize(
    ("name", "typed", "said"),
    [
        ("question", " ", "error.missing"),
        ("question", "長" * 201, "knowledge.error.long"),
        ("phrasings", "\n".join(map(str, range(51))), "knowledge.error.many"),
        ("phrasings", "短い\n" + "長" * 201, "knowledge.error.line"),
        ("review_by", "あした", "knowledge.error.day"),
        ("expires_on", "2026-02-30", "knowledge.error.day"),
    ],
)
def test_what_is_wrong_names_its_field(name: str, typed: str, said: str) -> None:
    assert writing.read({**GOOD, name: typed}, SATO, [], []).errors == {name: said}


def test_an_owner_whom_nobody_knows_is_said_and_a_choice_that_is_none_is_the_first() -> None:
    read = writing.read({**GOOD, "audience": "everybody", "kind": "nonsense"}, None, [], [])
    assert read.errors == {"owner": "error.person"}
    assert (read.content["audience"], read.content["kind"]) == ("internal", None), "never more public than was meant"


def test_a_place_in_the_content_is_a_field_of_the_form() -> None:
    assert writing.field_of("/content/phrasings/3") == "phrasings"
    assert writing.field_of("/by") == ""


def test_the_highest_week_fills_the_chart_and_no_week_at_all_is_no_chart() -> None:
    assert bars([0, 2, 4]) == [(0, HEIGHT, 0), (STEP, HEIGHT // 2, HEIGHT // 2), (2 * STEP, 0, HEIGHT)]
    assert (bars([]), bars([0])) == ([], [(0, HEIGHT, 0)])
