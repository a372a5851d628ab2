"""Who is paged by an assignment, by which channels, and from when on."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notifier.domain import plan
from services.notifier.domain.content import dumps, loads
from services.notifier.domain.fallback import Means, instead
from services.notifier.domain.notification import Wish
from shared.contracts import events as e
from shared.contracts.case import Case
from shared.contracts.ids import notification_id
from shared.contracts.plan import Responder
from shared.contracts.vocabulary import Channel, DeadlineName, Path, Priority, Purpose, Track
from tests.unit.notifier.examples import ITO, KNOWN, NOW, SATO, TANAKA, WHY, assigned, case, notification, told, took

LATER = NOW + timedelta(hours=9)
MEANS = Means(open=(Channel.PHONE, Channel.CHAT, Channel.EMAIL), used=(), catch_all=None)
TEAM, TICKET = ("team:payments", "chat"), ("ticket:zendesk:77", "ticket")


def reached(wishes: list[Wish]) -> set[tuple[str, str]]:
    assert len({w.id for w in wishes}) == len(wishes)
    return {(w.recipient, w.channel) for w in wishes}


def pages(state: Case, event: e.EscalationAssigned, known: plan.Directory = KNOWN) -> list[Wish]:
    return plan.assignment(told(state, event), event, known)


def paged_already(event: e.EscalationAssigned, *people: str, round_: int) -> e.EscalationAssigned:
    """The same, with these people being paged in another round."""
    change = [r.model_copy(update={"paged_in": round_}) if r.person.id in people else r for r in event.responders]
    return event.model_copy(update={"responders": tuple(change)})


def weekly(state: Case) -> Case:
    assert state.plan is not None
    return state.model_copy(update={"plan": state.plan.model_copy(update={"load": 3})})


def test_each_responder_hears_by_each_channel_and_the_ticket_once() -> None:
    wishes = pages(case(), assigned(SATO, TANAKA, channels=(Channel.PHONE, Channel.CHAT, Channel.TICKET)))
    assert reached(wishes) == {(p.id, c) for p in (SATO, TANAKA) for c in ("phone", "chat")} | {TICKET, TEAM}
    assert {w.id for w in wishes if w.recipient == SATO.id} == {
        notification_id("c_1", 1, SATO.id, c) for c in ("phone", "chat")
    }


def test_a_team_hears_of_p1_and_p2_only() -> None:
    for priority in Priority:
        wishes = pages(case(), assigned(SATO, channels=(Channel.TICKET,), priority=priority))
        assert (TEAM in reached(wishes)) == (priority in ("P1", "P2"))


def test_without_a_ticket_the_responders_get_a_mail() -> None:
    for channels in ((Channel.TICKET, Channel.EMAIL), (Channel.TICKET,)):
        wishes = pages(case(ticket=False), assigned(SATO, TANAKA, channels=channels), {})
        assert reached(wishes) == {(SATO.id, "email"), (TANAKA.id, "email")}


def test_the_ids_do_not_depend_on_the_road() -> None:
    event = assigned(SATO)
    assert [w.id for w in pages(case(), event)] == [w.id for w in pages(case(), event)]


def test_whoever_is_paged_for_the_other_track_is_not_called_again() -> None:
    state = told(case(), assigned(SATO, TANAKA))
    authority = assigned(TANAKA, ITO, round=2, track=Track.AUTHORITY, channels=(Channel.PHONE, Channel.TICKET))
    wishes = pages(state, paged_already(authority, TANAKA.id, round_=1))
    assert reached(wishes) == {(ITO.id, "phone"), TICKET, TEAM}
    assert {w.track for w in wishes} == {Track.AUTHORITY}
    assert pages(state, paged_already(authority, TANAKA.id, ITO.id, round_=1)) == []


def test_a_page_carries_what_it_asks_for_and_when_an_answer_is_due() -> None:
    due = NOW + timedelta(minutes=10)
    clock = e.DeadlineSet(name=DeadlineName.AUTHORITY_RESPONSE, generation=2, due=due)
    event = assigned(ITO, round=2, track=Track.AUTHORITY, acknowledge="all", deadlines=(clock,))
    for wish in pages(told(case(), assigned(SATO)), event):
        assert (wish.track, wish.need, wish.content.due) == (Track.AUTHORITY, "all", due)


def test_nothing_but_the_ticket_goes_out_before_its_time() -> None:
    wishes = pages(case(), assigned(SATO, not_before=LATER))
    assert {(w.recipient, w.channel, w.held) for w in wishes} == {
        *((SATO.id, c, LATER) for c in (Channel.PHONE, Channel.CHAT, Channel.EMAIL)),
        (*TICKET, None),
        (*TEAM, LATER),
    }
    assert [
        w.held for w in pages(case(ticket=False), assigned(SATO, not_before=LATER, channels=(Channel.TICKET,)))
    ] == [
        LATER,
        LATER,
    ]


def test_a_failed_ticket_becomes_a_mail_that_waits_too() -> None:
    n = notification(channel=Channel.TICKET, recipient="ticket:zendesk:77", not_before=LATER)
    assert [(w.channel, w.held) for w in instead(n, None, MEANS)] == [(Channel.EMAIL, LATER)]


def test_a_change_of_shift_calls_the_new_person_and_is_no_news_for_the_ticket() -> None:
    first = assigned(SATO, TANAKA)
    shift = paged_already(assigned(ITO, TANAKA, round=2, cause="shift", deadlines=()), TANAKA.id, round_=1)
    wishes = pages(told(case(), first), shift)
    assert reached(wishes) == {(ITO.id, c) for c in ("phone", "chat", "email")} | {TEAM}
    assert {w.content.asked for w in wishes} == {((ITO.id, ITO.name),)}
    assert {w.content.due for w in wishes} == {first.deadlines[0].due}


def test_where_the_ticket_alone_tells_people_a_change_of_shift_stands_there_too() -> None:
    """Seen red: of a P3 or P4 whoever stood in was told by nothing."""
    first = assigned(SATO, channels=(Channel.TICKET,))
    shift = assigned(ITO, round=2, cause="shift", deadlines=(), channels=(Channel.TICKET,))
    (comment,) = (w for w in pages(told(case(), first), shift) if w.recipient != TEAM[0])
    assert ((comment.recipient, comment.channel), comment.content.asked) == (TICKET, ((ITO.id, ITO.name),))
    by_mail = pages(told(case(ticket=False), first), shift)
    assert (ITO.id, "email") in reached(by_mail)


def test_an_answer_that_came_in_between_is_not_asked_for_again() -> None:
    state = told(case(), assigned(SATO), took(SATO))
    assert pages(state, assigned(TANAKA, round=2, after=0, cause="breached")) == []
    assert pages(state, assigned(TANAKA, round=2, after=1, cause="breached")) != []
    other = told(case(), assigned(SATO), assigned(ITO, round=2, track=Track.AUTHORITY), took(SATO))
    assert pages(other, assigned(TANAKA, round=3, after=0, track=Track.AUTHORITY, cause="breached")) != []


def test_what_stands_in_the_weekly_digest_pages_nobody_at_first() -> None:
    """Seen red: of what has no ticket a climb told nobody, and neither did a first page that waits for no digest."""
    both, bare = (Channel.CHAT, Channel.TICKET), (Channel.TICKET,)
    state = weekly(case(ticket=False))
    first = assigned(SATO, channels=both, not_before=LATER)
    assert pages(state, first) == []
    assert reached(pages(weekly(case()), first)) == {TICKET}
    instead_of_them = assigned(ITO, round=2, cause="shift", channels=bare, not_before=LATER)
    assert pages(told(state, first), instead_of_them) == []
    for channels, way in ((both, "chat"), (bare, "email")):
        climb = assigned(TANAKA, round=2, cause="breached", channels=channels)
        assert (TANAKA.id, way) in reached(pages(told(state, first), climb))
    assert reached(pages(state, assigned(SATO, channels=bare))) == {(SATO.id, "email")}, "nobody was there before it"


@given(
    st.lists(st.sampled_from([SATO, TANAKA, ITO]), min_size=1, unique=True),
    st.sets(st.sampled_from([SATO.id, TANAKA.id, ITO.id])),
    st.lists(st.sampled_from(Channel), min_size=1, unique=True),
    st.sampled_from(Track),
    st.booleans(),
)
def test_exactly_those_are_called_whom_nobody_calls_yet(
    people: list[object], paged: set[str], channels: list[Channel], track: Track, ticket: bool
) -> None:
    """Seen red with `if case.is_awaited(…)`, and with `if not new: return []`, taken out of `assignment`."""
    event = paged_already(assigned(*people, channels=tuple(channels), track=track, round=7), *paged, round_=3)  # type: ignore[arg-type]
    wishes = pages(case(ticket=ticket), event)
    called = {w.recipient for w in wishes if ":" not in w.recipient}
    new = {r.person.id for r in event.responders} - paged
    assert called == (new if set(channels) - {Channel.TICKET} or not ticket else set())
    assert bool(wishes) == bool(new)


def test_content_survives_the_ledger() -> None:
    for wish in pages(case(), assigned(SATO, TANAKA)):
        assert loads(dumps(wish.content)) == wish.content


def test_releases_read_what_each_other_wrote() -> None:
    (content, *_) = [wish.content for wish in pages(case(), assigned(SATO))]
    written = json.loads(dumps(content))
    assert loads(json.dumps({**written, "of_tomorrow": 1})) == content
    assert written.keys() >= {"asked", "reasons"}
    assert not {"wanted_by", "answers"} & written.keys()  # yesterday's release would not know them


@pytest.mark.parametrize(
    ("channel", "recipient", "contact", "expected"),
    [
        (Channel.PHONE, SATO.id, KNOWN[SATO.id], {(SATO.id, "email")}),
        (Channel.EMAIL, SATO.id, KNOWN[SATO.id], {(SATO.id, "chat")}),
        (Channel.PHONE, "x", None, {(ITO.id, "phone")}),
        (Channel.CHAT, "x", None, {(ITO.id, "phone")}),
        (Channel.PHONE, ITO.id, None, set()),
        (Channel.TICKET, "ticket:zendesk:77", None, {(SATO.id, "email")}),
        (Channel.CHAT, "team:payments", None, set()),
    ],
)
def test_a_page_that_failed_goes_on(channel: Channel, recipient: str, contact: object, expected: set[object]) -> None:
    n = notification(channel=channel, recipient=recipient, name="X", track=Track.AUTHORITY, need="all")
    wishes = instead(n, contact, replace(MEANS, catch_all=KNOWN[ITO.id]))  # type: ignore[arg-type]
    assert reached(wishes) == expected
    assert {(w.track, w.need) for w in wishes} <= {(Track.AUTHORITY, "all")}
    assert {w.instead_of for w in wishes if recipient == "x"} <= {"x"}


def test_who_stands_in_by_another_channel_still_stands_in() -> None:
    """The catch-all's telephone fails: the mail that follows is wanted as long as the call was."""
    n = notification(recipient=SATO.id, instead_of="x")
    assert [w.instead_of for w in instead(n, KNOWN[SATO.id], MEANS)] == ["x"]
    assert replace(n, channel=Channel.EMAIL).answerable


def test_news_that_cannot_be_chatted_are_mailed() -> None:
    n = notification(channel=Channel.CHAT, purpose=Purpose.RESULT)
    assert reached(instead(n, KNOWN[SATO.id], MEANS)) == {(SATO.id, "email")}
    assert instead(notification(channel=Channel.EMAIL, purpose=Purpose.RESULT), KNOWN[SATO.id], MEANS) == []


def test_the_reason_of_each_responder_stands_first() -> None:
    why = WHY.model_copy(update={"ja": "髙﨑①㈱🔥 の当番２のため"})
    event = assigned(SATO).model_copy(
        update={"responders": (Responder(person=SATO, path=Path.FUNCTIONAL, reason=why),)}
    )
    mine = [w for w in pages(case(), event) if w.recipient == SATO.id]
    assert {w.content.reasons[0] for w in mine} == {(why.ja, why.en)}
    unsaid = Responder(person=SATO, path=Path.FUNCTIONAL, reason=WHY.model_copy(update={"ja": "", "en": ""}))
    assert all(
        ("", "") not in w.content.reasons for w in pages(case(), event.model_copy(update={"responders": (unsaid,)}))
    )
