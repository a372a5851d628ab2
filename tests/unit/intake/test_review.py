"""Figures as a table for a spreadsheet, and the days that may be looked back on."""

import csv
import io

import pytest

from services.intake.domain.review import Known, span, table
from services.intake.domain.words import lasting


@pytest.mark.parametrize(
    ("typed", "days"), [("7", 7), ("365", 365), ("", 30), ("8", 30), ("９０", 30), ("-7", 30), ("9" * 5000, 30)]
)
def test_only_some_spans_are_looked_at(typed: str, days: int) -> None:
    assert span(typed) == days


def test_what_could_run_as_a_formula_is_marked() -> None:
    week = {"monday": "2026-11-23", "cases": 1, "searches": 2, "deflected": 3, "solved": 4}
    causes = [{"cause": "=cmd()", "cases": 8}, {"cause": "髙﨑①㈱🔥, 設定", "cases": 1}]
    text = table([], None, Known.model_validate({"searches": 2, "weeks": [week], "causes": causes}))
    assert text.startswith("\ufeff")
    rows = list(csv.reader(io.StringIO(text[1:])))
    assert ["known.deflected", "2026-11-23", "3", "reports"] in rows
    assert rows[-2:] == [["cause", "'=cmd()", "8", "cases"], ["cause", "髙﨑①㈱🔥, 設定", "1", "cases"]]


@pytest.mark.parametrize(
    ("seconds", "ja", "en"),
    [
        (0, "0秒", "0 s"),
        (59, "59秒", "59 s"),
        (200, "3分 20秒", "3 min 20 s"),
        (599, "9分 59秒", "9 min 59 s"),
        (659, "10分", "10 min"),
        (3599, "59分", "59 min"),
        (3661, "1時間 1分", "1 h 1 min"),
        (90_000, "1日 1時間", "1 days 1 h"),
    ],
)
def test_a_time_is_said_by_its_two_largest_units(seconds: int, ja: str, en: str) -> None:
    assert (lasting(seconds, "ja"), lasting(seconds, "en")) == (ja, en)
