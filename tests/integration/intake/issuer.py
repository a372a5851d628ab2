"""An OpenID provider that does as it is told, also what no honest one would: what it signs, and with what."""

import base64
import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import httpx
import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jwt.algorithms import RSAAlgorithm

from services.intake.settings import GroupRoles, Issuer
from shared.runtime.settings import Secret
from tests.integration.intake.desk import Desk

ADDRESS = "https://login.example.jp/realm"
CLIENT, SECRET = "tasuki", "a secret of the client"
ROLES = "tasuki-admins=admin:*, 髙﨑リーダー=leader:support"


def make_key() -> rsa.RSAPrivateKey:
    """A key pair."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@dataclass
class Provider:
    """The provider: what it would say next, and what it was asked."""

    desk: Desk
    key: rsa.RSAPrivateKey = field(default_factory=make_key)
    kid: str = "one"
    claims: dict[str, Any] = field(default_factory=dict)
    about: dict[str, Any] = field(default_factory=dict)
    token: Callable[[dict[str, Any]], str] | None = None
    down: bool = False
    asked: list[str] = field(default_factory=list)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    userinfo: dict[str, Any] = field(default_factory=dict)

    def signed(self, claims: dict[str, Any]) -> str:
        """A token by its key."""
        return jwt.encode(claims, self.key, "RS256", {"kid": self.kid})

    def public(self) -> bytes:
        """Its public key as everybody knows it."""
        return self.key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)

    def authorize(self, address: str) -> str:
        """What it would do with a person whom it knows: give the path back to us, with a code."""
        given = dict(parse_qsl(urlsplit(address).query))
        assert given["code_challenge_method"] == "S256"
        code = f"code-{len(self.codes)}"
        self.codes[code] = given
        return f"/login/callback?code={code}&state={given['state']}"

    def answer(self, request: httpx.Request) -> httpx.Response:
        """Answer as the provider."""
        self.asked.append(request.url.path)
        if self.down:
            raise httpx.ConnectError("nobody there")
        match request.url.path:
            case "/realm/.well-known/openid-configuration":
                names = {"authorization": "auth", "token": "token", "end_session": "bye", "userinfo": "me"}
                told = {f"{name}_endpoint": f"{ADDRESS}/{path}" for name, path in names.items()}
                return httpx.Response(
                    200, json={"issuer": ADDRESS, "jwks_uri": f"{ADDRESS}/keys", **told, **self.about}
                )
            case "/realm/keys":
                public = {**RSAAlgorithm.to_jwk(self.key.public_key(), as_dict=True), "kid": self.kid, "use": "sig"}
                return httpx.Response(200, json={"keys": [{"kty": "OKP"}, public]})
            case "/realm/token":
                return self._exchange(request)
            case "/realm/me":
                return httpx.Response(200, json=self.userinfo)
        return httpx.Response(404, json={})

    def _exchange(self, request: httpx.Request) -> httpx.Response:
        form = {name: values[0] for name, values in parse_qs(request.content.decode()).items()}
        known = base64.b64decode(request.headers["authorization"].removeprefix("Basic ")).decode()
        assert known == "tasuki:a+secret+of+the+client"
        given = self.codes.pop(form["code"], None)
        challenge = (
            base64.urlsafe_b64encode(hashlib.sha256(form["code_verifier"].encode()).digest()).rstrip(b"=").decode()
        )
        if given is None or given["code_challenge"] != challenge or given["redirect_uri"] != form["redirect_uri"]:
            return httpx.Response(400, json={"error": "invalid_grant"})
        at = int(self.desk.clock.now().timestamp())
        said = {"iss": ADDRESS, "aud": CLIENT, "sub": "sato", "iat": at, "exp": at + 300, "nonce": given["nonce"]}
        claims = {
            k: v
            for k, v in {**said, "name": "佐藤 花子", "groups": ["tasuki-admins"], **self.claims}.items()
            if v != "-"
        }
        token = (self.token or self.signed)(claims)
        return httpx.Response(200, json={"id_token": token, "access_token": "opens me"})


def set_up(desk: Desk, **more: Any) -> Provider:
    """Have the front door use such a provider."""
    provider = Provider(desk)
    desk.others.answer = provider.answer
    given = {"oidc_issuer": Issuer(ADDRESS), "oidc_client_id": CLIENT, "oidc_client_secret": Secret(SECRET)}
    desk.door.settings = replace(desk.door.settings, **{**given, "oidc_roles": GroupRoles(ROLES), **more})
    desk.door.__post_init__()
    return provider


async def go(browser: httpx.AsyncClient, provider: Provider, back: str = "/admin/sources") -> httpx.Response:
    """Log in as a person does: to the provider and back; gives our answer."""
    begun = await browser.get("/login/start", params={"next": back})
    assert begun.status_code == 303, begun.text
    return await browser.get(provider.authorize(begun.headers["location"]))


def unsigned(claims: dict[str, Any]) -> str:
    """A token without a signature."""
    parts = ({"alg": "none", "kid": "one"}, claims)
    return ".".join(base64.urlsafe_b64encode(json.dumps(p).encode()).rstrip(b"=").decode() for p in parts) + "."
