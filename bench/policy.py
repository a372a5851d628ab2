"""Lint, simulate and replay of the policy: `python -m bench.policy` prints how long they take, and how they disturb the router."""

import argparse
import asyncio
import json
import random
import resource
import shutil
import sys
import tempfile
import time
import warnings
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bench.figures import percentile
from deploy.local import infrastructure as local
from deploy.local.layout import ROOT
from deploy.local.ports import free_block
from deploy.local.provision import provision
from services.router import archive, reading
from services.router.domain.climb.in_force import InForce
from services.router.domain.trial import foresight, week
from services.router.domain.trial.foresight import Act
from services.router.domain.trial.tally import Replayed
from services.router.trial import Task
from shared.contracts import events as e
from shared.contracts.case import Case, evolve
from shared.contracts.report import Customer, Report
from shared.contracts.vocabulary import Impact, Kind, Status, Urgency
from shared.runtime.db import Database, connect
from shared.runtime.migrate import migrate

FIRST_PORT = 26000
NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)
BY = e.Actor(kind="person", id="sato.hanako", name="佐藤 花子")
FACTS = (
    "決済が全店舗で失敗する 髙﨑①㈱🔥", "一部の利用者がログインできない", "帳票の文字が欠ける", "ボタンの色を変えてほしい",
    "返金してほしいと強く言われている", "別の顧客の個人情報が見えた", "弁護士に相談すると言われた", "パスワードを忘れたとのこと",
    "レジで支払いができない", "電話口で暴言が続いている", "設定の移行で不明な点がある", "The export is empty since this morning",
)  # fmt: skip
DRAFT = (("first_response: 5m", "first_response: 3m"), ("channels: [chat, ticket]", "channels: [phone, chat, ticket]"))


def report(dice: random.Random) -> Report:
    """One of many different reports."""
    urgency = dice.choices(list(Urgency), (1, 3, 8, 6))[0]
    return Report(
        kind=dice.choice(list(Kind)),
        urgency=urgency,
        impact=dice.choices(list(Impact), (1, 3, 8))[0],
        title=f"問い合わせ {dice.randrange(10**6)}",
        facts=f"{dice.choice(FACTS)}。{dice.choice(FACTS)}。発生時刻 {dice.randrange(24)}:{dice.randrange(60):02}",
        customer=Customer(company=f"株式会社サンプル{dice.randrange(500)}", plan=dice.choice(("", "premium", "basic"))),
        product=dice.choice(("", "決済", "会計", "POS レジ")),
        amount=dice.choice((None, None, 5_000, 300_000)),
        estimate_minutes=dice.choice((None, None, 10, 45)),
    )


def finished(force: InForce, count: int, dice: random.Random) -> Iterator[Case]:
    """Cases of the last 90 days: most are answered in time, some climb, all are resolved."""
    while count:
        at = NOW - timedelta(seconds=dice.randrange(90 * 86400))
        submitted = foresight.submission(report(dice), "crm", f"c_bench{count:06}")
        begun = foresight.begin(force, submitted, at)
        case, plan = begun.case, begun.case.plan
        assert plan is not None
        asked = max((x.not_before or at for x in begun.assigned), default=at)
        answered = asked + timedelta(minutes=dice.expovariate(1 / (2 if plan.priority in ("P1", "P2") else 15)))
        began = answered + timedelta(minutes=dice.expovariate(1 / 10))
        resolved = began + timedelta(minutes=dice.expovariate(1 / 90))
        acts = [Act(answered, "acknowledge", r.person) for r in case.responders]
        silent = timedelta(minutes=20 if plan.priority == "P1" else 100)
        acts += [Act(began, "start"), Act(resolved, "resolve")]
        acts += [Act(began + n * silent, "update") for n in range(1, 20) if began + n * silent < resolved]
        if plan.levels:
            case = foresight.foresee(force, submitted, at, acts=acts, horizon=timedelta(days=30)).moments[-1].case
        else:
            said = e.CaseResolved(case_id=case.id, by=BY, handling="案内した", result="解決")
            case = evolve(case, said, resolved) or case
        if case.status is Status.DONE:
            count -= 1
            yield case


@asynccontextmanager
async def database() -> AsyncIterator[Database]:
    """A router's database of its own, thrown away at the end."""
    folder = Path(tempfile.mkdtemp(prefix="tasuki-bench-"))
    folder.chmod(0o755)  # noqa: ASYNC240 (nothing else goes on yet)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # the servers outlive the call that starts them
        servers = await asyncio.to_thread(local.start, folder, free_block(FIRST_PORT))
    try:
        assert servers.layout is not None
        urls = await provision(servers.postgres, "tasuki_bench", servers.layout.secrets)
        async with connect(urls["router"], 4) as db:
            await migrate(db, ROOT / "services/router/migrations")
            yield db
    finally:
        await asyncio.to_thread(servers.stop)
        shutil.rmtree(folder, ignore_errors=True)


