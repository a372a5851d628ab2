"""The score of a drill, by examples: who was reached by which way, who answered, what is to be mended, and who is left in peace."""

from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from services.intake.domain.drill_report import lasted, markdown, mend, verdict
from services.intake.domain.drill_score import Score, score
from services.intake.domain.drills import Drill
from services.intake.domain.outlook import Reader
from services.intake.domain.timeline import Entry
from shared.contracts import events as e
from shared.contracts.plan import Need, Person, Reason, Responder
from shared.contracts.vocabulary import (
    Channel,
    DeadlineName,
    Impact,
    Kind,
    Outcome,
    Path,
    Priority,
    Purpose,
    Track,
    Urgency,
)  # fmt: skip

T0 = datetime(2026, 11, 24, 1, tzinfo=UTC)
SATO, TAKAHASHI = Person(id="sato", name="佐藤 花子"), Person(id="takahashi", name="髙橋 健①")
WHY = Reason(ja="当番のため", en="on duty")
JA, EN = (Reader(lang, ZoneInfo("Asia/Tokyo"), T0) for lang in ("ja", "en"))


def at(seconds: int, event: e.Event) -> Entry:
    return Entry(uuid4(), T0 + timedelta(seconds=seconds), event.topic, 1, event)


def asked(seconds: int, *people: Person, level: int = 1, cause: str = "submitted", need: Need = "any") -> Entry:
    """These people are asked, and have five minutes."""
    due = T0 + timedelta(seconds=seconds + 300)
    return at(
        seconds,
        e.EscalationAssigned(
            case_id="c", round=level, level=level, path=Path.FUNCTIONAL, priority=Priority.P1, cause=cause, after=0,  # type: ignore[arg-type]
            acknowledge=need, channels=(Channel.PHONE,), reasons=(WHY,),
            responders=tuple(Responder(person=p, path=Path.FUNCTIONAL, reason=WHY) for p in people),
            deadlines=(e.DeadlineSet(name=DeadlineName.FIRST_RESPONSE, generation=1, due=due, span="5m", since=T0),),
        ),
    )  # fmt: skip


def came(seconds: int, who: Person, outcome: Outcome, code: str = "", channel: Channel = Channel.PHONE) -> Entry:
    return at(
        seconds,
        e.NotificationAttempted(
            case_id="c", notification_id=f"{who.id}/{channel}", purpose=Purpose.PAGE, channel=channel, recipient=who.id,
            attempt=1, outcome=outcome, code=code,
        ),
    )  # fmt: skip


def answered(seconds: int, who: Person) -> Entry:
    by = e.Actor(kind="person", id=who.id, name=who.name)
    return at(seconds, e.CaseAcknowledged(case_id="c", by=by, via="phone"))


def breached(seconds: int) -> Entry:
    name = DeadlineName.FIRST_RESPONSE
    return at(
        seconds, e.DeadlineBreached(case_id="c", name=name, generation=1, late_ms=0, due=T0 + timedelta(seconds=300))
    )


def drill(why: str = "answered", state: str = "ended") -> Drill:
    """A drill that ended so."""
    return Drill(
        "sre", Kind.OUTAGE, Urgency.CRITICAL, Impact.ALL, "髙﨑①㈱🔥 | 想定", "x", "ja", False, 15,
        id="d_1", team_name="SRE", starts_at=T0, by=SATO, made_at=T0, state=state, why=why, started_at=T0,  # type: ignore[arg-type]
    )  # fmt: skip


def test_who_answers_was_reached_and_how_long_it_took_is_known() -> None:
    told = score(
        [asked(0, SATO), came(1, SATO, Outcome.ACCEPTED), came(20, SATO, Outcome.ANSWERED), answered(75, SATO)]
    )
    (one,) = told.asked
    assert (one.reached_at, one.took) == (T0 + timedelta(seconds=20), timedelta(seconds=75))
    assert mend(drill(), told, JA) == []
    assert verdict(drill(), told, JA) == (
        "必要な応答がそろいました。最初の応答まで1分15秒でした。連絡した人は1人、届いたと確かめられた人は1人、応答した人は1人です。"
    )


