"""What stands in a timeline beside the log is read, whatever a release that does not know it has left of it."""

import pytest

from services.intake.domain import beside
from shared.contracts import events as e


@pytest.mark.parametrize("type_", beside.KINDS)
def test_what_an_older_release_has_erased_is_read_as_something_unknown(type_: str) -> None:
    left = beside.recall(type_, '{"case_id": "c_1"}')
    assert isinstance(left, e.Strange)
    assert left.case_id == "c_1"


def test_the_rest_is_read_as_what_it_is() -> None:
    by = e.Actor(kind="person", id="sato", name="佐藤 花子")
    ticked = beside.StepTicked(case_id="c_1", by=by, text="髙﨑㈱に折り返す")
    assert beside.recall(ticked.type, ticked.model_dump_json()) == ticked
