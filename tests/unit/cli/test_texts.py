"""`tasuki texts …` sends what a file holds, prints what people read, and passes a refusal on with its line."""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from cli import texts
from cli.__main__ import parser
from cli.door import Door, Refused

TEXT = {
    "language": "ja", "name": "page", "changed": True, "version": 4, "changed_at": "2026-11-22T08:00:00Z",
    "changed_by": "山田 京子", "changed_by_id": "y", "why": "言い回し", "broken": None, "text": "【髙﨑】\n",
    "standard": "x", "variables": [{"name": "c.number", "about": "案件番号"}],
}  # fmt: skip
BROKEN = {"line": 3, "source": "{{ c.x }}", "code": "unknown-variable", "detail": "「c.x」という変数はありません。"}


class Api:
    """The door's other side: what it was asked, and what it answers."""

    def __init__(self, *answers: dict[str, Any], status: int = 200) -> None:
        self.answers, self.status = list(answers), status
        self.asked: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        return httpx.Response(self.status, json=self.answers.pop(0))

    def run(self, *arguments: str) -> int:
        """One command against this API."""
        with Door("http://tasuki.test", "token", transport=httpx.MockTransport(self)) as door:
            return texts.run(parser().parse_args(["texts", *arguments]), door)


@pytest.fixture
def file(tmp_path: Path) -> str:
    (tmp_path / "page.txt").write_text("【髙﨑①㈱🔥】{{ c.number }}\n", encoding="utf-8")
    return str(tmp_path / "page.txt")


@pytest.mark.parametrize(("standing", "more"), [(0, []), (4, ["--if-version", "4"])])
def test_a_text_is_changed_from_the_version_that_was_seen(
    standing: int, more: list[str], file: str, capsys: pytest.CaptureFixture[str]
) -> None:
    api = Api(*[{**TEXT, "version": 0}] * (standing == 0), {**TEXT, "version": 5})
    assert api.run("edit-from", "ja/page", file, "--why", "言い回し", "--by", "y:山田 京子", *more) == 0
    sent = api.asked[-1]
    assert (sent.method, sent.url.path, sent.headers["if-match"]) == ("PUT", "/v1/texts/ja/page", f'"{standing}"')
    assert json.loads(sent.content) == {
        "text": "【髙﨑①㈱🔥】{{ c.number }}\n",
        "by": {"id": "y", "name": "山田 京子"},
        "why": "言い回し",
    }
    assert "版 5  2026-11-22T08:00:00Z  山田 京子  言い回し" in capsys.readouterr().out


def test_what_somebody_else_has_changed_is_not_overwritten_unseen(file: str) -> None:
    api = Api(TEXT)
    with pytest.raises(Refused, match=r"版 4 .*山田 京子 .*\n.*--if-version 4"):
        api.run("edit-from", "ja/page", file, "--why", "x", "--by", "y")
    assert [request.method for request in api.asked] == ["GET"]


def test_a_mistake_is_told_with_its_line(file: str) -> None:
    refused = {"code": "text-refused", "title": "3 行目：「c.x」という変数はありません。", "errors": [BROKEN]}
    with pytest.raises(Refused, match="3 行目"):
        Api(refused, status=422).run("edit-from", "ja/page", file, "--why", "x", "--by", "y", "--if-version", "0")


def test_a_broken_text_catches_the_eye(capsys: pytest.CaptureFixture[str]) -> None:
    other = {**TEXT, "name": "noted", "changed": False, "version": 0}
    assert Api({"data": [{**TEXT, "broken": BROKEN}, other]}).run("list") == 0
    told = capsys.readouterr().out
    assert "使えないため標準の文面を使用中、行 3: 「c.x」という変数はありません。\n  {{ c.x }}" in told
    assert "ja/noted" in told
    assert "標準" in told.splitlines()[-1]


def test_a_preview_shows_subject_body_speech_and_parts(file: str, capsys: pytest.CaptureFixture[str]) -> None:
    made = {"sample": "long", "subject": "件名", "body": "本文", "speech": "声", "masked": True, "segments": 3}
    api = Api(made)
    assert api.run("preview", "ja/page", file, "--sample", "long", "--channel", "phone", "--segments") == 0
    asked = {"channel": "phone", "segments": True, "sample": "long", "text": "【髙﨑①㈱🔥】{{ c.number }}\n"}
    assert json.loads(api.asked[0].content) == asked
    assert capsys.readouterr().out == "件名\n\n本文\n\n── 音声\n声\n\nSMS: 3 通分\n\n（個人情報は伏せてあります）\n"


def test_a_text_is_reset_or_brought_back(capsys: pytest.CaptureFixture[str]) -> None:
    api = Api({**TEXT, "changed": False}, TEXT)
    assert api.run("reset", "ja/page", "--why", "戻す", "--by", "y:山田") == 0
    assert api.run("reset", "ja/page", "--to", "2", "--why", "戻す", "--by", "y") == 0
    first, second = api.asked
    assert (first.method, dict(first.url.params)) == ("DELETE", {"by": "y", "by_name": "山田", "why": "戻す"})
    assert (second.url.path, json.loads(second.content)["to"]) == ("/v1/texts/ja/page/rollback", 2)


def test_what_a_text_may_use_and_its_history_are_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert Api(TEXT).run("show", "ja/page.speech") == 0
    told = capsys.readouterr().out
    assert "【髙﨑】" in told
    assert "c.number        案件番号" in told
    past = {
        "version": 6,
        "text": None,
        "restores": None,
        "changed_at": "2026-11-22T08:00:00Z",
        "changed_by": "山",
        "why": "戻す",
    }
    assert Api({"data": [past, {**past, "text": "x", "restores": 2}]}).run("history", "ja/page") == 0
    assert capsys.readouterr().out.splitlines() == [
        "版 6  2026-11-22T08:00:00Z  山  戻す  （標準に戻す）",
        "版 6 ← 2  2026-11-22T08:00:00Z  山  戻す",
    ]
