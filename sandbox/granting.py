"""Ticket systems of the sandbox that grant an access token for a client and its secret."""

from typing import Any, ClassVar

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox import signatures
from sandbox.body import form
from sandbox.crm import Desk
from sandbox.vendor import bearer


class Granting(Desk):
    """One account behind tokens. `expire` ends all of them, as an administrator or time does."""

    GRANT: ClassVar[str]  # where a token is asked for
    CLIENT: ClassVar[tuple[str, str]]  # and for whom, with which secret

    def __init__(self, *parts: Any) -> None:
        super().__init__(*parts)
        self.tokens: list[str] = []
        self.asked = 0

    def granting(self) -> Route:
        """The door where tokens are asked for."""
        return Route(self.GRANT, self.guarded(self._token, lambda _: "", sending=False), methods=["POST"])

    def expire(self) -> None:
        """No token is valid any more."""
        self.tokens.clear()

    def known(self, request: Request) -> bool:
        """A token that we gave."""
        return any(signatures.same(bearer(request), token) for token in self.tokens)

    async def _token(self, request: Request) -> Response:
        given = await form(request)
        if given.get("grant_type") != "client_credentials":
            return JSONResponse({"error": "unsupported_grant_type"}, 400)
        name, secret = self.CLIENT
        client = signatures.same(given.get("client_id", ""), name)
        if not client & signatures.same(given.get("client_secret", ""), secret):
            return JSONResponse({"error": "invalid_client", "error_description": "invalid client credentials"}, 400)
        self.asked += 1
        self.tokens.append(f"{self.name}-sandbox-{self.asked}")
        return JSONResponse({"access_token": self.tokens[-1], "token_type": "Bearer", "issued_at": "0"})
