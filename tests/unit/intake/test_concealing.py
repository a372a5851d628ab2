"""The name of a customer is taken out of a report, whatever stands around it there."""

import pytest

from services.intake.domain import concealing
from shared.contracts.numbers import KINDS
from shared.contracts.personal import MARKS, NAMES, is_mark
from shared.contracts.report import Customer, Report


@pytest.mark.parametrize("name", ["〔山田太郎〕", "【VIP】山田太郎"])
def test_a_name_in_brackets_is_no_mark(name: str) -> None:
    given = Report(facts="山田太郎様から", customer=Customer(name=name))
    report, hidden = concealing.report(given, KINDS, "ja")
    assert (report.customer.name, report.facts) == ("〔氏名〕", "〔氏名〕様から")
    assert hidden.texts == {"facts": given.facts, "customer.name": name}


def test_what_masking_puts_there_is_one() -> None:
    marks = [mark.format("12") for kinds in MARKS.values() for mark in kinds.values()]
    assert all(map(is_mark, [*NAMES.values(), *marks]))
