"""What the doctor makes of what it sees: small things are left alone, each finding says what to do, in both languages."""

import contextlib
import json
import socket
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from cli import doctor
from cli import doctor_findings as judge
from cli.__main__ import parser
from cli.door import Door, Refused
from deploy.local.demo_data import client_environment
from deploy.local.layout import Layout
from services.intake.pages.console.operations_texts import OPERATIONS
from tests.integration.runtime.certificates import Authority

NOW = datetime(2026, 11, 28, 9, 0, tzinfo=UTC)
GIB = 1024**3
STATE = {"provider": "twilio", "channel": "phone", "kind": "phone", "set_up": True, "works": True, "last_failure": ""}
PERSON: dict[str, Any] = {
    "name": "髙﨑 ①郎㈱🔥",
    "addresses": [{"kind": "phone", "trusted": True, "broken": ""}],
    "reachability": {"P1": {"loud": True}},
}


def grades(findings: list[judge.Finding]) -> list[str]:
    for finding in findings:
        assert all((*finding.what, *finding.do))
    return [finding.grade for finding in findings]


@pytest.mark.parametrize(
    ("off", "exact", "expected"),
    [(0.9, 0, []), (-0.9, 0, []), (1.5, 0, ["warn"]), (-7, 0, ["bad"]), (1.5, 1, []), (3600, 1, ["bad"])],
)
def test_a_clock_is_judged_by_how_far_it_surely_is(off: float, exact: float, expected: list[str]) -> None:
    assert grades(judge.clock(("a", "b"), timedelta(seconds=off), timedelta(seconds=exact))) == expected


@pytest.mark.parametrize(
    ("free", "total", "expected"),
    [(100, 1000, []), (6, 100, []), (2, 10, []), (1, 10, ["warn"]), (2, 100, ["bad"]), (0, 0, ["bad"])],
)
def test_a_disk_is_judged_by_what_is_left(free: int, total: int, expected: list[str]) -> None:
    assert grades(judge.disk("/data", free * GIB, total * GIB)) == expected


def test_people_are_given_an_address_that_is_https_unless_it_is_this_machine() -> None:
    assert grades(judge.address("https://tasuki.example.com")) == grades(judge.address("http://127.0.0.1:8700")) == []
    assert grades(judge.address("http://tasuki.example.com")) == ["bad"]


def test_a_provider_must_work_and_one_must_ring() -> None:
    assert judge.providers([STATE]) == []
    assert grades(judge.providers([{**STATE, "works": False, "last_failure": "401"}])) == ["bad"]
    assert grades(judge.providers([{**STATE, "channel": "chat"}])) == ["warn"]
    assert grades(judge.providers([STATE, {**STATE, "provider": "sip", "set_up": False, "works": False}])) == []


def test_a_person_has_proven_addresses_and_something_that_rings() -> None:
    assert judge.contact(PERSON) == []
    unproven = {**PERSON, "addresses": [{"kind": "email", "trusted": False, "broken": "550"}]}
    assert grades(judge.contact(unproven)) == ["warn", "bad"]
    assert grades(judge.contact({**PERSON, "reachability": {"P1": {"loud": False}}})) == ["bad"]
    assert grades(judge.contact({**PERSON, "id": "tasuki.watchdog", "reachability": {"P1": {"loud": False}}})) == []


@pytest.mark.parametrize(("age", "expected"), [(None, []), (29, []), (31, ["warn"]), (301, ["bad"])])
def test_what_waits_to_be_published_is_judged_by_its_age(age: int | None, expected: list[str]) -> None:
    oldest = NOW - timedelta(seconds=age) if age is not None else None
    assert grades(judge.outbox("timer", oldest, NOW)) == expected


def answers(over: dict[str, Any]) -> httpx.MockTransport:
    """An installation where all is well but what `over` says."""
    usual: dict[str, Any] = {
        "/readyz": "ok database\n",
        "/v1/channels": {"data": [STATE]},
        "/v1/operations": {"findings": [], "standing": {"watchdog_url": "http://watchdog:8750"}},
        "/v1/schedules/gaps": [],
        "/v1/contacts": {"people": [{"id": "sato"}]},
        "/v1/contacts/sato": PERSON,
        "/v1/quarantine": {"data": []},
        "/v1/tokens": {"data": []},
        "/v1/policy": {"version": 7},
        "/v1/policy/versions/7": {"files": {"rules.yaml": "髙﨑: ①"}},
        "/v1/policy/lint": {"findings": []},
    }

    def handle(request: httpx.Request) -> httpx.Response:
        answer = {**usual, **over}[request.url.path]
        answer = answer(request) if callable(answer) else answer
        if isinstance(answer, int):
            return httpx.Response(answer, json={"code": "forbidden", "title": "権限がありません。"})
        return httpx.Response(200, text=answer if isinstance(answer, str) else json.dumps(answer))

    return httpx.MockTransport(handle)


def told(
    over: dict[str, Any], capsys: pytest.CaptureFixture[str], folder: Path, lang: str = "ja", *more: str
) -> tuple[int, str]:
    arguments = parser().parse_args(["--lang", lang, "doctor", "--disk", str(folder), *more])
    with contextlib.chdir(folder), Door("http://tasuki.test", "token", transport=answers(over)) as door:
        return doctor.run(arguments, door), capsys.readouterr().out


