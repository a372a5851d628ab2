"""A resolved case is archived by itself and found again at once."""

import asyncio
from pathlib import Path

import pytest
from prometheus_client import REGISTRY

from services.knowledge import store
from services.knowledge.domain.sight import Reader
from services.knowledge.handlers import HANDLERS
from services.knowledge.library import Library
from shared.contracts import drill
from shared.contracts import events as e
from shared.contracts.plan import Person, Plan
from shared.contracts.report import Report
from shared.contracts.vocabulary import Path as Way
from shared.contracts.vocabulary import Priority
from shared.runtime.migrate import migrate
from tests.integration.log import T0, Hands, Log, Opened

BY = e.Actor(kind="person", id="yamada.kyoko", name="山田 京子")
SATO = e.Actor(kind="person", id="sato.hanako", name="佐藤 花子 髙﨑①㈱🔥")


@pytest.fixture
async def log(database: Opened) -> Log:
    return Log(await database("knowledge"), Hands(T0), HANDLERS)


def submitted(case_id: str, title: str, facts: str) -> e.CaseSubmitted:
    report = Report(title=title, facts=facts)
    return e.CaseSubmitted(case_id=case_id, by=BY, number=1, report=report, source="t")


def resolved(case_id: str, handling: str, result: str = "直った") -> e.CaseResolved:
    return e.CaseResolved(case_id=case_id, by=BY, handling=handling, result=result, evaluation="よし")


async def test_it_is_archived_masked_and_found_by_other_words(log: Log) -> None:
    library = Library(log.db)
    await library.open()
    await log.tell(
        submitted(
            "c1",
            "決済が全店舗で失敗する",
            "POS 端末 312 台でタイムアウト。連絡先 ０９０－１２３４－５６７８、注文 0123-4567-8901",
        )
    )
    await log.tell(submitted("c2", "帳票の文字が欠ける", "PDF で髙が□になる"))
    (said,) = await log.tell(resolved("c1", "証明書を更新した", "直った。口座番号 1234567 に返金"))
    assert isinstance(said, e.KnowledgeArchived)
    await log.tell(resolved("c2", "フォントを入れた"))
    await library.refresh()
    assert library.search("レジで支払いできない", 3)[0].id == "c1"
    async with log.db.reading() as tx:
        archived = await store.one(tx, "c1")
    assert archived is not None
    record, sight = archived
    assert not sight.restricted
    assert record.handler is not None
    assert (record.handling, record.handler.name) == ("証明書を更新した", "山田 京子")
    assert record.result == "直った。口座番号 〔口座番号〕 に返金"
    assert record.problem.endswith("連絡先 〔電話 末尾78〕、注文 0123-4567-8901"), "an order number is nobody's"


@pytest.mark.parametrize("planned_first", [True, False])
async def test_what_a_rule_restricts_is_restricted_in_the_archive_also_where_the_plan_comes_last(
    log: Log, planned_first: bool
) -> None:
    """Somebody may resolve a case while the router is away. Seen red without looking at the plan of a case that is done."""
    plan = Plan(
        policy_version=1, priority=Priority.P2, path=Way.FUNCTIONAL, team="payments", levels=(), first_handling="15m",
        resolution="4h", reasons=(), restricted=True,
    )  # fmt: skip
    case_id = f"secret-{planned_first}"
    story = [e.EscalationPlanned(case_id=case_id, plan=plan), resolved(case_id, "警察に相談した")]
    await log.tell(submitted(case_id, "土下座を求められた", "一時間続いた"))
    for event in story if planned_first else reversed(story):
        await log.tell(event)
    async with log.db.reading() as tx:
        archived = await store.one(tx, case_id)
        column = await tx.fetchval("SELECT restricted FROM archive WHERE case_id = $1", case_id)
    assert archived is not None
    assert (archived[1].restricted, archived[1].team, column) == (True, "payments", True)


