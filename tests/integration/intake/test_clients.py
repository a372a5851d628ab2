"""The clients that are made from the document work against the running front door, in Python and in JavaScript."""

import asyncio
import json
import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import pytest
from tasuki_client import Refused, Tasuki

from services.intake.domain import files
from tests.integration.documents import served
from tests.integration.intake.desk import TEXT, Desk

TYPESCRIPT = Path(__file__).parents[3] / "clients/typescript"
STORY = """
import { Refused, Tasuki } from "CLIENT";
const tasuki = new Tasuki(process.argv[2], process.argv[3], { language: "en", tries: 1 });
const made = await tasuki.submitCase({ facts: process.argv[4], customer: { company: "髙﨑㈱" } });
const shown = await tasuki.readCase(made.id);
const tag = tasuki.answered.get("etag");
const by = { id: "sato", name: "佐藤" };
await tasuki.acknowledgeCase(made.id, { by });
let refused;
try {
  await tasuki.resolveCase(made.id, { by, handling: "x", result: "y" }, {}, { "if-match": tag });
} catch (problem) {
  if (!(problem instanceof Refused)) throw problem;
  refused = [problem.status, problem.code];
}
const file = await tasuki.attachFile(made.id, new TextEncoder().encode("x"), { name: "診断書 (1)'.txt", internal: false });
const listed = await tasuki.listCases({ status: "in_progress", limit: 1 });
console.log(JSON.stringify({ id: made.id, facts: shown.report.facts, refused, file: [file.name, file.internal], listed: listed.data.map((c) => c.owner.id) }));
"""
LATER = """
import { Tasuki } from "CLIENT";
delete globalThis.crypto; // node 18 has none
const tasuki = new Tasuki("http://tasuki.test", "t");
const told = {};
async function later(name, status, call) {
  const keys = (told[name] = []);
  globalThis.fetch = async (address, { headers, signal }) => {
    if (!signal) throw new Error("it would wait for ever");
    keys.push(headers.get("idempotency-key"));
    return new Response("{}", { status: keys.length < 3 ? status : 200, headers: { "retry-after": "0.001" } });
  };
  await call().catch(() => {});
}
await later("submit", 503, () => tasuki.submitCase({ facts: "x" }));
await later("read", 503, () => tasuki.readCase("c"));
await later("plan", 503, () => tasuki.plan({}));
await later("busy", 429, () => tasuki.plan({}));
console.log(JSON.stringify(told));
"""
SLOW = """
import http from "node:http";
import { Tasuki } from "CLIENT";
const server = http.createServer(async (asked, answer) => {
  for await (const _ of asked);
  if (asked.url.startsWith("/v1/figures")) answer.write("half,");
  setTimeout(() => answer.end("whole"), 600);
});
await new Promise((done) => server.listen(0, "127.0.0.1", done));
const tasuki = new Tasuki(`http://127.0.0.1:${server.address().port}`, "t", { seconds: 0.2 });
const told = async (call) => call().catch((problem) => problem.name);
console.log(JSON.stringify([
  await told(() => tasuki.readCase("c")),
  await told(() => tasuki.attachFile("c", new Uint8Array(250_000), { name: "x.bin" })),
  await told(() => tasuki.tableFiguresCsv()),
]));
server.close();
server.closeAllConnections?.();
"""
WINDOW: Any = {}


async def test_python_submits_reads_acts_and_is_told_why_not(desk: Desk) -> None:
    def story(url: str) -> str:
        with Tasuki(url, desk.token, "en", tries=1) as tasuki:
            case = tasuki.submit_case({"facts": TEXT, "customer": {"company": "髙﨑㈱"}})
            assert tasuki.answered["location"] == f"/v1/cases/{case['id']}"
            shown = tasuki.read_case(case["id"])
            assert (shown["report"]["facts"], shown["status_label"]) == (TEXT, "Received")
            tag = tasuki.answered["etag"]
            owner = tasuki.acknowledge_case(case["id"], {"by": {"id": "sato", "name": "佐藤"}})["owner"]
            assert owner is not None
            assert owner["id"] == "sato"
            with pytest.raises(Refused) as refused:
                tasuki.notes_case(case["id"], {"text": "x"}, headers={"if-match": tag})
            assert (refused.value.status, refused.value.code) == (412, "case-changed")
            rows = "\n".join(json.dumps({"external_id": f"A-{n}", "facts": TEXT}) for n in range(2))
            assert tasuki.import_cases(rows, dry_run=True)["would_be_taken"] == 2
            assert [c["id"] for c in tasuki.list_cases(status="in_progress", limit=1)["data"]] == [case["id"]]
            return case["id"]

    async with served(desk.app) as url:
        id_ = await asyncio.to_thread(story, url)
    assert (await desk.get(f"/v1/cases/{id_}")).json()["report"]["customer"]["company"] == "髙﨑㈱"


