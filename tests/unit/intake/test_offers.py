"""Who may hand a case over and how it is answered, and who may thank the reporter."""

import pytest

from services.intake.domain import commands as c
from services.intake.domain.case import decide
from services.intake.domain.refusals import Refusal
from services.intake.domain.timeline import is_public
from services.intake.domain.told import NOTHING
from services.intake.domain.wording import sentence
from shared.contracts import events as e
from shared.contracts.case import Case, evolve
from shared.contracts.plan import Person
from tests.unit.contracts import story
from tests.unit.contracts.story import SATO, YAMADA, acknowledged, assigned, by, told
from tests.unit.contracts.test_case_offers import DECLINED, KATO, OPEN, offered
from tests.unit.intake.test_words import ZONE

CRM = e.Actor(kind="source", id="zendesk", name="Zendesk")
OFFER = c.Offer(YAMADA, "夜間のため")
OWNED = (assigned(), acknowledged())


def says(case: Case, command: c.Command, who: e.Actor) -> str | None:
    verdict = decide(case, command, who, 7)
    return verdict.code if isinstance(verdict, Refusal) else verdict.type if verdict else None


def test_the_owner_offers_a_case_and_nobody_else_does() -> None:
    owned = told(*OWNED)
    assert says(owned, OFFER, by(SATO)) == "case.offered.v1"
    assert says(owned, OFFER, by(KATO)) == "not-the-owner"
    assert says(owned, OFFER, CRM) == "not-the-owner"
    refusal = decide(owned, OFFER, by(KATO))
    assert isinstance(refusal, Refusal)
    assert "佐藤 花子さん" in refusal.ja


def test_what_nobody_has_is_offered_by_anybody() -> None:
    for who in (by(KATO), CRM):
        assert says(told(assigned()), OFFER, who) == "case.offered.v1"
    assert says(told(assigned()), OFFER, by(YAMADA)) == "offer-to-oneself"


def test_an_offer_that_stands_is_not_made_twice_and_another_takes_its_place() -> None:
    case = told(*OPEN)
    assert says(case, OFFER, by(SATO)) is None
    assert says(case, c.Offer(KATO, ""), by(SATO)) == "case.offered.v1"
    assert says(case, c.Offer(SATO, ""), by(SATO)) is None  # they have it


def test_an_offer_is_accepted_by_an_acknowledgement_of_its_person() -> None:
    case = told(*OPEN)
    assert says(case, c.Acknowledge("phone"), by(YAMADA)) == "case.acknowledged.v1"
    assert says(case, c.Acknowledge("phone"), by(KATO)) == "already-acknowledged"
    assert says(case, c.Acknowledge("phone"), by(SATO)) is None
    accepted = told(*OPEN, acknowledged(YAMADA))
    assert says(accepted, c.Acknowledge("phone"), by(YAMADA)) is None
    assert says(told(*OPEN, DECLINED), c.Acknowledge("phone"), by(YAMADA)) == "already-acknowledged"


def test_only_who_is_asked_declines() -> None:
    case = told(*OPEN)
    assert says(case, c.Decline(""), by(YAMADA)) == "case.declined.v1"
    assert says(case, c.Decline(""), by(SATO)) == "not-offered"
    assert says(told(*OPEN, DECLINED), c.Decline(""), by(YAMADA)) == "not-offered"
    assert says(told(*OWNED), c.Decline(""), by(YAMADA)) == "not-offered"


@pytest.mark.parametrize("command", [OFFER, c.Decline("")])
def test_what_is_done_is_neither_offered_nor_declined(command: c.Command) -> None:
    assert says(told(*OPEN, story.resolved()), command, by(SATO)) == "case-done"


def test_a_report_that_is_handled_elsewhere_is_offered_there() -> None:
    linked = e.EscalationLinked(case_id=story.CASE, lead="c_lead", lead_number=7, reasons=story.WHY)
    assert says(told(assigned(), linked), OFFER, by(SATO)) == "case-linked"


def reported(who: e.Actor, external: e.External | None = None) -> Case:
    case = evolve(None, story.submitted().model_copy(update={"by": who, "external": external}), story.START)
    assert case is not None
    return case


def test_the_reporter_is_thanked_even_when_the_case_is_done() -> None:
    thanks = c.Feedback("早いご報告で助かりました")
    person, anonymous = by(Person(id="ito", name="伊藤")), e.Actor(kind="anonymous", id="anonymous")
    ticket = e.External(system="zendesk", id="77")
    named = e.Actor(kind="source", id="form", name="田中")
    for case in (reported(person), reported(anonymous), reported(CRM, ticket), reported(named)):
        assert says(case, thanks, by(SATO)) == "case.feedback.v1"
        done = evolve(case, story.resolved(), story.START)
        assert done is not None
        assert says(done, thanks, by(SATO)) == "case.feedback.v1"
        assert evolve(done, e.CaseFeedback(case_id=done.id, by=by(), text="x"), story.START) == done


def test_nobody_writes_to_a_monitor() -> None:
    alerts = e.External(system="alertmanager", id="group")
    for external in (None, alerts):
        assert says(reported(CRM, external), c.Feedback("x"), by(SATO)) == "no-reporter"


def test_the_reporter_reads_the_thanks_and_not_the_hand_over() -> None:
    assert is_public(e.CaseFeedback(case_id=story.CASE, by=by(), text="x"))
    assert not is_public(offered())
    assert not is_public(DECLINED)


def test_the_story_says_who_took_it_over() -> None:
    said = NOTHING
    for event in (story.submitted(), *OPEN):
        said = said.then(event, story.START)
    accepted = acknowledged(YAMADA)
    assert sentence(accepted, "ja", {}, ZONE, said) == "山田 京子さんが引き継ぎました（電話）"
    assert sentence(accepted, "en", {}, ZONE, said) == "山田 京子 has taken it over (by phone)"
    assert "引き受けました" in sentence(accepted, "ja", {}, ZONE, said.then(accepted, story.START))
    for over in (DECLINED, story.resolved()):
        assert sentence(accepted, "ja", {}, ZONE, said.then(over, story.START)) == (
            "山田 京子さんが加わりました（電話）。担当は佐藤 花子さんのままです"
        )
