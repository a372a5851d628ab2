"""Durations: read as people type them, in full width too, and never absurd."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.router.domain.times.duration import LONGEST, Duration


@pytest.mark.parametrize(
    ("text", "amount", "unit"),
    [
        ("5m", 5, "m"),
        (" 30s ", 30, "s"),
        ("1.5h", 1.5, "h"),
        ("2d", 2, "d"),
        ("3bh", 3, "bh"),
        ("1bd", 1, "bd"),
        ("５m", 5, "m"),
        ("１０ｂｄ", 10, "bd"),
        ("１．５ｈ", 1.5, "h"),
        ("3660d", 3660, "d"),
    ],
)
def test_a_duration_is_read_as_it_is_typed(text: str, amount: float, unit: str) -> None:
    assert Duration.parse(text) == Duration(amount, unit)


@pytest.mark.parametrize(
    "text", ["", "5", "5 minutes", "-5m", "0m", "0.0h", "1w", "m5", "1e3s", "五m", "①m㈱", "nanh", "infd"]
)
def test_what_is_no_duration_is_refused(text: str) -> None:
    if text == "①m㈱":
        assert Duration.parse("①m") == Duration(1, "m")  # the same digit to NFKC
    with pytest.raises(ValueError, match=r"期間ではありません.*not a duration"):
        Duration.parse(text)


@pytest.mark.parametrize("text", ["3661d", "3661bd", "87841h", "87841bh", "999999999s", "3660.001d"])
def test_more_than_ten_years_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"期間が長すぎます.*too long"):
        Duration.parse(text)


def test_a_long_text_is_refused_without_being_repeated() -> None:
    with pytest.raises(ValueError, match="not a duration") as refused:
        Duration.parse("9" * 1_000_000 + "d")
    assert len(str(refused.value)) < 300


@given(
    st.builds(
        Duration,
        st.integers(1, 3660 * 10**6).map(lambda n: n / 10**6),
        st.sampled_from(["s", "m", "h", "d", "bh", "bd"]),
    )
)
def test_what_is_written_is_read_again(duration: Duration) -> None:
    """Seen to fail with `__str__` writing the amount by `:.4f`."""
    assert Duration.parse(str(duration)) == duration
    assert duration.at_most <= LONGEST
