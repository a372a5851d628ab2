"""The audit trail on its real database: written with what it records, closed to changes, and what is forced all the same is found."""

import asyncio
import json
from base64 import b64encode
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from cli import audit
from cli.__main__ import parser
from cli.door import Door
from services.intake import auditing
from services.intake.settings import Settings
from shared.contracts import events as e
from shared.contracts.vocabulary import Channel, Outcome, Purpose
from shared.runtime.db import Transaction
from shared.runtime.settings import Secret
from tests.integration.intake.desk import SETTINGS, Desk, link

Verify = Callable[..., Awaitable[int]]


async def lines(desk: Desk, object_: str = "") -> list[dict[str, Any]]:
    """The trail, the oldest first, of one object or of all."""
    answer = await desk.get(f"/v1/audit?after=0&limit=1000{f'&object={object_}' if object_ else ''}")
    assert answer.status_code == 200, answer.text
    return [line for line in answer.json()["data"] if line["action"] != "audit.seen"]


async def sign(desk: Desk, settings: Settings = SETTINGS) -> None:
    """What the worker does every ten minutes."""
    async with desk.db.transaction() as tx:
        await auditing.checkpoint(tx, auditing.Keys.of(settings), desk.clock.now())


@pytest.fixture
async def verify(desk: Desk) -> Verify:
    """Run `tasuki audit verify` against the API as it answers now; gives the exit code."""
    await begin_anew(desk)

    async def run(*arguments: str) -> int:
        number = max((p["number"] for p in (await desk.get("/v1/audit/checkpoints")).json()["data"]), default=0)
        asked = ("checkpoints?limit=1000", f"checkpoints?limit=1000&after={number}")
        answers = {f"/v1/audit/{path}": (await desk.get(f"/v1/audit/{path}")).content for path in asked}
        read: list[dict[str, Any]] = [{"id": 0}]
        while read:  # what is read is written down, and that is read too, until there is nothing else
            path = f"/v1/audit?after={read[-1]['id']}&limit=1000"
            answers[path] = (answer := await desk.get(path)).content
            read = answer.json()["data"]

        def handle(request: httpx.Request) -> httpx.Response:
            return httpx.Response(200, content=answers[request.url.raw_path.decode()])

        with Door("http://tasuki.test", "token", transport=httpx.MockTransport(handle)) as door:
            return audit.run(parser().parse_args(["audit", "verify", *arguments]), door)

    return run


async def begin_anew(desk: Desk) -> None:
    """An empty trail: that of other tests stands, for nothing deletes it."""
    await force(desk, "TRUNCATE audit, audit_checkpoints", "UPDATE audit_chains SET seq = 0, hash = sha256('')")


async def force(desk: Desk, *statements: str) -> None:
    """What nobody but the owner of the tables can do: change what stands."""
    async with desk.db.transaction() as tx:
        for table in ("audit", "audit_checkpoints"):
            await tx.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        for statement in statements:
            await tx.execute(statement)
        for table in ("audit", "audit_checkpoints"):
            await tx.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


async def story(desk: Desk) -> str:
    """A case with a few entries, all in one chain, which is none of those who look."""
    case_id: str = (await desk.submit())["id"]
    while auditing.chain(case_id) == auditing.chain(auditing.ITSELF):
        case_id = (await desk.submit())["id"]
    for verb in ("acknowledge", "start"):
        assert (await desk.act(case_id, verb)).status_code == 200
    return case_id


async def test_it_says_who_did_what_by_which_token(desk: Desk) -> None:
    case_id = await story(desk)
    told = [(x["action"], x["actor"], x["actor_kind"], x["through"]) for x in await lines(desk, case_id)]
    assert told == [
        ("case.submitted.v1", "crm", "source", "crm"),
        ("case.acknowledged.v1", "sato", "person", "crm"),
        ("case.started.v1", "sato", "person", "crm"),
    ]
    await desk.log.drain()
    sent = e.NotificationAttempted(
        case_id=case_id, notification_id="n", purpose=Purpose.PAGE, channel=Channel.PHONE, recipient="sato", attempt=1,
        outcome=Outcome.DELIVERED,
    )  # fmt: skip
    await desk.log.tell(sent)
    last = (await lines(desk, case_id))[-1]
    assert (last["action"], last["detail"]["recipient"]) == ("notification.attempted.v1", "sato")
    assert "satoさん" not in json.dumps(await lines(desk), ensure_ascii=False)


async def test_what_did_not_happen_is_not_in_it(desk: Desk) -> None:
    case_id = await story(desk)
    before = len(await lines(desk))
    assert (await desk.act(case_id, "reopen", reason="x")).status_code == 409
    assert (await desk.act(case_id, "acknowledge")).status_code == 200  # it is so already

    async def broken() -> None:
        async with desk.db.transaction() as tx:
            await auditing.now(tx, auditing.entry("x", e.Actor(kind="source", id="x"), "x", desk.clock.at))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await broken()
    assert len(await lines(desk)) == before


