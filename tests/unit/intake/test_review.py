"""Figures as a table for a spreadsheet, and the days that may be looked back on."""

import csv
import io

import pytest

from services.intake.domain.review import Known, span, table


@pytest.mark.parametrize(
    ("typed", "days"), [("7", 7), ("365", 365), ("", 30), ("8", 30), ("９０", 30), ("-7", 30), ("9" * 5000, 30)]
)
def test_only_some_spans_are_looked_at(typed: str, days: int) -> None:
    assert span(typed) == days


def test_what_could_run_as_a_formula_is_marked() -> None:
    week = {"monday": "2026-11-23", "cases": 1, "searches": 2, "deflected": 3, "solved": 4}
    causes = [{"cause": "=cmd()", "cases": 8}, {"cause": "髙﨑①㈱🔥, 設定", "cases": 1}]
    text = table(None, Known.model_validate({"searches": 2, "weeks": [week], "causes": causes}))
    assert text.startswith("\ufeff")
    rows = list(csv.reader(io.StringIO(text[1:])))
    assert ["week.deflected", "2026-11-23", "3"] in rows
    assert rows[-2:] == [["cause", "'=cmd()", "8"], ["cause", "髙﨑①㈱🔥, 設定", "1"]]
