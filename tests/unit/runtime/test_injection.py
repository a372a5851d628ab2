"""What strangers write stays a value: in headers that are answered and sent, and in tables that a spreadsheet opens."""

import asyncio
import csv
import io

import httpx
import pytest
from fastapi import Response

from services.intake.domain import sessions, tables
from services.knowledge.domain.article import Content
from services.knowledge.domain.moving.writing import COLUMNS, csv_text, plain
from shared.runtime import guarded, telemetry, web
from tests import ports
from tests.hard import TEXTS

pytestmark = pytest.mark.security
EVIL = ("a\r\nX-Evil: 1", "a\nX-Evil: 1", "a\rX-Evil: 1", "a\x00b", "\r\n\r\n<script>")
RUNS = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1+1", "＋1", "－1", "＠SUM(A1)")


@pytest.mark.parametrize("value", EVIL)
async def test_no_answer_carries_a_header_that_somebody_else_has_written(value: str) -> None:
    app, port = web.create("sample", {}), ports.port()

    @app.get("/named")
    async def named() -> Response:
        return Response("ok", headers={"x-name": value})

    serving = asyncio.create_task(web.serve(app, "127.0.0.1", port))
    async with httpx.AsyncClient(transport=httpx.AsyncHTTPTransport(retries=8)) as http:
        assert (await http.get(f"http://127.0.0.1:{port}/livez")).text == "ok\n"
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"GET /named HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")
    raw = (await reader.read()).lower()
    writer.close()
    serving.cancel()
    await asyncio.wait([serving])
    assert b"x-evil" not in raw
    assert b"<script>" not in raw


@pytest.mark.parametrize("guard", [False, True])
async def test_no_request_carries_one_either(guard: bool) -> None:
    heads: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heads.append(await reader.read(10_000))
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
        writer.close()

    made = guarded.client("127.0.0.0/8") if guard else telemetry.http_client()
    async with await asyncio.start_server(serve, "127.0.0.1", 0) as listening, made as http:
        url = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
        for value in EVIL:
            with pytest.raises(httpx.LocalProtocolError):
                await http.post(url, headers={"x-name": value}, content=b"x")
            with pytest.raises((httpx.InvalidURL, httpx.LocalProtocolError)):
                await http.post(f"{url}/{value}", content=b"x")
        assert (await http.post(url, headers={"x-name": "a"})).status_code == 200
    assert len([head for head in heads if head]) == 1
    assert b"evil" not in b"".join(heads).lower()


@pytest.mark.parametrize("text", [*TEXTS, *EVIL, "//evil.example", "/\\evil.example", "https://evil.example", "/a\tb"])
def test_a_login_leads_nowhere_else(text: str) -> None:
    path = sessions.own_path(text)
    assert path.isascii()
    assert path.isprintable()
    assert path.startswith("/")
    assert not path.startswith(("//", "/\\"))


@pytest.mark.parametrize("cell", RUNS)
def test_nothing_that_was_written_runs_in_a_spreadsheet(cell: str) -> None:
    ours = tables.written([[cell]]).removeprefix("\ufeff")
    content = Content(question="質問", answer=f"{cell}\n二行目", product="x")
    theirs = csv_text([{**plain("1", content, 1), "answer": cell}], head=False)
    for table, column in ((ours, 0), (theirs, COLUMNS.index("answer"))):
        (row,) = list(csv.reader(io.StringIO(table, newline="")))
        assert row[column][0] in "' "
        assert row[column][1:] == cell
