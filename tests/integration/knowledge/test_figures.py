"""Figures that can be reckoned by hand, and past cases as questions to learn by."""

import csv
import io
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
import pytest_asyncio

from services.knowledge.domain.archive import Archived
from shared.contracts.vocabulary import Kind
from tests.integration.knowledge.conftest import Desk
from tests.integration.knowledge.test_use import searched


@pytest_asyncio.fixture(autouse=True)
async def _empty(desk: Desk) -> AsyncIterator[None]:
    tables = "searches, uses, learned, decided, articles, article_versions, article_cases, archive, synonyms"
    await desk.process.db.pool.execute(f"TRUNCATE {tables}")
    yield


async def test_the_figures_are_what_happened(desk: Desk) -> None:
    told = await desk.case("釣銭機が止まる", cause="=証明書")
    await desk.case("釣銭機が動かない", cause="=証明書")
    await desk.case("暴言", cause="暴言", report={"kind": "harassment"})
    desk.later(weeks=1)
    made = await desk.article("釣銭機が止まる", cases=[told])
    await searched(desk, "釣銭機が止まる", made["id"], "a")
    await searched(desk, "ゔぁるきりー", session="b")
    await desk.post("/v1/deflections", {"target": made["id"], "session": "a"}, {})
    now = await desk.get("/v1/figures")
    assert (now["searches"], now["opened"], now["guessed"]) == (2, 0.5, 0.5)
    assert (now["cases"], now["covered"], now["deflected"], now["deflection"]) == (2, 0.5, 1, 0.3333)
    assert now["minutes_saved"] == max(now["minutes_per_case"] - 3, 0)
    assert now["causes"][0]["cause"] == "=証明書"
    assert [sum(trend["weeks"]) for trend in now["causes"]] == [2]
    assert [week["cases"] for week in now["weeks"][-2:]] == [2, 0]
    answer = await desk.ask("GET", "/v1/figures.csv")
    table = {row[0]: row[1:] for row in csv.reader(io.StringIO(answer.text.removeprefix("\ufeff")))}
    assert table["cases"][-3:] == ["2", "0", "2"]
    assert table["cause:  =証明書"][-1] == "2"
    assert "暴言" not in answer.text


async def test_nothing_at_all_makes_figures_too_and_a_wrong_time_is_refused(desk: Desk) -> None:
    now = await desk.get("/v1/figures")
    assert (now["cases"], now["covered"], now["minutes_per_case"], now["minutes_saved"]) == (0, None, 20.0, 0.0)
    wrong = await desk.ask("GET", "/v1/figures", since="2026-11-24", until="2026-11-23")
    assert (wrong.status_code, wrong.json()["code"]) == (422, "invalid")


async def test_past_cases_are_questions_with_the_policys_answer_and_no_names(desk: Desk) -> None:
    customer = {"company": "髙﨑商店", "name": "田中 一郎"}
    case = await desk.case(
        "決済できない", "髙﨑商店の田中 一郎様から 090-1234-5678 で連絡。", report={"customer": customer}
    )
    await desk.case("暴言を受けた", report={"kind": "harassment"})
    (question,) = (await desk.get("/v1/training"))["data"]
    assert (question["case_id"], question["priority"], question["path"]) == (case, "P2", "functional")
    assert question["reasons"][0]["ja"] == "一部のお客様に影響があるため"
    assert "優先度" in question["asked"]["ja"]
    assert not [word for word in ("髙﨑", "田中", "090") if word in str(question)]
    for n in range(8):
        await desk.case(f"別の案件 {n}")
    first = await desk.get("/v1/training", seed="月曜", limit=3)
    assert first == await desk.get("/v1/training", seed="月曜", limit=3)
    assert first != await desk.get("/v1/training", seed="火曜", limit=3)


async def test_a_week_begins_at_midnight_of_the_organisation(desk: Desk) -> None:
    desk.log.clock.at = datetime(2026, 12, 13, 14, 30, tzinfo=UTC)  # Sunday, 23:30 in Tokyo
    await searched(desk, "髙﨑の質問", session="a")
    await desk.case("日曜の案件", cause="停電")
    assert (await desk.get("/v1/figures"))["until"] == "2026-12-13"
    desk.later(hours=1)  # Monday, 00:30 in Tokyo
    await searched(desk, "髙﨑の質問", session="b")
    await searched(desk, "髙﨑の質問", session="c")
    await desk.case("月曜の案件", cause="停電")
    now = await desk.get("/v1/figures")
    assert now["until"] == "2026-12-14"
    assert [(w["monday"], w["searches"], w["cases"]) for w in now["weeks"][-2:]] == [
        ("2026-12-07", 1, 1),
        ("2026-12-14", 2, 1),
    ]
    assert now["causes"][0]["weeks"][-2:] == [1, 1]
    sunday = await desk.get("/v1/figures", since="2026-12-13", until="2026-12-13")
    assert (sunday["searches"], sunday["cases"]) == (1, 1)


async def test_nothing_is_left_out_of_the_figures_however_much_there_is(desk: Desk) -> None:
    pool, now = desk.process.db.pool, desk.log.clock.now()
    for day, many in ((80, 7_000), (0, 13_001)):
        await pool.execute(
            "INSERT INTO searches SELECT gen_random_uuid(), $1, 'w', 'q', 'q', 'internal', CASE WHEN n % 2 = 0 THEN 'none' ELSE "
            "'words' END, '{}' FROM generate_series(1, $2) AS n",
            now - timedelta(days=day),
            many,
        )
    await pool.execute(
        "INSERT INTO uses (at, who, search_id, target, what, audience) SELECT at, id::text, id, 'a_1', CASE WHEN "
        "best = 'none' THEN 'unsolved' ELSE 'click' END, 'internal' FROM searches WHERE at < $1",
        now,
    )
    await pool.execute(
        "INSERT INTO uses (at, who, target, what, audience) SELECT $1, n::text, 'a_1', 'deflected', 'internal' "
        "FROM generate_series(1, 10001) AS n",
        now,
    )
    record = Archived(
        case_id="c_1", number=1, version=1, kind=Kind.OTHER, product="", title="題", problem="", handling="", result="",
        evaluation="", cause="停電", submitted_at=now - timedelta(minutes=33), resolved_at=now,
    )  # fmt: skip
    await pool.execute(
        "INSERT INTO archive (case_id, version, record, changed_at, sight, restricted, cause) "
        "SELECT 'c_' || n, 1, $1, $2, '{}', false, '停電' FROM generate_series(1, 10001) AS n",
        record.model_dump_json(),
        now,
    )
    found = await desk.get("/v1/figures")
    assert (found["searches"], found["opened"], found["guessed"]) == (20_001, 0.175, 0.5)
    assert (found["weeks"][-1]["searches"], sum(week["searches"] for week in found["weeks"][:-1])) == (13_001, 7_000)
    assert (found["cases"], found["deflected"], found["deflection"]) == (10_001, 10_001, 0.5)
    assert (found["minutes_per_case"], found["causes"][0]["cases"]) == (33, 10_001)


@pytest.mark.parametrize("what", ["since", "until"])
@pytest.mark.parametrize("day", ["0001-01-01", "1999-12-31", "2101-01-01", "9999-12-31"])
async def test_a_day_that_nobody_can_mean_is_refused(desk: Desk, what: str, day: str) -> None:
    for path in ("/v1/figures", "/v1/figures.csv"):
        answer = await desk.ask("GET", path, **{what: day})
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, f"/{what}")