async def test_reading_a_restricted_case_is_recorded_and_an_ordinary_one_is_not(desk: Desk) -> None:
    plain, secret = (await desk.submit())["id"], (await desk.submit(kind="harassment"))["id"]
    for case_id in (plain, secret):
        await desk.get(f"/v1/cases/{case_id}")
        await desk.get(f"/v1/cases/{case_id}/timeline")
        await desk.get(f"/v1/cases/{case_id}/notifications")
        await desk.client.get(link(desk, case_id))
        assert (await desk.get(f"/v1/cases/{case_id}/asked?person=x&round=1&after=0")).json() == {"asked": True}
    await desk.get("/v1/cases")
    assert [x for x in await lines(desk, plain) if x["action"] == "case.seen"] == []
    seen = [(x["actor"], x["through"]) for x in await lines(desk, secret) if x["action"] == "case.seen"]
    assert seen == [("crm", "crm"), ("crm", "crm"), ("crm", "crm"), ("sato", "link"), ("crm", "crm")]


async def test_tokens_roles_and_what_is_published_are_recorded(desk: Desk) -> None:
    headers = {"authorization": f"Bearer {desk.token}"}
    made = (await desk.post("/v1/tokens", {"name": "x", "scopes": ["read"]})).json()
    await desk.client.delete(f"/v1/tokens/{made['id']}", headers=headers)
    await desk.client.put("/v1/grants/ken", json={"grants": [{"role": "leader", "team": "*"}]}, headers=headers)
    await desk.client.put("/v1/policy", json={}, headers=headers)
    told = [(x["action"], x["object"]) for x in (await lines(desk))[-5:]]
    token = f"token:{made['id']}"
    assert told == [
        ("token.created", token), ("token.revoked", token), ("grants.set", "person:ken"),
        ("relayed.asked", "/v1/policy"), ("relayed", "/v1/policy"),
    ]  # fmt: skip


async def test_what_is_done_to_a_source_is_recorded_without_its_secrets(desk: Desk) -> None:
    headers = {"authorization": f"Bearer {desk.token}", "if-match": "*"}
    made = await desk.set_up("monitor-tokyo")
    new = (await desk.post("/v1/sources/monitor-tokyo/secrets")).json()
    await desk.client.patch("/v1/sources/monitor-tokyo", json={"name": "x"}, headers=headers)
    await desk.client.delete(f"/v1/sources/monitor-tokyo/secrets/{new['id']}", headers=headers)
    await desk.client.delete("/v1/sources/monitor-tokyo", headers=headers)
    told = await lines(desk, "source:monitor-tokyo")
    assert [x["action"].removeprefix("source.") for x in told] == [
        "created", "secret-replaced", "changed", "secret-ended", "changed",
    ]  # fmt: skip
    assert {x["actor"] for x in told} == {"crm"}
    assert made["secret"] not in str(told)
    assert new["secret"] not in str(told)


async def test_many_writers_at_once_make_chains_without_gaps(desk: Desk, verify: Verify) -> None:
    await asyncio.gather(*(desk.submit() for _ in range(60)))
    assert await verify() == 0
    assert len(await lines(desk)) == 60


@pytest.mark.parametrize("statement", ["UPDATE audit SET entry = ''", "DELETE FROM audit", "TRUNCATE audit"])
async def test_the_table_takes_no_changes(desk: Desk, statement: str) -> None:
    await story(desk)
    with pytest.raises(Exception, match="stands"):
        async with desk.db.transaction() as tx:
            await tx.execute(statement)