def test_what_the_provider_has_taken_is_no_proof_that_it_arrived() -> None:
    told = score([asked(0, SATO), came(1, SATO, Outcome.ACCEPTED), breached(300)])
    assert told.asked[0].reached_at is None
    assert "届いたかどうかを確かめられませんでした" in mend(drill("limit"), told, JA)[0]


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("no-answer", "髙橋 健①さんの電話に届きませんでした（電話に出られませんでした）。"),
        ("busy, given up", "髙橋 健①さんの電話に届きませんでした（話し中でした）。"),
        ("http-500", "髙橋 健①さんの電話に届きませんでした（http-500）。"),
    ],
)
def test_a_way_that_fails_is_named_with_its_reason(code: str, said: str) -> None:
    told = score([asked(0, TAKAHASHI), came(1, TAKAHASHI, Outcome.ACCEPTED), came(30, TAKAHASHI, Outcome.FAILED, code)])
    assert mend(drill("limit"), told, JA) == [
        "髙橋 健①さんには、どの手段でも届きませんでした。連絡先を確かめてください。",
        said,
    ]


def test_a_machine_that_picks_up_reaches_nobody() -> None:
    story = [asked(0, SATO), came(5, SATO, Outcome.ANSWERED), came(9, SATO, Outcome.FAILED, "voicemail")]
    told = score(story)
    assert told.asked[0].reached_at is None
    assert "an answering machine picked up" in mend(drill("limit"), told, EN)[-1]


def test_a_telephone_that_only_rang_has_reached_nobody() -> None:
    ring = [asked(0, TAKAHASHI), came(1, TAKAHASHI, Outcome.ACCEPTED), came(5, TAKAHASHI, Outcome.DELIVERED)]
    rings = score(ring)
    assert rings.asked[0].reached_at is None
    assert "電話: 鳴った（出た記録はない）" in markdown(drill(), rings, JA)
    ends = [(30, Outcome.RETRYABLE), (120, Outcome.FAILED)]
    told = score([*ring, *(came(after, TAKAHASHI, outcome, "no-answer") for after, outcome in ends)])
    assert told.asked[0].unreached
    assert mend(drill("limit"), told, JA) == [
        "髙橋 健①さんには、どの手段でも届きませんでした。連絡先を確かめてください。",
        "髙橋 健①さんの電話に届きませんでした（電話に出られませんでした）。",
    ]
    needless = score([*ring, came(9, TAKAHASHI, Outcome.SKIPPED, "canceled")])
    assert "電話: 鳴った（出た記録はない）" in markdown(drill(), needless, JA)


def test_a_call_that_ended_without_a_key_may_have_been_heard_by_a_machine() -> None:
    story = [asked(0, SATO), came(5, SATO, Outcome.ANSWERED), came(9, SATO, Outcome.RETRYABLE, "hung-up")]
    told = score([*story, came(99, SATO, Outcome.FAILED, "no-answer")])
    assert (told.asked[0].reached_at, told.asked[0].unreached) == (None, False)
    assert "電話: 出たが番号が押されなかった（留守番電話かもしれません）" in markdown(drill(), told, JA)
    (said,) = mend(drill("limit"), told, JA)
    assert "届いたかどうかを確かめられませんでした" in said
    picked = score([*story, came(80, SATO, Outcome.ANSWERED), answered(85, SATO)])
    assert picked.asked[0].reached_at == T0 + timedelta(seconds=80)


def test_nobody_is_named_for_an_answer_that_another_has_given() -> None:
    shown = came(1, TAKAHASHI, Outcome.DELIVERED, channel=Channel.CHAT)
    assert mend(drill(), score([asked(0, SATO, TAKAHASHI), shown, answered(20, SATO)]), JA) == []
    everybody = score([asked(0, SATO, TAKAHASHI, need="all"), shown, answered(20, SATO)])
    (said,) = mend(drill("limit"), everybody, JA)
    assert said.startswith("髙橋 健①さんには届いていましたが、応答はありませんでした。")
    assert mend(drill("stopped"), everybody, JA) == []


@pytest.mark.parametrize("event", [e.CaseStarted, partial(e.CasePaused, reason="x")])
def test_who_begins_to_work_has_answered_and_so_has_a_colleague_for_those_who_were_asked(event: Any) -> None:
    def by(who: Person) -> Entry:
        return at(75, event(case_id="c", by=e.Actor(kind="person", id=who.id, name=who.name)))

    rang = [asked(0, SATO, need="all"), came(20, SATO, Outcome.ANSWERED)]
    (one,) = (told := score([*rang, by(SATO)])).asked
    assert (one.took, one.awaited, mend(drill(), told, JA)) == (timedelta(seconds=75), False, [])
    (one,) = (told := score([*rang, by(TAKAHASHI), breached(300)])).asked
    assert (one.answered_at, one.awaited, one.missed, mend(drill(), told, JA)) == (None, False, False, [])


