"""Phrasings by rule, lessons of use, likeness: what the index and the weekly review are told."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.knowledge.domain.article import Content
from services.knowledge.domain.lessons import FoundBy, Search, UseOfDay, lessons
from services.knowledge.domain.likeness import groups, opposed, pairs
from services.knowledge.domain.phrasings import MOST, folded, phrasings
from services.knowledge.domain.sight import EVERY_TEAM, Audience, Reader, Sight, sees
from services.knowledge.domain.suggestions import Known, Type, in_vain, suggestions

TODAY = date(2026, 11, 24)
NOW = datetime(2026, 11, 24, 1, tzinfo=UTC)
TEXT = st.text(max_size=300)


@pytest.mark.parametrize(
    ("question", "way"),
    [
        ("パスワードを再設定する方法を教えてください", "パスワードを再設定できない"),
        ("会議室の予約ができません", "会議室の予約の方法"),
        ("有給休暇を取得したい", "有給休暇を取得する方法"),
        ("注文を取り消す方法", "注文を取り消すには"),
        ("メールが届かない", "メールが来ない"),
        ("画面が重い", "画面が遅い"),
        ("How do I reset my password?", "cannot reset my password"),
    ],
)
def test_a_question_is_asked_in_other_ways(question: str, way: str) -> None:
    assert way in phrasings(question)


def test_words_that_mean_the_same_here_are_exchanged() -> None:
    assert "レジが止まる" in phrasings("ＰＯＳが止まる", (), [("ＰＯＳ", "レジ")])


@given(TEXT, st.lists(TEXT, max_size=5))
def test_phrasings_are_few_short_new_and_different(question: str, others: list[str]) -> None:
    made = phrasings(question, others, [("a", "b")])
    known = {folded(text) for text in (question, *others)}
    assert len(made) <= MOST
    assert all(2 < len(text) <= 200 and folded(text) not in known for text in made)
    assert len({folded(text) for text in made}) == len(made)


def found(searchers: int, days: int, in_vain_: int = 0, words: str = "ぴかぴか", audience: str = "internal") -> FoundBy:
    return FoundBy("a_1", words, audience, searchers, days, in_vain_, NOW)


@pytest.mark.parametrize(
    ("one", "learned"),
    [
        (found(3, 2), True),
        (found(2, 2), False),
        (found(50, 1), False),  # a crowd in one afternoon
        (found(5, 3, in_vain_=2), False),
        (found(9, 3, words="電話 ***"), False),
        (found(9, 3, words="〔電話 末尾78〕 の契約"), False),
        (found(9, 3, words="長" * 121), False),
    ],
)
def test_words_are_learned_when_enough_people_found_it_by_them_on_enough_days(one: FoundBy, learned: bool) -> None:
    assert lessons([], [one], TODAY)["a_1"].phrasings == ((one.words,) if learned else ())
    assert lessons([], [one], TODAY)["a_1"].public == ()


def test_use_is_capped_by_day_fades_and_bad_use_counts_against_it() -> None:
    def worth(*uses: UseOfDay) -> int:
        return lessons(uses, [], TODAY)["a_1"].uses

    assert worth(UseOfDay("a_1", "click", TODAY, 1000)) == 5
    assert worth(UseOfDay("a_1", "solved", TODAY - timedelta(days=45), 2)) == 3
    assert worth(UseOfDay("a_1", "click", TODAY, 3), UseOfDay("a_1", "unsolved", TODAY, 2)) == 0


def test_likeness_finds_pairs_and_groups() -> None:
    texts = {
        "1": "返品の期限を知りたい",
        "2": "返品の期限が知りたい",
        "3": "駐車場の料金",
        "4": "返品の期限を知りたいです",
    }
    assert {(a, b) for a, b, _ in pairs(texts, 0.6)} == {("1", "2"), ("1", "4")}
    assert groups(texts, 0.6) == [["1", "2", "4"]]
    assert opposed("７日以内です", "14日以内です")
    assert opposed("返品できます", "返品できません")
    assert not opposed("再起動してください", "電源を入れ直してください")
    assert not opposed("７日以内です", "すぐです")
    assert not opposed("すぐです", "７日以内です")


def searched(minute: int, who: str, words: str, opened: str = "", best: str = "words") -> Search:
    return Search(NOW + timedelta(minutes=minute), who, words, folded(words), best, opened)


def test_who_types_on_has_not_worded_it_anew() -> None:
    story = [searched(0, "a", "プリ"), searched(1, "a", "プリンター 紙", "a_1"), searched(9, "b", "紙詰まり")]
    assert [vain.reworded for vain in in_vain(story)] == ["", ""]
    late = [searched(0, "a", "印刷"), searched(6, "a", "プリンター", "a_1")]
    assert in_vain(late)[0].reworded == ""


def test_a_suggestion_is_the_same_one_while_more_speaks_for_it() -> None:
    story = [searched(0, who, "ゔぁ", best="recent") for who in "abcd"]
    (few,) = suggestions(Known(searches=story[:3]))
    (more,) = suggestions(Known(searches=story))
    assert (few.type, few.id) == (Type.DRAFT_FROM_SEARCHES, more.id)
    assert (few.weight, more.weight) == (3, 4)


READERS = st.builds(
    Reader,
    audience=st.sampled_from(Audience),
    person=st.sampled_from(["", "p", "q"]),
    name=st.sampled_from(["", "form"]),
    sees=st.lists(st.sampled_from(["t", "u", EVERY_TEAM]), max_size=2).map(tuple),
    leads=st.lists(st.sampled_from(["t", "u", EVERY_TEAM]), max_size=2).map(tuple),
)
SIGHTS = st.builds(
    Sight,
    restricted=st.booleans(),
    team=st.sampled_from(["", "t"]),
    source=st.sampled_from(["", "form"]),
    reporter=st.sampled_from(["", "p"]),
    people=st.lists(st.sampled_from(["p", "q"]), max_size=2).map(tuple),
    followers=st.lists(st.sampled_from(["p", "q"]), max_size=2).map(tuple),
)


@given(READERS, SIGHTS)
def test_nobody_sees_more_for_being_nobody(reader: Reader, sight: Sight) -> None:
    if sees(reader, sight):
        assert reader.audience is Audience.INTERNAL
        assert reader.person or reader.name or reader.sees or reader.leads
    if sight.restricted and not reader.leads and not reader.name:
        assert sees(reader, sight) == (
            reader.audience is Audience.INTERNAL
            and bool(reader.person)
            and reader.person in (sight.reporter, *sight.people)
        )


def test_two_who_exchange_a_word_speak_for_a_synonym_and_one_does_not() -> None:
    story = [
        step
        for minute, who in enumerate("ab")
        for step in (searched(minute, who, "プリンター 紙詰まり"), searched(minute, who, "複合機 紙詰まり", "a_1"))
    ]
    found = [s for s in suggestions(Known(searches=story)) if s.type is Type.ADD_SYNONYM]
    assert [(s.weight, s.words) for s in found] == [(2, ("プリンター", "複合機"))]
    assert not [s for s in suggestions(Known(searches=story[:2])) if s.type is Type.ADD_SYNONYM]


@pytest.mark.parametrize(("solved", "unsolved", "told"), [(0, 2, False), (0, 3, True), (2, 3, True), (3, 3, False)])
def test_an_article_that_helps_fewer_than_it_fails_is_to_be_written_anew(
    solved: int, unsolved: int, told: bool
) -> None:
    known = Known(articles={"a_1": Content(question="返品", answer="店へ")}, feedback={"a_1": (solved, unsolved)})
    assert bool([s for s in suggestions(known) if s.type is Type.REVISE]) is told


def test_each_suggestion_has_an_id_of_its_own() -> None:
    story = [searched(0, who, words, best="recent") for words in ("ゔぁ", "ゔぃ") for who in "abc"]
    ids = [s.id for s in suggestions(Known(searches=story))]
    assert len(set(ids)) == 2
    assert all(id_.startswith("s_") and len(id_) == 26 for id_ in ids)
