"""`tasuki articles import`, `export` and `faq` against a service that answers over HTTP, and the site in a real browser."""

import asyncio
import os
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from cli import knowledge
from cli.__main__ import parser
from cli.door import Door, Refused
from services.knowledge.imports import LARGEST
from services.knowledge.moving import Mover
from shared.runtime import web
from tests import ports
from tests.integration.browser import chromium
from tests.integration.knowledge.conftest import TOKEN, Desk, ids

Run = Callable[..., Awaitable[tuple[int, str]]]
NOTE = "---\nid: n-1\naudience: public\nphrasings:\n- ログインできない\n---\n# パスワードを忘れた\n\n再設定の画面を開きます。\n"


class Quiet(SimpleHTTPRequestHandler):
    """Serves a folder and says nothing."""

    def log_message(self, *_: Any) -> None:
        """Nothing."""


@pytest.fixture
async def tasuki(desk: Desk, capsys: pytest.CaptureFixture[str]) -> AsyncIterator[Run]:
    """The command line: arguments in, exit code and what it prints out."""
    port = ports.port()
    assert desk.process.app is not None
    serving = asyncio.create_task(web.serve(desk.process.app, "127.0.0.1", port))
    moving = asyncio.create_task(Mover(desk.process.db, desk.log.clock).run())

    async def run(*words: object, lang: str = "ja") -> tuple[int, str]:
        arguments = parser().parse_args(["--lang", lang, *map(str, words)])
        with Door(f"http://127.0.0.1:{port}", TOKEN, lang, patience=5) as door:
            capsys.readouterr()
            code = await asyncio.to_thread(knowledge.run, arguments, door)
            return code, capsys.readouterr().out

    yield run
    for task in (serving, moving):
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def test_files_come_in_go_out_and_become_a_site_that_finds(tasuki: Run, desk: Desk, tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    (notes / "more").mkdir(parents=True)
    (notes / "first.md").write_text(NOTE, encoding="utf-8")
    (notes / "more" / "empty.md").write_text("# 答えがない\n", encoding="utf-8")
    (notes / "photo.png").write_bytes(os.urandom(LARGEST + 1))  # what nobody reads is not sent
    table = tmp_path / "faq.csv"
    table.write_text(
        "質問,回答,公開範囲\nプリンターで印刷できない,<b>髙﨑①㈱🔥</b> に連絡,公開\n社内の内線,1234,社内\n",
        "cp932",
        "replace",
    )
    code, said = await tasuki("articles", "import", notes, "--dry-run")
    assert (code, said) == (
        1,
        "more/empty.md: 回答がありません。\n追加 1、変更 0、変更なし 0、取り込めない行 1（確認のみ）\n",
    )
    assert (await tasuki("articles", "import", notes, "--publish", lang="en"))[1].endswith(
        "added 1, changed 0, same 0, bad 1\n"
    )
    assert (await tasuki("articles", "import", table, "--publish"))[
        1
    ] == "追加 2、変更 0、変更なし 0、取り込めない行 0\n"
    assert (await tasuki("articles", "import", table, "--publish"))[
        1
    ] == "追加 0、変更 0、変更なし 2、取り込めない行 0\n"
    with pytest.raises(Refused, match="markdown か html"):
        await tasuki("articles", "import", notes, "--format", "csv")
    assert ids(await desk.get("/v1/search", q="ログインできない"))
    assert (await tasuki("articles", "export", tmp_path / "out.csv"))[0] == 0
    again = await tasuki("articles", "import", tmp_path / "out.csv", "--publish")
    assert again[1] == "追加 0、変更 0、変更なし 3、取り込めない行 0\n"
    assert (await tasuki("articles", "export", tmp_path / "out", "--format", "markdown"))[0] == 0
    assert len(list((tmp_path / "out").iterdir())) == 3
    site = tmp_path / "site"
    assert (await tasuki("articles", "faq", site))[1] == f"{site}: 2 件 (6 files)\n"
    await visited(site, tmp_path)


async def visited(site: Path, tmp_path: Path) -> None:
    """Look for an answer on the site as a customer does."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(site)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        async with chromium(tmp_path / "profile") as browser:
            await browser.open(f"http://127.0.0.1:{server.server_address[1]}/index.html")
            await browser.type("#q", "ろぐいん できなｲ")
            first = (await browser.all("#found a"))[0]
            await browser.click(first)
            assert "再設定の画面を開きます。" in await browser.read()
            await browser.open(f"http://127.0.0.1:{server.server_address[1]}/index.html")
            await browser.type("#q", "ゔぁるきりー")
            assert len(await browser.all("#found a")) == 2  # the nearest, never an empty page
            await browser.type("#q", "印刷")
            await browser.click((await browser.all("#found a"))[0])
            assert "<b>" in await browser.read()
    finally:
        server.shutdown()
        server.server_close()


async def test_public_files_stand_on_the_site_and_an_export_says_what_it_leaves_out(
    tasuki: Run, desk: Desk, tmp_path: Path
) -> None:
    made = await desk.article("写真で見る", audience="public")
    await desk.file(made["id"], b"picture", public=True)
    await desk.file(made["id"], b"internal", "社内.png", publish=True)
    site = tmp_path / "site"
    assert (await tasuki("articles", "faq", site))[0] == 0
    assert [path.read_bytes() for path in site.glob("f-*")] == [b"picture"]
    out = tmp_path / "out.csv"
    assert (await tasuki("articles", "export", out))[1].startswith("添付ファイル 2 個は含まれていません")
    said = (await tasuki("articles", "export", out, "--audience", "public", lang="en"))[1]
    assert said.startswith("1 attached files are not in it")