async def filled(db: Database, force: InForce, count: int) -> int:
    """Write an archive; gives its bytes."""
    dice, size = random.Random(4), 0
    rows: list[tuple[str, str]] = []
    for case in finished(force, count, dice):
        rows.append((case.id, case.model_dump_json()))
        size += len(rows[-1][1])
        assert case.resolved_at is not None
        if len(rows) == 500:
            async with db.transaction() as tx:
                await tx.executemany("INSERT INTO folds (key, state) VALUES ($1, $2)", rows)
            rows.clear()
    async with db.transaction() as tx:
        await tx.executemany("INSERT INTO folds (key, state) VALUES ($1, $2)", rows)
        await tx.execute(
            "INSERT INTO archived_cases SELECT key, (state::jsonb ->> 'resolved_at')::timestamptz FROM folds"
        )
    return size


async def lag(until: asyncio.Future[bytes]) -> list[float]:
    """How late a loop that wants to wake every millisecond wakes, in ms, while something goes on."""
    late = []
    while not until.done():
        started = time.perf_counter()
        await asyncio.sleep(0.001)
        late.append((time.perf_counter() - started - 0.001) * 1000)
    return late


def spread(ms: list[float]) -> dict[str, float]:
    """Median, p99 and the worst."""
    return {"p50": round(percentile(ms, 0.5), 2), "p99": round(percentile(ms, 0.99), 2), "max": round(max(ms), 2)}


async def measure(count: int, runs: int) -> dict[str, Any]:
    """Everything in one run."""
    files = reading.folder(ROOT / "policy")
    text = {name: body if isinstance(body, str) else body.decode() for name, body in files.items()}
    policy = reading.draft(text).policy
    now = InForce(1, policy)
    draft = dict(text)
    for old, new in DRAFT:
        draft["matrix.yaml"] = draft["matrix.yaml"].replace(old, new)
    draft.pop("cases.yaml")
    drafted = reading.draft({**draft, "cases.yaml": "cases: []\n"}).policy
    result: dict[str, Any] = {
        "lint_ms": spread([timed(lambda: reading.draft(text)) for _ in range(runs)]),
        "simulate_ms": {},
        "week_ms": spread([timed(lambda: _week(now)) for _ in range(3)]),
    }
    for urgency, impact in (("critical", "all"), ("high", "some"), ("medium", "one"), ("low", "one")):
        wanted = foresight.submission(Report(urgency=Urgency(urgency), impact=Impact(impact), facts=FACTS[0]), "t")
        ms = [timed(lambda w=wanted: foresight.foresee(now, w, NOW)) for _ in range(runs)]
        result["simulate_ms"][f"{urgency} × {impact}"] = spread(ms)
    async with database() as db:
        size = await filled(db, now, count)
        task = Task(
            version=1,
            in_force=policy,
            attendance=now.attendance,
            draft=drafted,
            since=NOW - timedelta(days=365),
            until=NOW,
        )
        replay: dict[str, Any] = {"cases": count, "kb_per_case": round(size / count / 1024, 1)}
        replay |= {"s": [], "cpu_s": [], "lag_ms": []}
        idle = asyncio.ensure_future(asyncio.sleep(2, b""))
        replay["lag_ms_idle"] = spread(await lag(idle))
        for _ in range(3):
            started, spent = time.perf_counter(), _cpu()
            going = asyncio.ensure_future(archive.tried(db, task, count))
            replay["lag_ms"].append(spread(await lag(going)))
            replay["s"].append(round(time.perf_counter() - started, 2))
            replay["cpu_s"].append(round(_cpu() - spent, 2))
            found = Replayed.model_validate_json(going.result())
        replay["found"] = found.model_dump(mode="json", exclude={"worst", "people"})
        started = time.perf_counter()
        await archive.tried(db, task.model_copy(update={"draft": None}), count)
        result["replay"], result["review_s"] = replay, round(time.perf_counter() - started, 2)
    return result


def _cpu() -> float:
    """CPU seconds of the processes that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _week(force: InForce) -> None:
    wanted = Report(facts=FACTS[0])
    for at in week.hours(force, NOW):
        week.cell(force, wanted, "t", at)


def timed(do: Any) -> float:
    """Milliseconds that something takes."""
    started = time.perf_counter()
    do()
    return (time.perf_counter() - started) * 1000


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m bench.policy", description=__doc__)
    parser.add_argument("--cases", type=int, default=10_000, help="finished cases in the archive")
    parser.add_argument("--runs", type=int, default=30, help="of lint and simulate")
    chosen = parser.parse_args()
    print(json.dumps(asyncio.run(measure(chosen.cases, chosen.runs)), ensure_ascii=False, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
