"""What an assignment tells to those whom it does not page: received at first, then each climb, once and quietly."""

from datetime import timedelta
from typing import Any

import pytest

from services.notifier.domain import plan, telling
from services.notifier.domain.asking import thanked, told_of
from services.notifier.domain.notification import Wish
from services.notifier.wording import Wording
from shared.contracts import events as e
from shared.contracts.case import Case
from shared.contracts.links import make_followup
from shared.contracts.plan import Level, Reason, Target
from shared.contracts.vocabulary import Channel, DeadlineName, Path, Priority, Purpose, Track
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
from tests.unit.notifier.test_news import CONTACTS, TEAM, TICKET, YAMADA, joined, reached

WORDING = Wording("Asia/Tokyo", "https://tasuki.example.jp/", "key")
CHATTED = (Channel.CHAT,)  # neither the ticket nor, below P2, the team hears of it by the assignment itself
LATER = NOW + timedelta(hours=20)
HELD = Reason(ja="営業時間まで待てる優先度のため、11月23日 09:00 に連絡します。", en="It can wait.")


def told_by(state: Case, event: e.EscalationAssigned) -> tuple[list[Wish], list[Wish]]:
    """The pages of an assignment, and what it tells beside them, as the handler puts them together."""
    after = told(state, event)
    pages = thanked(state, after, event, plan.assignment(after, event, CONTACTS))
    said = told_of(state, after, event)
    heard = {w.recipient for w in pages}
    shared = after.joined if said and said.shared else ()
    return pages, telling.wishes(after, said, uuid(1), CONTACTS, shared, heard) if said else []


def news(state: Case, event: e.EscalationAssigned) -> list[Wish]:
    return told_by(state, event)[1]


def climb(*people: Any, round_: int = 2, track: Track = Track.HANDLING, **more: Any) -> e.EscalationAssigned:
    name = DeadlineName.FIRST_RESPONSE if track is Track.HANDLING else DeadlineName.AUTHORITY_RESPONSE
    clock = e.DeadlineSet(name=name, generation=round_, due=NOW + timedelta(minutes=30))
    fields: dict[str, Any] = {"round": round_, "level": round_, "cause": "breached", "track": track,
                              "channels": CHATTED, "priority": Priority.P3, "deadlines": (clock,)}  # fmt: skip
    return assigned(*people, **(fields | more))


def reported(**more: Any) -> Case:
    return case(reporter=TANAKA, priority=Priority.P3, **more)


def text(wish: Wish, reader: Any) -> str:
    n = notification(**{k: getattr(wish, k) for k in ("id", "purpose", "channel", "recipient", "content", "track")})
    message = WORDING.message(n, KNOWN.get(reader), NOW)
    return f"{message.subject}\n{message.text}"


def test_the_reporter_is_thanked_once_and_told_who_is_asked_until_when_and_where_to_look() -> None:
    wishes = news(reported(), assigned(SATO, channels=CHATTED))
    assert reached(wishes) == {(TANAKA.id, "email"), TICKET}
    mine = next(w for w in wishes if w.recipient == TANAKA.id)
    assert (mine.content.what, mine.purpose, mine.content.priority) == ("received", Purpose.PROGRESS, "P3")
    said = text(mine, "")
    for part in ("ご報告ありがとうございます", "#12（優先度 P3）", "佐藤 花子さん", "13:05 ごろまでに", "・当番のため"):
        assert part in said
    assert f"https://tasuki.example.jp/r/{make_followup('key', 'c_1')}" in said
    assert "Thank you for your report" in text(mine, TANAKA.id)


def test_later_assignments_say_nothing_of_the_receipt() -> None:
    state = told(reported(), assigned(SATO, channels=CHATTED))
    for cause in ("reassigned", "shift", "reassessed", "missing", "reopened", "submitted"):
        assert news(state, assigned(TANAKA, round=2, cause=cause)) == []
    decides = assigned(ITO, round=2, track=Track.AUTHORITY, channels=CHATTED)
    assert news(state, decides) == []


def test_a_monitor_hears_nothing_and_the_ticket_of_a_crm_is_thanked_with_a_link() -> None:
    assert news(case(ticket=False), assigned(SATO, channels=CHATTED)) == []
    (line,) = news(case(), assigned(SATO, channels=CHATTED))
    assert ((line.recipient, line.channel), line.content.followup) == (TICKET, "c_1")
    mine = next(w for w in news(reported(), assigned(SATO, channels=CHATTED)) if w.channel is Channel.TICKET)
    assert mine.content.followup == ""  # the private page is the reporter's own


def test_one_event_makes_one_comment_on_the_ticket() -> None:
    pages, wishes = told_by(case(reporter=TANAKA), assigned(SATO))
    assert reached(wishes) == {(TANAKA.id, "email")}
    (line,) = [w for w in pages if w.channel is Channel.TICKET]
    assert (line.content.what, line.content.thanks) == ("assigned", True)
    assert "ご報告ありがとうございます。受付番号 #12" in text(line, "")
    again = thanked(told(case(), assigned(SATO)), told(case(), assigned(SATO)), climb(TANAKA), [line])
    assert again == [line]


