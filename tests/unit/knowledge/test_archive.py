"""Which cases become records, and who has handled them."""

import pytest

from services.knowledge.domain.archive import is_close, record_of
from shared.contracts import events as e
from shared.contracts.case import Case
from shared.contracts.drill import SOURCE
from tests.unit.contracts import story

RESOLVED = e.CaseResolved(case_id=story.CASE, by=story.by(), handling="再起動", result="復旧", cause="証明書 髙﨑①")
DONE = story.told(e.EscalationPlanned(case_id=story.CASE, plan=story.PLAN), story.assigned(), RESOLVED)


def test_a_resolved_case_becomes_a_record_with_whoever_resolved_it() -> None:
    record = record_of(DONE, 2)
    assert record is not None
    assert (record.version, record.handling, record.cause) == (2, "再起動", "証明書 髙﨑①")
    assert record.handler is not None
    assert record.handler.id == story.by().id


def test_a_case_that_a_program_resolves_was_handled_by_its_owner() -> None:
    crm = e.Actor(kind="source", id="crm", name="CRM")
    taken = e.CaseAcknowledged(case_id=story.CASE, by=story.by(), via="phone")
    resolved = RESOLVED.model_copy(update={"by": crm})
    known = story.told(e.EscalationPlanned(case_id=story.CASE, plan=story.PLAN), story.assigned(), taken, resolved)
    record = record_of(known, 1)
    assert record is not None
    assert record.handler is not None
    assert record.handler.id == story.by().id


@pytest.mark.parametrize(
    "case",
    [
        DONE.model_copy(update={"resolution": None}),
        DONE.model_copy(update={"linked": "c_lead"}),
        DONE.model_copy(update={"submitted": DONE.submitted.model_copy(update={"source": SOURCE})}),
    ],
)
def test_what_is_open_linked_or_a_drill_is_no_record(case: Case) -> None:
    assert record_of(case, 1) is None


@pytest.mark.parametrize(
    ("title", "facts", "product", "shared", "close"),
    [
        ("レジでカード決済ができない", "エラーになる", "", 3, True),
        ("レジでカード決済ができない", "エラーになる", "会計", 3, False),
        ("レジでカード決済ができない", "エラーになる", "", 1, False),
        ("請求書の宛名を変えたい", "旧社名のままです", "", 3, False),
        ("請求書の宛名を変えたい", "旧社名のままです", "POS", 3, False),
    ],
)
def test_a_record_is_close_to_a_case_of_the_same_trouble(
    title: str, facts: str, product: str, shared: int, close: bool
) -> None:
    report = DONE.submitted.report.model_copy(
        update={"title": "レジでカード決済ができません", "facts": "エラーになります", "product": "POS"}
    )
    record = record_of(DONE.model_copy(update={"submitted": DONE.submitted.model_copy(update={"report": report})}), 1)
    asked = report.model_copy(update={"title": title, "facts": facts, "product": product})
    case = DONE.model_copy(update={"submitted": DONE.submitted.model_copy(update={"report": asked})})
    assert record is not None
    assert is_close(case, record, shared) is close
