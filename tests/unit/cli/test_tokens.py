"""`tasuki tokens …` asks for what is meant and shows a new token once."""

import json
from typing import Any

import httpx
import pytest

from cli import tokens
from cli.__main__ import parser
from cli.door import Door, Refused

TOKEN = {
    "id": "0123456789ab", "name": "zendesk", "scopes": ["read", "submit"], "grants": None, "person": None, "state": "valid",
    "state_label": "有効", "created_at": "2026-11-22T08:00:00Z", "created_by": "local",
    "expires_at": "2027-03-31T09:00:00Z", "last_used_at": None, "revoked_at": None,
}  # fmt: skip


def run(answer: dict[str, Any], *arguments: str) -> httpx.Request:
    """One command against an API that gives this answer; what was asked of it."""
    asked: list[httpx.Request] = []

    def handle(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(200, json=answer)

    with Door("http://tasuki.test", "token", transport=httpx.MockTransport(handle)) as door:
        assert tokens.run(parser().parse_args(["tokens", *arguments]), door) == 0
    return asked[0]


def test_a_token_is_asked_for_and_shown(capsys: pytest.CaptureFixture[str]) -> None:
    made = {**TOKEN, "token": "the text of the token"}
    person, until = "sato:髙﨑①㈱🔥", "2027-03-31T18:00+09:00"
    sent = run(
        made, "create", "zendesk", "--scopes", "all", "--person", person, "--until", until, "--grant", "leader:payments"
    )
    assert (sent.method, sent.url.path) == ("POST", "/v1/tokens")
    assert json.loads(sent.content) == {
        "name": "zendesk",
        "scopes": ["submit", "read", "act", "admin"],
        "person": {"id": "sato", "name": "髙﨑①㈱🔥"},
        "expires_at": "2027-03-31T18:00:00+09:00",
        "grants": [{"role": "leader", "team": "payments"}],
    }
    told = capsys.readouterr().out.splitlines()
    assert told[0] == "0123456789ab  有効  zendesk  read,submit  最終使用 なし  期限 2027-03-31T09:00Z"
    assert told[1:] == ["このトークンは二度と表示されません。", "the text of the token"]


def test_the_list_says_who_and_when(capsys: pytest.CaptureFixture[str]) -> None:
    used = {**TOKEN, "last_used_at": "2026-11-22T08:01:02Z", "expires_at": None, "person": {"id": "s", "name": "髙﨑"}}
    run({"data": [used]}, "list")
    assert capsys.readouterr().out == "0123456789ab  有効  zendesk  髙﨑  read,submit  最終使用 2026-11-22T08:01Z\n"


def test_a_token_is_revoked() -> None:
    sent = run(TOKEN, "revoke", "0123456789ab", "--json")
    assert (sent.method, sent.url.path) == ("DELETE", "/v1/tokens/0123456789ab")


def test_an_end_without_a_time_zone_is_refused() -> None:
    with pytest.raises(Refused, match="時差"):
        run(TOKEN, "create", "zendesk", "--until", "2027-03-31T18:00")
