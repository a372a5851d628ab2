"""`tasuki oncall` and its neighbours: what they ask for, and how it is shown to people and programs."""

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from cli import duty
from cli.__main__ import parser
from cli.columns import table, when, width
from cli.door import Door, Refused
from shared.runtime.clock import Clock

Run = Callable[..., list[str]]


class Api:
    """Answers with what was laid out, and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[httpx.Request] = []
        self.answers: list[Any] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        return httpx.Response(200, json=self.answers.pop(0))

    @property
    def body(self) -> Any:
        return json.loads(self.asked[-1].content)


@pytest.fixture
def api() -> Api:
    return Api()


@pytest.fixture
def run(api: Api, capsys: pytest.CaptureFixture[str]) -> Run:
    def command(line: str, *answers: Any, lang: str = "ja") -> list[str]:
        api.answers = list(answers)
        arguments = parser().parse_args(["--lang", lang, *line.split()])
        with Door("http://api.test", "t", lang, transport=httpx.MockTransport(api)) as door:
            assert duty.run(arguments, door) == 0
        return capsys.readouterr().out.splitlines()

    return command


@pytest.fixture(autouse=True)
def in_tokyo(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A terminal whose clock shows the time of Tokyo."""
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


ROW = {
    "team": "payments",
    "team_name": "決済チーム",
    "role": "second_line",
    "role_name": {"ja": "二次対応", "en": "second line"},
    "schedule": "line",
    "schedule_name": "当番",
    "person": {"id": "ito", "name": "伊藤 さくら"},
    "reason": {"ja": "当番", "en": "on duty"},
    "presence": {"state": "telework", "note": "🔥", "until": None},
    "next": {"at": "2099-11-25T09:00:00+09:00", "person": None, "reason": None},
}
SAID = {"consequences": ["当番に変わりはありません。"], "warnings": ["だれもいません。"]}


def test_columns_line_up_whatever_the_width_of_the_characters() -> None:
    lines = table(("名前", "h"), [("髙﨑①㈱🔥", "1.0"), ("がぎ", "10.0"), ("abc", "")], right=(1,))
    assert (
        len({width(line[: line.rindex(c)]) + len(c) for line, c in zip(lines, ("h", "1.0", "10.0"), strict=False)}) == 1
    )
    assert width("か\u3099") == 2
    assert lines[3] == "abc"


@pytest.mark.parametrize(
    ("at", "ja", "en"),
    [
        ("2099-11-25T09:05:00+09:00", "2099年11月25日(水) 9:05", "Wed 25 Nov 2099 9:05"),
        (f"{Clock().now().year}-01-01T23:00:00+09:00", None, None),
    ],
)
def test_dates_are_written_as_people_do(at: str, ja: str | None, en: str | None) -> None:
    assert when(at, "ja") == ja or (ja is None and when(at, "ja").startswith("1月1日("))
    assert when(at, "en") == en or (en is None and when(at, "en").endswith("1 Jan 23:00"))


def test_who_is_on_duty_is_a_table_in_the_readers_language(run: Run, api: Api) -> None:
    assert run("oncall --at 2026-12-31T03:00 --team payments", [ROW]) == [
        "チーム      役割      担当         理由  状態           次の交代",
        "決済チーム  二次対応  伊藤 さくら  当番  テレワーク 🔥  2099年11月25日(水) 9:00 —",
    ]
    assert dict(api.asked[0].url.params) == {"at": "2026-12-31T03:00:00+09:00", "team": "payments"}
    nobody = {**ROW, "person": None, "presence": None, "next": None, "reason": {"ja": "", "en": "Nobody is there."}}
    assert run("oncall", [nobody], lang="en")[1] == "決済チーム  second line  —    Nobody is there."
    assert json.loads("\n".join(run("oncall --json", [ROW]))) == [ROW]


