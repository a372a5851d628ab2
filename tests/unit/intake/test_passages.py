"""The timeline of a case that nobody answers: paging and climbing is folded, what people did stands by itself."""

from typing import Literal
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.domain import timeline
from services.intake.domain.passages import LEAST, Passage, passages
from shared.contracts import events as e
from shared.contracts import topics
from shared.contracts.vocabulary import Channel, Outcome, Purpose, Track
from tests.unit.contracts import story

ZONE = ZoneInfo("Asia/Tokyo")
Language = Literal["ja", "en"]
TEAM, TICKET = "team:payments", "ticket:zendesk:35436"
LAST = e.EscalationExhausted(case_id=story.CASE, level=3, reasons=story.WHY)
WARNED = e.DeadlineWarned(case_id=story.CASE, name=story.breached().name, generation=1, due=story.at(5))


def call(
    number: int, outcome: Outcome = Outcome.ACCEPTED, code: str = "", to: str = "sato.hanako", attempt: int = 1,
    purpose: Purpose = Purpose.PAGE,
) -> e.NotificationAttempted:  # fmt: skip
    """What came of one attempt to call somebody."""
    return e.NotificationAttempted(
        case_id=story.CASE, notification_id=f"n{number}", purpose=purpose, channel=Channel.PHONE, recipient=to,
        attempt=attempt, outcome=outcome, code=code,
    )  # fmt: skip


def unreachable(code: str = "") -> e.NotificationUnreachable:
    """No way led to somebody, or they passed it on."""
    return e.NotificationUnreachable(
        case_id=story.CASE, person=story.SATO, round=1, track=Track.HANDLING, code=code
    )  # fmt: skip


def noted() -> e.CaseNoted:
    """Somebody has written a note."""
    return e.CaseNoted(case_id=story.CASE, by=story.by(), text="確認中 髙﨑①㈱🔥", internal=True)


def round_of(number: int) -> list[e.Event]:
    """Five lines: one person is asked after a deadline, called without an answer, and written to."""
    return [
        story.breached(generation=number - 1),
        story.assigned(number, person=story.YAMADA),
        call(number, to="yamada.kyoko"),
        call(number, Outcome.FAILED, "no-answer", to="yamada.kyoko"),
        call(number + 100, to=TEAM),
    ]


def first_round() -> list[e.Event]:
    """Five lines: one person is asked, called twice, and written to."""
    return [
        story.assigned(),
        call(0),
        call(0, Outcome.RETRYABLE, "no-answer"),
        call(0, Outcome.FAILED, "no-answer", attempt=2),
        call(50, to=TEAM),
    ]


def told(events: list[e.Event], language: Language = "ja") -> list[tuple[e.Event, timeline.Line]]:
    """The events with their lines, one minute apart."""
    entries = [
        timeline.Entry(UUID(int=at), story.at(at), topics.CASES, at, event) for at, event in enumerate(events)
    ]  # fmt: skip
    return list(zip(events, timeline.lines(entries, language, ZONE), strict=True))


def shown(events: list[e.Event], awaiting: bool = False, language: Language = "ja") -> list[Passage]:
    """The passages of a story."""
    return passages(told(events, language), awaiting, language)


def says(*events: e.Event, language: Language = "ja") -> list[str]:
    """What the folds tell."""
    return [part.says for part in shown(list(events), language=language) if part.says]


def test_the_rounds_before_are_one_fold_and_the_newest_stays_open_while_nobody_has_answered() -> None:
    events = [story.submitted(), *first_round(), *round_of(2), *round_of(3), *round_of(4)]
    begin, before, newest = shown(events, awaiting=True)
    assert ([line.type for line in begin.lines], begin.says, begin.open) == (["case.submitted.v1"], "", False)
    assert (len(before.lines), before.says, before.open) == (15, "2 回繰り上げ、2 人に 4 回連絡、応答なし", False)
    assert (before.since, before.until) == (story.at(1), story.at(15))
    assert (len(newest.lines), newest.says, newest.open) == (5, "1 回繰り上げ、1 人に 1 回連絡、応答待ち", True)
    assert newest.lines[0].type == "deadline.breached.v1", "a round begins with what led to it"


