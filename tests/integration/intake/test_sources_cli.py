"""`tasuki sources …` against the front door itself: from setting a source up to taking in what it could not read."""

import asyncio
import contextlib
import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from cli import sources
from cli.__main__ import parser
from cli.door import Door, Refused
from shared.runtime import web
from tests import ports
from tests.integration.intake.desk import TEXT, Desk, ticket

LOGGED = re.compile(r"\[(?:info|warning|error) ")
Run = Callable[..., Awaitable[str]]


@pytest.fixture
async def run(desk: Desk, capsys: pytest.CaptureFixture[str]) -> AsyncIterator[Run]:
    """Run one command and give what it prints."""
    port = ports.port()
    serving = asyncio.create_task(web.serve(desk.app, "127.0.0.1", port))

    def one(arguments: list[str], language: str) -> str:
        read = parser().parse_args(["--lang", language, "sources", *arguments])
        capsys.readouterr()
        with Door(f"http://127.0.0.1:{port}", desk.token, language, patience=5) as door:
            assert sources.run(read, door) == 0
        return "\n".join(line for line in capsys.readouterr().out.splitlines() if not LOGGED.search(line))

    async def go(*arguments: str, language: str = "ja") -> str:
        return await asyncio.to_thread(one, list(arguments), language)

    yield go
    serving.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await serving


async def test_from_nothing_to_a_case(desk: Desk, run: Run, tmp_path: Path) -> None:
    added = await run("add", "zd", "zendesk", "--owner", "team:support", "--name", "髙﨑①㈱🔥", "--option", "a=１２３")
    assert "シークレットは送信側で作り" in added
    assert "https://tasuki.example.jp/v1/webhooks/zd" in added
    assert "署名シークレット" in added
    assert "シークレット未登録" in await run("list")
    (tmp_path / "secret").write_text("a signing secret\n")
    assert "まで使えます" in await run("rotate", "zd", "--secret-file", str(tmp_path / "secret"))
    listed = await run("list", language="en")
    assert "on" in listed
    assert "髙﨑①㈱🔥" in listed
    plan: dict[str, Any] = {
        "plan": {"priority": "P2"},
        "assigned": [{"responders": [{"person": {"name": "佐藤 花子"}}]}],
    }
    desk.others.answer = lambda request: httpx.Response(200, json=plan)
    assert await run("test", "zd") == "届きました。だれにも連絡していません。\n本番なら P2、連絡先：佐藤 花子"
    assert "A real one would be P2 and ask: 佐藤 花子" in await run("test", "zd", language="en")
    (tmp_path / "body.json").write_bytes(ticket())
    read = json.loads(await run("try", "zd", str(tmp_path / "body.json")))
    assert read["readings"][0]["report"]["facts"] == TEXT
    desk.clock.at = desk.clock.at.replace(minute=5)
    assert await desk.count("cases") == 0


async def test_what_could_not_be_read_is_seen_and_thrown_away(desk: Desk, run: Run) -> None:
    secret = (await run("add", "m", "alertmanager", "--owner", "sato")).splitlines()[0].rsplit(" ", 1)[1]
    assert await run("deliveries", "m") == "まだ何も届いていません"
    assert (await desk.alert("m", secret, {"version": "3", "t": TEXT})).json()["verdict"] == "quarantined"
    assert (await desk.alert("m", "wrong")).status_code == 401
    told = await run("deliveries", "m")
    assert "要確認" in told
    assert "認証できず拒否  トークンが一致しません" in told
    aside = await run("quarantine")
    number = aside.split()[0].removeprefix("#")
    assert TEXT in aside
    with pytest.raises(Refused, match="still-unmapped"):
        await run("replay", number)
    assert await run("discard", number) == "破棄しました"
    assert await run("quarantine", language="en") == "nothing"


async def test_all_that_is_set_aside_is_seen(desk: Desk, run: Run) -> None:
    secret = (await run("add", "m", "alertmanager", "--owner", "sato")).splitlines()[0].rsplit(" ", 1)[1]
    for number in range(60):
        await desk.alert("m", secret, {"version": "3", "t": number})
    assert len(json.loads(await run("quarantine", "--json"))) == 60


async def test_a_source_is_changed_from_how_it_stands(desk: Desk, run: Run) -> None:
    await run("add", "m", "alertmanager", "--owner", "sato", "--option", "a=1", "--option", "b=2")
    await run("change", "m", "--name", "監視", "--option", "b=", "--option", "c=３")
    assert "停止" in await run("change", "m", "--disable")
    shown = (await desk.get("/v1/sources/m")).json()
    assert (shown["name"], shown["options"], shown["enabled"]) == ("監視", {"a": "1", "c": "３"}, False)
    assert "有効" in await run("change", "m", "--enable")
    with pytest.raises(Refused, match="unknown-sender"):
        await run("add", "x", "nobody", "--owner", "sato")
    with pytest.raises(Refused, match="NAME=VALUE"):
        await run("add", "x", "alertmanager", "--owner", "sato", "--option", "a")


async def test_the_senders_are_told_with_what_to_paste_where(desk: Desk, run: Run) -> None:
    assert "■ alertmanager" in await run("senders")
    assert "Admin Center" in await run("senders", language="en")
    assert [s["id"] for s in json.loads(await run("list", "--json"))] == [
        "alertmanager", "opsgenie", "pagerduty", "zendesk",
    ]  # fmt: skip
