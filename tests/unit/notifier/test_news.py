"""What each event tells, to whom, and to nobody else."""

from dataclasses import replace
from datetime import timedelta

import pytest

from services.notifier.domain import news as told_by
from services.notifier.domain import telling
from services.notifier.domain.contact import contact
from services.notifier.domain.content import dumps, loads
from services.notifier.domain.digest import MOST, digest
from services.notifier.domain.notification import Wish
from shared.contracts import events as e
from shared.contracts.case import Case
from shared.contracts.plan import Person, Reason
from shared.contracts.vocabulary import (
    Channel,
    DeadlineName,
    DeadlineState,
    Impact,
    Outcome,
    Priority,
    Purpose,
    Status,
    Track,
    Urgency,
)
from tests.unit.notifier.examples import (
    ITO,
    KNOWN,
    NOW,
    SATO,
    TANAKA,
    WHY,
    assigned,
    by,
    case,
    notification,
    told,
    took,
    uuid,
)

TEAM, TICKET = ("team:payments", "chat"), ("ticket:zendesk:77", "ticket")
YAMADA = Person(id="yamada.kyoko", name="山田 京子")
CONTACTS = KNOWN | {YAMADA.id: contact(YAMADA.id, YAMADA.name, email="y@example.co.jp", slack="U0YAMADA")}


def reached(wishes: list[Wish]) -> set[tuple[str, str]]:
    assert len({w.id for w in wishes}) == len(wishes)
    return {(w.recipient, w.channel) for w in wishes}


def news(state: Case, *events: e.Event, lead: Case | None = None) -> list[Wish]:
    """What the last of these events tells."""
    before = told(state, *events[:-1])
    after = told(before, events[-1])
    said = told_by.news(before, after, events[-1], lead)
    return telling.wishes(after, said, uuid(1), CONTACTS, after.joined if said.shared else ()) if said else []


def resolved(person: Person = SATO) -> e.CaseResolved:
    return e.CaseResolved(case_id="c_1", by=by(person), handling="更新", result="直った")


def plan_of(state: Case, **change: object) -> e.EscalationPlanned:
    assert state.plan is not None
    return e.EscalationPlanned(case_id="c_1", plan=state.plan.model_copy(update=change))


def joined(number: int, who: Person, ticket: str = "") -> e.EscalationJoined:
    external = e.External(system="zendesk", id=ticket) if ticket else None
    return e.EscalationJoined(case_id="c_1", joined=f"c_j{number}", joined_number=number, by=by(who), external=external)


def test_the_result_goes_to_everybody_once_and_never_by_phone() -> None:
    followed = e.CaseFollowed(case_id="c_1", by=by(ITO), follower=TANAKA)
    wishes = news(case(reporter=TANAKA), assigned(SATO, TANAKA), followed, resolved())
    assert reached(wishes) == {(TANAKA.id, "email"), TICKET, TEAM}
    assert {w.purpose for w in wishes} == {Purpose.RESULT}
    assert next(w for w in wishes if w.channel == "ticket").content.ticket_status == "solved"


def test_somebody_with_a_phone_only_is_not_rung_up_for_news() -> None:
    assert ITO.id not in {w.recipient for w in news(case(reporter=ITO), resolved())}


def test_internal_notes_go_nowhere() -> None:
    note = e.CaseNoted(case_id="c_1", by=by(SATO), text="内緒", internal=True)
    assert news(case(reporter=TANAKA), note) == []
    assert news(case(reporter=TANAKA), note.model_copy(update={"internal": False})) != []


def test_whoever_did_it_is_not_told_of_it() -> None:
    wishes = news(case(reporter=SATO), e.CaseStarted(case_id="c_1", by=by(SATO)))
    assert SATO.id not in {w.recipient for w in wishes}


