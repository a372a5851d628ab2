"""Number matching by property: what programs press never counts, what a person presses does."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.domain import matching
from services.intake.domain.matching import MOST_PAGES, NUMBERS, PAUSE, Challenge, Verdict

T0 = datetime(2026, 11, 24, 1, tzinfo=UTC)
SEEDS = st.binary(min_size=1, max_size=8)
RIGHT = st.one_of(st.integers(1, 9), st.integers(10, 99), st.integers(100, 10**9))


@dataclass
class Link:
    """One link as the table keeps it, and a clock."""

    seed: bytes
    right: int
    now: datetime = T0
    known: dict[str, Challenge] = field(default_factory=dict)

    def open(self) -> str:
        new = matching.opened(self.seed, list(self.known.values()), f"n{len(self.known)}", self.now)
        self.known[new.nonce] = new
        return new.nonce

    def shown(self, nonce: str) -> tuple[int, ...]:
        return matching.numbers(self.seed, self.known[nonce], self.right)

    def choose(self, nonce: str, choice: object, after: float = 2) -> Verdict:
        self.now += timedelta(seconds=after)
        known = list(self.known.values())
        verdict, kept = matching.chosen(self.seed, known, nonce, str(choice), self.right, self.now)
        if kept is not None:
            self.known[nonce] = kept
        return verdict

    def counts(self, nonce: str) -> bool:
        """Whether a right choice still stands after the quiet."""
        return not matching.contradicted(list(self.known.values()), nonce)

    @property
    def paused(self) -> bool:
        return matching.paused_until(list(self.known.values()), self.now) is not None


LINKS = st.builds(Link, SEEDS, RIGHT)


@given(LINKS)
def test_the_page_holds_the_right_number_once_among_others_that_look_alike(link: Link) -> None:
    pages = [link.open() for _ in range(6)]
    for nonce in pages:
        shown = link.shown(nonce)
        assert len({n % 10 for n in shown}) == len(shown) == NUMBERS
        assert {len(str(n)) for n in shown} == {len(str(link.right))}
        assert 0 < shown.index(link.right) < NUMBERS - 1
    assert len({frozenset(link.shown(nonce)) for nonce in pages}) == 1


@given(LINKS)
def test_a_person_is_right_and_a_second_press_on_the_same_button_is_the_same(link: Link) -> None:
    nonce = link.open()
    assert [link.choose(nonce, link.right) for _ in range(2)] == ["right", "again"]
    assert link.counts(nonce)


@given(LINKS, st.booleans(), st.sampled_from([2, 45, 700]))
def test_trying_one_after_the_other_each_on_its_own_page_never_counts(link: Link, back: bool, pause: float) -> None:
    for place in range(NUMBERS):
        if link.paused:
            link.now += PAUSE
        nonce = link.open()
        verdict = link.choose(nonce, link.shown(nonce)[-1 - place if back else place], pause)
        assert verdict in ("wrong", "old", "paused")


@given(LINKS, st.permutations(range(NUMBERS)))
def test_trying_everything_at_once_never_counts(link: Link, order: list[int]) -> None:
    pages = [link.open() for _ in order]
    right = [n for n, place in zip(pages, order, strict=True) if link.choose(n, link.shown(n)[place]) == "right"]
    assert not any(link.counts(nonce) for nonce in right)


@given(LINKS, st.permutations(range(NUMBERS)))
def test_trying_everything_on_one_page_never_counts(link: Link, order: list[int]) -> None:
    nonce = link.open()
    verdicts = [link.choose(nonce, link.shown(nonce)[place]) for place in order]
    assert verdicts.count("right") <= 1
    assert not link.counts(nonce)
    assert link.choose(nonce, link.right) == "wrong"


@given(LINKS, st.integers(0, 40))
def test_what_is_pressed_first_or_last_is_never_right_however_often(link: Link, times: int) -> None:
    for number in range(times):
        if link.paused:
            link.now += PAUSE
        nonce = link.open()
        assert link.choose(nonce, link.shown(nonce)[-(number % 2)]) != "right"


@given(LINKS, st.integers(0, 2))
def test_a_person_may_err_and_start_again(link: Link, wrong: int) -> None:
    for _ in range(wrong):
        nonce = link.open()
        assert link.choose(nonce, next(n for n in link.shown(nonce) if n != link.right)) == "wrong"
    nonce = link.open()
    assert not link.paused
    assert link.choose(nonce, link.right) == "right"
    assert link.counts(nonce)


@pytest.mark.parametrize(
    ("after", "verdict"), [(0, "wrong"), (0.9, "wrong"), (1, "right"), (600, "right"), (600.1, "old")]
)
def test_a_choice_takes_a_second_at_least_and_ten_minutes_at_most(after: float, verdict: str) -> None:
    link = Link(b"x", 4711)
    assert link.choose(link.open(), 4711, after) == verdict


@pytest.mark.parametrize("choice", ["", "4711 ", "04711", "４７１１", "髙", "1e9"])
def test_only_the_number_itself_is_right(choice: str) -> None:
    link = Link(b"x", 4711)
    nonce = link.open()
    assert link.choose(nonce, choice) == "wrong"
    assert link.choose(nonce, choice) == "wrong"
    assert link.choose(nonce, 4711) == "wrong"


def test_an_old_page_is_used_up_too() -> None:
    link = Link(b"x", 4711)
    nonce = link.open()
    assert [link.choose(nonce, choice, 601) for choice in (4711, "", 4711)] == ["old", "wrong", "wrong"]


def test_a_page_that_was_never_shown_means_nothing() -> None:
    link = Link(b"x", 4711)
    assert link.choose("髙", 4711) == "unknown"
    assert not link.counts("髙")


def test_three_wrong_choices_in_ten_minutes_pause_the_link_for_ten() -> None:
    link = Link(b"x", 4711)
    spare = link.open()
    for _ in range(3):
        assert not link.paused
        link.choose(link.open(), 0)
    assert link.choose(spare, 4711) == "paused"
    link.now += PAUSE - timedelta(seconds=1)
    assert link.paused
    link.now += timedelta(seconds=1)
    assert not link.paused


def test_three_wrong_choices_over_an_hour_do_not() -> None:
    link = Link(b"x", 4711)
    for _ in range(6):
        link.choose(link.open(), 0)
        link.now += timedelta(minutes=6)
        assert not link.paused


def test_a_link_that_is_opened_again_and_again_pauses() -> None:
    link = Link(b"x", 4711)
    for _ in range(MOST_PAGES):
        assert not link.paused
        link.open()
    assert link.paused
