"""Versions of a case, changes as listeners hear them, and quotas."""

import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from services.intake.domain import quota, versions
from services.intake.domain.changes import in_words
from services.intake.domain.roles import Grant
from services.intake.domain.tokens import Principal
from shared.contracts import canary
from shared.contracts.case import Case
from shared.contracts.events import Actor
from tests.unit.contracts.story import START, told


@pytest.fixture
def case() -> Case:
    return told()


@pytest.mark.parametrize(
    ("given_", "meant"),
    [
        ("", True),
        ("*", True),
        ('"{}"', True),
        ('"{}.0123"', True),
        ('"x", "{}.y"', True),
        ('"x"', False),
        ("{}", False),
    ],
)
def test_if_match_names_the_version_in_any_language(case: Case, given_: str, meant: bool) -> None:
    assert versions.is_meant(given_.format(versions.version(case)), case) == meant


def test_a_change_is_one_line_of_data_in_each_language(case: Case) -> None:
    made = in_words(7, "e", START, "case.noted.v1", False, case)
    for language, said in made.said.items():
        head, event, data, *rest = said.decode().split("\n")
        assert (head, event, rest) == ("id: 7", "event: case", ["", ""]), language
        assert json.loads(data.removeprefix("data: "))["version"] == versions.version(case)


def test_a_reporter_hears_only_what_is_said_to_reporters(case: Case) -> None:
    reporter = Principal(
        case.submitted.source, frozenset(("read",)), Actor(kind="source", id="x"), frozenset((Grant("reporter", "x"),))
    )
    stranger = Principal(
        "other", frozenset(("read",)), Actor(kind="source", id="y"), frozenset((Grant("leader", "other"),))
    )
    inside, outside = (
        in_words(1, "e", START, "case.noted.v1", False, case),
        in_words(2, "e", START, "case.noted.v1", True, case),
    )
    assert [c.is_for(reporter) for c in (inside, outside)] == [False, True]
    assert [c.is_for(stranger) for c in (inside, outside)] == [False, False]


def test_nobody_hears_of_a_canary(case: Case) -> None:
    everything = Principal("crm", frozenset(("read",)), Actor(kind="source", id="crm"))
    of_canary = case.submitted.model_copy(update={"source": canary.SOURCE})
    assert in_words(1, "e", START, "case.noted.v1", True, case).is_for(everything)
    assert not in_words(1, "e", START, "case.noted.v1", True, case.model_copy(update={"submitted": of_canary})).is_for(
        everything
    )


@example(1, [0.0, 4.4558120054247805])
@given(st.integers(1, 1000), st.lists(st.floats(0, 30), max_size=200))
def test_no_more_than_the_quota_and_what_fills_it_is_let_in(most: int, pauses: list[float]) -> None:
    bucket, now, let_in = None, 0.0, 0
    for pause in pauses:
        now += pause
        verdict = quota.take(bucket, most, now)
        bucket, let_in = verdict.bucket, let_in + (verdict.wait == 0)
        assert 0 <= verdict.left <= most
        if verdict.wait:
            assert quota.take(bucket, most, now + verdict.wait).wait == 0
    assert let_in <= most + now * most / quota.SECONDS + 1e-6
