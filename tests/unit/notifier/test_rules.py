"""Personal rules: they order and add, and never take from a P1 what the policy demands or leave a person with nothing."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.notifier.domain import plan, rules
from services.notifier.domain.contact import Address, Contact, contact, merged
from services.notifier.domain.preferences import Preferences, RuleStep
from services.notifier.domain.retry import after_call
from shared.contracts.ids import notification_id
from shared.contracts.vocabulary import Channel, Priority, Purpose
from tests.unit.notifier.examples import KNOWN, NOW, SATO, TANAKA, assigned, case, notification, told

PHONE, SMS, CHAT, EMAIL, TICKET = Channel.PHONE, Channel.SMS, Channel.CHAT, Channel.EMAIL, Channel.TICKET
FIVE = timedelta(minutes=5)
TWO = contact(SATO.id, SATO.name, phone=("+819000000101", "+819000000201"), email="s@example.co.jp", slack="U0SATO")


def ruled(priority: Priority, *steps: RuleStep, who: Contact = TWO) -> Contact:
    return replace(who, preferences=Preferences({priority: steps}))


def pages(who: Contact, priority: Priority, **more: object) -> list[tuple[str, str, timedelta]]:
    event = assigned(SATO, priority=priority, **more)  # type: ignore[arg-type]
    wishes = plan.assignment(told(case(priority=priority), event), event, {**KNOWN, SATO.id: who})
    return [(w.channel, w.address, w.delay) for w in wishes if w.recipient == SATO.id]


def test_without_a_rule_the_policy_speaks() -> None:
    for priority in Priority:
        assert pages(TWO, priority) == [(c, "", timedelta()) for c in (PHONE, CHAT, EMAIL)]
        other = ruled(Priority.P4 if priority is Priority.P1 else Priority.P1, RuleStep(EMAIL))
        assert pages(other, priority) == pages(TWO, priority)


def test_a_rule_orders_delays_and_rings_a_second_number_under_an_id_of_its_own() -> None:
    steps = RuleStep(CHAT), RuleStep(PHONE, "phone-2", FIVE), RuleStep(PHONE, "", 2 * FIVE)
    who = ruled(Priority.P2, *steps)
    assert pages(who, Priority.P2) == [(s.channel, s.address, s.delay) for s in steps]
    event = assigned(SATO, priority=Priority.P2)
    wishes = plan.assignment(told(case(), event), event, {SATO.id: who})
    assert [w.id for w in wishes if w.recipient == SATO.id] == [
        notification_id("c_1", 1, SATO.id, name) for name in ("chat", "phone", "phone/2")
    ]


def test_a_p1_keeps_what_the_policy_demands_and_a_p3_does_not_need_to() -> None:
    assert pages(ruled(Priority.P3, RuleStep(EMAIL)), Priority.P3) == [(EMAIL, "", timedelta())]
    asked = pages(ruled(Priority.P1, RuleStep(EMAIL)), Priority.P1)
    assert asked == [(c, "", timedelta()) for c in (EMAIL, PHONE, CHAT)]


def test_a_rule_that_leads_nowhere_gives_way_to_the_policy() -> None:
    gone = contact(SATO.id, SATO.name, phone="+819000000101")
    assert pages(ruled(Priority.P2, RuleStep(EMAIL), RuleStep(CHAT), who=gone), Priority.P2) == pages(gone, Priority.P2)
    asked = pages(ruled(Priority.P2, RuleStep(PHONE, "phone-9"), who=gone), Priority.P2)
    assert asked == [(PHONE, "", timedelta())]  # the number is gone, the telephone is not


def test_a_broken_address_is_not_rung_and_the_same_one_not_twice() -> None:
    phone, second, *others = TWO.addresses
    broken = replace(TWO, addresses=(phone, replace(second, broken="twilio-21211"), *others))
    who = ruled(
        Priority.P2, RuleStep(PHONE), RuleStep(PHONE, "phone-2", FIVE), RuleStep(PHONE, "phone", FIVE), who=broken
    )
    assert pages(who, Priority.P2) == [(PHONE, "", timedelta())]


def test_a_rule_is_about_nobody_else() -> None:
    event = assigned(SATO, TANAKA, priority=Priority.P2)
    known = {**KNOWN, SATO.id: ruled(Priority.P2, RuleStep(EMAIL))}
    wishes = plan.assignment(told(case(), event), event, known)
    assert [w.channel for w in wishes if w.recipient == TANAKA.id] == [PHONE, CHAT, EMAIL]
    assert {w.recipient for w in wishes} == {SATO.id, TANAKA.id, "ticket:zendesk:77", "team:payments"}


STEPS = st.builds(
    RuleStep,
    st.sampled_from([c for c in Channel if c is not TICKET]),
    st.sampled_from(["", "phone", "phone-2", "email", "gone"]),
    st.integers(0, 60).map(lambda minutes: timedelta(minutes=minutes)),
)


@settings(deadline=None)
@given(
    st.lists(st.sampled_from(Channel), unique=True, min_size=1),
    st.dictionaries(st.sampled_from(Priority), st.lists(STEPS, max_size=6).map(tuple)),
    st.sampled_from(Priority),
    st.sampled_from([TWO, KNOWN[TANAKA.id], contact("x", "名なし")]),
)
def test_whatever_the_rule_nobody_is_left_with_nothing(
    demanded: list[Channel], chosen: dict[Priority, tuple[RuleStep, ...]], priority: Priority, who: Contact
) -> None:
    asked = rules.ways(demanded, replace(who, preferences=Preferences(chosen)), priority)
    wanted = {c for c in demanded if c is not TICKET}
    assert TICKET not in {step.channel for step in asked}
    assert bool(asked) or not wanted
    assert not asked or asked[0].delay == timedelta()
    assert [s.delay for s in asked] == sorted(s.delay for s in asked)
    if priority is Priority.P1:
        assert wanted <= {step.channel for step in asked}
    assert wanted <= {step.channel for step in asked} or chosen.get(priority)


def test_an_unproven_address_comes_after_the_proven_ones_or_is_the_only_one() -> None:
    new = Address("phone", "phone", "+819000000301", origin="self", added_at=NOW)
    old = Address("phone-2", "phone", "+819000000101")
    assert [a.id for a in Contact("x", "x", addresses=(new, old)).ways(PHONE)] == ["phone-2", "phone"]
    assert [a.id for a in Contact("x", "x", addresses=(replace(new, verified_at=NOW), old)).ways(PHONE)] == [
        "phone",
        "phone-2",
    ]
    assert [a.id for a in Contact("x", "x", addresses=(new,)).ways(PHONE)] == ["phone"]


def test_a_new_directory_keeps_what_people_brought_and_the_ids_of_what_stays() -> None:
    own = Address("phone-3", "phone", "+819000000301", origin="self", added_at=NOW)
    decided = Preferences({Priority.P2: (RuleStep(PHONE, "phone-2"),)})
    old = replace(TWO, addresses=(*TWO.addresses, own), preferences=decided)
    new = contact(SATO.id, "佐藤 華子", phone=("+819000000999", "+819000000201"))
    after = merged(new, old)
    assert [(a.id, a.value, a.origin) for a in after.addresses] == [
        ("phone", "+819000000999", "directory"),
        ("phone-2", "+819000000201", "directory"),
        ("phone-3", "+819000000301", "self"),
    ]
    assert (after.name, after.preferences) == ("佐藤 華子", decided)


@pytest.mark.parametrize("listed", [("+819000000301",), ("+819000000101", "+819000000301")])
def test_an_address_that_the_directory_lists_too_is_trusted_from_then_on(listed: tuple[str, ...]) -> None:
    own = Address("phone-3", "phone", "+819000000301", origin="self", added_at=NOW)
    after = merged(contact(SATO.id, SATO.name, phone=listed), replace(TWO, addresses=(*TWO.addresses, own)))
    assert [a.trusted for a in after.addresses] == [True] * len(listed)
    assert len({a.id for a in after.addresses}) == len(listed)


def test_a_test_call_is_not_repeated() -> None:
    call = notification(purpose=Purpose.TEST, rank=33)
    assert after_call(call, "no-answer", NOW).outcome == "failed"
    assert after_call(notification(), "no-answer", NOW).outcome == "retryable"


def test_an_address_that_goes_leaves_rules_that_can_be_saved_again_and_none_that_is_silent() -> None:
    first, later = RuleStep(PHONE, "phone-2"), RuleStep(EMAIL, "", FIVE)
    decided = Preferences({Priority.P1: (RuleStep(PHONE), later), Priority.P2: (first, later), Priority.P3: (first,)})
    left = decided.without("phone-2")
    assert left.rules == {Priority.P1: (RuleStep(PHONE), later), Priority.P2: (RuleStep(EMAIL),)}
    assert decided.without("chat") == decided
