"""The chat: the part of Slack's Web API that Tasuki uses, and its buttons."""

import json
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from sandbox import marks, signatures
from sandbox.journal import Journal, now_iso
from sandbox.outgoing import FORM, Delivery, Outgoing
from sandbox.settings import Settings
from sandbox.sockets import Sockets

SOCKET = "socket"
TEAM, APP, BOT, BOT_ID = "T0SANDBOX", "A0SANDBOX", "U0TASUKI", "B0TASUKI"


class NoSuchButton(Exception):
    """The message has no such button."""


@dataclass
class Message:
    """One message of a channel; `to` is that channel, or the person of a direct conversation.

    `updates` counts how often it was changed, `item` is its cursor in the journal.
    """

    channel: str
    ts: str
    text: str
    blocks: list[dict[str, Any]]
    metadata: dict[str, Any]
    to: str
    thread_ts: str | None = None
    updates: int = 0
    item: int = 0
    at: str = field(default_factory=now_iso)
    pressed: list[dict[str, Any]] = field(default_factory=list)

    @property
    def buttons(self) -> list[dict[str, Any]]:
        """The buttons that report back, in order."""
        found: list[dict[str, Any]] = []
        for block in self.blocks:
            elements = [*block.get("elements", []), block.get("accessory")]
            found += [
                {"block_id": block.get("block_id", ""), **e}
                for e in elements
                if isinstance(e, dict) and e.get("type") == "button"
            ]
        return found

    @property
    def words(self) -> str:
        """All that a person reads: the text (a title, when there are blocks) and the words of the blocks."""
        found = [self.text]
        for block in self.blocks:
            parts = [block.get("text"), *block.get("fields", []), *block.get("elements", [])]
            found += [str(p["text"]) for p in parts if isinstance(p, dict) and isinstance(p.get("text"), str)]
        return "\n".join(text for text in found if text)

    def as_slack(self, *, metadata: bool) -> dict[str, Any]:
        """The message as Slack tells it."""
        body: dict[str, Any] = {
            "type": "message",
            "ts": self.ts,
            "user": BOT,
            "bot_id": BOT_ID,
            "app_id": APP,
            "team": TEAM,
            "text": self.text,
            "blocks": self.blocks,
        }
        if self.thread_ts:
            body["thread_ts"] = self.thread_ts
        if self.updates:
            body["edited"] = {"user": BOT, "ts": self.ts}
        if metadata and self.metadata:
            body["metadata"] = self.metadata
        return body

    def as_json(self) -> dict[str, Any]:
        """What the page and the control interface show of it."""
        return {
            "item": self.item,
            "channel": self.channel,
            "to": self.to,
            "updates": self.updates,
            "at": self.at,
            "pressed": self.pressed,
            "metadata": self.metadata,
            "ts": self.ts,
            "thread_ts": self.thread_ts,
            "text": self.text,
            "blocks": self.blocks,
        }


