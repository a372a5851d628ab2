"""Pages about articles while the knowledge service is away or refuses: what is there is not called gone, and nothing typed is lost."""

from collections.abc import AsyncIterator
from uuid import uuid4

import httpx
import pytest

from tests.integration.intake.desk import Desk, hidden
from tests.integration.intake.library import Library, library
from tests.integration.intake.people import SITE, log_in, send, words
from tests.integration.intake.test_knowledge_pages import leader, written
from tests.integration.log import Opened


@pytest.fixture
async def shelf(desk: Desk, database: Opened) -> AsyncIterator[Library]:
    async with library(desk, database) as made:
        yield made


async def test_while_knowledge_is_away_nothing_is_called_gone_and_what_was_typed_can_be_sent_again(
    desk: Desk, shelf: Library
) -> None:
    chief = await leader(desk)
    page = await written(chief)
    editor = (await chief.get(f"{page}/edit")).text
    csrf = hidden(editor, "csrf")
    known = desk.others.answer
    desk.others.answer = lambda _: httpx.Response(503)
    for path in (page, f"{page}/versions/1", f"{page}/edit", f"/knowledge/import/{uuid4()}"):
        told = await chief.get(path)
        assert (told.status_code, "ありません" in words(told)) == (502, False), path
    said = {"csrf": csrf, "text": "髙﨑①㈱🔥 <b>長いコメント</b>"}
    away = await chief.post(f"{page}/comments", data=said, headers=SITE)
    assert (away.status_code, "長いコメント&lt;/b&gt;" in away.text) == (503, True)
    helped = {"csrf": csrf, "comment": "手順が足りない", "solved": "0"}
    told = await chief.post(f"{page}/feedback", data=helped, headers=SITE)
    assert (told.status_code, "手順が足りない" in told.text, hidden(told.text, "solved")) == (503, True, "0")
    assert (await chief.post(f"{page}/publish", data={"csrf": csrf}, headers=SITE)).status_code == 502
    applied = await chief.post(f"/knowledge/import/{uuid4()}/apply", data={"csrf": csrf}, headers=SITE)
    assert (applied.status_code, "ありません" in words(applied)) == (503, False)

    async def only_writes(request: httpx.Request) -> httpx.Response:
        return httpx.Response(503) if request.method == "GET" else await shelf.answer(request)

    desk.others.answer = only_writes  # type: ignore[assignment]
    assert hidden(editor, "version") != "1"
    stale = {"csrf": csrf, "key": "0" * 32, "version": "1", "question": "新しい質問", "answer": "消えない答え"}
    refused = await chief.post(f"{page}/edit", data=stale, headers=SITE)
    assert (refused.status_code, "消えない答え" in refused.text, hidden(refused.text, "version")) == (412, True, "1")
    desk.others.answer = known
    assert (await chief.get(page.replace("a_", "a_0"))).status_code == 404
    fields = {"csrf": hidden(away.text, "csrf"), "text": said["text"]}
    assert (await chief.post(f"{page}/comments", data=fields, headers=SITE)).status_code == 303
    assert "長いコメント" in words(await chief.get(page))


async def test_figures_of_days_that_cannot_be_are_refused_in_words_and_the_form_stays(
    desk: Desk, shelf: Library
) -> None:
    chief = await leader(desk)
    for since, until, said in (
        ("2024-01-01", "2026-01-01", "366 日以内"),
        ("2026-02-01", "2026-01-01", "until より前"),
        ("2024-W01-1", "<b>", ""),
    ):
        told = await chief.get("/knowledge/figures", params={"since": since, "until": until})
        assert (told.status_code, 'role="alert"' in told.text, said in words(told)) == (422, True, True), since
        assert f'value="{since}"' in told.text
        assert ("&lt;b&gt;" in told.text) == (until == "<b>")
    assert (await chief.get("/knowledge/figures?since=2026-01-01&until=")).status_code in (200, 422)
    assert 'role="alert"' not in (await chief.get("/knowledge/figures")).text


async def test_a_phrasing_that_was_learned_or_made_is_taken_out_on_the_page(desk: Desk, shelf: Library) -> None:
    chief, author = await leader(desk), await log_in(desk, "mai", ("responder", "sre"))
    page = await written(chief, question="名刺を増刷できない")
    id_ = page.rpartition("/")[2]
    now = shelf.known.log.clock.at
    await shelf.known.process.db.pool.execute(
        "INSERT INTO learned VALUES ($1, 1, $2, $2, $3)", id_, ["めいしカード"], now
    )
    shown = await chief.get(page)
    version = hidden(shown.text, "version")
    assert shown.text.count(f'action="{page}/unwanted"') >= 2
    done = await send(chief, page, f"{page}/unwanted", text="めいしカード", version=version)
    assert done.headers["location"] == f"{page}?done=unwanted"
    shown = await chief.get(done.headers["location"])
    for part in ("聞き方から外しました", "公開中", "聞き方から外した：めいしカード"):
        assert part in words(shown), part
    assert ">めいしカード<" not in shown.text
    stale = await send(chief, page, f"{page}/unwanted", text="名刺を増刷 エラー", version="1")
    assert (stale.status_code, 'id="summary"' in stale.text) == (412, True)
    version = hidden(shown.text, "version")
    made = await send(author, page, f"{page}/unwanted", text="名刺を増刷不可", version=version)
    assert made.status_code == 303, words(made)
    assert "下書き" in words(await chief.get(page)), "who may not publish leaves it to somebody who may"
    draft = await written(chief, publish=False, question="名刺を増刷できない")
    version = hidden((await chief.get(draft)).text, "version")
    left = await send(chief, draft, f"{draft}/unwanted", text="名刺を増刷不可", version=version)
    assert left.status_code == 303, words(left)
    assert "下書き" in words(await chief.get(draft)), "what no reader sees is not published by this"
