"""Tokens: made, listed without their secrets, used, ended by time or by hand, and refused with the reason."""

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from services.intake.__main__ import make_token
from services.intake.settings import Settings
from shared.contracts import canary
from shared.runtime.settings import Secret
from tests.integration.intake.desk import SETTINGS, Desk
from tests.integration.intake.teams import case_of

pytestmark = pytest.mark.security


async def made(desk: Desk, **more: Any) -> dict[str, Any]:
    """A token made over the API."""
    answer = await desk.post("/v1/tokens", {"name": "shop", "scopes": ["submit", "read"], **more})
    assert answer.status_code == 201, answer.text
    shown: dict[str, Any] = answer.json()
    return shown


async def row(desk: Desk, id_: str) -> dict[str, Any]:
    """A token as it is listed."""
    listed = (await desk.get("/v1/tokens")).json()["data"]
    return next(token for token in listed if token["id"] == id_)


async def test_the_secret_is_shown_once_and_works(desk: Desk) -> None:
    new = await made(desk, person={"id": "sato", "name": "髙﨑①㈱🔥"})
    assert (await desk.get("/v1/cases", token=new["token"])).status_code == 200
    listed = await desk.get("/v1/tokens")
    assert new["token"].rpartition("_")[2] not in listed.text
    shown = await row(desk, new["id"])
    assert (shown["name"], shown["scopes"], shown["person"]["name"]) == ("shop", ["read", "submit"], "髙﨑①㈱🔥")
    assert (shown["created_by"], shown["state"], shown["state_label"]) == ("crm", "valid", "有効")


async def test_a_token_that_has_ended_is_refused_with_the_reason_in_the_language_of_the_reader(desk: Desk) -> None:
    new = await made(desk, expires_at=(desk.clock.at + timedelta(hours=1)).isoformat())
    assert (await desk.get("/v1/cases", token=new["token"])).status_code == 200
    desk.clock.at += timedelta(hours=1)
    late = await desk.get("/v1/cases", token=new["token"])
    assert (late.status_code, late.json()["code"], late.headers["www-authenticate"]) == (401, "token-expired", "Bearer")
    assert "有効期限" in late.json()["title"]
    assert "expired" in (await desk.get("/v1/cases", token=new["token"], language="en")).json()["title"]
    assert (await row(desk, new["id"]))["state_label"] == "期限切れ"


async def test_a_revoked_token_is_refused_at_once_and_stays_revoked(desk: Desk) -> None:
    new = await made(desk)
    assert (await desk.get("/v1/cases", token=new["token"])).status_code == 200
    headers = {"authorization": f"Bearer {desk.token}"}
    answer = await desk.client.delete(f"/v1/tokens/{new['id']}", headers=headers)
    assert (answer.status_code, answer.json()["state_label"]) == (200, "失効")
    refused = await desk.get("/v1/cases", token=new["token"])
    assert (refused.status_code, refused.json()["code"]) == (401, "token-revoked")
    desk.clock.at += timedelta(hours=1)
    again = await desk.client.delete(f"/v1/tokens/{new['id']}", headers=headers)
    assert again.json()["revoked_at"] == answer.json()["revoked_at"]
    assert (await desk.client.delete("/v1/tokens/000000000000", headers=headers)).json()["code"] == "unknown-token"


async def test_why_a_token_does_not_hold_is_told_to_its_bearer_alone(desk: Desk) -> None:
    new = await made(desk)
    await desk.client.delete(f"/v1/tokens/{new['id']}", headers={"authorization": f"Bearer {desk.token}"})
    guessed = f"tsk_{new['id']}_{'0' * 64}"
    assert (await desk.get("/v1/cases", token=guessed)).json()["code"] == "unauthorized"


