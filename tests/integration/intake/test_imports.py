"""Open cases of another system are taken over once each, and what does not fit is told line by line."""

import argparse
import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from cli import imports
from cli.door import Door
from shared.contracts.events import Actor
from tests.integration.intake.desk import TEXT, Desk


async def sent(desk: Desk, rows: list[Any], query: str = "", **headers: str) -> httpx.Response:
    body = "\n".join(row if isinstance(row, str) else json.dumps(row, ensure_ascii=False) for row in rows)
    named = {"authorization": f"Bearer {desk.token}", "content-type": "application/x-ndjson", **headers}
    return await desk.client.post(f"/v1/cases/import{query}", content=body.encode(), headers=named)


ROWS: list[Any] = [
    {"external_id": "A-1", "facts": TEXT, "urgency": "critical", "customer": {"company": "髙﨑㈱"}},
    {"external_id": "A-2", "facts": "", "urgency": "extreme"},
    "no json",
    {"external_id": "A-3", "facts": TEXT, "status": "done"},
    {"external_id": "A-1", "facts": "the same once more"},
]


async def test_good_rows_are_taken_and_bad_ones_are_listed_with_line_and_reason(desk: Desk) -> None:
    answer = (await sent(desk, ROWS)).json()
    assert [(row["line"], row["result"]) for row in answer["data"]] == [
        (1, "taken"), (2, "refused"), (3, "refused"), (4, "refused"), (5, "again"),
    ]  # fmt: skip
    assert {error["pointer"] for error in answer["data"][1]["errors"]} == {"/facts", "/urgency"}
    assert "次のどれか" in json.dumps(answer["data"][1], ensure_ascii=False)
    assert [row["errors"][0]["type"] for row in answer["data"][2:4]] == ["not-an-object", "history"]
    assert (answer["data"][0]["case_id"], answer["data"][0]["urgent"]) == (answer["data"][4]["case_id"], True)
    shown = (await desk.get(f"/v1/cases/{answer['data'][0]['case_id']}")).json()
    assert (shown["report"]["customer"]["company"], shown["source"]) == ("髙﨑㈱", "crm")


async def test_it_can_be_sent_again_without_doubling(desk: Desk) -> None:
    for expected in ("taken", "again"):
        assert [r["result"] for r in (await sent(desk, ROWS[:1])).json()["data"]] == [expected]
    assert await desk.said() == ["case.submitted.v1"]
    other = await desk.token_for("elsewhere", "submit")
    assert (await sent(desk, ROWS[:1], authorization=f"Bearer {other}")).json()["taken"] == 1, "its own numbers"


async def test_a_dry_run_writes_nothing(desk: Desk) -> None:
    answer = (await sent(desk, ROWS, "?dry_run=true")).json()
    assert (answer["would_be_taken"], answer["refused"], answer["taken"]) == (2, 3, 0)
    assert (await desk.count("cases"), await desk.said()) == (0, [])


async def test_what_is_no_table_or_too_much_is_refused_as_a_whole(desk: Desk) -> None:
    assert (await sent(desk, [], **{"content-type": "application/json"})).status_code == 415
    assert (await sent(desk, ["a,a"], **{"content-type": "text/csv"})).json()["code"] == "malformed"
    assert (await sent(desk, ["{}"] * 1001)).json()["code"] == "too-many-rows"


async def test_a_person_with_roles_imports_in_nobody_elses_name(desk: Desk) -> None:
    person = Actor(kind="person", id="mai", name="mai")
    token = await desk.token_for("mais", "submit", person, ("responder", "support"))
    answer = await sent(desk, [{**ROWS[0], "by": {"id": "sato"}}], authorization=f"Bearer {token}")
    assert answer.json()["data"][0]["errors"][0]["type"] == "not-in-your-name"


def test_the_command_sends_parts_and_tells_the_lines_of_the_whole_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        lines = request.content.split(b"\n")
        error = {"pointer": "/facts", "detail": "必須です。", "type": "missing"}
        row = {"line": len(lines), "external_id": "A", "result": "refused", "errors": [error]}
        return httpx.Response(200, json={"data": [row]})

    file = tmp_path / "open.ndjson"
    file.write_text("{}\n" * imports.PART + "{}")
    door = Door("http://door.test", "t", transport=httpx.MockTransport(answer))
    arguments = argparse.Namespace(file=file, dry_run=False, json=False, lang="ja")
    assert imports.run(arguments, door) == 1
    assert capsys.readouterr().out == "200: A: /facts 必須です。\n201: A: /facts 必須です。\n受け付けられない: 2\n"
