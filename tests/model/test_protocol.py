"""Every order of every step, as far as it is let go: nothing is wrong anywhere."""

import os

import pytest

from tests.model.explore import explore
from tests.model.protocol import Rules

FURTHER = int(os.environ.get("TASUKI_TEST_MODEL", "0"))  # 1: some minutes, and 6 GB
SHAPES = {
    "a crash at any step": Rules(most_answers=1, most_breaches=1, most_crashes=1),
    "two climbs": Rules(most_answers=1, most_breaches=2, most_crashes=0),
    "handled as another case, and split off again": Rules(
        most_answers=1, most_breaches=1, most_crashes=0, most_links=1
    ),
    "an answer that is taken back": Rules(most_answers=1, most_breaches=2, most_crashes=0, most_undone=1),
    "a wait, and another priority": Rules(most_answers=0, most_breaches=0, most_crashes=0, most_waits=1, raises=True),
}
LONG = {
    "two answers that are taken back": Rules(most_answers=2, most_breaches=1, most_crashes=0, most_undone=2),
    "an answer that is taken back, with a crash": Rules(most_answers=1, most_breaches=1, most_crashes=1, most_undone=1),
    "two answers": Rules(most_answers=2, most_breaches=2, most_crashes=0),
    "two crashes": Rules(most_answers=1, most_breaches=1, most_crashes=2),
    "linked and split, with a crash": Rules(most_answers=1, most_breaches=1, most_crashes=1, most_links=1),
    "a wait, another priority and an answer": Rules(
        most_answers=1, most_breaches=0, most_crashes=0, most_waits=1, raises=True
    ),
    "a wait, another priority and a climb": Rules(
        most_answers=0, most_breaches=1, most_crashes=0, most_waits=1, raises=True
    ),
    "two climbs and a crash": Rules(most_answers=1, most_breaches=2, most_crashes=1),
}


@pytest.mark.timeout(3600)
@pytest.mark.parametrize("shape", [*SHAPES, *(LONG if FURTHER else ())])
def test_nothing_is_wrong_anywhere(shape: str) -> None:
    found = explore({**SHAPES, **LONG}[shape], most=20_000_000)
    assert found.wrong == "", "\n".join((found.wrong, *found.way))
    assert found.states > 10_000
    assert found.ends > 100
