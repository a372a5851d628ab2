"""Whether a token asks too often: buckets of this process, and the fields that tell of them on every answer."""

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.intake.domain import quota
from services.intake.domain.quota import Bucket
from shared.runtime.clock import monotonic
from shared.runtime.web import Problem

MOST_KNOWN = 10_000


class Pace:
    """The buckets of all tokens, ordinary and urgent; each replica has its own, so that together they let more in."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._buckets: dict[tuple[str, str], Bucket] = {}

    def count(self, token: str, urgent: bool) -> dict[str, str]:
        """Count one request of a token and give the fields of its answer. Raises 429; nothing urgent is kept from the ceiling."""
        if not self._most:
            return {}
        name, most = ("urgent", self._most * quota.URGENT) if urgent else ("default", self._most)
        verdict = quota.take(self._buckets.get((token, name)), most, monotonic())
        if len(self._buckets) >= MOST_KNOWN:
            self._buckets.clear()
        self._buckets[token, name] = verdict.bucket
        fields = quota.fields(most, verdict, name)
        if verdict.wait:
            problem = Problem(
                429,
                "too-many-requests",
                f"要求が多すぎます（1 分あたり {most} 回まで）。少し待って再送してください。",
                f"Too many requests ({most} a minute at most). Please try again shortly.",
            )
            problem.headers = {"retry-after": str(verdict.wait), **fields}
            raise problem
        return fields


class Paced:
    """Puts the fields on whatever is answered."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        state = scope.setdefault("state", {})

        async def told(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(state.get("pace", {}))
            await send(message)

        await self._app(scope, receive, told)
        return None