def _told_to_come_later(status: int, call: Callable[[Tasuki], object]) -> list[httpx.Request]:
    """What is asked when the first two answers say "later"."""
    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        later = httpx.Response(status, headers={"retry-after": "0"})
        return later if len(asked) < 3 else httpx.Response(200, json={"id": "c"})

    with (
        Tasuki("http://tasuki.test", "t", http=httpx.Client(transport=httpx.MockTransport(answer))) as tasuki,
        suppress(Refused),
    ):
        call(tasuki)
    return asked


def test_a_call_that_is_told_to_come_later_is_made_again_under_the_same_key() -> None:
    asked = _told_to_come_later(503, lambda tasuki: tasuki.submit_case({"facts": "x"}))
    assert len(asked) == 3
    assert len({request.headers["idempotency-key"] for request in asked}) == 1
    assert len(_told_to_come_later(503, lambda tasuki: tasuki.read_case("c"))) == 3


@pytest.mark.parametrize("call", [lambda tasuki: tasuki.plan(WINDOW), lambda tasuki: tasuki.end("w", by="sato")])
def test_what_has_no_key_is_not_done_twice(call: Callable[[Tasuki], object]) -> None:
    (asked,) = _told_to_come_later(503, call)
    assert "idempotency-key" not in asked.headers, "nobody would know the repeat by it"
    assert len(_told_to_come_later(429, call)) == 3


def test_what_a_file_is_called_stands_in_no_address() -> None:
    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(201, json={"id": "f"})

    with Tasuki("http://tasuki.test", "t", http=httpx.Client(transport=httpx.MockTransport(answer))) as tasuki:
        tasuki.attach_file("c", b"x", name="診断書.txt", internal=False)
    (request,) = asked
    assert str(request.url) == "http://tasuki.test/v1/cases/c/attachments?internal=false"
    assert files.called(request.headers["content-disposition"]) == "診断書.txt"


async def _javascript(tmp_path: Path, story: str, *arguments: str) -> Any:
    """What a story of the JavaScript client tells at its end."""
    node = shutil.which("node")
    assert node, "node of 18 or newer is needed"
    script = tmp_path / "story.mjs"
    script.write_text(story.replace("CLIENT", (TYPESCRIPT / "index.js").as_uri()))
    run = await asyncio.create_subprocess_exec(
        node, str(script), *arguments, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    out, err = await run.communicate()
    assert run.returncode == 0, err.decode()
    return json.loads(out)


async def test_javascript_asks_again_as_often(tmp_path: Path) -> None:
    told = await _javascript(tmp_path, LATER)
    assert {name: len(keys) for name, keys in told.items()} == {"submit": 3, "read": 3, "plan": 1, "busy": 3}
    assert (len(set(told["submit"])), told["plan"], told["busy"]) == (1, [None], [None] * 3)
    assert told["submit"][0]


async def test_javascript_gives_a_file_the_time_that_it_takes(tmp_path: Path) -> None:
    assert await _javascript(tmp_path, SLOW) == ["TimeoutError", "whole", "half,whole"]


async def test_javascript_does_the_same(desk: Desk, tmp_path: Path) -> None:
    async with served(desk.app) as url:
        told = await _javascript(tmp_path, STORY, url, desk.token, TEXT)
    assert told == {
        "id": told["id"],
        "facts": TEXT,
        "refused": [412, "case-changed"],
        "file": ["診断書 (1)'.txt", False],
        "listed": ["sato"],
    }