class Chat:
    """All messages by ts, oldest first."""

    def __init__(self, settings: Settings, journal: Journal, outgoing: Outgoing) -> None:
        self._settings, self._journal, self._outgoing = settings, journal, outgoing
        self._by_ts: dict[str, Message] = {}
        self._people: dict[str, str] = {}  # direct conversation → person
        self._last = 0
        self.http_url = ""
        self.sockets = Sockets()

    @property
    def messages(self) -> list[Message]:
        """Every remembered message, oldest first."""
        return list(self._by_ts.values())

    def message(self, ts: str) -> Message:
        """Raises KeyError when there is no such message."""
        return self._by_ts[ts]

    def find(self, ts: str) -> Message | None:
        return self._by_ts.get(ts)

    async def wait_for_message(
        self, channel: str | None = None, *, since: int = 0, case_id: str | None = None, timeout: float = 5
    ) -> Message:
        """The first message after the cursor `since` in a channel or to a person; raises TimeoutError with what came."""
        item = await self._journal.wait(timeout, since, channel="chat", kind="message", to=channel, case_id=case_id)
        return self._by_ts[item.vendor_id]

    def conversation(self, person: str) -> str:
        """The id of the direct conversation with a person; anything else is a channel already."""
        if not person.startswith(("U", "W")):
            return person
        direct = "D" + person
        self._people[direct] = person
        return direct

    def post(self, channel: str, text: str, blocks: list[Any], metadata: dict[str, Any], thread: str | None) -> Message:
        """Keep a new message under a ts of its own."""
        self._last = max(time.time_ns() // 1000, self._last + 1)
        ts = f"{self._last // 1_000_000}.{self._last % 1_000_000:06d}"
        channel = self.conversation(channel)
        message = Message(channel, ts, text, blocks, metadata, self._people.get(channel, channel), thread)
        self._by_ts[ts] = message
        while len(self._by_ts) > self._settings.keep:
            self._by_ts.pop(next(iter(self._by_ts)))
        message.item = self._journal.cursor + 1
        self._record("message", message)
        return message

    def change(self, message: Message, text: str, blocks: list[Any] | None, metadata: dict[str, Any] | None) -> None:
        """Replace what a message says."""
        message.text = text
        if blocks is not None:
            message.blocks = blocks
        if metadata is not None:
            message.metadata = metadata
        message.updates += 1
        self._record("update", message)

    async def press(
        self, message: Message, action_id: str | None = None, user: str = "U0HANAKO", name: str = "hanako"
    ) -> Delivery:
        """Press a button (the first when no action id is named) and report it, signed, to the interactivity URL.

        An app that has opened a socket gets it over that. Raises NoSuchButton, also for a link button, which Slack opens in the browser and still reports.
        """
        button = next((b for b in message.buttons if action_id in (None, b.get("action_id"))), None)
        if button is None:
            names = ", ".join(str(b.get("action_id")) for b in message.buttons) or "none"
            raise NoSuchButton(f"no button {action_id or ''} on {message.ts}; there is: {names}")
        payload = self._pressed(message, button, user, name)
        delivery = await self.tell("button", payload)
        if delivery.url == SOCKET:
            return delivery
        label = button.get("text", {}).get("text", "") if isinstance(button.get("text"), dict) else ""
        pressed = {"action_id": button.get("action_id"), "label": label, "user": name, "status": delivery.status}
        message.pressed.append(pressed | {"at": delivery.at, "error": delivery.error})
        self._journal.publish("message", message.as_json)
        return delivery

    async def tell(self, what: str, told: dict[str, Any], retry: int = 0) -> Delivery:
        """Report what somebody did: over the socket of an app that has opened one, else signed to its URL.

        A command is told as fields, everything else as a payload; `retry` counts how often it was told before.
        """
        command = "command" in told
        if self.sockets.connections:
            answer = await self.sockets.ask(told, kind="slash_commands" if command else "interactive")
            status = None if answer is None else 200
            return Delivery(
                what, SOCKET, status, json.dumps(answer, ensure_ascii=False) if answer else "", at=now_iso()
            )
        fields = told if command else {"payload": json.dumps(told, ensure_ascii=False)}
        body, stamp = urlencode(fields).encode(), str(int(time.time()))
        headers = {
            "Content-Type": FORM,
            "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
            "X-Slack-Request-Timestamp": stamp,
            "X-Slack-Signature": signatures.slack(self._settings.slack_signing_secret, stamp, body),
        }
        if retry:
            headers |= {"X-Slack-Retry-Num": str(retry), "X-Slack-Retry-Reason": "http_timeout"}
        return await self._outgoing.send(what, self._settings.interactivity_url, body, headers)

    def whisper(self, message: Message, text: str) -> None:
        """Show something to the one who pressed alone."""
        self._journal.add("chat", "ephemeral", message.to, message.ts, text, {"channel": message.channel})

    def _pressed(self, message: Message, button: dict[str, Any], user: str, name: str) -> dict[str, Any]:
        stamp = f"{time.time():.6f}"
        return {
            "type": "block_actions",
            "user": {"id": user, "username": name, "name": name, "team_id": TEAM},
            "api_app_id": APP,
            "token": "unused",
            "container": {
                "type": "message",
                "message_ts": message.ts,
                "channel_id": message.channel,
                "is_ephemeral": False,
            },
            "trigger_id": f"{stamp}.sandbox",
            "team": {"id": TEAM, "domain": "sandbox"},
            "enterprise": None,
            "is_enterprise_install": False,
            "channel": {"id": message.channel, "name": message.channel.lower()},
            "message": message.as_slack(metadata=True),
            "state": {"values": {}},
            "response_url": f"{self.http_url}/actions/{TEAM}/{message.ts}",
            "actions": [
                {
                    "action_id": button.get("action_id"),
                    "block_id": button.get("block_id"),
                    "text": button.get("text"),
                    "value": button.get("value"),
                    "style": button.get("style"),
                    "type": "button",
                    "action_ts": stamp,
                }
            ],
        }

    def _record(self, kind: str, message: Message) -> None:
        payload = message.metadata.get("event_payload")
        links = " ".join(str(b.get("url", "")) for b in message.buttons)
        ids = marks.find(payload if isinstance(payload, dict) else {}, text=f"{message.words} {links}")
        content = {"channel": message.channel, "blocks": message.blocks, "metadata": message.metadata}
        self._journal.add("chat", kind, message.to, message.ts, message.words, content, ids)
        self._journal.publish("message", message.as_json)

    def clear(self) -> None:
        self._by_ts.clear()
