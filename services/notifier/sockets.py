"""Slack's Socket Mode: presses and reports come over a connection that we open, for installations that nobody reaches from outside."""

import asyncio
import json
import random
from dataclasses import dataclass
from typing import Any

import httpx
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

from services.notifier import callbacks
from services.notifier.capacity import OPEN as RESTING
from services.notifier.channels.channel import Surroundings
from services.notifier.channels.http import call, json_object
from services.notifier.desk import Desk
from services.notifier.doors import slack
from services.notifier.settings import NONE
from services.notifier.slack_reports import SlackReports
from shared.runtime import telemetry, web
from shared.runtime.clock import monotonic
from shared.runtime.db import UNAVAILABLE
from shared.runtime.settings import Secret

log = telemetry.logger(__name__)
ANSWER_SECONDS = 2.8  # Slack waits three
SILENCE_SECONDS = 10.0  # then it is asked whether it is still there, and given as long to say so
LARGEST = 1 << 20  # bytes of one envelope
FIRST_PAUSE, LONGEST_PAUSE = 0.2, 30.0
NAME, PATIENCE_SECONDS = "slack-socket", 60.0
TIMES = 10  # so much longer is waited before what may pass by itself wakes somebody
LASTING = frozenset(  # Slack's words for what somebody has to mend
    ("invalid_auth", "not_authed", "token_revoked", "token_expired", "account_inactive", "not_allowed_token_type", "missing_scope")
)  # fmt: skip
RENEWED = ("warning", "refresh_requested")  # Slack lets a connection end after some hours and says so before


@dataclass(frozen=True)
class SocketSettings:
    """The app-level token (xapp-…, with connections:write) of the Slack app; without it Slack posts to our door."""

    slack_app_token: Secret = NONE


class Sockets:
    """The connection of one process. Of several, Slack gives each press to one.

    When there was none for longer than `patience` seconds somebody is told, much later where it may pass: messages still go
    out, and nobody can answer.
    """

    def __init__(self, desk: Desk, around: Surroundings, patience: float = PATIENCE_SECONDS) -> None:
        self._desk = desk
        self._around = around
        self._reports = SlackReports(around, desk.reporting)
        self._token = around.read(SocketSettings).slack_app_token
        self._api = around.settings.slack_url.rstrip("/")
        self._secure = not self._api.startswith("http://")
        self._answering: set[asyncio.Task[None]] = set()
        self._patience = patience
        self._deaf_since: float | None = monotonic()
        self._refused = ""
        self.set_up = bool(self._token)

    async def run(self) -> None:
        """Listen for ever, over one connection after the other."""
        tries = 0
        while True:
            url = await self._address()
            ended = await self._listen(url) if url else "no-address"
            (log.info if ended in RENEWED else log.warning)("connection to Slack ended", why=ended)
            await self._deaf()
            tries = 0 if ended in (*RENEWED, "broken") else tries + 1
            pause = min(FIRST_PAUSE * 2.0 ** min(tries, 10), LONGEST_PAUSE)
            await asyncio.sleep(pause * (0.5 + random.random() / 2))  # noqa: S311 - jitter

    async def _deaf(self) -> None:
        """Tell, once an hour, when no connection has stood for too long."""
        now = monotonic()
        self._deaf_since = self._deaf_since or now
        silent = now - self._deaf_since
        if silent > self._patience:
            RESTING.labels(NAME).set(1)
        if silent > self._patience * (1 if self._refused in LASTING else TIMES):
            await self._desk.account_failed("slack", self._refused or "no connection", "socket")

    async def _address(self) -> str:
        """Where to connect to, for once; empty when Slack does not say."""
        self._refused = ""
        headers = {"authorization": f"Bearer {self._token}"}
        response = await call(self._around.http, "POST", f"{self._api}/api/apps.connections.open", headers=headers)
        if not isinstance(response, httpx.Response):
            self._refused = response.code
            log.warning("Slack gives no connection", code=response.code)
            return ""
        answer = json_object(response)
        url = answer.get("url")
        if answer.get("ok") is not True or not isinstance(url, str):
            self._refused = str(answer.get("error", response.status_code))[:60]
            log.warning("Slack gives no connection", code=self._refused)
            return ""
        return url if url.startswith("wss://" if self._secure else ("wss://", "ws://")) else ""

    async def _listen(self, url: str) -> str:
        """Take what comes until the connection ends; why it did: Slack's reason, `broken`, or `no-connection`."""
        heard = "no-connection"
        try:
            async with connect(
                url,
                open_timeout=SILENCE_SECONDS,
                ping_interval=SILENCE_SECONDS,
                ping_timeout=SILENCE_SECONDS,
                close_timeout=1.0,
                max_size=LARGEST,
            ) as socket:
                self._deaf_since = None
                RESTING.labels(NAME).set(0)
                async for raw in socket:
                    heard = "broken"
                    envelope = callbacks.json_object(raw)
                    if envelope.get("type") == "disconnect":
                        return str(envelope.get("reason", ""))[:60]
                    if isinstance(envelope.get("envelope_id"), str):
                        task = asyncio.create_task(self._answer(socket, envelope), name="answer to Slack")
                        self._answering.add(task)
                        task.add_done_callback(self._ended)
        except (WebSocketException, OSError, TimeoutError) as problem:
            log.info("connection to Slack broke", problem=type(problem).__name__)
        return heard

    def _ended(self, task: "asyncio.Task[None]") -> None:
        self._answering.discard(task)
        if not task.cancelled() and (problem := task.exception()):
            log.error("a press was not taken, Slack sends it again", problem=repr(problem)[:500])

    async def _answer(self, socket: ClientConnection, envelope: dict[str, Any]) -> None:
        """Act, then say that it came; what could not be written down is not confirmed, and comes again."""
        payload = envelope.get("payload")
        told = payload if isinstance(payload, dict) else {}
        pressed, said = callbacks.slack_press(told), None
        text = ""
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                said = await self._reports.hear(told)
                text = await slack.take(self._desk, self._around, pressed)
        except web.Problem as problem:
            log.warning("a press that belongs to nothing", code=problem.code)
        except (*UNAVAILABLE, TimeoutError) as problem:
            log.warning("a press could not be written down", problem=type(problem).__name__)
            return
        try:
            answer = {"payload": said.body} if said and said.body else {}
            await socket.send(json.dumps({"envelope_id": envelope["envelope_id"], **answer}, ensure_ascii=False))
        except WebSocketException:
            log.info("a press was taken and could not be confirmed, Slack sends it again")
        if said and said.after:
            await said.after()
        if pressed and text:
            await slack.tell(self._around, pressed, text)
