"""How the client asks: what is refused is an error with its code, and what cannot be now is asked again in time."""

import json
import time
from collections.abc import Mapping
from typing import Any, Self
from urllib.parse import quote
from uuid import uuid4

import httpx

BUSY, AWAY = 429, 503
BYTES = "application/octet-stream"


class Refused(Exception):
    """The API said no; `code` is stable, `problem` the whole answer (RFC 9457)."""

    def __init__(self, status: int, problem: dict[str, Any]) -> None:
        super().__init__(f"{status} {problem.get('code', '')}: {problem.get('title', '')}")
        self.status = status
        self.code: str = problem.get("code", "")
        self.problem = problem


class Transport:
    """Asks over HTTP with a token. `tries` is how often one call is made while the API says "later"; close it, or use `with`.

    After 429, which does nothing, everything is asked again. After 503 only what reads is, and what takes an Idempotency-Key:
    it has one, the same for all tries, so that a repeat is never taken twice. Anything else that is refused so, or that nobody
    answers, may have been done: look before you ask again.
    """

    def __init__(
        self, url: str, token: str, language: str = "ja", tries: int = 4, http: httpx.Client | None = None
    ) -> None:
        self._http = http or httpx.Client(timeout=30)
        self._url = url.rstrip("/")
        self._headers = {"authorization": f"Bearer {token}", "accept-language": language}
        self._tries = tries
        self.answered: httpx.Headers = httpx.Headers()

    def __enter__(self) -> Self:
        """Use it for a while."""
        return self

    def __exit__(self, *_: object) -> None:
        """Give back connections."""
        self.close()

    def close(self) -> None:
        """Give back connections."""
        self._http.close()

    def quoted(self, place: str) -> str:
        """A value as one part of a path."""
        return quote(place, safe="")

    def ask(
        self,
        method: str,
        path: str,
        query: Mapping[str, Any],
        body: Any,
        media: str,
        headers: Mapping[str, str] | None,
        keyed: bool = False,
    ) -> Any:
        """One call; the headers of its answer stay in `answered`. Raises Refused, or httpx.HTTPError when nobody answers."""
        named = {**self._headers, **({"idempotency-key": str(uuid4())} if keyed else {}), **(headers or {})}
        again = (BUSY, AWAY) if keyed or method == "GET" else (BUSY,)
        content = None
        if body is not None:
            named.setdefault("content-type", media)
            content = json.dumps(body, ensure_ascii=False).encode() if media == "application/json" else body
        given = {name: _written(value) for name, value in query.items() if value is not None}
        if media == BYTES and "name" in given:  # of a file; addresses stand in the logs of proxies
            called = quote(str(given.pop("name")), safe="")
            named.setdefault("content-disposition", f"attachment; filename*=UTF-8''{called}")
        for left in reversed(range(self._tries)):
            answer = self._http.request(method, self._url + path, params=given, content=content, headers=named)
            if answer.status_code not in again or not left:
                break
            time.sleep(min(float(answer.headers.get("retry-after", "1")), 60))
        self.answered = answer.headers
        if answer.is_error:
            raise Refused(answer.status_code, _problem(answer))
        if not answer.content:
            return None
        kind = answer.headers.get("content-type", "")
        return answer.json() if "json" in kind else answer.content if kind == BYTES else answer.text


def _written(value: Any) -> Any:
    return ("true" if value else "false") if isinstance(value, bool) else value


def _problem(answer: httpx.Response) -> dict[str, Any]:
    try:
        found = answer.json()
    except ValueError:
        return {"title": answer.text[:200]}
    return found if isinstance(found, dict) else {}
