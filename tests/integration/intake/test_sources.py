"""Sources: set up, changed and disabled by an administrator, with secrets that overlap and are never shown again."""

import json
from datetime import timedelta
from typing import Any

import httpx
import pytest

from services.intake import setups
from services.intake.setups import Setup
from services.intake.vault import Vault
from tests.integration.intake.desk import DATA_KEY, MONITOR_TOKEN, TEXT, Desk, ticket

NAME = "監視 髙﨑①㈱🔥 １２３"


async def ask(desk: Desk, method: str, path: str, body: Any = None, language: str = "ja", **headers: str) -> Any:
    named = {"authorization": f"Bearer {desk.token}", "accept-language": language}
    named |= {name.replace("_", "-"): value for name, value in headers.items()}
    return await desk.client.request(method, path, json=body, headers=named)


async def deliveries(desk: Desk, id_: str, language: str = "ja") -> list[tuple[str, str]]:
    data = (await desk.get(f"/v1/sources/{id_}/deliveries", language)).json()["data"]
    return [(d["verdict"], d["reason"]) for d in data]


@pytest.mark.security
async def test_a_source_is_set_up_and_its_secret_is_shown_once(desk: Desk) -> None:
    made = await desk.set_up("monitor-tokyo", name=NAME, owner="team:payments", options={"a": "あ"})
    assert made["url"] == "https://tasuki.example.jp/v1/webhooks/monitor-tokyo"
    assert made["url"] in made["guide"]
    assert made["secret"] in made["guide"]
    assert len(made["secret"]) >= 43
    shown = await desk.get("/v1/sources/monitor-tokyo")
    assert made["secret"] not in shown.text
    assert (shown.json()["name"], shown.json()["owner"], shown.json()["options"]) == (
        NAME,
        "team:payments",
        {"a": "あ"},
    )
    assert [s["in_force"] for s in shown.json()["secrets"]] == [True]
    async with desk.db.reading() as tx:
        kept = await tx.fetchval("SELECT sealed FROM source_secrets")
    assert made["secret"].encode() not in kept
    assert Vault(DATA_KEY).open(kept, setups.about("monitor-tokyo")) == made["secret"]
    taken = await desk.alert("monitor-tokyo", made["secret"])
    assert (taken.status_code, taken.json()["verdict"]) == (202, "opened")
    assert (await desk.alert("monitor-tokyo", MONITOR_TOKEN)).status_code == 401
    assert (await desk.alert("monitor-tokyo", "")).status_code == 401


async def test_two_sources_of_one_sender_know_nothing_of_each_other(desk: Desk) -> None:
    one, two = [(await desk.set_up(id_))["secret"] for id_ in ("one", "two")]
    first = (await desk.alert("one", one)).json()
    second = (await desk.alert("two", two)).json()
    assert (first["verdict"], second["verdict"]) == ("opened", "opened")
    assert first["case_id"] != second["case_id"]
    assert (await desk.alert("one", two)).status_code == 401


async def test_a_secret_is_replaced_without_losing_anything_meanwhile(desk: Desk) -> None:
    old = (await desk.set_up("m"))["secret"]
    rotated = await desk.post("/v1/sources/m/secrets", {})
    new = rotated.json()["secret"]
    assert rotated.status_code == 201
    assert rotated.json()["old_until"] == (desk.clock.at + timedelta(hours=24)).isoformat().replace("+00:00", "Z")
    assert [(await desk.alert("m", s)).status_code for s in (old, new)] == [202, 202]
    desk.clock.at += timedelta(hours=24)
    assert [(await desk.alert("m", s)).status_code for s in (old, new)] == [401, 202]
    until = desk.clock.at + timedelta(minutes=10)
    third = (await desk.post("/v1/sources/m/secrets", {"old_until": until.isoformat()})).json()
    desk.clock.at += timedelta(minutes=9)
    assert (await desk.alert("m", new)).status_code == 202
    desk.clock.at += timedelta(minutes=2)
    assert [(await desk.alert("m", s)).status_code for s in (new, third["secret"])] == [401, 202]


