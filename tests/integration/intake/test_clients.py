"""The clients that are made from the document work against the running front door, in Python and in JavaScript."""

import asyncio
import json
import shutil
from pathlib import Path

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


def test_a_call_that_is_told_to_come_later_is_made_again_under_the_same_key() -> None:
    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return (
            httpx.Response(503, headers={"retry-after": "0"})
            if len(asked) < 3
            else httpx.Response(202, json={"id": "c"})
        )

    with Tasuki("http://tasuki.test", "t", http=httpx.Client(transport=httpx.MockTransport(answer))) as tasuki:
        assert tasuki.submit_case({"facts": "x"})["id"] == "c"
    assert len(asked) == 3
    assert len({request.headers["idempotency-key"] for request in asked}) == 1


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


async def test_javascript_does_the_same(desk: Desk, tmp_path: Path) -> None:
    node = shutil.which("node")
    assert node, "node of 18 or newer is needed"
    script = tmp_path / "story.mjs"
    script.write_text(STORY.replace("CLIENT", (TYPESCRIPT / "index.js").as_uri()))
    async with served(desk.app) as url:
        run = await asyncio.create_subprocess_exec(
            node, str(script), url, desk.token, TEXT, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
        )
        out, err = await run.communicate()
    assert run.returncode == 0, err.decode()
    told = json.loads(out)
    assert told == {
        "id": told["id"],
        "facts": TEXT,
        "refused": [412, "case-changed"],
        "file": ["診断書 (1)'.txt", False],
        "listed": ["sato"],
    }