def test_who_knows_is_not_called_the_one_who_handles() -> None:
    asked = (assigned(SATO), assigned(YAMADA, round=2, track=Track.AUTHORITY))
    (first, *_) = news(case(), *asked, took(SATO))
    assert (first.content.what, first.content.owner) == ("acknowledged", SATO.name)
    known = news(case(), *asked, took(SATO), took(YAMADA))
    assert reached(known) == {(SATO.id, "chat"), TICKET, TEAM}
    assert {(w.content.what, w.content.actor, w.content.owner) for w in known} == {("known", YAMADA.name, SATO.name)}
    (alone, *_) = news(case(), *asked, took(YAMADA))
    assert (alone.content.what, alone.content.owner, alone.content.ticket_status) == ("known", "", "")


@pytest.mark.parametrize("name", DeadlineName)
def test_a_warning_goes_to_the_owner_while_the_deadline_runs(name: DeadlineName) -> None:
    clock = e.DeadlineSet(name=name, generation=1, due=NOW + timedelta(hours=1))
    state = told(case(), assigned(SATO, deadlines=(clock,)))
    warned = e.DeadlineWarned(case_id="c_1", name=name, generation=1, due=NOW)
    assert news(state, warned) == []
    owned = state.model_copy(update={"owner": SATO})
    (wish,) = news(owned, warned)
    assert (wish.recipient, wish.channel, wish.purpose) == (SATO.id, "chat", Purpose.WARNING)
    assert news(owned, warned.model_copy(update={"generation": 2})) == []
    stopped = {name: owned.deadlines[name].model_copy(update={"state": DeadlineState.MET})}
    assert news(owned.model_copy(update={"deadlines": stopped}), warned) == []


def test_what_is_not_an_incident_is_explained_to_the_reporter_alone() -> None:
    state = case(reporter=TANAKA)
    wishes = news(state, plan_of(state, suppressed=Reason(ja="障害ではありません", en="not an incident")))
    assert reached(wishes) == {(TANAKA.id, "email"), TICKET}


def test_a_new_priority_is_told_once_by_the_plan_that_follows() -> None:
    state = told(case(reporter=TANAKA, priority=Priority.P3), assigned(SATO), took(SATO))
    seen = e.CaseReassessed(case_id="c_1", by=by(SATO), urgency=Urgency.CRITICAL, impact=Impact.ALL)
    assert news(state, seen) == []
    wishes = news(state, seen, plan_of(state, priority=Priority.P1))
    assert reached(wishes) == {(SATO.id, "chat"), (TANAKA.id, "email"), TICKET, TEAM}
    assert {(w.content.was, w.content.priority) for w in wishes} == {("P3", "P1")}
    assert news(state, seen, plan_of(state, policy_version=9)) == []


def test_more_time_is_told_to_the_owner_the_reporter_and_the_ticket() -> None:
    state = told(case(reporter=TANAKA), assigned(SATO), took(SATO))
    more = e.CaseExtended(case_id="c_1", by=by(ITO), name=DeadlineName.RESOLUTION, more="1bd", reason="部品待ち")
    assert reached(news(state, more)) == {(SATO.id, "chat"), (TANAKA.id, "email"), TICKET}
    mine = more.model_copy(update={"by": by(SATO)})
    assert reached(news(state, mine)) == {(TANAKA.id, "email"), TICKET}


def test_a_reply_goes_to_the_owner_and_an_automatic_one_to_nobody() -> None:
    state = told(case(reporter=TANAKA), assigned(SATO), took(SATO))
    reply = e.CaseReplied(case_id="c_1", by=e.Actor(kind="source", id="zendesk"), text="髙﨑①㈱🔥 １２３です")
    assert reached(news(state, reply)) == {(SATO.id, "chat")}
    assert news(state, reply.model_copy(update={"automatic": True})) == []
    assert reached(news(told(case(), assigned(SATO, TANAKA)), reply)) == {(SATO.id, "chat"), (TANAKA.id, "email")}
    assert reached(news(case(), reply)) == {TEAM}
    ownerless = told(case(), assigned(SATO), resolved())
    assert ownerless.owner is None
    assert reached(news(ownerless, reply)) == {(SATO.id, "chat")}


