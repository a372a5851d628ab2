"""The figures of how cases went, held against examples made by hand: whose cases, which times, which percentiles."""

import json
import math
import random
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from shared.contracts import events as e
from shared.contracts.case_ids import case_id
from shared.contracts.plan import Person
from shared.contracts.vocabulary import Channel, DeadlineName, Outcome, Priority, Purpose
from shared.contracts.vocabulary import Path as Way
from tests.integration.intake import office
from tests.integration.intake.desk import Desk
from tests.integration.intake.exercise import begun
from tests.integration.intake.teams import case_of
from tests.integration.intake.test_by_hand import case
from tests.integration.intake.test_by_hand import told as joined
from tests.integration.log import T0

DAY = "since=2026-11-24&until=2026-11-24"  # T0 is ten o'clock of that day in Tokyo
SATO = Person(id="sato.hanako", name="佐藤 花子")


async def after(desk: Desk, id_: str, minutes: float, verb: str, **body: Any) -> None:
    """Somebody does something to a case, so many minutes after T0."""
    desk.clock.at = T0 + timedelta(minutes=minutes)
    assert (await desk.act(id_, verb, **body)).status_code == 200
    await desk.log.drain()


async def paged(desk: Desk, id_: str, hours: float, number: int, channel: Channel, outcome: Outcome) -> None:
    """The notifier tells what came of a page, so many hours after T0."""
    desk.clock.at = T0 + timedelta(hours=hours)
    await desk.log.tell(
        e.NotificationAttempted(
            case_id=id_, notification_id=f"n-{number}", purpose=Purpose.PAGE, channel=channel, recipient=SATO.id, attempt=1,
            outcome=outcome,
        )
    )  # fmt: skip


def climbed(id_: str) -> e.EscalationAssigned:
    return e.EscalationAssigned(
        case_id=id_, round=2, level=2, path=Way.FUNCTIONAL, priority=Priority.P1, cause="breached", after=0, responders=(),
        channels=(), deadlines=(), reasons=(),
    )  # fmt: skip


async def figures(desk: Desk, query: str = DAY, token: str | None = None) -> dict[str, Any]:
    answer = await desk.get(f"/v1/review?{query}", token=token)
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


async def behind(desk: Desk, query: str, token: str | None = None) -> list[int]:
    """The numbers of the cases behind a figure."""
    answer = await desk.get(f"/v1/review/cases?{query}", token=token)
    assert answer.status_code == 200, answer.text
    assert answer.json()["total"] == len(answer.json()["data"])
    return [row["number"] for row in answer.json()["data"]]


async def test_the_figures_are_those_that_one_finds_by_hand(desk: Desk) -> None:
    desk.others.answer = office.behind
    drill = await begun(desk)
    desk.clock.at = T0 - timedelta(days=1)
    await case_of(desk, "sre")  # of the day before
    desk.clock.at = T0
    plain, slipped, again = [await case_of(desk, "sre", kind="outage") for _ in range(3)]
    both = [await case(desk, kind="outage") for _ in range(2)]
    lead, report = both[0][0], both[1][0]
    other = await case_of(desk, "billing", kind="refund")
    await after(desk, drill["case_id"], 1, "acknowledge")
    await after(desk, slipped, 1, "acknowledge", by="mai")
    await after(desk, slipped, 1.5, "unacknowledge", by="mai")
    await after(desk, plain, 2, "acknowledge")
    await after(desk, again, 4, "start")
    await after(desk, lead, 6, "acknowledge")
    await after(desk, report, 7, "link", lead=lead)
    await joined(desk, *both)
    await after(desk, slipped, 8, "acknowledge", by="mai")
    await after(desk, again, 10, "resolve", handling="x", result="x")
    await after(desk, plain, 20, "resolve", handling="x", result="x")
    await after(desk, again, 25, "reopen", reason="x")
    await after(desk, again, 40, "resolve", handling="x", result="x")
    await after(desk, lead, 60, "resolve", handling="x", result="x")  # and with it the report
    await desk.log.tell(climbed(slipped))
    late: dict[str, Any] = {"generation": 1, "due": T0, "late_ms": 0}
    await desk.log.tell(e.DeadlineBreached(case_id=lead, name=DeadlineName.RESOLUTION, **late))
    await desk.log.tell(
        e.DeadlineBreached(case_id=plain, name=DeadlineName.FIRST_RESPONSE, **late)
    )  # came too late to count

    told = await figures(desk)
    assert told["total"] == {
        "of": "", "cases": 6, "open": 2, "linked": 1, "reopened": 1, "late": 2, "climbs": 1,
        "acknowledged": {"cases": 4, "p50": 4 * 60, "p90": 8 * 60},  # 2, 4, 6 and 8 minutes
        "resolved": {"cases": 3, "p50": 40 * 60, "p90": 60 * 60},  # 20, 40 and 60 minutes
    }  # fmt: skip
    assert (told["before"]["cases"], told["before"]["acknowledged"]) == (1, {"cases": 0, "p50": None, "p90": None})
    assert [(one["of"], one["cases"]) for one in told["teams"]] == [("sre", 5), ("billing", 1)]
    assert [(one["of"], one["cases"]) for one in told["kinds"]] == [("outage", 5), ("refund", 1)]
    assert [(one["of"], one["cases"]) for one in told["priorities"]] == [("P1", 6)]
    assert told["volumes"] == [
        {"starts": "2026-11-23", "kind": kind, "cases": cases} for kind, cases in (("outage", 5), ("refund", 1))
    ]
    numbers = {
        id_: (await desk.get(f"/v1/cases/{id_}")).json()["number"]
        for id_ in (plain, slipped, again, lead, report, other)
    }
    for query, expected in {
        "of=answered": (slipped, lead, again, plain), "of=done": (lead, again, plain), "of=open": (other, slipped),
        "of=late": (lead, slipped), "of=climbs": (slipped,), "of=reopened": (again,), "of=linked": (report,),
        "team=billing": (other,), "kind=refund&team=sre": (), "priority=P1&of=done": (lead, again, plain),
    }.items():  # fmt: skip
        found = await behind(desk, f"{DAY}&{query}")
        ordered = query in ("of=answered", "of=done")
        assert (found if ordered else set(found)) == (list if ordered else set)(numbers[id_] for id_ in expected), query
    assert (await figures(desk, "since=2026-11-23&until=2026-11-23"))["total"]["cases"] == 1
    assert (await figures(desk, f"{DAY}&by=month"))["volumes"][0]["starts"] == "2026-11-01"