async def test_a_report_that_was_handled_as_another_case_gets_no_record_of_its_own(log: Log) -> None:
    await log.tell(submitted("c4", "決済できない", "レジで決済ができない"))
    await log.tell(e.EscalationLinked(case_id="c4", lead="c1", lead_number=1, reasons=()))
    assert await log.tell(resolved("c4", "証明書を更新した")) == []


async def test_a_process_is_not_ready_before_all_that_was_there_can_be_found(log: Log) -> None:
    library = Library(log.db)
    await library.open()
    with pytest.raises(ConnectionError):
        await library.check()
    await library.refresh()
    await library.check()


async def test_what_a_person_has_linked_gets_a_record_only_after_it_was_split_off_again(log: Log) -> None:
    for id_ in ("c6", "c7"):
        await log.tell(submitted(id_, "決済できない", "レジで決済ができない"))
        await log.tell(e.CaseLinked(case_id=id_, by=BY, lead="c1", lead_number=1))
    await log.tell(e.CaseSplit(case_id="c7", by=BY, lead="c1", lead_number=1))
    assert await log.tell(resolved("c6", "証明書を更新した")) == []
    assert [x.case_id for x in await log.tell(resolved("c7", "端末を替えた"))] == ["c7"]


async def test_a_new_index_is_built_while_the_old_one_answers_and_answers_the_same(log: Log) -> None:
    library = Library(log.db)
    await library.open()
    for number, title in enumerate(("印刷が薄い", "印刷がずれる", "無線が切れる")):
        await log.tell(submitted(f"r{number}", title, "三階の機械"))
        await log.tell(resolved(f"r{number}", "直した"))
    await library.refresh()
    before = library.search("印刷がおかしい", 5)
    building = asyncio.create_task(library.rebuild())
    while not building.done():
        assert library.search("印刷がおかしい", 5) == before
        await asyncio.sleep(0)
    await building
    assert library.search("印刷がおかしい", 5) == before
    await log.tell(submitted("r9", "印刷が二重になる", "三階の機械"))
    await log.tell(resolved("r9", "直した"))
    await library.refresh()
    assert library.search("印刷が二重", 1)[0].id == "r9"


async def test_one_record_that_cannot_be_read_keeps_back_no_other_and_is_told_of(log: Log) -> None:
    library = Library(log.db)
    await library.open()
    for id_, title in (("b1", "両替機が髙﨑で止まる"), ("b2", "両替機の蓋が開かない")):
        await log.tell(submitted(id_, title, "一階の機械"))
        await log.tell(resolved(id_, "直した"))
    await library.refresh()
    (kept,) = await log.db.pool.fetch("SELECT record FROM archive WHERE case_id = 'b1'")
    change = "UPDATE archive SET record = $1, changed_at = changed_at + interval '1 second' WHERE case_id = 'b1'"
    await log.db.pool.execute(change, '{"case_id": "b1", "of": "a later release"}')
    await log.tell(submitted("b3", "両替機が鳴り続ける", "一階の機械"))
    await log.tell(resolved("b3", "直した"))
    for _ in range(2):  # it is not there any more, and stands in nobody's way the next time either
        await library.refresh()
        assert {hit.id for hit in library.search("両替機", 50)} & {"b1", "b2", "b3"} == {"b2", "b3"}
    assert REGISTRY.get_sample_value("tasuki_index_left_out") == 1
    await log.db.pool.execute(change, kept["record"])
    await library.refresh()
    assert "b1" in [hit.id for hit in library.search("両替機", 50)]
    assert REGISTRY.get_sample_value("tasuki_index_left_out") == 0


async def test_of_a_drill_nothing_is_kept(log: Log) -> None:
    exercise = submitted("c9", "【訓練】髙﨑①㈱🔥 想定", "想定です").model_copy(
        update={"source": drill.SOURCE, "drilled": "sre"}
    )
    await log.tell(exercise)
    assert await log.tell(resolved("c9", "訓練を終わりました。")) == []
    async with log.db.reading() as tx:
        assert await store.one(tx, "c9") is None


