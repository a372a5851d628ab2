"""The versions of the policy on a real database and over HTTP: who publishes, what is refused, what is told."""

import asyncio
import json
import re
import time
from dataclasses import replace
from datetime import timedelta

import pytest

from services.router import publishing, reading, store
from services.router.current import Current
from shared.contracts.plan import Person
from shared.contracts.vocabulary import Priority
from tests.integration.log import T0
from tests.integration.router.policy_desk import BY, Desk, files

KYOKO = Person(id="yamada.kyoko", name="山田 京子")


async def test_the_files_are_the_first_version_and_are_given_back_with_their_comments(desk: Desk) -> None:
    answer = await desk.client.get("/v1/policy")
    assert answer.headers["etag"] == '"1"'
    assert (answer.json()["version"], answer.json()["origin"]) == (1, "files")
    full = (await desk.client.get("/v1/policy/versions/1")).json()
    assert full["files"] == files()
    assert "# " in full["files"]["rules.yaml"]


async def test_a_publication_is_in_force_at_once_and_said_once(desk: Desk) -> None:
    answer = await desk.publish(1, matrix="first_response: 5m→first_response: 10m", why="髙﨑①㈱🔥 のため")
    assert answer.status_code == 200, answer.text
    assert answer.headers["etag"] == '"2"'
    said = answer.json()
    assert (said["version"], said["changed"], said["published_by_id"], said["why"]) == (
        2,
        True,
        BY["id"],
        "髙﨑①㈱🔥 のため",
    )
    assert [c["text"] for c in said["changes"]] == ["P1 の初回応答: 5分 → 10分"]
    assert desk.current.in_force.version == 2
    assert desk.current.in_force.policy.priorities[Priority.P1].first_response == "10m"
    async with desk.db.reading() as tx:
        told = await tx.fetch("SELECT body FROM outbox WHERE topic = 'tasuki.policy' ORDER BY id")
    assert [json.loads(row["body"])["version"] for row in told] == [1, 2]


async def test_a_publication_without_or_with_an_outdated_version_changes_nothing(desk: Desk) -> None:
    body = {"files": files(matrix="first_response: 5m→first_response: 6m"), "by": BY, "why": "x"}
    assert (await desk.put(body)).status_code == 428
    assert (await desk.put(body, "*")).status_code == 428
    await desk.publish(1, matrix="first_response: 5m→first_response: 10m")
    for stale in ('"1"', '"3"', 'W/"2"', "2", '"two"'):
        answer = await desk.put(body, stale)
        assert answer.status_code == 412, stale
        assert "版 2" in answer.json()["title"]
        assert answer.headers["etag"] == '"2"'
    assert [v[0] for v in await desk.versions()] == [2, 1]


async def test_the_same_again_makes_no_new_version(desk: Desk) -> None:
    answer = await desk.publish(1)
    assert (answer.status_code, answer.json()["changed"], answer.json()["version"]) == (200, False, 1)


async def test_two_who_publish_at_once_one_wins(desk: Desk) -> None:
    """Red when `publish` looks at the newest version before it has taken the lock."""
    drafts = [
        await asyncio.to_thread(reading.draft, files(matrix=f"first_response: 5m→first_response: {n}m"))
        for n in range(6, 12)
    ]

    together = asyncio.Barrier(len(drafts))

    async def one(draft: reading.Draft) -> bool:
        try:
            async with desk.db.transaction() as tx:
                await together.wait()
                return (await publishing.publish(tx, draft, KYOKO, "x", T0, 1))[1]
        except publishing.Outdated:
            return False

    assert sorted(await asyncio.gather(*map(one, drafts))) == [False] * 5 + [True]
    assert [v[0] for v in await desk.versions()] == [2, 1]


async def test_a_refusal_names_everything_at_once_in_the_readers_language_and_changes_nothing(desk: Desk) -> None:
    bad = files(
        matrix="first_response: 5m→first_response: 5 minutes",
        rules="{role: manager, path: hierarchical}→{role: manager, path: hierarchical, team: nobody-knows}",
        teams="{person: ito.sakura}→{person: 髙﨑}",
    )
    answer = await desk.put({"files": bad, "by": BY, "why": "x"}, 1)
    assert answer.status_code == 422
    problem = answer.json()
    assert problem["code"] == "policy-refused"
    named = {(e["file"], e["code"]) for e in problem["errors"] if e["severity"] == "error"}
    assert ("matrix.yaml", "unfit-value-error") in named
    assert all(e["line"] > 0 and e["reason"] and e["remedy"] for e in problem["errors"])
    assert "期間ではありません" in problem["errors"][0]["detail"]
    english = await desk.put({"files": bad, "by": BY, "why": "x"}, 1, "en")
    assert re.fullmatch(r"Not published: [1-9] errors\.", english.json()["title"])
    assert "not a duration" in english.json()["errors"][0]["detail"]
    mended = {**bad, "matrix.yaml": files()["matrix.yaml"]}
    both = (await desk.put({"files": mended, "by": BY, "why": "x"}, 1)).json()["errors"]
    assert {(e["file"], e["code"]) for e in both if e["severity"] == "error"} == {
        ("rules.yaml", "unknown-team"),
        ("teams.yaml", "unknown-person"),
    }
    assert [v[0] for v in await desk.versions()] == [1]
    assert desk.current.in_force.version == 1


async def test_a_row_of_the_test_table_that_fails_refuses_the_policy(desk: Desk) -> None:
    answer = await desk.publish(1, rules="at_least: P1→at_least: P2")
    assert answer.status_code == 422
    failed = [e for e in answer.json()["errors"] if e["code"] == "case-fails"]
    assert failed
    assert {e["file"] for e in failed} == {"cases.yaml"}
    assert any("期待: P1、実際: P2" in e["detail"] for e in failed)


