"""A talk leads to one report whatever is said in it, never breaks, and never says who talks."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.pages.texts import TEXTS
from services.notifier.domain.draft import LONGEST, Draft, Teller, body, wrong
from services.notifier.domain.guided import CHOICES, KEPT, STEPS, Talk, Turn, hear
from services.notifier.domain.report_words import WORDS
from shared.contracts.plan import Person
from shared.contracts.report import Report

NOW = datetime(2026, 11, 28, 1, 0, tzinfo=UTC)
SATO = Teller("ja", Person(id="sato.hanako", name="佐藤 花子"))
TRICKY = "髙﨑①㈱🔥 １２３店で決済が失敗"


def said(
    talk: Talk | None, text: str | None, value: str = "", who: Teller | None = SATO, at: datetime = NOW
) -> tuple[Talk | None, Turn]:
    return hear(talk, text, value, who, at, lambda: "t1")


def after(*texts: str, who: Teller | None = SATO) -> tuple[Talk | None, Turn]:
    talk, turn = None, Turn()
    for text in texts:
        talk, turn = said(talk, text, who=who)
    return talk, turn


@pytest.mark.parametrize(
    "word", ["報告", "報告する", "報告したい。", "ｒｅｐｏｒｔ", "Report", " tasuki ", "エスカレーション"]
)
def test_it_begins_by_a_word(word: str) -> None:
    talk, turn = said(None, word)
    assert talk is not None
    assert (talk.step, "1/4" in turn.text) == ("facts", True)


@pytest.mark.parametrize("word", ["報告書を送りました", "了解", "reporting", "", "🔥"])
def test_it_does_not_begin_by_another(word: str) -> None:
    for who in (SATO, None):
        talk, turn = said(None, word, who=who)
        assert talk is None
        assert "「報告」" in turn.text


def test_answers_in_words_and_digits_lead_to_the_report() -> None:
    _, turn = after("報告", TRICKY, "１", "はい", "折り返してほしい", "送る")
    assert turn.send is not None
    assert Report.model_validate(body(turn.send.draft, SATO)["report"]) == Report.model_validate(
        {"facts": TRICKY, "impact": "all", "urgency": "critical", "wanted": "折り返してほしい"}
    )


def test_only_whoever_is_unknown_is_asked_for_a_name() -> None:
    talk, _ = after("報告", TRICKY, "個別", "急ぎではない", "なし")
    assert talk is not None
    assert talk.step == "confirm"
    talk, _ = after("report", "The till is down", "one", "no", "none", who=None)
    assert talk is not None
    assert (talk.step, talk.language) == ("name", "en")


def test_an_old_button_asks_the_present_question_again() -> None:
    first, asked = after("報告", TRICKY)
    all_ = asked.buttons[0].value
    second, _ = said(first, "全体", all_)
    third, turn = said(second, "全体", all_)
    assert third == second
    assert "その質問は終わっています" in turn.text
    for foreign in ("report:other:now:yes", "report:", "report:t1:now:burn", "report:t1:confirm:send"):
        assert said(second, "x", foreign)[0] == second


def test_half_an_hour_of_silence_ends_it() -> None:
    talk, _ = after("報告", TRICKY)
    assert said(talk, "全体", at=NOW + KEPT)[0] is not None
    late, turn = said(talk, "全体", at=NOW + KEPT + timedelta(seconds=1))
    assert late is None
    assert "30 分以上" in turn.text
    again, _ = said(talk, "報告", at=NOW + 2 * KEPT)
    assert again is not None
    assert again.draft == Draft()


def test_an_anonymous_report_tells_intake_of_nobody() -> None:
    draft = Draft(facts="x", impact="one", name="佐藤", anonymous=True)
    assert set(body(draft, replace(SATO, name="花子"))) == {"report", "anonymous"}


_texts = st.one_of(
    st.none(),
    st.text(max_size=30),
    st.sampled_from(
        [
            "報告",
            "戻る",
            "やめる",
            "全体",
            "1",
            "２",
            "はい",
            "なし",
            "送る",
            "匿名で送る",
            TRICKY,
            "あ" * 5001,
            "a\x00b",
        ]
    ),
)


@given(
    st.lists(
        st.tuples(
            _texts,
            st.sampled_from(["", *(f"report:t1:{s}:{c}" for s in STEPS for c in CHOICES[s]), "report:t1:now:back"]),
        ),
        max_size=15,
    )
)
def test_whatever_is_said_what_is_sent_is_a_report(words: list[tuple[str | None, str]]) -> None:
    talk: Talk | None = None
    for text, value in words:
        talk, turn = said(talk, text, value)
        assert bool(turn.text) != (turn.send is not None)
        assert all(0 < len(button.label) <= 20 for button in turn.buttons)
        if turn.send is not None:
            assert wrong(turn.send.draft) == {}
            Report.model_validate(turn.send.draft.report())


def test_what_the_form_on_the_web_asks_is_asked_in_its_words() -> None:
    same = ["facts", "facts.hint", "impact", "impact.all", "impact.some", "impact.one", "wanted", "wanted.hint", "now"]
    same += ["now.hint", "product", "urgency", "error.missing", "error.choose", "error.long", "error.characters"]
    same += ["error.busy"]
    assert {name: WORDS[name] for name in same} == {name: TEXTS[name] for name in same}
    assert WORDS["title"] == TEXTS["report.title"]
    assert WORDS["lead"] == TEXTS["report.lead"]
    assert WORDS["send"] == TEXTS["send"]


@pytest.mark.parametrize("name", ["now.hint", "ask.now"])
def test_who_asks_for_help_now_is_promised_no_channel_for_that_is_policy(name: str) -> None:
    ja, en = WORDS[name]
    assert "電話" not in ja
    assert [word for word in ("phone", "chat", "mail") if word in en] == []
    assert ("「重大」" in ja, "“critical”" in en) == (True, True)


@pytest.mark.parametrize("name", sorted(WORDS))
def test_both_languages_say_it_with_the_same_blanks(name: str) -> None:
    ja, en = WORDS[name]
    assert ja
    assert en
    assert {part.split("}")[0] for part in ja.split("{")[1:]} == {part.split("}")[0] for part in en.split("{")[1:]}


def test_one_goes_back_a_question_and_no_further_than_the_first() -> None:
    talk, _ = after("報告", TRICKY, "全体", "戻る")
    assert talk is not None
    assert talk.step == "impact"
    first, _ = said(talk, "戻る")
    still, turn = said(first, "戻る")
    assert still is not None
    assert still.step == "facts"
    assert [b.value.rpartition(":")[2] for b in turn.buttons] == ["cancel"]  # there is nothing to go back to


def test_a_button_answers_its_question_or_goes_back() -> None:
    talk, _ = after("報告", TRICKY)
    answered, _ = said(talk, None, "report:t1:impact:some")
    assert answered is not None
    assert (answered.step, answered.draft.impact) == ("now", "some")
    back, _ = said(answered, None, "report:t1:now:back")
    assert back is not None
    assert back.step == "impact"


def test_a_posted_value_begins_nothing_whatever_text_comes_with_it() -> None:
    assert said(None, "報告", "report:")[0] is None


def test_an_answer_of_blanks_is_missing() -> None:
    talk, _ = after("報告")
    same, turn = said(talk, "   ")
    assert same == talk
    assert turn.text.startswith(WORDS["error.missing"][0])


@pytest.mark.parametrize(
    ("words", "who", "shown"),
    [
        (("報告", TRICKY, "全体", "はい", "なし"), SATO, ("（なし）", "登録されているお名前")),
        (("報告", TRICKY, "全体", "はい", "至急", "匿名"), None, ("至急", "（なし）")),
        (("report", "The till is down", "one", "no", "at once", "Sato"), None, ("at once", "Sato")),
        (("report", "The till is down", "one", "no", "no", WORDS["button.nameless"][1]), None, ("(none)", "(none)")),
    ],
)
def test_before_it_is_sent_everything_is_shown(
    words: tuple[str, ...], who: Teller | None, shown: tuple[str, str]
) -> None:
    talk, turn = after(*words, who=who)
    assert talk is not None
    assert talk.step == "confirm"
    wanted, name = shown
    assert turn.text.index(wanted) < turn.text.rindex(name)


def test_a_text_may_fill_its_field_and_no_more() -> None:
    assert wrong(Draft(facts="長" * LONGEST["facts"], impact="all")) == {}
    assert wrong(Draft(facts="長" * (LONGEST["facts"] + 1), impact="all")) == {"facts": "error.long"}
