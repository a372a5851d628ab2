"""Codes and reachability: what proves an address, what ends a code, and what a person is told to be missing."""

from dataclasses import replace
from datetime import time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.notifier import people
from services.notifier.domain import proof, reach
from services.notifier.domain.contact import Address, Contact, contact
from services.notifier.domain.content import Content, dumps
from services.notifier.domain.preferences import Preferences, RuleStep, Window
from services.notifier.domain.proof import Sent
from services.notifier.wording import Wording
from shared.contracts.vocabulary import Channel, Priority, Purpose
from tests.unit.notifier.examples import KNOWN, NOW, SATO, notification
from tests.unit.notifier.test_rules import TWO

KEY, WORD = "link-key", "0123456789abcdef" * 2
PHONE = Address("phone", "phone", "+819000000101", origin="self")
SEALED = proof.sealed(KEY, SATO.id, PHONE, proof.code(KEY, WORD))


def tried(digits: str, sent: Sent | None = Sent("phone", SEALED, NOW), after: timedelta = timedelta()) -> str:
    right = sent is not None and proof.fits(KEY, sent, SATO.id, PHONE, proof.digits(digits))
    return proof.verdict(sent, right, NOW + after)


def test_the_right_digits_count_however_they_are_typed() -> None:
    code = proof.code(KEY, WORD)
    wide = code.translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    assert {tried(text) for text in (code, wide, f" {code[:3]}-{code[3:]} ", "　".join(wide))} == {"right"}
    wrong = f"{(int(code) + 1) % 10**6:06d}"
    assert tried(wrong) == "wrong"


def test_a_code_ends_with_time_tries_and_another_address() -> None:
    code = proof.code(KEY, WORD)
    assert tried(code, after=proof.LIFE - timedelta(seconds=1)) == "right"
    assert tried(code, after=proof.LIFE) == "gone"
    assert tried(code, None) == "gone"
    assert tried(code, Sent("phone", SEALED, NOW, tries=4)) == "right"
    assert tried(code, Sent("phone", SEALED, NOW, tries=5)) == "spent"
    for person, value in (("ito.sakura", PHONE.value), (SATO.id, "+819000000102")):
        assert not proof.fits(KEY, Sent("phone", SEALED, NOW), person, replace(PHONE, value=value), code)


def test_an_answer_proves_the_address_it_was_sent_to_and_no_other() -> None:
    """Also where that address is gone, broken, or was brought only after the question."""
    own = replace(PHONE, id="phone-2", added_at=NOW - timedelta(hours=1))
    who = Contact(SATO.id, SATO.name, addresses=(Address("phone", "phone", "+819000000102"), own))
    n = notification(address="phone-2")
    assert who.meant(Channel.PHONE, n.address) == own
    assert people.unproven(own, n)
    assert not people.unproven(replace(own, added_at=NOW + timedelta(seconds=1)), n)
    assert not people.unproven(replace(own, verified_at=NOW), n)
    assert people.unproven(replace(own, verified_at=NOW, broken="bounced"), n)
    assert who.meant(Channel.PHONE, "") == who.addresses[0]
    assert replace(who, addresses=who.addresses[:1]).meant(Channel.PHONE, n.address) is None
    proven = people.proven(replace(who, addresses=(who.addresses[0], replace(own, broken="bounced"))), "phone-2", NOW)
    assert [(a.verified_at, a.broken) for a in proven.addresses] == [(None, ""), (NOW, "")]


@settings(deadline=None)
@given(st.text(max_size=20), st.text("0123456789abcdef", min_size=32, max_size=32))
def test_codes_are_six_digits_and_no_text_breaks_the_check(text: str, word: str) -> None:
    code = proof.code(KEY, word)
    assert len(code) == 6
    assert code.isdigit()
    assert tried(text.replace("\ud800", "")) in ("wrong", "right")


