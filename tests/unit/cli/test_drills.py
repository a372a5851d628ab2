"""`tasuki drill`: what it asks for, and how it shows what came of it."""

import json
from typing import Any

import httpx
import pytest

from cli import drills
from cli.__main__ import parser
from cli.door import Door, Refused

TOLD = {
    "id": "d_0123456789abcdef", "title": "髙﨑①㈱🔥 想定", "state_label": "終了", "verdict": "必要な応答がそろいました。",
    "waits": "", "mend": ["髙橋さんの電話に届きませんでした（話し中でした）。"],
    "asked": [
        {"name": "佐藤 花子", "seconds": 75.2, "ways": [{"channel_label": "電話", "text": "電話に出た"}]},
        {"name": "髙橋", "seconds": None, "ways": []},
    ],
}  # fmt: skip


def asked(*arguments: str) -> tuple[list[httpx.Request], int]:
    """Run a command against a door that answers; gives what it was asked."""
    sent: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        sent.append(request)
        return httpx.Response(
            200, json={"data": []} if request.method == "GET" and "d_" not in request.url.path else TOLD
        )

    with Door("http://intake.test", "t", transport=httpx.MockTransport(answer)) as door:
        return sent, drills.run(parser().parse_args(["drill", *arguments]), door)


def body(request: httpx.Request) -> Any:
    return json.loads(request.content)


def test_a_drill_is_asked_for_with_all_that_was_said(capsys: pytest.CaptureFixture[str]) -> None:
    (sent,), code = asked("start", "sre", "--at", "2026-12-01T14:00+09:00", "--announced", "--minutes", "5")
    assert (sent.method, sent.url.path, code) == ("POST", "/v1/drills", 0)
    assert sent.headers["idempotency-key"]
    wanted = {"team": "sre", "scenario": "outage", "title": "", "facts": "", "announced": True, "minutes": 5}
    assert body(sent) == {**wanted, "starts_at": "2026-12-01T14:00:00+09:00", "language": "ja"}
    shown = capsys.readouterr().out
    assert "  佐藤 花子  75 s  電話: 電話に出た\n  髙橋  -\n直すところ:\n  髙橋さんの電話に" in shown


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(Refused, match="--at"):
        asked("start", "sre", "--at", "2026-12-01T14:00")


def test_one_is_stopped_and_all_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    (sent,), _ = asked("stop", "d_0123456789abcdef")
    assert (sent.method, sent.url.path) == ("POST", "/v1/drills/d_0123456789abcdef/stop")
    (sent,), _ = asked("list")
    assert (sent.method, sent.url.path) == ("GET", "/v1/drills")
    assert "チーム" in capsys.readouterr().out