@pytest.mark.security
async def test_a_stolen_secret_ends_at_once(desk: Desk) -> None:
    old = (await desk.set_up("m"))["secret"]
    new = (await desk.post("/v1/sources/m/secrets", {})).json()
    (stolen,) = [s["id"] for s in (await desk.get("/v1/sources/m")).json()["secrets"] if s["id"] != new["id"]]
    assert (await ask(desk, "DELETE", f"/v1/sources/m/secrets/{stolen}")).status_code == 204
    assert [(await desk.alert("m", s)).status_code for s in (old, new["secret"])] == [401, 202]
    assert (await ask(desk, "DELETE", "/v1/sources/m/secrets/999999")).status_code == 404
    assert (await ask(desk, "DELETE", f"/v1/sources/other/secrets/{new['id']}")).status_code == 404


async def test_what_another_process_changes_counts_within_seconds(desk: Desk) -> None:
    secret = (await desk.set_up("m"))["secret"]
    assert (await desk.alert("m", secret)).status_code == 202
    async with desk.db.transaction() as tx:  # as another process would
        await tx.execute("UPDATE sources SET enabled = false")
    desk.clock.at += timedelta(seconds=2)
    assert (await desk.alert("m", secret)).status_code == 202
    desk.clock.at += timedelta(seconds=2)
    answer = await desk.alert("m", secret)
    assert (answer.status_code, answer.json()["code"]) == (404, "unknown-source")


async def test_a_source_is_disabled_and_enabled_again_by_whoever_knows_its_version(desk: Desk) -> None:
    secret = (await desk.set_up("m"))["secret"]
    tag = (await desk.get("/v1/sources/m")).headers["etag"]
    assert (await ask(desk, "DELETE", "/v1/sources/m")).status_code == 428
    assert (await ask(desk, "PATCH", "/v1/sources/m", {"name": NAME}, if_match=tag)).json()["name"] == NAME
    stale = await ask(desk, "DELETE", "/v1/sources/m", if_match=tag)
    assert (stale.status_code, stale.json()["code"]) == (412, "outdated")
    tag = (await desk.get("/v1/sources/m")).headers["etag"]
    assert (await ask(desk, "DELETE", "/v1/sources/m", if_match=tag)).status_code == 204
    assert (await desk.alert("m", secret)).status_code == 404
    assert (await desk.get("/v1/sources/m")).json()["enabled"] is False
    again = await ask(desk, "PATCH", "/v1/sources/m", {"enabled": True}, if_match="*")
    assert (again.json()["enabled"], again.json()["name"]) == (True, NAME)
    assert (await desk.alert("m", secret)).status_code == 202


async def test_the_sources_of_the_settings_work_until_a_row_takes_their_id(desk: Desk) -> None:
    listed = (await desk.get("/v1/sources")).json()["data"]
    built_in = ["alertmanager", "opsgenie", "pagerduty", "zendesk"]
    assert [(s["id"], s["built_in"]) for s in listed] == [(id_, True) for id_ in built_in]
    assert MONITOR_TOKEN not in json.dumps(listed)
    assert (await desk.zendesk(ticket(), "inv-1")).status_code == 202
    assert (await ask(desk, "PATCH", "/v1/sources/zendesk", {"name": "x"}, if_match="*")).status_code == 404
    await desk.set_up("zendesk", "zendesk", secret="a pasted signing secret")
    assert (await desk.zendesk(ticket(), "inv-2")).status_code == 401
    assert (await desk.zendesk(ticket(), "inv-3", secret="a pasted signing secret")).status_code == 202


async def test_where_the_vendor_makes_the_secret_it_is_pasted_later(desk: Desk) -> None:
    made = await desk.set_up("zendesk", "zendesk")
    assert made["secret"] is None
    assert "署名シークレット" in made["guide"]
    assert (await desk.zendesk(ticket(), "inv-1")).status_code == 401
    assert await deliveries(desk, "zendesk") == [("rejected", "シークレットがまだ登録されていません")]
    missing = await desk.post("/v1/sources/zendesk/secrets", {})
    assert (missing.status_code, missing.json()["code"]) == (422, "secret-needed")
    assert (await desk.post("/v1/sources/zendesk/test", {})).json()["code"] == "no-secret"
    assert (await desk.post("/v1/sources/zendesk/secrets", {"secret": "a signing secret"})).status_code == 201
    assert (await desk.zendesk(ticket(), "inv-1", secret="a signing secret")).status_code == 202


