"""The simulator and the running system never disagree: the same reports to both, through two breaches on every track."""

from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path
from typing import cast

import pytest

from services.router import reading
from services.router.current import Current
from services.router.domain.climb.in_force import InForce
from services.router.domain.trial import foresight
from services.router.domain.trial.foresight import Act, Moment
from services.router.handover import Handover
from shared.contracts import events as e
from shared.contracts.case import Case
from shared.contracts.plan import Person
from shared.contracts.report import Report
from shared.contracts.vocabulary import Impact, Kind, Track, Urgency
from shared.runtime import folds
from tests.integration.log import Log
from tests.integration.router.conftest import Office

POLICY = Path(__file__).parents[3] / "policy"
INSTANTS = (
    datetime(2026, 11, 24, 1, tzinfo=UTC),  # a Tuesday morning
    datetime(2026, 11, 27, 8, 58, tzinfo=UTC),  # Friday, two minutes before the office closes
    datetime(2026, 11, 28, 18, tzinfo=UTC),  # the night to Sunday
    datetime(2026, 11, 29, 23, 57, tzinfo=UTC),  # Monday, three minutes before the hand-over at nine
    datetime(2026, 12, 28, 9, 30, tzinfo=UTC),  # the evening before the company closes for the New Year
)
TOLD = (
    {"facts": "決済が全店舗で失敗する 髙﨑①㈱🔥", "kind": Kind.OUTAGE},
    {"facts": "返金してほしいとのこと", "kind": Kind.REFUND, "amount": 300_000},
    {"facts": "別の顧客の画面が見えた", "personal_data": True},
    {"facts": "電話口で怒鳴られ続けている", "kind": Kind.HARASSMENT},
    {"facts": "ボタンの色を変えてほしい。要望です", "estimate_minutes": 45},
    {"facts": "弁護士に相談すると言われた ４５分", "kind": Kind.COMPLAINT, "product": "会計"},
    {"facts": "パスワードを忘れたとのこと", "kind": Kind.OTHER},
)
CELLS = list(product(Urgency, Impact))
REPORTS = [(cell, TOLD[(n + k * 3) % len(TOLD)], INSTANTS[(n + k) % len(INSTANTS)]) for k in range(5) for n, cell in enumerate(CELLS)]  # fmt: skip


@pytest.fixture(scope="module")
def policy() -> InForce:
    return InForce(7, reading.read(POLICY))


@pytest.mark.parametrize(("cell", "told", "at"), REPORTS)
async def test_what_was_foreseen_is_what_is_said(
    cell: tuple[Urgency, Impact], told: dict[str, object], at: datetime, log: Log, office: Office, policy: InForce
) -> None:
    """Seen red: without the changes of shift in `_following` (9 of 60), and with the deadlines of `case.running()` taken
    in the order of their names (58 of 60).
    """
    report = Report.model_validate({"urgency": cell[0], "impact": cell[1], **told})
    await agree(log, office, policy, report, at, [])


@pytest.mark.parametrize("minutes", [3, 5, 12])
async def test_answers_change_both_in_the_same_way(log: Log, office: Office, policy: InForce, minutes: int) -> None:
    at = INSTANTS[0]
    report = Report(urgency=Urgency.CRITICAL, impact=Impact.ALL, facts="決済が全店舗で失敗する")
    by = Person(id="sato.hanako", name="佐藤 花子")
    acts = [Act(at + timedelta(minutes=minutes), "acknowledge", by), Act(at + timedelta(minutes=40), "update", by)]
    await agree(log, office, policy, report, at, acts)


async def agree(
    log: Log, office: Office, policy: InForce, report: Report, at: datetime, acts: list[Act]
) -> list[Moment]:
    """Feed both; the running system is told only what its own clocks and people would tell it."""
    office.in_force = policy
    log.clock.at = at
    shift = Handover(log.db, log.clock, cast(Current, office))
    await shift.sweep()
    await log.drain()
    log.said.clear()
    submitted = foresight.submission(report, "test", "c1")
    seen = foresight.foresee(policy, submitted, at, acts=acts, horizon=timedelta(days=40))
    assert enough(seen.moments) or not seen.plan.levels
    for n, moment in enumerate(seen.moments[: last(seen.moments) + 1]):
        log.clock.at = moment.at
        before = len(log.said)
        await shift.sweep()
        await log.drain()
        if n and isinstance(moment.event, e.DeadlineBreached):
            clock = (await fold(log)).running()[0]
            assert (clock.name, clock.generation, clock.due) == (
                moment.event.name,
                moment.event.generation,
                moment.event.due,
            )
        if moment.event is not None:
            await log.tell(moment.event)
        said = [x for x in log.said[before:] if x.case_id]
        assert said == list(moment.said), (n, moment.at)
        assert (await fold(log)) == moment.case
    return list(seen.moments)


def breaches(moments: tuple[Moment, ...], track: Track) -> list[int]:
    """Where people were asked because a deadline passed."""
    return [n for n, m in enumerate(moments) for x in m.assigned if x.track is track and x.cause == "breached"]


def enough(moments: tuple[Moment, ...]) -> bool:
    return all(len(breaches(moments, track)) >= 2 for track in Track if moments[0].case.asking(track).round)


def last(moments: tuple[Moment, ...]) -> int:
    """The moment by which every track has been asked twice more."""
    return max((found[1] for track in Track if len(found := breaches(moments, track)) > 1), default=0)


async def fold(log: Log) -> Case:
    async with log.db.reading() as tx:
        case = (await folds.load(tx, "c1", lock=False)).case
    assert case is not None
    return case
