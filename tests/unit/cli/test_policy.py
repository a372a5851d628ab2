"""`tasuki policy …` sends the files as they stand, prints what people read, and says by its exit code whether it worked."""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from cli import policy
from cli.__main__ import parser
from cli.door import Door, Refused

FOUND = {
    "severity": "error", "code": "unknown-person", "file": "teams.yaml", "line": 3, "column": 1, "place": "catch_all",
    "reason": "髙﨑 という人はいません", "remedy": "people に加えてください",
}  # fmt: skip
VERSION = {
    "version": 4, "published_at": "2026-11-22T08:00:00Z", "published_by": "山田 京子", "published_by_id": "y", "origin": "api",
    "why": "試す", "restores": None,
}  # fmt: skip


class Api:
    """The door's other side: what it was asked, and what it answers."""

    def __init__(self, *answers: tuple[int, dict[str, Any]]) -> None:
        self.answers = list(answers)
        self.asked: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        status, body = self.answers.pop(0)
        return httpx.Response(status, json=body)

    def run(self, *arguments: str) -> int:
        """One command against this API."""
        with Door("http://tasuki.test", "token", transport=httpx.MockTransport(self)) as door:
            return policy.run(parser().parse_args(["policy", *arguments]), door)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "rules.yaml").write_text("rules: [] # 髙﨑①㈱🔥\n", encoding="utf-8")
    (tmp_path / "notes.txt").write_text("x")
    return tmp_path


def test_publishing_names_the_version_that_the_files_were_saved_from(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = {**VERSION, "files": {"rules.yaml": "rules: [] # 髙﨑①㈱🔥\n"}, "policy": {}}
    done = {**VERSION, "version": 6, "changed": True, "changes": [{"text": "P1 …"}], "findings": []}
    again = {**done, "version": 7, "changes": []}
    api, folder = Api((200, VERSION), (200, kept), (200, done), (200, again)), tmp_path / "new"
    assert api.run("show", "--save", str(folder)) == 0
    capsys.readouterr()
    assert api.run("publish", str(folder), "--why", "試す", "--by", "y:山田 京子") == 0
    sent = api.asked[2]
    assert (sent.method, sent.url.path, sent.headers["if-match"]) == ("PUT", "/v1/policy", '"4"')
    assert json.loads(sent.content) == {
        "files": {"rules.yaml": "rules: [] # 髙﨑①㈱🔥\n"},
        "by": {"id": "y", "name": "山田 京子"},
        "why": "試す",
    }
    assert capsys.readouterr().out == "版 6  2026-11-22T08:00:00Z  山田 京子  試す\n  P1 …\n"
    assert api.run("publish", str(folder), "--why", "試す", "--by", "y") == 0
    assert api.asked[3].headers["if-match"] == '"6"'


@pytest.mark.parametrize("mark", [None, "", "4", "4 http://other.test", "x http://tasuki.test"])
def test_files_of_which_nobody_knows_the_version_are_not_published_over_the_one_in_force(
    folder: Path, mark: str | None
) -> None:
    if mark is not None:
        (folder / ".version").write_text(mark)
    api = Api((200, VERSION))
    with pytest.raises(Refused, match=f"policy diff {folder} .*--if-version 4"):
        api.run("publish", str(folder), "--why", "x", "--by", "y")
    assert [request.method for request in api.asked] == ["GET"]


def test_a_version_that_is_named_is_not_asked_for(folder: Path) -> None:
    api = Api((200, {**VERSION, "changed": False, "changes": [], "findings": []}))
    assert api.run("publish", str(folder), "--why", "x", "--by", "y", "--if-version", "3") == 0
    assert api.asked[0].headers["if-match"] == '"3"'


def test_a_refused_policy_is_told_finding_by_finding(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    refused = {"code": "policy-refused", "title": "誤りが 1 件あるため、公開しません。", "errors": [FOUND]}
    assert Api((422, refused)).run("publish", str(folder), "--why", "x", "--by", "y", "--if-version", "3") == 1
    told = capsys.readouterr().out
    assert "teams.yaml:3: 誤り: 髙﨑 という人はいません → people に加えてください [unknown-person]" in told


def test_an_outdated_version_is_refused(folder: Path) -> None:
    api = Api((412, {"code": "outdated", "title": "版 5 が公開されています。"}))
    with pytest.raises(Refused, match="版 5"):
        api.run("publish", str(folder), "--why", "x", "--by", "y", "--if-version", "3")


@pytest.mark.parametrize(("ok", "code"), [(True, 0), (False, 1)])
def test_linting_says_by_its_exit_code_whether_it_can_be_published(
    folder: Path, ok: bool, code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = {"ok": ok, "contacts_checked": True, "findings": [] if ok else [FOUND]}
    assert Api((200, answer)).run("lint", str(folder), "--json") == code
    assert json.loads(capsys.readouterr().out) == answer


def test_versions_and_folders_are_compared(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    changes = {
        "old": 1,
        "new": 2,
        "changes": [{"section": "priorities", "id": "P1", "kind": "changed", "text": "P1 …"}],
    }
    api = Api((200, changes), (200, {**changes, "changes": []}))
    assert api.run("diff", "--from", "1", "--to", "2") == 0
    assert str(api.asked[0].url).endswith("/v1/policy/diff?from=1&to=2")
    assert api.run("diff", str(folder)) == 0
    assert api.asked[1].method == "POST"
    assert capsys.readouterr().out == "  P1 …\n差分はありません\n"


def test_the_files_of_a_version_are_written_to_a_folder(tmp_path: Path) -> None:
    files = {"rules.yaml": "rules: [] # 注\n"}
    full = {**VERSION, "files": files, "policy": {}}
    assert Api((200, full)).run("show", "4", "--save", str(tmp_path / "new")) == 0
    assert policy.files(tmp_path / "new") == files


def test_rollback_and_history(capsys: pytest.CaptureFixture[str]) -> None:
    back = {**VERSION, "version": 6, "restores": 4, "changed": True, "changes": [], "findings": []}
    api = Api((200, back), (200, {"data": [back, VERSION], "next_cursor": None}))
    assert api.run("rollback", "4", "--why", "x", "--by", "y") == 0
    assert json.loads(api.asked[0].content)["to"] == 4
    assert api.run("history") == 0
    assert "版 6 ← 4" in capsys.readouterr().out


def test_a_folder_without_policy_files_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="方針のファイルがありません"):
        policy.files(tmp_path)
    (tmp_path / "rules.yaml").write_bytes("規則".encode("cp932"))
    with pytest.raises(Refused, match="UTF-8"):
        policy.files(tmp_path)