def test_what_is_written_on_a_linked_report_reaches_who_handles_its_lead() -> None:
    linked = e.EscalationLinked(case_id="c_1", lead="c_0", lead_number=7, reasons=(WHY,))
    state, lead = told(case(reporter=TANAKA), linked), case().model_copy(update={"id": "c_0"})
    reply = e.CaseReplied(case_id="c_1", by=e.Actor(kind="source", id="zendesk"), text="直りません")
    noted = e.CaseNoted(case_id="c_1", by=by(TANAKA), text="直りません", internal=False)
    asked = told(lead, assigned(SATO, YAMADA))
    for report in (state, told(state, resolved())):
        assert reached(news(report, reply, lead=told(asked, took(SATO)))) == {(SATO.id, "chat")}
        assert reached(news(report, reply, lead=asked)) == {(SATO.id, "chat"), (YAMADA.id, "chat")}
        assert reached(news(report, reply, lead=lead)) == {TEAM}
        assert (SATO.id, "chat") in reached(news(report, noted, lead=told(asked, took(SATO))))


def test_a_linked_report_is_told_where_it_is_handled() -> None:
    linked = e.EscalationLinked(case_id="c_1", lead="c_0", lead_number=7, reasons=(WHY,))
    wishes = news(case(reporter=TANAKA), assigned(SATO), linked)
    assert reached(wishes) == {(TANAKA.id, "email"), TICKET}
    assert {w.content.lead for w in wishes} == {7}
    assert news(case(reporter=TANAKA), resolved(), linked) == []


def test_progress_and_result_of_a_lead_go_to_the_linked_reports_once_each() -> None:
    state = told(case(reporter=TANAKA), joined(13, YAMADA, "78"), joined(14, YAMADA), joined(15, TANAKA, "77"))
    wishes = news(state, assigned(SATO), took(SATO), resolved())
    expected = {(YAMADA.id, "chat"), (TANAKA.id, "email"), TICKET, ("ticket:zendesk:78", "ticket"), TEAM}
    assert reached(wishes) == expected
    numbers = {w.recipient: w.content.joined for w in wishes}
    assert numbers[YAMADA.id] == numbers["ticket:zendesk:78"] == 13
    assert numbers[TANAKA.id] == numbers[TICKET[0]] == 0
    assert reached(news(state, assigned(SATO), took(SATO))) == expected
    more = e.CaseExtended(case_id="c_1", by=by(ITO), name=DeadlineName.RESOLUTION, more="1h", reason="x")
    assert YAMADA.id not in {w.recipient for w in news(state, more)}


def test_a_linked_report_that_ends_with_its_lead_is_not_told_of_twice() -> None:
    linked = e.EscalationLinked(case_id="c_1", lead="c_0", lead_number=7, reasons=(WHY,))
    followed = e.CaseFollowed(case_id="c_1", by=by(ITO), follower=YAMADA)
    state = told(case(reporter=TANAKA), linked, followed)
    lead = case().model_copy(update={"id": "c_0"})
    done = lead.model_copy(update={"status": Status.DONE})
    assert reached(news(state, resolved(), lead=done)) == {(YAMADA.id, "chat")}
    assert (TANAKA.id, "email") in reached(news(state, resolved(), lead=lead))


@pytest.mark.parametrize("track", Track)
def test_exhausted_is_told_to_the_team_for_each_track(track: Track) -> None:
    asked = told(case(), assigned(SATO, track=track))
    exhausted = e.EscalationExhausted(case_id="c_1", level=2, track=track, reasons=(WHY,))
    (wish,) = news(asked, exhausted)
    assert (wish.recipient, wish.track, wish.purpose) == ("team:payments", track, Purpose.WARNING)
    assert news(asked, took(SATO).model_copy(update={"track": track}), exhausted) == []  # somebody has it


def test_a_status_that_was_overtaken_does_not_undo_a_newer_one() -> None:
    opened = replace(notification().content, ticket_status="open")
    solved = replace(opened, ticket_status="solved")
    done = told(case(), resolved())
    assert told_by.ticket_status(done, opened) == ""
    assert told_by.ticket_status(case(), opened) == "open"
    assert told_by.ticket_status(done, solved) == "solved"
    assert told_by.ticket_status(case(), solved) == ""
    assert told_by.ticket_status(None, solved) == "solved"


