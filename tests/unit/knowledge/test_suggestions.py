"""What is proposed while somebody types, key by key."""

from dataclasses import replace

import pytest

from services.knowledge.domain.ranking import Index, Record
from tests.unit.knowledge.desk import MORNING

SEAL = Record("seal", MORNING, "印鑑登録の方法を知りたい", phrasings=("ハンコを登録したい", "register a seal"))


@pytest.fixture
def typing(empty: Index) -> Index:
    for record in (
        SEAL,
        Record("move", MORNING, "引っ越しの手続きを知りたい", uses=1),
        Record("move-in", MORNING, "引っ越してきたときに必要なもの", uses=9),
        Record("printer", MORNING, "プリンターで印刷できない"),
    ):
        empty.add(record)
    return empty


def test_questions_that_go_on_as_typed_come_first_the_most_used_before(typing: Index) -> None:
    assert [proposal.id for proposal in typing.suggest("引っ越", 2)] == ["move-in", "move"]


@pytest.mark.parametrize(
    ("typed", "question"),
    [
        ("印", "印鑑登録の方法を知りたい"),
        ("印鑑登録の方法を知りたい", "印鑑登録の方法を知りたい"),
        ("いんかんと", "印鑑登録の方法を知りたい"),
        ("inkan", "印鑑登録の方法を知りたい"),
        ("ﾌﾟﾘﾝﾀ", "プリンターで印刷できない"),
        ("ハンコ", "ハンコを登録したい"),
        ("REGISTER A", "register a seal"),
        ("手続き", "引っ越しの手続きを知りたい"),
    ],
)
def test_letters_sounds_and_other_phrasings_lead_there(typing: Index, typed: str, question: str) -> None:
    assert typing.suggest(typed, 3)[0].question == question


@pytest.mark.parametrize("typed", ["", " ", "🔥", "\0", "\ud800", "('", "ん" * 5_000])
def test_whatever_is_typed_gets_an_answer(typing: Index, typed: str) -> None:
    assert len(typing.suggest(typed, 3)) <= 3


def test_ways_of_asking_made_by_rule_are_proposed_and_change_nothing_of_what_is_found(typing: Index) -> None:
    questions = ["印鑑登録", "ハンコ登録できない", "引っ越し", "seal"]
    before = {question: typing.search(question) for question in questions}
    typing.add(replace(SEAL, made=("ハンコ登録できない", "引っ越し")))
    assert typing.suggest("ハンコ登録で", 1)[0].question == "ハンコ登録できない"
    assert {question: typing.search(question) for question in questions} == before


def test_what_is_forgotten_is_proposed_no_more(typing: Index) -> None:
    typing.remove("seal")
    assert "seal" not in [proposal.id for proposal in typing.suggest("ハンコ", 9) + typing.suggest("いんかん", 9)]


def test_no_question_is_proposed_twice(typing: Index) -> None:
    typing.add(Record("copy", MORNING, "印鑑登録の方法を知りたい"))
    proposed = [proposal.question for proposal in typing.suggest("印鑑", 5)]
    assert proposed[0] == "印鑑登録の方法を知りたい"
    assert len(proposed) == len(set(proposed))