def test_where_all_is_well_it_says_so_and_what_was_not_looked_at(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, said = told({}, capsys, tmp_path)
    assert (code, said.splitlines()[-1]) == (
        0,
        "異常は見つかりませんでした。調べていないもの：データベース（--databases）、読めなかった記録（TASUKI_KAFKA）",
    )
    last = told({}, capsys, tmp_path, "en")[1].splitlines()[-1]
    assert last == "Nothing is wrong. Not looked at: the databases (--databases), dead letters (TASUKI_KAFKA)"


def test_the_policy_in_force_is_looked_at_wherever_one_stands(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    finding = {
        "severity": "error",
        "code": "unknown-person",
        "file": "rules.yaml",
        "line": 1,
        "reason": "髙﨑",
        "remedy": "x",
    }
    (tmp_path / "policy").mkdir()
    (tmp_path / "policy" / "rules.yaml").write_text("draft")
    asked: list[Any] = []

    def lint(request: httpx.Request) -> dict[str, Any]:
        asked.append(json.loads(request.content)["files"])
        return {"findings": [finding]}

    assert told({"/v1/policy/lint": lint}, capsys, tmp_path)[0] == 1
    told({"/v1/policy/lint": lint}, capsys, tmp_path, "ja", "--policy", "policy")
    assert asked == [{"rules.yaml": "髙﨑: ①"}, {"rules.yaml": "draft"}]
    assert "方針を確かめられません" in told({}, capsys, tmp_path, "ja", "--policy", "not-there")[1]
    assert "版 7" in told({"/v1/policy/versions/7": {"files": None}}, capsys, tmp_path)[1]


def test_a_folder_of_databases_that_names_none_is_no_good_news(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for folder in (tmp_path, tmp_path / "not there"):
        with pytest.raises(Refused, match="database-url-"):
            told({}, capsys, tmp_path, "ja", "--databases", str(folder))


def test_the_databases_of_make_up_are_looked_at_wherever_one_stands(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    layout = Layout(tmp_path / "local", 19600)
    (layout.secrets / "database-url-timer").write_text("postgresql://nobody@127.0.0.1:1/none")
    monkeypatch.setenv("TASUKI_DATABASES", client_environment(layout)["TASUKI_DATABASES"])
    code, said = told({}, capsys, tmp_path)
    assert code == 1
    assert "timer のデータベースを確かめられません" in said
    assert said.splitlines()[-1] == "重大 1 件、注意 0 件。調べていないもの：読めなかった記録（TASUKI_KAFKA）"


def test_what_is_wrong_is_said_worst_first_with_what_to_do(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    gap = {"schedule_name": "一次当番", "since": "2026-11-29T09:00+09:00", "until": "2026-11-29T10:00+09:00"}
    over = {"/readyz": "ok database\nnot ready kafka: ConnectionError\n", "/v1/schedules/gaps": [gap],
            "/v1/quarantine": {"data": [{}, {}]}, "/v1/channels": 403}  # fmt: skip
    code, said = told(over, capsys, tmp_path)
    marks = [line[0] for line in said.splitlines() if line[0] in "✗!"]
    assert code == 1
    assert marks == ["✗", "✗", "✗", "!"]
    assert said.count("  → ") == 4
    assert "一次当番" in said
    assert "業者を確かめられません：403 forbidden" in said
    assert "重大 3 件、注意 1 件" in said
    assert told({"/v1/quarantine": {"data": [{}]}}, capsys, tmp_path)[0] == 0
    assert "読めなかった受信が 200 件以上" in told({"/v1/quarantine": {"data": [{}] * 200}}, capsys, tmp_path)[1]


def test_a_door_that_is_well_does_not_hide_what_stands_still_behind_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = [
        {"kind": "unready", "grade": "bad", "values": {"service": "notifier", "what": "database"}, "runbook": "TasukiServiceDown"},
        {"kind": "quarantine", "grade": "warn", "values": {"count": "2"}, "runbook": "TasukiQuarantineWaiting"},
        {"kind": "page", "grade": "bad", "values": {}, "runbook": "TasukiCanaryLate"},
    ]  # fmt: skip
    over = {"/v1/operations": {"findings": found, "standing": {"watchdog_url": ""}}}
    code, said = told(over, capsys, tmp_path)
    assert code == 1
    assert "notifier は準備ができていません：database" in said
    assert "docs/runbooks/TasukiCanaryLate.ja.md" in said
    assert "監視プロセスが設定されていません" in said
    assert "重大 2 件、注意 1 件" in said, "the quarantine is looked at by itself"
    assert "notifier is not ready: database" in told(over, capsys, tmp_path, "en")[1]


def test_what_expires_is_looked_at_in_files_at_the_door_and_among_tokens(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        monkeypatch.setenv("TASUKI_PUBLIC_URL", f"https://127.0.0.1:{closed.getsockname()[1]}")
    expired = Authority(tmp_path, "ca").sign("ours", lasts=timedelta(days=-1)).certificate
    ends = (datetime.now(UTC) + timedelta(days=10)).isoformat()
    token = {"id": "0123456789ab", "name": "zendesk", "state": "valid", "expires_at": ends, "last_used_at": None}
    code, said = told({"/v1/tokens": {"data": [token]}}, capsys, tmp_path, "ja", "--certificate", str(expired))
    assert code == 1
    assert f"証明書 --certificate={expired} (CN=ours) の期限が切れています" in said
    assert "の証明書を確かめられません：ConnectionRefusedError" in said
    assert "! トークン zendesk (0123456789ab) の期限まで、あと 10.0 日です" in said
    assert "重大 2 件、注意 1 件" in said


def test_the_doctor_has_words_for_all_that_the_operations_page_finds() -> None:
    shown = {name.removeprefix("ops.find.") for name in OPERATIONS if name.startswith("ops.find.")}
    assert set(judge._OPERATIONS) | judge.LOOKED_AT == shown
