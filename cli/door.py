"""The one door, as the command line knows it."""

import argparse
import os
import time
from pathlib import Path
from typing import Any, Self

import httpx

Json = dict[str, Any]
AWAY = (502, 503, 504)
PAUSE = 0.2
PATIENCE = 60.0  # seconds for which somebody who submits something is kept while a service is being restarted


class Refused(Exception):
    """The API said no, or could not be reached; the text is for the reader, `answer` the problem as it came."""

    def __init__(self, text: str, answer: Json | None = None) -> None:
        super().__init__(text)
        self.answer = answer or {}


class Unheard(Refused):
    """Nobody is there, or nobody knows what became of it."""


def setting(name: str, default: str = "") -> str:
    """A setting from the environment, or from the file that NAME_FILE names."""
    file = os.environ.get(f"{name}_FILE")
    return Path(file).read_text(encoding="utf-8-sig").strip() if file else os.environ.get(name, default)


class Door:
    """Asks the API. Raises `Refused` with status, code and text of a problem+json answer.

    For `patience` seconds a service that is away is asked again, under the same idempotency key; for `lasting` seconds where
    a repeat does no harm.
    """

    def __init__(
        self,
        url: str,
        token: str,
        language: str = "ja",
        patience: float = 0,
        lasting: float = PATIENCE,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self.patience, self.lasting = patience, max(patience, lasting)
        if not token:
            raise Refused("TASUKI_TOKEN が設定されていません (TASUKI_TOKEN is not set; see README)")
        headers = {"authorization": f"Bearer {token}", "accept-language": language}
        self._http = httpx.Client(base_url=url, headers=headers, timeout=30, trust_env=False, transport=transport)

    @classmethod
    def from_environment(cls, language: str = "ja") -> "Door":
        """The door that TASUKI_PUBLIC_URL and TASUKI_TOKEN name."""
        return cls(setting("TASUKI_PUBLIC_URL", "http://127.0.0.1:8700"), setting("TASUKI_TOKEN"), language)

    @property
    def address(self) -> str:
        """Where the API is."""
        return str(self._http.base_url).rstrip("/")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def ask(
        self,
        method: str,
        path: str,
        body: Any = None,
        more: dict[str, str] | None = None,
        patient: bool = False,
        **query: Any,
    ) -> Any:
        """One request, with `more` headers; bytes are sent as they are, all else as JSON. Gives the JSON of the answer."""
        given = {
            name: value for name, value in query.items() if value is not None
        } or None  # {}: the path's own is lost
        headers = {**({"idempotency-key": os.urandom(16).hex()} if method == "POST" else {}), **(more or {})}
        sent: Json = {"content": body} if isinstance(body, bytes) else {"json": body}
        end = time.monotonic() + (self.lasting if patient else self.patience)
        while True:
            try:
                answer = self._sent(method, path, params=given, headers=headers, **sent)
            except Unheard:
                if time.monotonic() >= end:
                    raise
            else:
                if answer.status_code not in AWAY or time.monotonic() >= end:
                    break
            time.sleep(PAUSE)
        answer = _taken(answer)
        return answer.json() if answer.content else None

    def picture(self, path: str, body: Any) -> str:
        """Ask for a picture; gives the SVG."""
        return _taken(self._sent("POST", path, json=body, headers={"accept": "image/svg+xml"})).text

    def text(self, path: str, **query: Any) -> str:
        """Read something that is no JSON."""
        return _taken(self._sent("GET", path, params=query or None)).text

    def content(self, path: str, **query: Any) -> bytes:
        """Read a file as it is."""
        return _taken(self._sent("GET", path, params=query or None)).content

    def look(self, path: str) -> httpx.Response:
        """An answer as it came, whatever it says. Raises `Refused` when there is none."""
        return self._sent("GET", path)

    def _sent(self, method: str, path: str, **how: Any) -> httpx.Response:
        try:
            return self._http.request(method, path, **how)
        except httpx.HTTPError as problem:
            raise Unheard(f"{self.address}: {type(problem).__name__}") from problem

    def get(self, path: str, **query: Any) -> Any:
        """Read something."""
        return self.ask("GET", path, **query)

    def post(self, path: str, body: Any = None) -> Any:
        """Do something."""
        return self.ask("POST", path, body if body is not None else {})

    def once(self, path: str, body: Any, key: str | None) -> Any:
        """Do something that is known by its key, with patience; the key is told where nobody knows what became of it."""
        key = key or os.urandom(16).hex()
        try:
            return self.ask("POST", path, body, {"idempotency-key": key}, patient=True)
        except (Unheard, KeyboardInterrupt) as problem:
            raise Refused(
                f"{str(problem) or 'Ctrl-C'}\n届いたかどうか分かりません。同じ内容に --key {key} を付けて、もう一度実行してください。二重にはなりません\n"
                f"(nobody knows whether it was taken: run the same again with --key {key}, and it is taken once)"
            ) from problem


def _taken(answer: httpx.Response) -> httpx.Response:
    """The answer, if it says that what was asked was done. Raises `Refused` with any other, a redirect among them."""
    if not answer.is_success:
        raise _refused(answer)
    return answer


def keyed(command: argparse.ArgumentParser) -> None:
    """Let a command be given the key of an earlier try."""
    command.add_argument("--key", help="前に実行したときのキー。二重になりません (of an earlier try: it is done once)")


def _refused(answer: httpx.Response) -> Refused:
    if answer.has_redirect_location:
        to = answer.headers["location"]
        return Refused(
            f"{answer.status_code} → {to}\n"
            f"何もしていません。TASUKI_PUBLIC_URL を確かめてください (nothing was done: look at TASUKI_PUBLIC_URL)"
        )
    try:
        problem: Json = answer.json()
    except ValueError:
        problem, text = {}, answer.text[:200]
    else:
        details = "".join(f"\n  {e.get('pointer', '')}: {e.get('detail', '')}" for e in problem.get("errors", []))
        text = f"{problem.get('code', '')}: {problem.get('title', '')}{details}"
    kind = Unheard if answer.status_code in AWAY else Refused
    return kind(f"{answer.status_code} {text}", problem)