def test_who_passed_it_on_was_reached() -> None:
    declined = at(
        9, e.NotificationUnreachable(case_id="c", person=SATO, round=1, track=Track.HANDLING, code="declined")
    )
    told = score([asked(0, SATO), came(8, SATO, Outcome.FAILED, "declined"), declined, breached(300)])
    assert (told.asked[0].passed, told.asked[0].reached_at) == (True, T0 + timedelta(seconds=8))
    assert mend(drill("limit"), told, JA) == []


def test_what_has_to_wait_by_policy_or_by_wish_is_no_missing_address() -> None:
    quiet = at(
        1, e.NotificationUnreachable(case_id="c", person=SATO, round=1, track=Track.HANDLING, code="do_not_disturb")
    )
    waits = asked(0, SATO)
    assert isinstance(waits.event, e.EscalationAssigned)
    later = at(0, waits.event.model_copy(update={"not_before": T0 + timedelta(hours=23)}))
    said = [
        mend(drill("limit"), score(story), JA) for story in ([asked(0, SATO), quiet], [later], [asked(0, SATO)], [])
    ]
    assert [len(lines) for lines in said] == [1, 1, 1, 1]
    assert "通知を止めている時間" in said[0][0]
    assert "方針により 11月25日 09:00 まで" in said[1][0]
    assert "連絡先が登録されているか" in said[2][0]
    assert said[3][0].startswith("だれにも連絡されませんでした。")


def test_a_climb_in_time_is_no_finding_and_a_late_one_is() -> None:
    for late, findings in ((2, 0), (90, 1)):
        story = [asked(0, SATO), breached(300), asked(300 + late, TAKAHASHI, level=2, cause="breached")]
        told = score([*story, answered(400, TAKAHASHI)])
        assert [(c.level, c.late) for c in told.climbs] == [(2, bool(findings))]
        assert ("10:06:30 ⚠ 第2段への連絡が、期限から1分30秒遅れました。" in markdown(drill(), told, JA)) == bool(
            findings
        )
        assert ("- Level 2: 10:05:02 (at the deadline)" in markdown(drill(), told, EN)) == (not findings)
        assert sum("遅れました" in line for line in mend(drill(), told, JA)) == findings


def test_the_report_to_keep_shows_what_people_wrote_as_text() -> None:
    told = score([asked(0, SATO), came(1, SATO, Outcome.DELIVERED, channel=Channel.CHAT), answered(4, SATO)])
    text = markdown(drill(), told, JA)
    assert "# 訓練の報告: 髙﨑①㈱🔥 \\| 想定" in text
    assert "| 佐藤 花子 | 10:00:00 | チャット: 届いた | 4秒 |" in text
    assert "Everybody whose answer was needed" in markdown(drill(), told, EN)


@pytest.mark.parametrize("state", ["planned", "running", "ended", "cancelled", "missed"])
@pytest.mark.parametrize("why", ["", "answered", "nobody", "limit", "stopped", "real", "done", "busy", "maintenance"])
def test_every_end_has_its_sentence_in_both_languages(state: str, why: str) -> None:
    ja, en = (verdict(drill(why, state), Score(), reader) for reader in (JA, EN))
    assert ja.endswith("。")
    assert en.endswith(".")
    assert "  " not in en


def test_a_span_is_said_as_people_say_it() -> None:
    spans = (0.4, 59, 60, 125)
    assert [lasted(timedelta(seconds=s), JA) for s in spans] == ["0秒", "59秒", "1分", "2分5秒"]
    assert [lasted(timedelta(seconds=s), EN) for s in spans] == ["0 s", "59 s", "1 min", "2 min 5 s"]


def test_only_what_goes_to_a_next_level_is_a_climb() -> None:
    story = [asked(0, SATO), asked(60, TAKAHASHI, level=2, cause="reassigned"), asked(120, SATO, cause="unreachable")]
    assert score(story).climbs == ()
    assert [c.level for c in score([*story, asked(180, SATO, level=2, cause="unreachable")]).climbs] == [2]


def test_where_all_must_answer_whose_answer_stands_is_not_waited_for_when_another_takes_theirs_back() -> None:
    both = (SATO, TAKAHASHI)
    by = e.Actor(kind="person", id=SATO.id, name=SATO.name)
    back = at(50, e.CaseUnacknowledged(case_id="c", by=by))
    given = [asked(0, *both, need="all"), answered(30, SATO), answered(40, TAKAHASHI), back]
    told = score([*given, asked(51, *both, level=2, cause="undone", need="all")])
    assert [(one.person, one.awaited) for one in told.asked] == [(SATO.id, True), (TAKAHASHI.id, False)]