async def reported_by_sato(log: Log, case_id: str, title: str) -> None:
    """A case that Sato has reported and followed, resolved by somebody else."""
    await log.tell(submitted(case_id, title, "一階の機械").model_copy(update={"by": SATO}))
    await log.tell(e.CaseFollowed(case_id=case_id, by=SATO, follower=Person(id=SATO.id, name=SATO.name)))
    await log.tell(resolved(case_id, "直した"))


async def holding(log: Log, text: str) -> list[str]:
    """The tables that hold a text in any of their rows."""
    tables = await log.db.pool.fetch("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")
    held = f"%{text}%"
    return [
        row["tablename"]
        for row in tables
        if await log.db.pool.fetchval(f'SELECT count(*) FROM "{row["tablename"]}" AS t WHERE t::text LIKE $1', held)
    ]


async def test_who_reported_a_case_and_is_erased_with_it_stands_nowhere_and_sees_it_no_more(log: Log) -> None:
    library, sato = Library(log.db), Reader(person=SATO.id, sees=())
    await library.open()
    await reported_by_sato(log, "c10", "釣銭機が止まる")
    await library.refresh()
    assert [hit.id for hit in library.search("釣銭機", 50, sato)] == ["c10"]
    await log.tell(e.CaseErased(case_id="c10", by=BY))
    await library.refresh()
    assert [hit.id for hit in library.search("釣銭機", 50, sato)] == ["c10"], "the reporter was not to be forgotten"
    await log.tell(e.CaseErased(case_id="c10", by=BY, reporter=True))
    await library.refresh()
    assert library.search("釣銭機", 50, sato) == []
    assert "c10" in [hit.id for hit in library.search("釣銭機", 50)], "everybody else finds it as before"
    assert await holding(log, SATO.id) == []


async def test_reporters_who_were_erased_before_that_was_seen_to_are_forgotten_by_a_migration(log: Log) -> None:
    log.handlers = {**HANDLERS, e.CaseErased: HANDLERS[e.CaseSubmitted]}  # it was only folded
    await reported_by_sato(log, "c11", "両替機が止まる")
    await log.tell(e.CaseErased(case_id="c11", by=BY, reporter=True))
    assert await holding(log, SATO.id) == ["archive"]
    await log.db.pool.execute("DELETE FROM migrations WHERE name = 'knowledge/0007_post_reporters'")
    await migrate(log.db, Path("services/knowledge/migrations").resolve())
    assert await holding(log, SATO.id) == []
    async with log.db.reading() as tx:
        archived = await store.one(tx, "c11")
    assert archived is not None
    assert (archived[1].reporter, archived[1].followers, archived[1].source) == ("", (), "t")


async def test_what_a_rule_restricts_is_closed_where_an_older_release_left_it_open(log: Log) -> None:
    plan = Plan(
        policy_version=1, priority=Priority.P2, path=Way.FUNCTIONAL, team="payments", levels=(), first_handling="15m",
        resolution="4h", reasons=(),
    )  # fmt: skip
    for case_id, secret in (("c20", True), ("c21", False)):
        await log.tell(submitted(case_id, "土下座を求められた", '"restricted":true と書いてある'))
        planned = plan.model_copy(update={"restricted": secret})
        await log.tell(e.EscalationPlanned(case_id=case_id, plan=planned))
        await log.tell(resolved(case_id, "警察に相談した"))
    pool = log.db.pool
    await pool.execute(
        """UPDATE archive SET restricted = false, sight = replace(sight, '"restricted":true', '"restricted":false'),
           changed_at = now() - interval '1 day'"""
    )
    await pool.execute("DELETE FROM migrations WHERE name = 'knowledge/0010_post_restricted'")
    await migrate(log.db, Path("services/knowledge/migrations").resolve())
    async with log.db.reading() as tx:
        for case_id, secret in (("c20", True), ("c21", False)):
            archived = await store.one(tx, case_id)
            column = await tx.fetchval("SELECT restricted FROM archive WHERE case_id = $1", case_id)
            assert archived is not None
            assert (archived[1].restricted, archived[1].team, column) == (secret, "payments", secret)
