"""People log in by their company's account, and whatever the provider or a stranger makes up lets nobody in."""

import base64
import hmac
import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest

from tests.integration.intake.desk import Desk
from tests.integration.intake.issuer import Provider, go, make_key, set_up, unsigned
from tests.integration.intake.people import fresh, give, send, words

pytestmark = pytest.mark.security

HOME = "/admin/sources"


async def entries(desk: Desk) -> list[str]:
    """What the audit tells, in order."""
    async with desk.db.reading() as tx:
        rows = await tx.fetch("SELECT entry FROM audit ORDER BY id")
    return [json.loads(row["entry"])["action"] for row in rows]


async def test_a_person_logs_in_sees_what_their_groups_allow_and_logs_out_there_too(desk: Desk) -> None:
    provider, browser = set_up(desk), fresh(desk)
    asked = await browser.get("/admin/quarantine")
    assert asked.headers["location"] == "/login?next=/admin/quarantine"
    assert 'href="/login/start?next=/admin/quarantine"' in (await browser.get(asked.headers["location"])).text
    answer = await go(browser, provider, "/admin/quarantine")
    assert (answer.status_code, answer.headers["location"]) == (303, "/admin/quarantine")
    (cookie,) = [c for c in answer.headers.get_list("set-cookie") if c.startswith("__Host-tasuki-session=")]
    assert all(part in cookie for part in ("HttpOnly", "Secure", "SameSite=lax", "Path=/"))
    assert "Domain" not in cookie
    assert "佐藤 花子" in words(await browser.get("/admin/quarantine"))
    async with desk.db.reading() as tx:
        row = await tx.fetchrow("SELECT digest, hint FROM sessions")
    assert row is not None
    assert browser.cookies["__Host-tasuki-session"].encode() not in bytes(row["digest"]) + bytes(row["hint"])
    left = await send(browser, HOME, "/logout")
    onwards = re.search(r'content="1;url=([^"]+)"', left.text)
    assert onwards
    question = parse_qs(urlsplit(onwards[1].replace("&amp;", "&")).query)
    assert question["client_id"] == ["tasuki"]
    assert jwt.decode(question["id_token_hint"][0], options={"verify_signature": False})["sub"] == "sato"
    assert (await browser.get(HOME)).status_code == 303
    assert (await entries(desk))[-2:] == ["login", "logout"]


def with_public_key(provider: Provider, claims: dict[str, Any]) -> str:
    """HS256 with what everybody knows as its secret."""
    head, body = (
        base64.urlsafe_b64encode(json.dumps(p).encode()).rstrip(b"=") for p in ({"alg": "HS256", "kid": "one"}, claims)
    )
    signature = hmac.digest(provider.public(), head + b"." + body, "sha256")
    return b".".join((head, body, base64.urlsafe_b64encode(signature).rstrip(b"="))).decode()


FORGERIES: dict[str, Callable[[Provider, dict[str, Any]], str]] = {
    "without a signature": lambda provider, claims: unsigned(claims),
    "HS256 by the public key": with_public_key,
    "by another key": lambda provider, claims: jwt.encode(claims, make_key(), "RS256", {"kid": "one"}),
    "by a key that nobody knows": lambda provider, claims: jwt.encode(claims, make_key(), "RS256", {"kid": "two"}),
    "in another algorithm": lambda provider, claims: jwt.encode(claims, provider.key, "RS512", {"kid": "one"}),
    "of an attacker's own address": lambda provider, claims: jwt.encode(
        claims, provider.key, "RS256", {"kid": "x", "jku": "https://evil.example/keys"}
    ),
    "no token at all": lambda provider, claims: "髙﨑①㈱🔥",
}


@pytest.mark.parametrize("forged", FORGERIES)
async def test_a_token_that_is_not_signed_as_it_should_be_lets_nobody_in(desk: Desk, forged: str) -> None:
    provider, browser = set_up(desk), fresh(desk)
    provider.token = lambda claims: FORGERIES[forged](provider, claims)
    answer = await go(browser, provider)
    assert answer.status_code == 403
    assert "ログインできませんでした" in words(answer)
    assert "__Host-tasuki-session" not in browser.cookies
    assert await desk.count("sessions") == 0
    assert not any("evil" in path for path in provider.asked)
    provider.token = None
    assert (await go(browser, provider)).status_code == 303


@pytest.mark.parametrize(
    "claims",
    [
        {"nonce": "of another login"}, {"nonce": "-"}, {"aud": "another"}, {"aud": ["tasuki", "another"]}, {"azp": "another"},
        {"iss": "https://login.example.jp/other"}, {"exp": 1}, {"exp": "-"}, {"iat": 9999999999}, {"iat": 1}, {"nbf": 9999999999},
        {"sub": ""}, {"exp": "9999999999"}, {"exp": True}, {"aud": {"tasuki": 1}},
        {"sub": "髙﨑"}, {"sub": "a b"},
    ],
    ids=str,
)  # fmt: skip
async def test_claims_that_are_not_for_us_let_nobody_in(desk: Desk, claims: dict[str, Any]) -> None:
    provider, browser = set_up(desk), fresh(desk)
    provider.claims = claims
    answer = await go(browser, provider)
    assert answer.status_code == 403
    assert await desk.count("sessions") == 0


async def test_clocks_may_differ_by_a_minute(desk: Desk) -> None:
    provider = set_up(desk)
    at = int(desk.clock.now().timestamp())
    for claims in ({"exp": at - 50}, {"iat": at + 50, "nbf": at + 50}, {"aud": ["tasuki", "x"], "azp": "tasuki"}):
        provider.claims = claims
        assert (await go(fresh(desk), provider)).status_code == 303