def test_who_reports_and_is_asked_hears_it_once() -> None:
    pages, wishes = told_by(case(reporter=SATO), assigned(SATO))
    assert SATO.id in {w.recipient for w in pages}
    assert wishes == []


def test_what_waits_says_until_when_and_why() -> None:
    held = assigned(SATO, channels=CHATTED, not_before=LATER, reasons=(WHY, HELD))
    mine = next(w for w in news(reported(), held) if w.recipient == TANAKA.id)
    assert "佐藤 花子さん（11月23日（月）9:00 に伝えます）" in text(mine, "")
    assert HELD.ja in text(mine, "")
    assert mine.not_before is None  # they need not wait for the answer
    state = told(reported(), assigned(SATO, channels=CHATTED))
    passed = news(state, climb(YAMADA, not_before=LATER, reasons=(WHY, HELD)))
    said = text(next(w for w in passed if w.recipient == TANAKA.id), "")
    assert "次の担当（山田 京子さん）にお願いします。" in said
    assert HELD.ja in said
    assert WHY.ja not in said


def test_a_climb_is_told_once_to_everybody_concerned_but_to_whom_it_pages() -> None:
    followed = e.CaseFollowed(case_id="c_1", by=by(TANAKA), follower=YAMADA)
    state = told(reported(), assigned(SATO, channels=CHATTED), followed, joined(13, ITO, "78"))
    wishes = news(state, climb(YAMADA))
    assert reached(wishes) == {(TANAKA.id, "email"), TICKET, TEAM, ("ticket:zendesk:78", "ticket")}
    said = text(next(w for w in wishes if w.recipient == TANAKA.id), "")
    assert "お返事がなかったため、次の担当（山田 京子さん）にお願いしました。" in said
    assert "佐藤" not in said  # nobody is blamed
    assert "There was no answer yet. Next to be asked: 山田 京子" in text(wishes[0], TANAKA.id)
    assert {w.content.what for w in wishes} == {"climbed"}


def test_the_owner_hears_who_joins_when_another_clock_has_run_out() -> None:
    state = told(reported(), assigned(SATO, channels=CHATTED), took(SATO))
    wishes = news(state, climb(YAMADA, after=1))
    assert (SATO.id, "chat") in reached(wishes)
    said = text(next(w for w in wishes if w.recipient == SATO.id), SATO.id)
    assert "予定の時間を過ぎたため、山田 京子さんにも加わっていただけるよう、お願いしました。" in said
    assert "お返事がなかった" not in said


def test_what_asks_nobody_is_no_news() -> None:
    state = told(reported(), assigned(SATO, channels=CHATTED))
    answered = told(state, took(SATO))
    assert news(answered, climb(YAMADA, after=0)) == []  # the answer came first in the log
    assert news(told(state, climb(YAMADA)), climb(YAMADA)) == []  # an older round


@pytest.mark.parametrize("first", Track)
def test_two_clocks_that_run_out_together_are_one_piece_of_news(first: Track) -> None:
    decides = assigned(ITO, round=2, track=Track.AUTHORITY, channels=CHATTED)
    state = told(reported(), assigned(SATO, channels=CHATTED), decides)
    heard: list[Wish] = []
    for round_, track in enumerate((first, *(t for t in Track if t is not first)), 3):
        event = climb(YAMADA, round_=round_, track=track)
        heard += news(state, event)
        state = told(state, event)
    assert [w.recipient for w in heard].count(TANAKA.id) == 1


def test_a_climb_of_those_who_decide_is_told_once_somebody_handles_it() -> None:
    decides = assigned(ITO, round=2, track=Track.AUTHORITY, channels=CHATTED)
    state = told(reported(), assigned(SATO, channels=CHATTED), decides, took(SATO))
    wishes = news(state, climb(YAMADA, round_=3, track=Track.AUTHORITY, after=1))
    assert {(TANAKA.id, "email"), (SATO.id, "chat")} <= reached(wishes)
    assert "判断・把握をお願いしました" in text(wishes[0], "")


def test_the_team_hears_once_that_no_level_is_left() -> None:
    level = Level(targets=(Target(kind="person", id=SATO.id, path=Path.FUNCTIONAL),), channels=CHATTED,
                  first_response="5m")  # fmt: skip
    planned = reported()
    assert planned.plan is not None
    state = planned.model_copy(update={"plan": planned.plan.model_copy(update={"levels": (level,)})})
    state = told(state, assigned(SATO, channels=CHATTED))
    wishes = news(state, climb(YAMADA, round_=2))
    assert TEAM not in reached(wishes)
    assert (TANAKA.id, "email") in reached(wishes)
    again = news(told(state, climb(YAMADA, round_=2)), climb(YAMADA, round_=3, level=2))
    assert TEAM in reached(again)


def test_the_page_of_the_reporter_goes_to_nobody_else() -> None:
    followed = e.CaseFollowed(case_id="c_1", by=by(TANAKA), follower=YAMADA)
    state = told(reported(), followed, joined(13, SATO, "78"))
    wishes = news(state, climb(ITO, round_=1))
    pages = {w.recipient: w.content.followup for w in wishes}
    assert (pages[TANAKA.id], pages[SATO.id]) == ("c_1", "c_j13")
    assert {id_: page for id_, page in pages.items() if page} == {TANAKA.id: "c_1", SATO.id: "c_j13"}