async def test_a_source_is_found_by_its_key_and_by_no_other(desk: Desk) -> None:
    key = (await desk.set_up("m"))["secret"]
    sources = desk.door.sources
    found = await sources.by_key("alertmanager", key)
    assert found is not None
    assert (found.id, found.owner) == ("m", "sato.hanako")
    assert await sources.by_key("zendesk", key) is None
    assert await sources.by_key("alertmanager", key + "x") is None
    assert await sources.by_key("alertmanager", "\ud800") is None
    await desk.post("/v1/sources/m/secrets", {"old_until": desk.clock.at.isoformat()})
    assert await sources.by_key("alertmanager", key) is None
    assert key not in repr(found) + repr(sources._known)


async def test_a_secret_that_cannot_be_opened_does_not_close_the_others(desk: Desk) -> None:
    broken, fine = [(await desk.set_up(id_))["secret"] for id_ in ("broken", "fine")]
    async with desk.db.transaction() as tx:
        await tx.execute("UPDATE source_secrets SET sealed = '\\x00' WHERE source = 'broken'")
    desk.door.sources.forget()
    assert (await desk.alert("broken", broken)).status_code == 401
    assert (await desk.alert("fine", fine)).status_code == 202


async def test_a_new_master_key_takes_over_what_the_old_one_sealed(desk: Desk) -> None:
    secret = (await desk.set_up("m"))["secret"]
    old, new = DATA_KEY, "another master key for sealing in tests"
    async with desk.db.transaction() as tx:
        await setups.tidy(tx, Vault(f"{new},{old}"), desk.clock.now())
    async with desk.db.reading() as tx:
        (row,) = await tx.fetch("SELECT sealed FROM source_secrets")
    assert Vault(new).open(row["sealed"], setups.about("m")) == secret
    async with desk.db.transaction() as tx:  # what ended long ago is forgotten, and nothing else
        await setups.add_secret(tx, Vault(new), "m", "a second secret", desk.clock.now(), desk.clock.now())
        await setups.tidy(tx, Vault(new), desk.clock.now() + timedelta(days=31))
        assert await tx.fetchval("SELECT count(*) FROM source_secrets") == 1


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"sender": "nobody"}, 422, "unknown-sender"),
        ({"id": "Upper"}, 422, "invalid"),
        ({"id": "../x"}, 422, "invalid"),
        ({"owner": ""}, 422, "invalid"),
        ({"secret": "short"}, 422, "invalid"),
        ({"secret": "秘密の合言葉です"}, 422, "invalid"),
        ({"options": {"a": 1}}, 422, "invalid"),
        ({"sender": "generic", "options": {"mapping": '{"title": {"expr": "a[?"}}'}}, 422, "bad-mapping"),
        ({"more": 1}, 422, "invalid"),
        ({"id": "taken"}, 409, "source-exists"),
    ],
)
async def test_what_does_not_fit_is_refused_with_its_place(
    desk: Desk, body: dict[str, Any], status: int, code: str
) -> None:
    await desk.set_up("taken")
    answer = await desk.post("/v1/sources", {"id": "m", "sender": "alertmanager", "owner": "sato", **body})
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert await desk.count("sources") == 1


async def test_nobody_but_an_administrator_sees_or_changes_a_source(desk: Desk) -> None:
    await desk.set_up("m")
    others = await desk.token_for("others", "read,submit,act")
    calls = [
        ("GET", "/v1/senders"), ("GET", "/v1/sources"), ("POST", "/v1/sources"), ("GET", "/v1/sources/m"),
        ("PATCH", "/v1/sources/m"), ("DELETE", "/v1/sources/m"), ("POST", "/v1/sources/m/secrets"),
        ("DELETE", "/v1/sources/m/secrets/1"), ("GET", "/v1/sources/m/deliveries"), ("POST", "/v1/sources/m/test"),
        ("POST", "/v1/sources/m/try"), ("GET", "/v1/quarantine"), ("POST", "/v1/quarantine/1/replay"),
        ("DELETE", "/v1/quarantine/1"),
    ]  # fmt: skip
    for method, path in calls:
        for token, status in ((others, 403), ("", 401)):
            headers = {"authorization": f"Bearer {token}", "if-match": "*"}
            answer = await desk.client.request(method, path, json={}, headers=headers)
            assert answer.status_code == status, f"{method} {path}"