def test_messages_are_a_minute_apart_and_five_an_hour() -> None:
    assert proof.wait([], NOW) is None
    assert proof.wait([NOW - timedelta(seconds=20)], NOW) == timedelta(seconds=40)
    assert proof.wait([NOW - timedelta(minutes=1)], NOW) is None
    five = [NOW - timedelta(minutes=m) for m in (5, 10, 20, 30, 50)]
    assert proof.wait(five, NOW) == timedelta(minutes=10)
    assert proof.wait([NOW - timedelta(hours=1), *five[:4]], NOW) is None


@pytest.mark.parametrize("channel", [Channel.EMAIL, Channel.CHAT, Channel.SMS, Channel.PHONE])
def test_the_ledger_holds_no_code_and_the_message_does(channel: Channel) -> None:
    content = Content("code", 0, "会社の携帯", "ja", text=WORD)
    n = notification(content=content, purpose=Purpose.TEST, channel=channel, case_id="")
    code = proof.code(KEY, WORD)
    message = Wording("Asia/Tokyo", "https://t.example", KEY).message(n, KNOWN[SATO.id], NOW)
    assert code not in dumps(content)
    assert WORD not in f"{message.subject}{message.text}{message.speech}"
    if channel is Channel.PHONE:
        assert ", ".join(code) in message.speech
    else:
        assert code in message.text
    assert (message.link, message.button) == ("", "")


SERVED = {Channel.PHONE: frozenset({"phone"}), Channel.CHAT: frozenset({"slack"}), Channel.EMAIL: frozenset({"email"})}


def told(who: Contact, priority: Priority = Priority.P1) -> list[str]:
    return [reason.ja for reason in reach.reach(who, priority, SERVED).missing]


def test_what_is_missing_is_said_in_words() -> None:
    assert told(TWO) == []
    assert told(contact("x", "名なし")) == [reach.NO_WAY.ja]
    quiet = contact("x", "髙﨑", email="t@example.co.jp")
    assert told(quiet) == [reach.NO_LOUD_WAY.ja]
    assert told(quiet, Priority.P3) == []
    own = Contact("x", "髙﨑", addresses=(PHONE,))
    assert told(own) == [reach.UNPROVEN.ja]
    assert told(replace(own, addresses=(replace(PHONE, verified_at=NOW),))) == []
    assert told(contact("x", "x", phone="+819000000101", line="U" + "0" * 32)) == [
        "line への送信は設定されていません。"
    ]
    broken = replace(TWO, addresses=(replace(TWO.addresses[0], broken="twilio-21211"), *TWO.addresses[1:]))
    assert told(broken) == ["phone には届きません（twilio-21211）。直すか、確認し直してください。"]
    assert reach.reach(broken, Priority.P1, SERVED).loud


def test_who_is_missed_at_p1() -> None:
    silent = contact("x", "髙﨑", slack="U0X")
    team = contact("team:x", "チーム", slack="C0X")
    assert [c.id for c, _ in reach.missed([TWO, silent, team, *KNOWN.values()], SERVED)] == ["x"]
    assert [c.id for c, _ in reach.missed([TWO], {**SERVED, Channel.PHONE: frozenset()})] == [SATO.id]


def test_whoever_saves_hears_what_follows() -> None:
    assert reach.warnings(TWO, SERVED) == []
    always = Window(frozenset(range(7)), time(0), time(0))
    never = replace(TWO, preferences=Preferences(windows=(always,)))
    assert reach.warnings(never, SERVED) == [reach.NEVER_LOUD]
    night = replace(TWO, preferences=Preferences(windows=(replace(always, begin=time(22), until=time(7)),)))
    assert reach.warnings(night, SERVED) == []
    nowhere = replace(TWO, preferences=Preferences({Priority.P3: (RuleStep(Channel.SMS),)}))
    assert ["P3" in reason.ja for reason in reach.warnings(nowhere, SERVED)] == [True]
