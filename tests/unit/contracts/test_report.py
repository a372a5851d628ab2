"""The report as people and programs send it: kept whole, or refused with the place that is wrong."""

from datetime import UTC, datetime

import pytest
from pydantic import ValidationError

from shared.contracts.report import Report
from shared.contracts.vocabulary import Impact, Kind, Urgency

NAME = "髙﨑①㈱🔥"


def test_the_short_form_is_enough() -> None:
    report = Report.model_validate({"facts": "ログインできない", "impact": "some", "wanted": "回答案"})
    assert (report.kind, report.urgency, report.impact) == (Kind.OTHER, Urgency.MEDIUM, Impact.SOME)


@pytest.mark.parametrize("text", [NAME, "１２３４５円", "a\tb", "一行目\n二行目", "𠮷野家", "🧑‍🚒"])
def test_text_is_kept_to_the_character(text: str) -> None:
    assert Report(facts=text).facts == text
    assert Report.model_validate_json(Report(facts=text).model_dump_json()).facts == text


def test_line_ends_become_one_form() -> None:
    assert Report(facts="一\r\n二\r三").facts == "一\n二\n三"


@pytest.mark.parametrize("bad", ["", "   ", "\u3000", "a\x00b", "a\x1bb", "\ud800", "あ" * 5001])
def test_facts_that_cannot_be_are_refused(bad: str) -> None:
    with pytest.raises(ValidationError):
        Report(facts=bad)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("urgency", "urgent"),
        ("impact", "全体"),
        ("kind", 7),
        ("amount", -1),
        ("amount", "いくらか"),
        ("wanted_by", "2026-11-22T18:00:00"),
        ("estimate_minutes", 10**9),
        ("title", "x" * 201),
        ("colour", "red"),
    ],
)
def test_what_does_not_fit_is_refused_at_its_place(field: str, value: object) -> None:
    with pytest.raises(ValidationError) as problem:
        Report.model_validate({"facts": "x", field: value})
    assert problem.value.errors()[0]["loc"] in {(field,), ()}


def test_a_moment_is_read_from_json_and_one_that_nobody_can_count_with_is_none() -> None:
    def read(at: str) -> datetime | None:
        return Report.model_validate_json(f'{{"facts": "x", "wanted_by": "{at}"}}', strict=True).wanted_by

    assert read("2026-12-31T17:30:00+09:00") == datetime(2026, 12, 31, 8, 30, tzinfo=UTC)
    assert read("0001-01-01T00:00:00+09:00") is read("9999-12-31T23:59:59-09:00") is None


def test_null_is_read_as_not_given() -> None:
    assert Report.model_validate({"facts": "x", "title": None, "amount": None}) == Report(facts="x")


def test_the_headline_is_the_title_or_the_first_line() -> None:
    assert Report(facts="一行目\n二行目").headline == "一行目"
    assert Report(facts="事実", title=NAME).headline == NAME
    assert len(Report(facts="長" * 200).headline) == 80
