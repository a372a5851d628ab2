"""Files of articles beside others: counted by themselves, published with nothing unseen, and few of them in memory at once."""

import asyncio
from typing import Any

import httpx
import pytest
from prometheus_client import REGISTRY

from tests.integration.intake.desk import Desk, hidden
from tests.integration.intake.library import Library
from tests.integration.intake.people import SITE, log_in, words
from tests.integration.intake.teams import attach
from tests.integration.intake.test_article_files import NEW, article, files, given, posted, shelf
from tests.integration.knowledge.conftest import YAMADA
from tests.unit.intake.pictures import HTML, jpeg, png

__all__ = ["shelf"]


def counted(of: str, verdict: str) -> float:
    labels = {"of": of, "verdict": verdict}
    return REGISTRY.get_sample_value("tasuki_intake_attachments_total", labels) or 0


async def test_files_of_articles_are_not_counted_among_those_of_cases(desk: Desk, shelf: Library) -> None:
    id_ = await article(shelf)
    pairs = [(of, why) for of in ("case", "article") for why in ("file-kind", "files-no-room")]
    before = [counted(*pair) for pair in pairs]
    assert (await given(desk, id_, HTML)).json()["code"] == "file-kind"
    many = "INSERT INTO article_file_bytes SELECT gen_random_uuid(), 2147483647, '' FROM generate_series(1, 3)"
    await shelf.known.process.db.pool.execute(many)
    assert (await given(desk, id_, b"log")).json()["code"] == "files-no-room"
    assert [counted(*pair) - then for pair, then in zip(pairs, before, strict=True)] == [0, 0, 1, 1]


async def test_what_somebody_wrote_meanwhile_is_not_published_with_a_file(desk: Desk, shelf: Library) -> None:
    id_ = await article(shelf)
    page, chief = f"/knowledge/articles/{id_}", await log_in(desk, "sato.hanako", ("leader", "*"))
    seen = hidden((await chief.get(page)).text.partition('id="files"')[2], "version")
    now = await shelf.known.get(f"/v1/articles/{id_}")
    body = {"content": {**now["content"], "answer": "書きかけです。"}, "by": YAMADA}
    etag = {"if-match": f'"{now["version"]}"'}
    written = await shelf.known.ask("PUT", f"/v1/articles/{id_}", body, headers=etag)
    late = await posted(chief, page, ("a.png", png()), publish="1", version=seen)
    assert (late.status_code, "山田 京子 さんが変更しました" in words(late)) == (422, True)
    assert await files(shelf, id_) == []
    assert (await shelf.known.get(f"/v1/articles/{id_}", {"writes": False}))["answer"] != "書きかけです。"
    both, version = (("a.png", png()), ("b.jpg", jpeg())), str(written.json()["version"])
    for _ in range(2):
        done = await posted(chief, page, *both, publish="1", version=version)
        assert done.status_code == 303, words(done)
    assert [name for name, *_ in await files(shelf, id_, {"writes": False})] == ["a.png", "b.jpg"]


async def test_no_more_files_of_cases_are_on_their_way_at_once_than_others(desk: Desk, shelf: Library) -> None:
    case_id = await shelf.resolved("決済端末が E-502 で止まる")
    wanted = (await attach(desk, case_id, png(), "a.png")).json()
    chief = await log_in(desk, "sato.hanako", ("leader", "*"))
    text, sent = (await chief.get(f"{NEW}?case={case_id}")).text, asyncio.Event()
    fields: dict[str, Any] = {name: hidden(text, name) for name in ("csrf", "key", "case", "cases")}
    fields |= {"question": "止まったら？", "answer": "再起動します。", f"file-{wanted['id']}": "1"}

    async def heard(request: httpx.Request) -> httpx.Response:
        if request.url.path.startswith("/v1/article-files/"):
            sent.set()
        return await shelf.answer(request)

    desk.others.answer = heard  # type: ignore[assignment]
    async with desk.door.lent, desk.door.lent:
        copying = asyncio.ensure_future(chief.post(NEW, data=fields, headers=SITE))
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(sent.wait(), 1)
    assert (await copying).status_code == 303
    assert sent.is_set()