THERE = "chain = (SELECT chain FROM audit WHERE object LIKE 'c\\_%' ORDER BY id DESC LIMIT 1)"
LAST = f"(SELECT seq FROM audit_chains WHERE {THERE})"
CUT = (
    f"DELETE FROM audit WHERE {THERE} AND seq = {LAST}",
    f"UPDATE audit_chains SET (seq, hash) = (SELECT seq, hash FROM audit WHERE {THERE} ORDER BY seq DESC LIMIT 1) WHERE {THERE}",
)
TAMPERING = {
    "an edit": (("UPDATE audit SET entry = replace(entry, 'sato', 'mai') WHERE object LIKE 'c\\_%' AND seq = 2",), "書き換え"),
    "a deletion": ((f"DELETE FROM audit WHERE {THERE} AND seq = 2",), "抜けて"),
    "a truncation": ((f"DELETE FROM audit WHERE {THERE} AND seq = {LAST}",), "失われ"),
    "a truncation with the end of its chain": (CUT, "失われ"),
    "everything": (("DELETE FROM audit", "UPDATE audit_chains SET seq = 0, hash = sha256('')"), "失われ"),
    "a forged checkpoint": (("UPDATE audit_checkpoints SET body = replace(body, '\"at\":\"', '\"at\":\"9')",), "署名"),
    "a new history": (
        (
            "DELETE FROM audit",
            "UPDATE audit_chains SET seq = 0, hash = sha256('')",
            "SELECT audit_append((SELECT max(chain) FROM audit_chains), ARRAY['[]'])",
        ),
        "失われ",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", TAMPERING)
async def test_what_is_forced_is_found(
    desk: Desk, verify: Verify, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    await story(desk)
    await sign(desk)
    assert await verify() == 0
    statements, words = TAMPERING[name]
    await force(desk, *statements)
    capsys.readouterr()
    assert await verify() == 1
    assert words in capsys.readouterr().out


async def test_what_was_kept_outside_finds_a_cut_that_took_the_checkpoints_too(
    desk: Desk, verify: Verify, tmp_path: Path
) -> None:
    kept = str(tmp_path / "checkpoint.json")
    await story(desk)
    await sign(desk)
    assert await verify("--kept", kept) == 0
    await force(desk, "DELETE FROM audit_checkpoints", *CUT)
    assert await verify() == 0
    assert await verify("--kept", kept) == 1


async def test_a_key_of_ones_own_is_checked_without_the_server(desk: Desk, verify: Verify) -> None:
    mine, other = (Ed25519PrivateKey.generate() for _ in range(2))
    desk.door.settings = Settings(
        **{**vars(SETTINGS), "audit_key": Secret(b64encode(mine.private_bytes_raw()).decode())}
    )
    await story(desk)
    await sign(desk, desk.door.settings)
    await sign(desk, desk.door.settings)  # nothing was added: nothing is signed
    assert len((await desk.get("/v1/audit/checkpoints")).json()["data"]) == 1
    assert await verify() == 0
    assert await verify("--key", b64encode(mine.public_key().public_bytes_raw()).decode()) == 0
    assert await verify("--key", b64encode(other.public_key().public_bytes_raw()).decode()) == 1


@pytest.mark.parametrize("setting", ["audit_key", "link_key"])
async def test_a_key_that_was_replaced_has_signed_for_good(desk: Desk, verify: Verify, setting: str) -> None:
    pairs = [Ed25519PrivateKey.generate() for _ in range(2)]
    old, new = (b64encode(pair.private_bytes_raw()).decode() for pair in pairs)

    def given(keys: str) -> Settings:
        return Settings(**{**vars(SETTINGS), setting: Secret(keys)})

    await story(desk)
    for keys in (old, f"{new},{old}"):
        desk.door.settings = given(keys)
        await sign(desk, desk.door.settings)
        assert await verify() == 0  # that it was looked at stands in the trail, to be signed by the next key
    points = (await desk.get("/v1/audit/checkpoints")).json()
    assert [point["genuine"] for point in points["data"]] == [True, True]
    kept = [b64encode(pair.public_key().public_bytes_raw()).decode() for pair in pairs]
    if setting == "audit_key":
        assert (points["public_key"], points["public_keys"]) == (kept[1], kept[::-1])
        assert await verify("--key", kept[0], "--key", kept[1]) == 0
        assert await verify("--key", kept[1]) == 1
    desk.door.settings = given(new)
    assert await verify() == 1


async def test_only_who_audits_every_team_reads_it(desk: Desk) -> None:
    for grants, scopes, status in (
        ((("auditor", "*"),), "read", 200),
        ((("admin", "*"),), "read", 200),
        ((("auditor", "payments"),), "read", 403),
        ((("manager", "*"),), "all", 403),
        ((), "read", 403),
        ((), "read,admin", 200),
    ):
        token = await desk.token_for(f"{grants}{scopes}", scopes, None, *grants)
        for path in ("/v1/audit", "/v1/audit/checkpoints"):
            assert (await desk.get(path, token=token)).status_code == status, (grants, scopes)


async def test_a_batch_writes_its_entries_when_it_ends(desk: Desk) -> None:
    async with desk.db.transaction() as tx:
        auditing.later(tx)
        assert auditing.beside(
            tx, auditing.entry("a", e.Actor(kind="source", id="x"), "batch", desk.clock.at), "k"
        ) == (0, [])
        assert await _count(tx) == 0
    assert [x["action"] for x in await lines(desk, "batch")] == ["a"]


async def _count(tx: Transaction) -> int:
    found: int = await tx.fetchval("SELECT count(*) FROM audit WHERE object = 'batch'")
    return found