async def test_keys_change_and_what_is_known_is_asked_for_once(desk: Desk) -> None:
    provider = set_up(desk)
    for _ in range(3):
        assert (await go(fresh(desk), provider)).status_code == 303
    assert provider.asked.count("/realm/keys") == provider.asked.count("/realm/.well-known/openid-configuration") == 1
    provider.key, provider.kid = make_key(), "two"
    desk.clock.at += timedelta(seconds=30)
    assert (await go(fresh(desk), provider)).status_code == 303
    assert provider.asked.count("/realm/keys") == 2
    provider.kid = "three"
    provider.token = lambda claims: jwt.encode(claims, make_key(), "RS256", {"kid": "never"})
    for _ in range(5):
        assert (await go(fresh(desk), provider)).status_code == 403
    assert provider.asked.count("/realm/keys") <= 3


async def test_only_the_browser_that_began_comes_back_and_only_once(desk: Desk) -> None:
    provider, browser, victim = set_up(desk), fresh(desk), fresh(desk)
    begun = await browser.get("/login/start")
    path = provider.authorize(begun.headers["location"])
    stranger = await victim.get(path)
    assert stranger.status_code == 400
    await victim.get("/login/start")
    assert (await victim.get(path)).status_code == 400
    assert await desk.count("sessions") == 0
    kept = browser.cookies["__Host-tasuki-login"]
    assert (await browser.get(path)).status_code == 303
    assert (await browser.get(path)).status_code == 400
    browser.cookies.set("__Host-tasuki-login", kept, domain="tasuki.example.jp", path="/")
    assert (await browser.get(path)).status_code == 403
    assert await desk.count("sessions") == 1


async def test_a_login_that_took_too_long_or_was_tampered_with_begins_again(desk: Desk) -> None:
    provider, browser = set_up(desk), fresh(desk)
    path = provider.authorize((await browser.get("/login/start")).headers["location"])
    desk.clock.at += timedelta(minutes=11)
    assert (await browser.get(path)).status_code == 400
    path = provider.authorize((await browser.get("/login/start")).headers["location"])
    kept = browser.cookies["__Host-tasuki-login"]
    browser.cookies.set("__Host-tasuki-login", "e30=" + kept[4:], domain="tasuki.example.jp", path="/")
    assert (await browser.get(path)).status_code == 400
    assert (await browser.get("/login/callback?error=access_denied&state=x")).status_code == 400


@pytest.mark.parametrize(
    "back", ["https://evil.example/", "//evil.example", "/\\evil.example", "/%0d%0aset-cookie:x", "javascript:alert(1)", "/\t/evil.example"]
)  # fmt: skip
async def test_a_login_leads_nowhere_but_to_us(desk: Desk, back: str) -> None:
    provider, browser = set_up(desk), fresh(desk)
    location = (await go(browser, provider, back)).headers["location"]
    assert location == HOME or (location.startswith("/%") and "\n" not in location)
    assert "evil" not in (await browser.get("/login", params={"next": back})).headers["location"]


async def test_roles_decide_and_one_that_is_lost_counts_at_once(desk: Desk) -> None:
    provider, browser = set_up(desk), fresh(desk)
    provider.claims = {"groups": ["everybody"]}
    refused = await go(browser, provider)
    assert refused.status_code == 403
    assert "役割がまだありません" in words(refused)
    assert "sato" in words(refused)
    assert (await entries(desk))[-1] == "login.refused"
    await give(desk, "sato", ("reporter", "support"))
    assert (await go(browser, provider)).status_code == 303
    assert "この画面を開ける役割がありません" in words(await browser.get(HOME))
    await give(desk, "sato", ("admin", "*"))
    assert (await browser.get(HOME)).status_code == 200
    await give(desk, "sato")
    assert (await browser.get(HOME)).status_code == 403
    assert (await browser.get("/v1/cases")).status_code == 403


async def test_what_the_token_leaves_out_is_asked_for_and_must_be_of_the_same_person(desk: Desk) -> None:
    provider = set_up(desk, oidc_person_claim="employee", oidc_roles="")
    await give(desk, "e-1001", ("admin", "*"))
    provider.userinfo = {"sub": "sato", "employee": "e-1001", "name": "髙﨑 ①子"}
    browser = fresh(desk)
    assert (await go(browser, provider)).status_code == 303
    provider.userinfo = {"sub": "somebody else", "employee": "e-1001"}
    assert (await go(fresh(desk), provider)).status_code == 403


async def test_an_address_that_was_not_proven_is_no_id(desk: Desk) -> None:
    provider = set_up(desk, oidc_person_claim="email")
    provider.claims = {"email": "sato@example.co.jp", "email_verified": False}
    assert (await go(fresh(desk), provider)).status_code == 403
    provider.claims["email_verified"] = True
    assert (await go(fresh(desk), provider)).status_code == 303


async def test_while_the_provider_is_away_it_is_said_and_the_rest_goes_on(desk: Desk) -> None:
    provider, browser = set_up(desk), fresh(desk)
    provider.down = True
    answer = await browser.get("/login/start")
    assert answer.status_code == 503
    assert "ログインなしでこれまでどおり使えます" in words(answer)
    assert (await browser.get("/login/start", headers={"accept-language": "en"})).text.count("cannot be reached") == 1
    assert (await browser.get("/report")).status_code == 200
    provider.down = False
    provider.about = {"issuer": "https://evil.example"}
    assert (await browser.get("/login/start")).status_code == 503
    provider.about = {"authorization_endpoint": "http://login.example.jp/auth"}
    assert (await browser.get("/login/start")).status_code == 503
    provider.about = {}
    assert (await go(browser, provider)).status_code == 303
