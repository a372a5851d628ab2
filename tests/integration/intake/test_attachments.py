"""Files of a case over the API: kept once and sealed, seen as the case is, and gone when they are taken away or erased."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest

from services.intake import erasing
from services.intake.domain import files
from services.intake.domain.retention import Spans
from tests.integration.intake.desk import Desk
from tests.integration.intake.teams import MARK, attach, case_of, theirs
from tests.unit.intake.pictures import GPS, HTML, jpeg, png

NAME = "髙﨑①㈱🔥.png"


async def listed(desk: Desk, case: str, token: str = "") -> list[dict[str, Any]]:
    answer = await desk.get(f"/v1/cases/{case}/attachments", token=token or None)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["data"]
    return found


async def fetched(desk: Desk, case: str, id_: str, token: str = "") -> httpx.Response:
    return await desk.get(f"/v1/cases/{case}/attachments/{id_}", token=token or None)


async def gone(desk: Desk, case: str, id_: str, token: str = "") -> int:
    headers = {"authorization": f"Bearer {token or desk.token}"}
    return (await desk.client.delete(f"/v1/cases/{case}/attachments/{id_}", headers=headers)).status_code


async def told(desk: Desk, case: str) -> list[str]:
    lines = (await desk.get(f"/v1/cases/{case}/timeline")).json()["data"]
    return [line["text"] for line in lines if "添付" in line["text"]]


async def did(desk: Desk, case: str) -> list[tuple[str, str]]:
    """What the audit tells of files of a case: what was done, by whom."""
    async with desk.db.reading() as tx:
        rows = await tx.fetch("SELECT entry::jsonb AS said FROM audit WHERE object = $1 ORDER BY id", case)
    said = [json.loads(row["said"]) for row in rows]
    return [(one["action"], one["actor"]) for one in said if "attach" in one["action"] or "detach" in one["action"]]


async def test_a_photo_is_kept_once_without_its_place_and_given_back_as_nothing_a_browser_runs(desk: Desk) -> None:
    case = await case_of(desk, "sre")
    raw = png(behind=GPS + HTML)
    first = await attach(desk, case, raw, NAME, key="k")
    assert first.status_code == 201, first.text
    again = await attach(desk, case, raw, NAME, key="k")
    assert (again.status_code, again.json()["id"]) == (201, first.json()["id"])
    assert (await attach(desk, case, jpeg(up=6), "x.jpg", key="k")).json()["id"] != first.json()["id"], "another file"
    await desk.log.drain()
    one, _ = await listed(desk, case)
    assert (one["name"], one["kind"], one["size"], one["by"]["id"]) == (NAME, "image/png", len(png()), "crm")
    answer = await fetched(desk, case, one["id"])
    assert answer.content == png()
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in answer.headers["content-security-policy"]
    quoted = "attachment; filename*=UTF-8''%E9%AB%99%EF%A8%91%E2%91%A0%E3%88%B1%F0%9F%94%A5.png"
    assert answer.headers["content-disposition"] == quoted
    assert (await told(desk, case))[0] == f"ファイルを添付しました：PNG 画像（{len(png())} B）"
    assert await did(desk, case) == [("case.attached.v1", "crm")] * 2 + [("attachment.opened", "crm")]


async def test_neither_bytes_nor_names_stand_anywhere_unsealed(desk: Desk) -> None:
    case = await case_of(desk, "sre")
    await attach(desk, case, "0312345678 の髙﨑様".encode(), "髙﨑様_領収書.txt")
    async with desk.db.reading() as tx:
        for table in ("attachments", "outbox", "folds", "audit", "timeline", "idempotency"):
            rows = await tx.fetch(f"SELECT t::text AS said FROM {table} AS t")
            for word in ("領収書", "髙﨑様"):
                spelt = (word, word.encode().hex(), word.encode("unicode_escape").decode())
                assert not any(form in row["said"] for row in rows for form in spelt), table


@pytest.mark.parametrize(
    ("raw", "status", "code"),
    [
        (b"", 422, "file-empty"),
        (HTML, 422, "file-kind"),
        (b"PK\x03\x04" + bytes(500), 422, "file-kind"),
        (png()[:-9], 422, "file-damaged"),
        (b"x" * (11 * 1024 * 1024), 413, "too-large"),
    ],
)
async def test_what_cannot_be_attached_changes_nothing(desk: Desk, raw: bytes, status: int, code: str) -> None:
    case = await case_of(desk, "sre")
    answer = await attach(desk, case, raw, "a.png")
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert await listed(desk, case) == []
    assert await told(desk, case) == []


async def test_a_case_takes_so_many_and_all_cases_together_so_much(desk: Desk) -> None:
    case = await case_of(desk, "sre")
    name = "../" + "長\r\n\x00" * 1250 + ".exe"
    answer = await attach(desk, case, b"log", name)
    assert (answer.status_code, answer.json()["name"]) == (201, "長" * 66 + ".txt")
    for _ in range(files.MOST - 1):
        assert (await attach(desk, case, b"log")).status_code == 201
    answer = await attach(desk, case, b"log")
    assert (answer.status_code, answer.json()["code"]) == (422, "files-too-many")
    assert len(await listed(desk, case)) == files.MOST
    for size, code in ((files.LARGEST_ALL - 2, "files-too-many"), (1024**3 - 2, "files-no-room")):
        full, other = await case_of(desk, "sre"), await case_of(desk, "sre")
        await attach(desk, full, b"log")
        desk.door.settings = replace(desk.door.settings, attachments_gb=1)
        async with desk.db.transaction() as tx:
            await tx.execute("UPDATE attachments SET size = $1 WHERE case_id = $2", size, full)
        answer = await attach(desk, full if code == "files-too-many" else other, b"log")
        assert (answer.status_code, answer.json()["code"]) == (422 if code == "files-too-many" else 409, code)
        await gone(desk, full, (await listed(desk, full))[0]["id"])


async def test_files_are_for_who_sees_the_case_and_gone_by_who_may(desk: Desk) -> None:
    shown, secret, _ = await theirs(desk)
    till = await desk.token_for("till", "all", None, ("reporter", "payments"))
    case = await case_of(desk, "payments", till)
    inside = (await attach(desk, case, MARK.encode())).json()["id"]
    outside = (await attach(desk, case, b"log", "log.txt", till)).json()
    assert outside["internal"] is False, "what a reporter attaches is theirs to see"
    ours = await desk.token_for("ours", "all", None, ("leader", "support"))
    watching = await desk.token_for("auditor", "all", None, ("auditor", "payments"))
    working = await desk.token_for("working", "all", None, ("responder", "payments"))
    leading = await desk.token_for("leading", "all", None, ("leader", "payments"))
    for token, sees in ((ours, 404), (till, 404), (watching, 200), (working, 200)):
        assert (await fetched(desk, case, inside, token)).status_code == sees
    assert [one["id"] for one in await listed(desk, case, till)] == [outside["id"]]
    assert (await desk.get(f"/v1/cases/{case}/attachments", token=ours)).status_code == 404
    for token, status in ((ours, 404), (watching, 403), (working, 201)):
        assert (await attach(desk, case, b"x", "", token)).status_code == status
    for token, status in ((ours, 404), (watching, 403), (working, 403), (till, 204)):
        assert await gone(desk, case, inside, token) == status, (
            "the reporter's asks for what they do not see: nothing happens"
        )
    assert (await fetched(desk, case, inside)).status_code == 200
    assert await gone(desk, case, outside["id"], till) == 204
    assert await gone(desk, case, inside, leading) == 204
    assert (await fetched(desk, case, inside)).status_code == 404
    assert (await desk.get(f"/v1/cases/{secret}/attachments", token=watching)).status_code == 404
    other = (await listed(desk, shown))[0]["id"]
    assert (await fetched(desk, case, other)).status_code == 404, "of another case"


async def test_the_database_itself_shows_no_files_of_other_teams(desk: Desk) -> None:
    await theirs(desk)
    seer = '{"sees": ["support"], "leads": [], "name": "x", "person": null}'
    async with desk.db.transaction() as tx:
        assert await tx.fetchval("SELECT count(*) FROM attachments") == 1
        await tx.execute("SELECT set_config('tasuki.seer', $1, true)", seer)
        assert await tx.fetchval("SELECT count(*) FROM attachments") == 0


async def test_that_a_file_was_there_stays_told_and_a_late_repeat_does_not_bring_it_back(desk: Desk) -> None:
    case = await case_of(desk, "sre")
    id_ = (await attach(desk, case, b"log", key="k")).json()["id"]
    for _ in range(2):
        assert await gone(desk, case, id_) == 204
    answer = await attach(desk, case, b"log", key="k")
    assert (answer.status_code, answer.json()["code"]) == (409, "file-removed")
    await desk.log.drain()
    assert await told(desk, case) == ["ファイルを添付しました：テキスト（3 B）", "添付ファイルを削除しました"]
    assert await listed(desk, case) == []


async def test_erasing_and_the_end_of_its_time_leave_no_bytes(desk: Desk) -> None:
    case, old = await case_of(desk, "sre"), await case_of(desk, "sre")
    for one in (case, old):
        assert (await attach(desk, one, b"log")).status_code == 201
    headers = {"authorization": f"Bearer {desk.token}"}
    await desk.client.delete(f"/v1/cases/{case}/personal", headers=headers)
    assert await listed(desk, case) == []
    await desk.act(old, "acknowledge")
    await desk.act(old, "resolve", handling="x", result="x")
    await desk.log.drain()
    assert len(await listed(desk, old)) == 1
    spans, later = Spans(), desk.clock.now() + timedelta(days=4000)
    async with desk.db.transaction() as tx:
        await erasing.forget_originals(tx, spans, later)
    assert await listed(desk, old) == []
    async with desk.db.reading() as tx:
        assert await tx.fetchval("SELECT count(*) FROM attachments") == 0
        assert await tx.fetchval("SELECT count(*) FROM case_keys WHERE case_id = ANY($1)", [case, old]) == 0


async def test_bytes_stand_in_no_other_s_place(desk: Desk) -> None:
    case = await case_of(desk, "sre")
    one, two = [(await attach(desk, case, text)).json()["id"] for text in (b"one", b"two")]
    async with desk.db.transaction() as tx:
        await tx.execute(
            "UPDATE attachments AS a SET sealed = b.sealed FROM attachments AS b WHERE a.id = $1 AND b.id = $2",
            one,
            two,
        )
    assert (await fetched(desk, case, one)).status_code == 503
    assert (await fetched(desk, case, two)).content == b"two"


async def test_a_list_reads_no_bytes(desk: Desk) -> None:
    case = await case_of(desk, "sre")
    await attach(desk, case, b"x" * 100_000)
    async with desk.db.transaction() as tx:
        await tx.execute("UPDATE attachments SET sealed = '' WHERE case_id = $1", case)
    assert [one["size"] for one in await listed(desk, case)] == [100_000]


async def test_a_connection_that_is_lost_half_way_leaves_nothing(desk: Desk) -> None:
    case = await case_of(desk, "sre")

    received = [{"type": "http.request", "body": png()[:60], "more_body": True}, {"type": "http.disconnect"}]
    sent: list[Any] = []

    async def receive() -> Any:
        return received.pop(0)

    async def send(message: Any) -> None:
        sent.append(message)

    headers = {"authorization": f"Bearer {desk.token}", "content-type": "application/octet-stream"}
    scope = {
        "type": "http", "method": "POST", "path": f"/v1/cases/{case}/attachments", "query_string": b"", "http_version": "1.1",
        "scheme": "http", "server": ("intake.test", 80), "headers": [(k.encode(), v.encode()) for k, v in headers.items()],
    }  # fmt: skip
    await desk.app(scope, receive, send)
    assert sent[0]["status"] == 400
    assert await listed(desk, case) == []
    assert (await attach(desk, case, png())).status_code == 201