def test_once_somebody_has_answered_it_is_one_fold_and_the_answer_stands_after_it() -> None:
    events = [*first_round(), *round_of(2), story.acknowledged(), *[call(n, Outcome.DELIVERED) for n in range(5)]]
    before, answer, after = shown(events)
    assert (len(before.lines), before.says, before.open) == (10, "1 回繰り上げ、2 人に 3 回連絡", False)
    assert [line.type for line in answer.lines] == ["case.acknowledged.v1"]
    assert after.says == "1 人に 5 回連絡", "what is known late of pages that were answered is no silence"


def test_what_people_did_stands_by_itself_in_the_middle_of_a_round() -> None:
    events = [*first_round(), noted(), *round_of(2), call(2, Outcome.FAILED, "declined"), unreachable("declined")]
    parts = shown(events, awaiting=True)
    assert [(len(part.lines), part.open) for part in parts] == [(5, False), (1, False), (5, True), (2, False)]
    assert parts[0].says == "1 人に 2 回連絡、応答なし", "a note is no answer"
    assert [line.type for line in parts[3].lines] == ["notification.attempted.v1", "notification.unreachable.v1"]
    assert shown([*round_of(2), call(2, Outcome.ACKNOWLEDGED)])[-1].says == ""


def test_a_round_of_both_tracks_begins_with_the_first_of_the_two() -> None:
    both = [story.breached(), story.assigned(3), story.breached(), story.for_authority(4)]
    calls = [call(n) for n in range(LEAST)]
    parts = shown([*first_round(), *round_of(2), *both, *calls], awaiting=True)
    assert [(len(part.lines), part.open) for part in parts] == [(10, False), (4 + LEAST, True)]
    silent: list[e.Event] = [event for number in range(2, 9) for event in (story.breached(), story.assigned(number))]
    assert [len(part.lines) for part in shown(silent, awaiting=True)] == [12, 2], "rounds in which nobody was called"


def test_a_round_that_somebody_caused_by_passing_it_on_begins_after_that() -> None:
    parts = shown(
        [story.assigned(), *[story.breached()] * 5, unreachable("declined"), *round_of(2)[1:], call(3)], awaiting=True
    )
    assert [(len(part.lines), part.open) for part in parts] == [(6, False), (1, False), (5, True)]
    reached = shown([story.assigned(), *[WARNED] * 5, unreachable(), *round_of(2)[1:]], awaiting=True)
    assert [(len(part.lines), part.open) for part in reached] == [(6, False), (5, True)]


def test_a_few_lines_are_shown_as_they_are() -> None:
    few: list[e.Event] = [call(n) for n in range(LEAST - 1)]
    assert [(len(part.lines), part.says) for part in shown([*few, noted(), *few])] == [
        (LEAST - 1, ""), (1, ""), (LEAST - 1, ""),
    ]  # fmt: skip
    assert says(*few, call(LEAST)) == [f"1 人に {LEAST} 回連絡"]


def test_who_picked_up_is_told_and_an_answering_machine_is_nobody() -> None:
    machine = [call(1, Outcome.ANSWERED), call(1, Outcome.FAILED, "voicemail")]
    heard = [call(2, Outcome.ANSWERED), call(2, Outcome.FAILED, "hung-up")]
    assert says(story.assigned(), *machine, *machine) == ["1 人に 1 回連絡、応答なし"]
    assert says(story.assigned(), *machine, *heard) == ["1 人に 2 回連絡、電話に出たのは 1 回、引き受けなし"]