async def test_somebody_is_disturbed_by_what_was_loud_and_a_night_lasts_until_the_morning(desk: Desk) -> None:
    id_ = await case_of(desk, "sre")
    for number, (hours, channel, outcome) in enumerate([
        (1, Channel.PHONE, Outcome.ACCEPTED), (1, Channel.PHONE, Outcome.DELIVERED),  # 11:00, one page
        (1.5, Channel.SMS, Outcome.ACCEPTED),  # 11:30, another one in the same hour
        (12, Channel.PHONE, Outcome.ACCEPTED), (20.5, Channel.PUSH, Outcome.DELIVERED),  # 22:00 and 6:30: one night
        (21, Channel.PHONE, Outcome.ACCEPTED),  # 7:00
        (14, Channel.EMAIL, Outcome.ACCEPTED), (15, Channel.PHONE, Outcome.SKIPPED), (16, Channel.PHONE, Outcome.RETRYABLE),
    ]):  # fmt: skip
        await paged(desk, id_, hours, 0 if number < 2 else number, channel, outcome)
    told = (await figures(desk))["disturbed"]
    assert told == [{"person": SATO.id, "name": SATO.id, "pages": 5, "nights": 1, "hours": 4}]


async def test_nobody_reads_figures_of_cases_beyond_their_wall(desk: Desk) -> None:
    await case_of(desk, "sre")
    await case_of(desk, "payments", kind="harassment")
    for team, grants, expected in (
        ("all", (("leader", "*"),), 2), ("ours", (("leader", "payments"),), 1),
        ("mixed", (("leader", "sre"), ("responder", "payments")), 1),  # a restricted one is for who leads
    ):  # fmt: skip
        token = await desk.token_for(team, "read", None, *grants)
        told = await figures(desk, DAY, token)
        assert (told["total"]["cases"], len(await behind(desk, DAY, token))) == (expected, expected), team
    plain = await desk.token_for("plain", "read", None, ("responder", "sre"))
    for path in ("/v1/review", "/v1/review/cases"):
        assert (await desk.get(path, token=plain)).status_code == 403


@pytest.mark.parametrize("many", [1, 2, 9, 10, 11, 37])
async def test_a_percentile_is_the_value_of_the_nearest_rank(desk: Desk, many: int) -> None:
    took = random.Random(many).sample(range(10_000), many)
    async with desk.db.transaction() as tx:
        for number, seconds in enumerate(took):
            id_ = case_id(T0, number.to_bytes(10))
            await tx.execute(
                "INSERT INTO cases (id, number, status, words, created_at, updated_at) VALUES ($1, $2, 'done', '', $3, $3)", id_, number, T0
            )  # fmt: skip
            for offset, (type_, at) in enumerate((("case.submitted.v1", 0), ("case.resolved.v1", seconds))):
                await tx.execute(
                    'INSERT INTO timeline (event_id, case_id, topic, partition, "offset", at, type, body)'
                    " VALUES (gen_random_uuid(), $1, 'tasuki.cases', 0, $2, $3, $4, $5)",
                    id_, offset, T0 + timedelta(seconds=at), type_, json.dumps({"report": {"kind": "other"}}),
                )  # fmt: skip
    told = (await figures(desk))["total"]["resolved"]
    assert told == {
        "cases": many, **{f"p{share}": sorted(took)[math.ceil(share / 100 * many) - 1] for share in (50, 90)}
    }  # fmt: skip


@pytest.mark.parametrize(
    "query", ["since=0001-01-01&until=0001-01-01", "since=9999-12-31", "since=0001-01-01&until=9999-12-31"]
)
async def test_times_at_the_ends_of_the_calendar_are_no_trouble(desk: Desk, query: str) -> None:
    told = await figures(desk, query)
    since, until = (datetime.fromisoformat(told[name]).replace(tzinfo=UTC) for name in ("since", "until"))
    assert timedelta() <= until - since <= timedelta(days=731)
    assert until <= desk.clock.now() + timedelta(days=1)