async def test_the_last_use_is_written_down_once_a_minute(desk: Desk) -> None:
    new = await made(desk)
    assert (await row(desk, new["id"]))["last_used_at"] is None
    first = desk.clock.at
    await asyncio.gather(*(desk.get("/v1/cases", token=new["token"]) for _ in range(5)))
    for seconds in (20, 20, 19):
        desk.clock.at += timedelta(seconds=seconds)
        await desk.get("/v1/cases", token=new["token"])
    assert (await row(desk, new["id"]))["last_used_at"] == first.isoformat().replace("+00:00", "Z")
    desk.clock.at += timedelta(seconds=1)
    await desk.get("/v1/cases", token=new["token"])
    assert (await row(desk, new["id"]))["last_used_at"] == desk.clock.at.isoformat().replace("+00:00", "Z")


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"name": "a b"}, "/name"),
        ({"scopes": []}, "/scopes"),
        ({"scopes": ["root"]}, "/scopes/0"),
        ({"expires_at": "2026-11-22T10:00:00"}, "/expires_at"),
        ({"expires_at": "2001-01-01T00:00:00Z"}, "/expires_at"),
        ({"secret": "mine"}, "/secret"),
    ],
)
async def test_what_does_not_fit_is_refused_by_its_place(desk: Desk, body: dict[str, Any], pointer: str) -> None:
    answer = await desk.post("/v1/tokens", {"name": "shop", "scopes": ["read"], **body})
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, pointer)


async def test_only_who_administers_sees_or_makes_tokens(desk: Desk) -> None:
    weak = await desk.token_for("weak", "read,submit,act")
    assert (await desk.get("/v1/tokens", token=weak)).status_code == 403
    assert (await desk.post("/v1/tokens", {"name": "x", "scopes": ["admin"]}, weak)).status_code == 403
    gone = await desk.client.delete("/v1/tokens/000000000000", headers={"authorization": f"Bearer {weak}"})
    assert gone.status_code == 403


async def test_the_command_line_of_the_server_makes_tokens_as_before(desk: Desk, databases: dict[str, str]) -> None:
    settings = Settings(**{**vars(SETTINGS), "database_url": Secret(databases["intake"])})
    text = await make_token(settings, ["--name", "local", "--scopes", "all", "--until", "2999-03-31T18:00+09:00"])
    assert (await desk.get("/v1/cases", token=text)).status_code == 200
    for wrong in (
        ["--until", "2999-03-31T18:00"],
        ["--grants", "boss:sre"],
        ["--grants", "responder"],
        ["--grants", ","],
        ["--grants", ""],
    ):
        with pytest.raises(SystemExit):
            await make_token(settings, ["--name", "local", *wrong])


async def test_a_token_is_put_into_a_file_once_for_a_process_that_nobody_reads_to(
    desk: Desk, databases: dict[str, str], tmp_path: Path
) -> None:
    settings = Settings(**{**vars(SETTINGS), "database_url": Secret(databases["intake"])})
    file, asked = tmp_path / "token", ["--name", canary.SOURCE, "--scopes", "submit,act,read", "--file"]
    said = await make_token(settings, [*asked, str(file)])
    text = file.read_text()
    assert (await desk.get("/v1/cases", token=text)).status_code == 200
    assert text not in said
    assert file.stat().st_mode & 0o777 == 0o600
    await make_token(settings, [*asked, str(file)])
    assert file.read_text() == text


async def test_the_token_of_the_watchdog_ends_its_own_cases_and_no_other(desk: Desk, databases: dict[str, str]) -> None:
    settings = Settings(**{**vars(SETTINGS), "database_url": Secret(databases["intake"])})
    asked = ["--name", canary.SOURCE, "--scopes", "submit,act", "--grants", f"responder:{canary.TEAM}"]
    text, ended = await make_token(settings, asked), {"handling": "x", "result": "y"}
    mine, other = await case_of(desk, canary.TEAM, text, product=canary.PRODUCT), await case_of(desk, "support")
    assert (await desk.post(f"/v1/cases/{mine}/resolve", ended, text)).status_code == 200
    assert (await desk.post(f"/v1/cases/{other}/resolve", ended, text)).status_code == 404