@pytest.mark.parametrize(
    ("events", "ja", "en"),
    [
        ([*first_round(), *round_of(2)], "1 回繰り上げ、2 人に 3 回連絡、応答なし", "Escalated 1 time, 3 calls and messages to 2 people, no answer"),
        ([*first_round(), LAST, *round_of(2)], "1 回繰り上げ、2 人に 3 回連絡、全ての段で応答なし", "Escalated 1 time, 3 calls and messages to 2 people, no answer on any level"),
        ([call(1, to=TEAM), call(1, Outcome.DELIVERED, to=TEAM)] * 3, "チームやチケットに 1 回連絡", "1 call or message to teams or tickets"),
        ([call(n, to="reporter:c_1") for n in range(5)], "報告者に 5 回連絡", "5 calls and messages to the reporter"),
        ([call(n, to=to) for n, to in enumerate(["reporter:c_1", TEAM] * 3)], "報告者やチームなどに 6 回連絡", "6 calls and messages to the reporter, teams or tickets"),
        ([call(n, Outcome.SKIPPED) for n in range(6)], "6 件の連絡を中止", "6 calls and messages called off"),
        ([call(n, to=to, purpose=Purpose.RESULT) for n, to in enumerate(["sato.hanako", TICKET] * 3)], "1 人に 3 回連絡", "3 calls and messages to 1 person"),
        ([call(1, Outcome.ANSWERED)] * 5, "1 人に 1 回連絡、電話に出たのは 1 回", "1 call or message to 1 person, picked up 1 time"),
        ([WARNED] * 5, "自動の記録", "Automatic entries"),
    ],
)  # fmt: skip
def test_a_fold_tells_in_both_languages_what_is_in_it(events: list[e.Event], ja: str, en: str) -> None:
    assert says(*events) == [ja]
    assert says(*events, language="en") == [en]


def test_a_reporter_of_no_directory_is_called_so() -> None:
    entry = timeline.Entry(UUID(int=1), story.at(0), topics.NOTIFICATIONS, 1, call(1, to="reporter:c_1"))
    told = [timeline.lines([entry], language, ZONE)[0].text for language in ("ja", "en")]
    assert [text.partition(":")[0] for text in told] == ["報告者", "reporter"]


def test_a_team_is_called_by_its_name_where_that_is_known() -> None:
    entry = timeline.Entry(UUID(int=1), story.at(0), topics.NOTIFICATIONS, 1, call(1, to=TEAM))
    for language, named, plain in (("ja", "決済チーム: 電話", "チーム payments: 電話"), ("en", "決済チーム: phone", "team payments: phone")):  # fmt: skip
        for teams, text in (({TEAM: "決済チーム"}, named), ({}, plain), ({"team:sre": "SRE"}, plain)):
            (line,) = timeline.lines([entry], language, ZONE, teams)  # type: ignore[arg-type]
            assert line.text.startswith(text)


ATTEMPTS = st.builds(
    call,
    st.integers(0, 3),
    st.sampled_from(Outcome),
    st.sampled_from(["", "no-answer", "declined", "voicemail", "hung-up"]),
    st.sampled_from(["sato.hanako", "yamada.kyoko", TEAM, TICKET]),
    st.integers(1, 2),
    st.sampled_from(Purpose),
)
UNREACHABLE = st.builds(unreachable, st.sampled_from(["", "declined", "do_not_disturb"]))
ROUTINE = st.one_of(ATTEMPTS, UNREACHABLE, st.builds(story.assigned, st.integers(1, 5)), st.builds(story.breached))
STORIES = st.lists(st.one_of(ROUTINE, ROUTINE, story.EVENTS), max_size=40)


def by_hand(event: e.Event) -> bool:
    """Whether somebody did it."""
    declined = getattr(event, "code", "") == "declined"
    return hasattr(event, "by") or declined or getattr(event, "outcome", None) is Outcome.ACKNOWLEDGED


@given(STORIES, st.booleans(), st.sampled_from(["ja", "en"]))
def test_every_line_is_shown_once_and_in_order_and_nothing_that_a_person_did_is_folded(
    events: list[e.Event], awaiting: bool, language: Language
) -> None:
    whole = told(events, language)
    parts = passages(whole, awaiting, language)
    assert [line for part in parts for line in part.lines] == [line for _, line in whole]
    event_of = {line.id: event for event, line in whole}
    last = max((at for at, event in enumerate(events) if isinstance(event, e.EscalationAssigned)), default=len(events))
    since_then = {line.id for _, line in whole[last:]}
    for part in parts:
        assert part.lines
        assert part.says or not part.open
        if part.says:
            assert len(part.lines) >= LEAST
            assert not any(by_hand(event_of[line.id]) for line in part.lines)
            assert part.open == (awaiting and part.lines[-1].id in since_then), "the newest round, while it is awaited"
