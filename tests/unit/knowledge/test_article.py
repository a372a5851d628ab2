"""What may become of an article, as examples and as rules that hold for every story."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.knowledge.domain.article import (
    Article,
    Content,
    Refusal,
    State,
    Verb,
    acted,
    article_id,
    created,
    edited,
    expired,
    merged,
    possible,
)
from services.knowledge.domain.sight import Audience
from shared.contracts.plan import Person

INSIDE, OUTSIDE = Audience.INTERNAL, Audience.PUBLIC
NOW = datetime(2026, 11, 24, 1, tzinfo=UTC)
BY = Person(id="yamada.kyoko", name="山田 京子")
STEPS = st.lists(st.sampled_from([*Verb, "edit", "expire"]), max_size=12)


def article(**more: object) -> Article:
    return created("a_1", Content.model_validate({"question": "髙﨑①㈱🔥", "answer": "はい", **more}), BY, NOW)


def played(steps: list[str]) -> list[Article]:
    """Every state of an article to which these things are done, as far as they can be done."""
    told = [article()]
    for n, step in enumerate(steps):
        last = told[-1]
        try:
            if step == "edit":
                told.append(edited(last, last.content.model_copy(update={"answer": f"{n}"}), BY, NOW))
            elif step == "expire":
                told.append(expired(last, NOW))
            else:
                told.append(acted(last, Verb(step), BY, NOW))
        except Refusal:
            assert step not in possible(last)
    return told


@given(STEPS)
def test_readers_see_a_version_exactly_while_one_is_published(steps: list[str]) -> None:
    for one in played(steps):
        assert one.live is None or one.live <= one.version
        if one.state is State.PUBLISHED:
            assert one.live == one.version
        if one.state in (State.WITHDRAWN, State.EXPIRED):
            assert one.live is None


@given(STEPS)
def test_versions_only_grow_and_a_changed_text_is_a_new_version(steps: list[str]) -> None:
    story = played(steps)
    for before, after in pairwise(story):
        assert after.version >= before.version
        if after.content != before.content:
            assert after.version > before.version


@pytest.mark.parametrize("verb", [v for v in Verb if v is not Verb.CONFIRM])
def test_doing_it_again_changes_nothing(verb: Verb) -> None:
    for one in played([Verb.SUBMIT, Verb.PUBLISH, "edit", Verb.WITHDRAW]):
        if verb in possible(one):
            once = acted(one, verb, BY, NOW)
            assert acted(once, verb, BY, NOW + timedelta(days=1)) == once


def test_publishing_asks_for_an_answer_and_sets_when_it_is_looked_at_again() -> None:
    with pytest.raises(Refusal, match="no-answer"):
        acted(article(answer=""), Verb.PUBLISH, BY, NOW)
    assert acted(article(), Verb.PUBLISH, BY, NOW).content.review_by == date(2027, 5, 23)
    with pytest.raises(Refusal, match="over"):
        acted(article(expires_on="2026-11-24"), Verb.PUBLISH, BY, NOW)


def test_what_is_over_ends_for_readers_and_a_newer_draft_stays_one() -> None:
    live = acted(article(expires_on="2026-12-31"), Verb.PUBLISH, BY, NOW)
    over = expired(live, NOW + timedelta(days=40))
    assert (over.state, over.live) == (State.EXPIRED, None)
    draft = edited(live, live.content.model_copy(update={"expires_on": date(2027, 12, 31)}), BY, NOW)
    rest = expired(draft, NOW + timedelta(days=40))
    assert (rest.state, rest.live, rest.content) == (State.DRAFT, None, draft.content)


def test_merging_keeps_how_both_were_asked_for() -> None:
    one = acted(article(phrasings=["あ"], cases=["c_1"]), Verb.PUBLISH, BY, NOW)
    other = created("a_2", Content(question="い", phrasings=("う",), cases=("c_2",)), BY, NOW)
    gone, stays = merged(other, one, BY, NOW, (None, INSIDE))
    assert (gone.merged_into, gone.live, possible(gone)) == ("a_1", None, ())
    assert stays.content.phrasings == ("あ", "い", "う")
    assert stays.content.cases == ("c_1", "c_2")
    assert stays.live == stays.version == one.version + 1
    for pair in ((gone, stays), (stays, gone), (stays, stays)):
        with pytest.raises(Refusal, match="merged"):
            merged(*pair, BY, NOW, (INSIDE, INSIDE))


@pytest.mark.parametrize(
    ("of_loser", "of_winner", "kept"),
    [(INSIDE, OUTSIDE, ()), (OUTSIDE, OUTSIDE, ("い", "う")), (INSIDE, INSIDE, ("い", "う"))],
)
def test_how_those_inside_ask_goes_into_no_article_for_outside(
    of_loser: Audience, of_winner: Audience, kept: tuple[str, ...]
) -> None:
    winner = acted(article(audience=of_winner), Verb.PUBLISH, BY, NOW)
    words = Content(question="い", answer="はい", phrasings=("う",), cases=("c_2",), audience=of_loser)
    loser = acted(created("a_2", words, BY, NOW), Verb.PUBLISH, BY, NOW)
    _, stays = merged(loser, winner, BY, NOW, (of_loser, of_winner))
    assert (stays.content.phrasings, stays.content.cases) == (kept, ("c_2",))


def test_a_draft_for_outside_that_nobody_has_published_opens_nothing_of_what_is_inside() -> None:
    winner = acted(article(audience=OUTSIDE), Verb.PUBLISH, BY, NOW)
    loser = acted(created("a_2", Content(question="い", answer="はい"), BY, NOW), Verb.PUBLISH, BY, NOW)
    loser = edited(loser, loser.content.model_copy(update={"audience": OUTSIDE}), BY, NOW)
    _, stays = merged(loser, winner, BY, NOW, (INSIDE, OUTSIDE))
    assert stays.content.phrasings == ()


@pytest.mark.parametrize(
    ("of_loser", "of_winner", "why"),
    [
        (INSIDE, None, "other-not-live"),
        (OUTSIDE, None, "other-not-live"),
        (OUTSIDE, INSIDE, "other-internal"),
        (INSIDE, OUTSIDE, ""),
        (None, None, ""),
        (None, INSIDE, ""),
    ],
)
def test_nobody_is_led_to_what_is_not_there_for_them(
    of_loser: Audience | None, of_winner: Audience | None, why: str
) -> None:
    loser, winner = created("a_2", Content(question="い"), BY, NOW), article()
    if not why:
        assert merged(loser, winner, BY, NOW, (of_loser, of_winner))[0].merged_into == "a_1"
        return
    with pytest.raises(Refusal, match=why):
        merged(loser, winner, BY, NOW, (of_loser, of_winner))


def test_ids_sort_by_time() -> None:
    made = [article_id(NOW + timedelta(milliseconds=n), bytes(10)) for n in range(3)]
    assert made == sorted(made)
    assert len(set(map(len, made))) == 1


def test_a_first_draft_is_the_first_version_and_nobody_has_read_it() -> None:
    first = article()
    assert (first.version, first.state) == (1, State.DRAFT)
