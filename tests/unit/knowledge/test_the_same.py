"""An alert that writes the same a thousand times: the newest of it are looked at, and others are not kept from sight."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from services.knowledge.domain.ranking import Index, Record
from tests.unit.knowledge.desk import ARCHIVE, MORNING

COPIES = 1_500
ALERT = "ディスク使用率が高い"


@pytest.fixture(scope="module")
def alerted(create: Callable[[], Index]) -> Index:
    index = create()
    for record in ARCHIVE:
        index.add(record)
    for n in range(COPIES):
        index.add(
            Record(f"alert-{n:04}", MORNING + timedelta(hours=n), ALERT, "web-12 の /var が 91 %。", "古いログを消した")
        )
    return index


def test_few_of_them_are_looked_at_closely_and_the_newest_come_first(alerted: Index) -> None:
    looked_at, _ = alerted.described(ALERT)
    assert len(looked_at) < COPIES / 3
    assert [hit.id for hit in alerted.search(ALERT, 3)] == [f"alert-{COPIES - 1 - n:04}" for n in range(3)]


def test_old_ones_are_found_where_only_old_ones_fit(alerted: Index) -> None:
    assert [hit.id for hit in alerted.search(ALERT, 2, lambda id_: id_ < "alert-0010")][:2] == [
        "alert-0009",
        "alert-0008",
    ]


def test_what_else_is_archived_is_found_all_the_same(alerted: Index) -> None:
    assert "batch" in [hit.id for hit in alerted.search("夜間の集計 ディスクがいっぱい", 5)]


def test_one_of_them_is_like_the_newest_of_the_others(alerted: Index) -> None:
    assert [hit.id for hit in alerted.similar("alert-0007", 2)] == [f"alert-{COPIES - 1 - n:04}" for n in range(2)]