@pytest.mark.parametrize("by", [{"id": ""}, {"name": "x"}, {}])
async def test_nobody_publishes_without_a_name_or_a_reason(desk: Desk, by: dict[str, str]) -> None:
    assert (await desk.put({"files": files(), "by": by, "why": "x"}, 1)).status_code == 422
    for why in ("", "  ", "あ" * 501):
        assert (await desk.put({"files": files(), "by": BY, "why": why}, 1)).status_code == 422
    assert (await desk.client.get("/v1/policy", headers={"authorization": "Bearer x"})).status_code == 401


async def test_an_old_version_comes_back_as_a_new_one(desk: Desk) -> None:
    await desk.publish(1, matrix="first_response: 5m→first_response: 10m")
    back = await desk.client.post("/v1/policy/rollback", json={"to": 1, "by": BY, "why": "元に戻す"})
    assert back.status_code == 200, back.text
    assert (back.json()["version"], back.json()["restores"]) == (3, 1)
    assert [c["text"] for c in back.json()["changes"]] == ["P1 の初回応答: 10分 → 5分"]
    assert (await desk.client.get("/v1/policy/versions/3")).json()["files"] == files()
    missing = await desk.client.post("/v1/policy/rollback", json={"to": 9, "by": BY, "why": "x"})
    assert missing.status_code == 404
    stale = {"if-match": '"1"'}
    late = await desk.client.post("/v1/policy/rollback", json={"to": 2, "by": BY, "why": "x"}, headers=stale)
    assert late.status_code == 412


async def test_the_history_is_read_page_by_page(desk: Desk) -> None:
    for n in range(1, 5):
        assert (await desk.publish(n, matrix=f"first_response: 5m→first_response: {n + 5}m")).status_code == 200
    first = (await desk.client.get("/v1/policy/versions?limit=3")).json()
    rest = (await desk.client.get(f"/v1/policy/versions?limit=3&cursor={first['next_cursor']}")).json()
    assert [v["version"] for v in (*first["data"], *rest["data"])] == [5, 4, 3, 2, 1]
    assert rest["next_cursor"] is None
    assert (await desk.client.get("/v1/policy/versions/99")).status_code == 404


async def test_versions_and_drafts_are_compared_in_words(desk: Desk) -> None:
    await desk.publish(1, matrix="first_response: 5m→first_response: 10m")
    said = (await desk.client.get("/v1/policy/diff?from=1&to=2", headers={"accept-language": "en"})).json()
    assert [c["text"] for c in said["changes"]] == ["P1, first response: 5 min → 10 min"]
    assert (await desk.client.get("/v1/policy/diff")).json()["changes"][0]["text"] == "P1 の初回応答: 5分 → 10分"
    draft = {"files": files(teams="owner: yamada.kyoko→owner: tanaka.minoru")}
    said = (await desk.client.post("/v1/policy/diff", json=draft)).json()
    texts = [c["text"] for c in said["changes"]]
    assert texts == ["P1 の初回応答: 10分 → 5分", "方針の持ち主: yamada.kyoko → tanaka.minoru"]
    assert (await desk.client.get("/v1/policy/diff?from=1&to=77")).status_code == 404


async def test_linting_changes_nothing(desk: Desk) -> None:
    good = (await desk.client.post("/v1/policy/lint", json={"files": files()})).json()
    assert (good["ok"], good["findings"], good["contacts_checked"]) == (True, [], False)
    bad = (await desk.client.post("/v1/policy/lint", json={"files": {**files(), "extra.yaml": ""}})).json()
    assert (bad["ok"], [f["code"] for f in bad["findings"]]) == (False, ["file-unknown"])
    assert [v[0] for v in await desk.versions()] == [1]


@pytest.mark.security
async def test_bombs_and_floods_are_answered_in_time(desk: Desk) -> None:
    bomb = "a: &a [x, x]\n" + "".join(f"b{n}: &b{n} [*a, *a]\n" for n in range(1000))
    for text, code in (
        (bomb, "yaml-anchor"),
        ("rules: " + "[" * 500_000, "yaml-too-deep"),
        ("rules: [" + "x," * 500_000 + "]", "yaml-too-many"),
        ("#" * 1_200_000, "file-too-large"),
    ):
        started = time.process_time()
        answer = await desk.put({"files": {**files(), "rules.yaml": text}, "by": BY, "why": "x"}, 1)
        assert time.process_time() - started < 5  # the first of them, read as YAML says, would not end
        assert answer.status_code == 422
        assert code in {e["code"] for e in answer.json()["errors"]}
    started = time.process_time()
    answer = await desk.put({"files": {"rules.yaml": "#" * 10_000_000}, "by": BY, "why": "x"}, 1)
    assert time.process_time() - started < 1
    assert answer.status_code == 413
    assert "2048 KB" in answer.json()["title"]
    assert (await desk.client.post("/v1/on-duty", content=b"x" * 300_000)).status_code == 413
    assert [v[0] for v in await desk.versions()] == [1]


async def test_another_replica_takes_it_over(desk: Desk) -> None:
    other = replace(desk, current=Current())
    await other.start()
    await desk.publish(1, matrix="first_response: 5m→first_response: 10m")
    async with other.db.reading() as tx:
        number = await store.newest_number(tx)
        newest = await store.newest(tx)
    assert number == 2
    assert newest is not None
    other.current.take(newest)
    assert other.current.in_force.version == 2
    assert newest.published_at - T0 < timedelta(minutes=1)