async def test_the_last_deliveries_tell_what_became_of_each_and_why(desk: Desk) -> None:
    secret = (await desk.set_up("m"))["secret"]
    await desk.alert("m", secret)
    for n in range(30):
        desk.clock.at += timedelta(seconds=2)
        await desk.alert("m", f"wrong secret {n}")
    desk.clock.at += timedelta(seconds=2)
    await desk.alert("m", secret, b"no JSON")
    told = await deliveries(desk, "m")
    assert told[0] == ("quarantined", "本文を読み取れません。")
    assert told[1:21] == [("rejected", "トークンが一致しません")] * 20
    assert (told[21:], await desk.count("rejections")) == ([("opened", "")], 20)
    assert (await deliveries(desk, "m", "en"))[1] == ("rejected", "the token does not match")
    data = (await desk.get("/v1/sources/m/deliveries")).text
    assert "wrong secret" not in data
    assert "authorization" in data  # that it was sent, not what it was


@pytest.mark.security
async def test_a_flood_of_forged_requests_writes_next_to_nothing(desk: Desk) -> None:
    await desk.set_up("m")
    for _ in range(20):
        assert (await desk.alert("m", "wrong")).status_code == 401
    assert await desk.count("rejections") == 1


async def test_a_test_goes_all_the_way_pages_nobody_and_tells_what_would_happen(desk: Desk) -> None:
    await desk.set_up("m")
    await desk.set_up("zendesk-test", "zendesk", secret="a signing secret")
    plan = {"version": 3, "plan": {"priority": "P3"}, "assigned": [{"responders": []}]}
    desk.others.answer = lambda request: httpx.Response(200, json=plan)
    for id_ in ("m", "zendesk-test", "alertmanager"):
        answer = await desk.post(f"/v1/sources/{id_}/test", {})
        told = answer.json()
        assert (answer.status_code, told["stage"], told["verdicts"], told["would"]) == (200, "done", ["opened"], [plan])
        assert told["readings"][0]["kind"] == "trigger"
        assert await deliveries(desk, id_) == [("tested", "")]
    asked = [json.loads(r.content) for r in desk.others.asked]
    assert [(r.url.path, q["source"]) for r, q in zip(desk.others.asked, asked, strict=True)] == [
        ("/v1/simulate", id_) for id_ in ("m", "zendesk-test", "alertmanager")
    ]
    assert await desk.said() == []
    assert [await desk.count(table) for table in ("cases", "externals", "folds", "urgent")] == [0, 0, 0, 0]
    desk.others.answer = lambda request: httpx.Response(503)
    assert (await desk.post("/v1/sources/m/test", {})).json()["would"] == []


async def test_what_is_pasted_is_read_and_nothing_is_kept(desk: Desk) -> None:
    await desk.set_up("z", "zendesk", secret="a signing secret")
    read = await desk.post("/v1/sources/z/try", {"body": ticket().decode(), "headers": {"X-Any": "1"}})
    (one,) = read.json()["readings"]
    assert (read.status_code, one["kind"], one["report"]["facts"]) == (200, "trigger", TEXT)
    wrong = await desk.post("/v1/sources/z/try", {"body": ticket(ticket_id="").decode()})
    assert wrong.json()["readings"][0]["kind"] == "unmapped"
    assert (await desk.post("/v1/sources/z/try", {"body": "{"})).status_code == 400
    assert (await desk.post("/v1/sources/none/try", {"body": "{"})).status_code == 404
    assert [await desk.count(table) for table in ("cases", "deliveries", "quarantine")] == [0, 0, 0]


async def test_the_senders_are_listed_with_what_to_paste_where(desk: Desk) -> None:
    for language, word in (("ja", "管理センター"), ("en", "Admin Center")):
        data = {s["name"]: s for s in (await desk.get("/v1/senders", language)).json()["data"]}
        assert word in data["zendesk"]["guide"]
        assert data["zendesk"]["own_secret"] is True
        assert "credentials: <SECRET>" in data["alertmanager"]["guide"]


@pytest.mark.security
def test_a_setup_does_not_print_its_secrets() -> None:
    row = setups.SecretRow(1, b"sealed bytes", None)  # type: ignore[arg-type]
    assert "sealed bytes" not in repr(Setup("a", "a", "", "", {}, True, 1, None, None, (row,)))  # type: ignore[arg-type]
