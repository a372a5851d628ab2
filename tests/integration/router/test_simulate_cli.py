"""`tasuki simulate` and `tasuki policy replay|simulate|review`, asked of a router that really answers over HTTP."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from typing import cast
from xml.etree import ElementTree

import httpx
import pytest

from cli import simulate
from cli.__main__ import parser
from cli.door import Door
from services.router.handlers import handlers
from shared.runtime import web
from tests import ports
from tests.integration.log import Log
from tests.integration.router.policy_desk import TOKEN, Desk
from tests.integration.router.test_replay import finish

Run = Callable[..., Awaitable[str]]


@pytest.fixture
async def tasuki(desk: Desk, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> AsyncIterator[Run]:
    """The command line: arguments in, what it prints out."""
    port = ports.port()
    app = cast(httpx.ASGITransport, desk.client._transport).app
    server = asyncio.create_task(web.serve(app, "127.0.0.1", port))
    report = tmp_path / "report.json"
    report.write_text(json.dumps({"urgency": "critical", "impact": "all", "facts": "決済が失敗 髙﨑①㈱🔥"}), "utf-8")

    async def run(*words: object, lang: str = "ja") -> str:
        arguments = parser().parse_args(["--lang", lang, *map(str, words)])
        with Door(f"http://127.0.0.1:{port}", TOKEN, lang, patience=5) as door:
            capsys.readouterr()
            assert await asyncio.to_thread(simulate.run, arguments, door) == 0
            return capsys.readouterr().out

    yield run
    server.cancel()
    with suppress(asyncio.CancelledError):
        await server


async def test_simulate_tells_what_follows_step_by_step(tasuki: Run, tmp_path: Path, desk: Desk) -> None:
    report = tmp_path / "report.json"
    said = await tasuki("simulate", report, "--at", "2026-11-24T10:00:00+09:00", "--act", "3m:acknowledge")
    assert "引き受けます" in said
    assert "判断を依頼します" in said
    said = await tasuki("policy", "simulate", desk.folder, report, "--horizon", "10m", lang="en")
    assert "This is as far ahead as was looked." in said


async def test_a_week_is_drawn_with_letters_and_as_svg(tasuki: Run, tmp_path: Path) -> None:
    file = tmp_path / "week.svg"
    said = await tasuki("simulate", tmp_path / "report.json", "--week", "--svg", file)
    assert len([line for line in said.splitlines() if line[:2].isdigit()]) == 7
    assert ElementTree.fromstring(file.read_text("utf-8")).tag.endswith("svg")


@pytest.mark.parametrize("lang", ["ja", "en"])
async def test_replay_and_review_are_told_to_people_and_to_programs(
    tasuki: Run, desk: Desk, tmp_path: Path, lang: str
) -> None:
    await finish(Log(desk.db, desk.clock, handlers(lambda: desk.current.in_force)), f"cli-{lang}")
    matrix = desk.folder / "matrix.yaml"
    matrix.write_text(matrix.read_text("utf-8").replace("first_response: 5m", "first_response: 3m", 1), "utf-8")
    file = tmp_path / "replay.svg"
    said = await tasuki("policy", "replay", desk.folder, "--svg", file, lang=lang)
    assert "髙﨑①㈱🔥" in said
    assert ("電話" if lang == "ja" else "calls") in said
    assert "田中 実" in file.read_text("utf-8")
    review = json.loads(await tasuki("policy", "review", "--days", "9", "--json", lang=lang))
    assert review["cases"] >= 1
    assert ("件" if lang == "ja" else "cases") in await tasuki("policy", "review", lang=lang)
