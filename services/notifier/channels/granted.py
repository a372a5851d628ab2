"""Ticket systems that grant an access token for a client and its secret (OAuth 2.0, client credentials)."""

import asyncio
from typing import Any

import httpx

from services.notifier.channels.channel import Surroundings
from services.notifier.channels.http import call, json_object, refused, token_in
from services.notifier.channels.tickets import Failure, Tickets
from services.notifier.domain.result import Ambiguous, Permanent, Retryable


class Granted(Tickets):
    """Tickets behind an access token, which is asked for once and again when it is not valid any more.

    `grant` is where that is done, `form` what is said there beside the kind of grant.
    """

    def __init__(
        self, around: Surroundings, url: str, *needed: str, grant: str, form: dict[str, str], **access: Any
    ) -> None:
        super().__init__(around, url, *needed, **access)
        self._grant = grant
        self._form = {"grant_type": "client_credentials", **form}
        self._token = ""
        self._asking = asyncio.Lock()

    async def _response(self, method: str, path: str, **request: Any) -> httpx.Response | Failure:
        """With a token; once more with a new one when the one we had has run out."""
        response: httpx.Response | Failure = Retryable("no-token")
        headers = request.pop("headers", {})
        for _ in range(2):
            token = self._token or await self._renew("")
            if not isinstance(token, str):
                return token
            proven = {**headers, "authorization": f"Bearer {token}"}
            response = await super()._response(method, path, headers=proven, **request)
            if not isinstance(response, httpx.Response) or response.status_code != 401:
                break
            renewed = await self._renew(token)
            if not isinstance(renewed, str):
                return renewed
        return response

    async def _renew(self, old: str) -> str | Failure:
        """Ask for a token, unless somebody has done so since `old` was found to be no good."""
        async with self._asking:
            if self._token != old:
                return self._token
            response = await call(self._http, "POST", self._grant, data=self._form)
            if not isinstance(response, httpx.Response):
                return Retryable(response.code) if isinstance(response, Ambiguous) else response
            body = json_object(response)
            if response.status_code == 200 and (token := token_in(body)):
                self._token = token
                return token
            usual = refused(response, f"{self.NAME}-{str(body.get('error') or response.status_code)[:40]}")
            return usual if isinstance(usual, Retryable) else Permanent(usual.code, "account")