def duty(lines: int) -> e.DutyDigest:
    cases = tuple(
        e.OpenCase(
            case_id=f"c_{n}", number=n, headline="髙﨑①㈱🔥\n１２３", priority=Priority.P3, status=Status.RECEIVED
        )
        for n in range(1, lines + 1)
    )
    return e.DutyDigest(cause="weekly", person=SATO, cases=cases, reasons=(WHY,))


def test_a_digest_is_one_quiet_message() -> None:
    wish = digest(duty(MOST + 5), uuid(3), KNOWN[SATO.id], {"c_2": 4})
    assert wish is not None
    assert (wish.channel, wish.purpose, wish.recipient, wish.case_id) == (Channel.CHAT, Purpose.PROGRESS, SATO.id, "")
    assert (len(wish.content.cases), wish.content.further) == (MOST, 5)
    assert [line.round for line in wish.content.cases[:3]] == [0, 4, 0]
    assert wish.content.cases[0].headline == "髙﨑①㈱🔥 １２３"
    assert loads(dumps(wish.content)) == wish.content
    again = digest(duty(1), uuid(3), KNOWN[SATO.id], {})
    other = digest(duty(1), uuid(4), KNOWN[SATO.id], {})
    assert again is not None
    assert other is not None
    assert (again.id, other.id == wish.id) == (wish.id, False)


def test_a_digest_never_rings_a_telephone() -> None:
    assert digest(duty(1), uuid(3), KNOWN[ITO.id], {}) is None


def test_nothing_is_told_of_an_attempt() -> None:
    attempt = e.NotificationAttempted(
        case_id="c_1", notification_id="x", purpose=Purpose.PAGE, channel=Channel.PHONE, recipient=SATO.id, attempt=1,
        outcome=Outcome.ACCEPTED,
    )  # fmt: skip
    assert news(case(), attempt) == []


def test_who_takes_an_answer_back_leaves_nobody_in_doubt_who_has_it() -> None:
    undone = e.CaseUnacknowledged(case_id="c_1", by=by(SATO))
    wishes = news(case(reporter=TANAKA), assigned(SATO), took(SATO), undone)
    assert reached(wishes) == {(TANAKA.id, "email"), TICKET, TEAM}
    assert {(w.content.what, w.content.owner, w.content.actor) for w in wishes} == {("unacknowledged", "", SATO.name)}
    assert news(case(reporter=TANAKA), assigned(SATO), took(SATO), undone, undone) == []


def test_a_link_by_hand_and_its_end_are_told_to_those_who_wait_but_not_to_who_did_it() -> None:
    linked = e.CaseLinked(case_id="c_1", by=by(ITO), lead="c_0", lead_number=7)
    wishes = news(case(reporter=TANAKA), assigned(SATO), took(SATO), linked)
    assert {w.recipient for w in wishes} == {TANAKA.id, SATO.id, TICKET[0]}
    assert {(w.content.what, w.content.lead, w.content.actor) for w in wishes} == {("linked", 7, ITO.name)}
    assert news(case(reporter=ITO), assigned(SATO), linked, linked) == []
    split = e.CaseSplit(case_id="c_1", by=by(ITO), lead="c_0", lead_number=7)
    wishes = news(case(reporter=TANAKA), assigned(SATO), linked, split)
    assert {w.recipient for w in wishes} == {TANAKA.id, TEAM[0], TICKET[0]}
    assert {(w.content.what, w.content.lead) for w in wishes} == {("split", 7)}
    assert news(case(reporter=TANAKA), split) == []


def test_a_report_that_has_parted_hears_no_more_of_the_case() -> None:
    state = told(case(reporter=TANAKA), joined(13, YAMADA))
    parted = e.EscalationParted(case_id="c_1", parted="c_j13", parted_number=13)
    noted = e.CaseNoted(case_id="c_1", by=by(SATO), text="経過", internal=False)
    assert YAMADA.id in {w.recipient for w in news(state, noted)}
    assert YAMADA.id not in {w.recipient for w in news(state, parted, noted)}
