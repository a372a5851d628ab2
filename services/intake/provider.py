"""The company's OpenID provider: where people are sent to log in, and what it says of them (authorization code with PKCE)."""

import asyncio
import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

import httpx
import jwt

from services.intake.domain import claims as told
from services.intake.domain.claims import Expected
from services.intake.domain.sessions import is_loopback
from services.intake.settings import Settings
from shared.runtime import telemetry, transport
from shared.runtime.clock import Clock, monotonic

log = telemetry.logger(__name__)
ALGORITHMS = ("RS256", "ES256")
SECONDS = 5.0
LARGEST_ANSWER = 256 * 1024
LONGEST_TOKEN = 32 * 1024
KEPT = timedelta(hours=1)
BETWEEN = timedelta(seconds=10)  # keys are not looked for again more often, whoever names unknown ones
MOST_KEYS = 50
CALLBACK = "/login/callback"


class Away(Exception):
    """The provider cannot be reached, or answers what no provider should."""


class Refused(Exception):
    """The provider, or what it says, is not to be believed; the text is for our log."""


@dataclass(frozen=True)
class Said:
    """What the provider says of a person, and the token that it said it in."""

    claims: Mapping[str, Any]
    token: str


class Provider:
    """Asks one provider. What it tells of itself is known for an hour; its keys are read again for one that is unknown."""

    def __init__(self, settings: Settings, http: httpx.AsyncClient, clock: Clock) -> None:
        self._settings, self._http, self._clock = settings, http, clock
        self._about: tuple[datetime, Mapping[str, Any]] | None = None
        self._keys: tuple[datetime, dict[str, jwt.PyJWK]] | None = None
        self._asking = asyncio.Lock()
        self._failed_at = 0.0  # monotonic: when it was last asked in vain

    @property
    def callback(self) -> str:
        """Where the provider sends people back to."""
        return self._settings.public_url.rstrip("/") + CALLBACK

    async def address(self, state: str, nonce: str, verifier: str) -> str:
        """Where a person is sent to log in. Raises Away."""
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
        question = {
            "response_type": "code",
            "client_id": self._settings.oidc_client_id,
            "redirect_uri": self.callback,
            "scope": self._settings.oidc_scopes,
            "state": state,
            "nonce": nonce,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        return _with(await self._endpoint("authorization_endpoint"), question)

    async def farewell(self, hint: str) -> str:
        """Where a person is sent to log out there too; "" where there is no such thing, or nobody answers."""
        try:
            if "end_session_endpoint" not in await self._told():
                return ""
            endpoint = await self._endpoint("end_session_endpoint")
        except Away:
            return ""
        back = self._settings.public_url.rstrip("/") + "/login"
        question = {"client_id": self._settings.oidc_client_id, "post_logout_redirect_uri": back}
        return _with(endpoint, {**question, **({"id_token_hint": hint} if hint else {})})

    async def exchange(self, code: str, nonce: str, verifier: str) -> Said:
        """What the provider says of who comes back with a code. Raises Away or Refused."""
        settings = self._settings
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.callback,
            "code_verifier": verifier,
            "client_id": settings.oidc_client_id,
        }
        login: httpx.BasicAuth | None = None
        ways = (await self._told()).get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
        if settings.oidc_client_secret and "client_secret_basic" in ways:
            parts = (urlencode({"": part})[1:] for part in (settings.oidc_client_id, settings.oidc_client_secret))
            login = httpx.BasicAuth(*parts)
        elif settings.oidc_client_secret:
            form["client_secret"] = settings.oidc_client_secret
        answer = await self._ask("POST", await self._endpoint("token_endpoint"), data=form, auth=login)
        token = answer.get("id_token")
        if not isinstance(token, str) or len(token) > LONGEST_TOKEN:
            raise Refused("no id token")
        claims = await self.believed(token, nonce)
        wanted = {
            settings.oidc_person_claim,
            settings.oidc_name_claim,
            *([settings.oidc_groups_claim] * bool(settings.oidc_roles)),
        }
        if not wanted <= set(claims):
            claims = {**await self._about_person(answer.get("access_token"), claims["sub"]), **claims}
        return Said(claims, token)

    async def believed(self, token: str, nonce: str) -> Mapping[str, Any]:
        """The claims of an ID token that the provider has signed for us, for this login. Raises Away or Refused."""
        try:
            header = jwt.get_unverified_header(token)
            if header.get("alg") not in ALGORITHMS:
                raise Refused("algorithm")
            key = await self._key(str(header.get("kid", "")), str(header["alg"]))
            unchecked = dict.fromkeys(("verify_exp", "verify_nbf", "verify_iat", "verify_aud", "verify_iss"), False)
            claims: dict[str, Any] = jwt.decode(token, key, algorithms=[str(header["alg"])], options=unchecked)  # type: ignore[arg-type]
        except jwt.PyJWTError as problem:
            raise Refused(f"signature: {problem!r}") from None
        expected = Expected(self._settings.oidc_issuer, self._settings.oidc_client_id, nonce)
        if flaw := told.flaw(claims, expected, self._clock.now()):
            raise Refused(flaw)
        return claims

    async def _about_person(self, access: object, subject: str) -> Mapping[str, Any]:
        """What else is told of a person beside the token; nothing of anybody else."""
        if not isinstance(access, str) or "userinfo_endpoint" not in await self._told():
            return {}
        headers = {"authorization": f"Bearer {access}"}
        more = await self._ask("GET", await self._endpoint("userinfo_endpoint"), headers=headers)
        if more.get("sub") != subject:
            raise Refused("userinfo of another subject")
        return more

    async def _key(self, kid: str, algorithm: str) -> jwt.PyJWK:
        """The key that a token names; keys that are changed are read again once."""
        for again in (False, True):
            keys = await self._known_keys(again)
            fitting = [key for id_, key in keys.items() if id_ == kid or (not kid and len(keys) == 1)]
            if fitting and fitting[0].algorithm_name == algorithm:
                return fitting[0]
        raise Refused("key")

    async def _known_keys(self, again: bool) -> dict[str, jwt.PyJWK]:
        came = monotonic()
        async with self._asking:
            now = self._clock.now()
            if self._keys is None or now - self._keys[0] >= (BETWEEN if again else KEPT):
                given = (await self._learn(self._secure((await self._told_now(came)).get("jwks_uri")), came)).get(
                    "keys"
                )
                self._keys = now, dict(_read(given if isinstance(given, list) else []))
            return self._keys[1]

    async def _endpoint(self, name: str) -> str:
        return self._secure((await self._told()).get(name))

    async def _told(self) -> Mapping[str, Any]:
        came = monotonic()
        async with self._asking:
            return await self._told_now(came)

    async def _told_now(self, came: float) -> Mapping[str, Any]:
        now = self._clock.now()
        if self._about is None or now - self._about[0] >= KEPT:
            issuer = self._settings.oidc_issuer
            about = await self._learn(f"{issuer.rstrip('/')}/.well-known/openid-configuration", came)
            if about.get("issuer") != issuer:
                raise self._away("it names itself otherwise", about.get("issuer"))
            self._about = now, about
        return self._about[1]

    async def _learn(self, url: str, came: float) -> Mapping[str, Any]:
        """Ask for what every login needs; who came (monotonic) before it was asked in vain has waited long enough."""
        if came < self._failed_at:
            raise Away("nobody has answered meanwhile")
        try:
            return await self._ask("GET", url)
        except Away:
            self._failed_at = monotonic()
            raise

    async def _ask(self, method: str, url: str, **more: Any) -> Mapping[str, Any]:
        """A JSON object, within bounds. Raises Refused for a code that is refused, and Away for all else."""
        headers = {**transport.AS_IT_IS, **more.pop("headers", {})}
        asked = self._http.stream(method, url, timeout=SECONDS, headers=headers, **more)
        try:
            async with asyncio.timeout(SECONDS), asked as answer:
                read = json.loads(await transport.whole(answer, LARGEST_ANSWER))
        except (httpx.HTTPError, TimeoutError, ValueError, RecursionError) as problem:
            raise self._away(repr(problem)[:200], url) from None
        if answer.status_code == 400 and method == "POST" and isinstance(read, dict):
            raise Refused(f"code: {str(read.get('error'))[:100]}")
        if answer.status_code != 200 or not isinstance(read, dict):
            raise self._away(f"status {answer.status_code}", url)
        return read

    def _secure(self, url: object) -> str:
        """An address of the provider; plain http is for the machine itself alone. Raises Away."""
        if isinstance(url, str) and (
            urlsplit(url).scheme == "https" or (is_loopback(url) and is_loopback(self._settings.oidc_issuer))
        ):
            return url
        self._about = None  # it may be mended by the next time
        raise self._away("no such address", url)

    def _away(self, what: str, where: object) -> Away:
        log.warning("the login provider does not help", problem=what, where=str(where)[:200])
        return Away(what)


def _read(given: list[Any]) -> list[tuple[str, jwt.PyJWK]]:
    """The keys that sign in one of our ways; others are of no use, and a broken one must not hide the rest."""
    found = []
    for one in given[:MOST_KEYS]:
        if not isinstance(one, dict) or one.get("use", "sig") != "sig" or one.get("kty") not in ("RSA", "EC"):
            continue
        algorithm = "RS256" if one["kty"] == "RSA" else "ES256"
        if one.get("alg", algorithm) != algorithm or one.get("crv", "P-256") != "P-256":
            continue
        try:
            found.append((str(one.get("kid", "")), jwt.PyJWK(one, algorithm)))
        except (jwt.PyJWTError, ValueError, TypeError, KeyError):
            continue
    return found


def _with(url: str, question: Mapping[str, str]) -> str:
    return f"{url}{'&' if urlsplit(url).query else '?'}{urlencode(question)}"