def test_a_day_alone_is_taken_whole(run: Run, api: Api) -> None:
    lines = run("absence add sato --from 2026-11-25 --until 2026-11-26", {"absence": {"id": "a1"}, **SAID})
    assert lines == ["id: a1", "当番に変わりはありません。", "注意: だれもいません。"]
    assert api.body == {
        "person": "sato",
        "reason": "",
        "since": "2026-11-25T00:00:00+09:00",
        "until": "2026-11-27T00:00:00+09:00",
        "by": {"id": "sato", "name": ""},
    }


def test_an_offset_that_was_written_is_kept(run: Run, api: Api) -> None:
    line = "override add line ito --from 2026-11-25T09:00Z --until 2026-11-25T18:00+01:00 --by boss:田中 --id x"
    run(line, {"override": {"id": "x"}, **SAID})
    assert (api.body["since"], api.body["until"]) == ("2026-11-25T09:00:00+00:00", "2026-11-25T18:00:00+01:00")
    assert (api.body["by"], api.body["id"]) == ({"id": "boss", "name": "田中"}, "x")


def test_what_is_no_time_is_refused_before_anything_is_asked(run: Run, api: Api) -> None:
    with pytest.raises(Refused, match="日時ではありません"):
        run("absence add sato --from 明日 --until 2026-11-26")
    assert api.asked == []


def test_lists_are_read_to_the_last_page_and_put_in_order_of_time(run: Run, api: Api) -> None:
    def override(id_: str, day: int) -> dict[str, Any]:
        span = {"since": f"2099-11-{day}T09:00:00+09:00", "until": f"2099-11-{day}T18:00:00+09:00"}
        person = {"id": "ito", "name": "伊藤 さくら"}
        more = {"schedule": "line", "person": person, "by": person, "reason": "", "cancelled_at": None}
        return {"id": id_, **span, **more}

    first, second = (
        {"data": [override("b", 26)], "next_cursor": "7"},
        {"data": [override("a", 25)], "next_cursor": None},
    )
    lines = run("override list", first, second)
    assert [line.split()[-1] for line in lines] == ["id", "a", "b"]
    assert [request.url.params["cursor"] for request in api.asked] == ["0", "7"]
    assert run("swap list --all", {"data": [], "next_cursor": None}) == ["登録はありません。"]
    assert api.asked[-1].url.params["closed"] == "true"


def test_a_file_is_sent_as_it_is(run: Run, api: Api, tmp_path: Path) -> None:
    file = tmp_path / "x.ics"
    file.write_bytes("BEGIN:VCALENDAR 髙".encode("shift_jis", "replace"))
    left_out = [{"uid": "b", "summary": "だれか", "why": "だれの予定かわかりません"}]
    answer = {"taken": [], "known": [], "left_out": left_out, "consequences": [], "warnings": []}
    assert run(f"absence import {file} --by boss", answer) == ["見送り: だれか: だれの予定かわかりません"]
    assert api.asked[0].content == file.read_bytes()
    assert api.asked[0].headers["content-type"] == "text/calendar"
    assert dict(api.asked[0].url.params) == {"by": "boss", "by_name": "", "dry_run": "false"}


def test_consent_is_given_in_ones_own_name(run: Run, api: Api) -> None:
    run("swap accept s/1 --by ito:伊藤", {"swap": {"id": "s/1"}, **SAID})
    assert api.asked[0].url.raw_path == b"/v1/swaps/s%2F1/accept"
    assert api.body == {"by": {"id": "ito", "name": "伊藤"}}


def test_presence_is_told_back(run: Run, api: Api) -> None:
    said = {"person": {"id": "ito", "name": "伊藤 さくら"}, "state": "off", "note": "", "since": None, "away": True}
    said["until"] = "2099-11-25T18:00:00+09:00"
    assert run("presence set ito off --until 2099-11-25T18:00 --note 外出", {"presence": said, **SAID})[0] == (
        "伊藤 さくら: 不在（2099年11月25日(水) 18:00 まで）"
    )
    assert api.body == {"state": "off", "note": "外出", "until": "2099-11-25T18:00:00+09:00"}
    nothing = {**said, "state": None, "until": None}
    assert run("presence show ito", nothing) == ["伊藤 さくら: 連絡なし", "不在の登録があります"]
