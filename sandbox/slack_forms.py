"""The chat's forms: what people do to open one (a command, a shortcut, one upon a message), and what they send in it."""

import asyncio
import json
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sandbox.chat import APP, TEAM, Chat
from sandbox.journal import Journal
from sandbox.outgoing import Delivery

Json = dict[str, Any]
TRIGGER_SECONDS = 3.0
TITLE, OPTION, AREA, HINT, METADATA, SECTION, BLOCKS, OPTIONS = 24, 75, 3000, 2000, 3000, 3000, 100, 10
ELEMENTS = {"plain_text_input", "radio_buttons", "checkboxes"}


@dataclass
class Form:
    """One opened form; `shown` is its content, `errors` what is said beside the fields, `sent` how often it was sent."""

    id: str
    user: str
    shown: Json
    errors: dict[str, str] = field(default_factory=dict)
    sent: int = 0

    def as_json(self) -> Json:
        """What a person sees of it."""
        return {"id": self.id, "user": self.user, "view": self.shown, "errors": self.errors, "sent": self.sent}

    @property
    def words(self) -> str:
        """Every text that is shown."""
        return "\n".join(_texts(self.shown))


class Forms:
    """All forms by id. Everybody is known by name here; `locales` says who reads another language than Japanese."""

    def __init__(self, chat: Chat, journal: Journal) -> None:
        self._chat, self._journal = chat, journal
        self._triggers: dict[str, tuple[str, float, bool]] = {}  # trigger → whose, since when, whether it was used
        self._changed = asyncio.Condition()
        self.locales: dict[str, str] = {}
        self.names: dict[str, str] = {}
        self.opened: dict[str, Form] = {}

    def methods(self) -> list[tuple[str, Callable[[Json], Json], bool]]:
        """What the Web API can do with forms and people: name, answer, whether it sends a message."""
        return [
            ("views.open", self._open, False),
            ("views.update", self._update, False),
            ("users.info", self._user, False),
        ]

    def clear(self) -> None:
        """Close everything."""
        self.opened.clear()
        self._triggers.clear()
        self.locales.clear()
        self.names.clear()

    # --- what people do

    async def command(self, text: str = "", user: str = "U0HANAKO", name: str = "hanako", **more: str) -> Delivery:
        """Write `/tasuki` with a text; repeated with the same trigger, it is the same command told once more."""
        room = {"channel_id": "C0ROOM", "channel_name": "general", "team_id": TEAM, "team_domain": "sandbox"}
        told = {"command": "/tasuki", "text": text, "user_id": user, "user_name": name, "api_app_id": APP, **room}
        told["response_url"] = f"{self._chat.http_url}/actions/{TEAM}/0"
        return await self._chat.tell("command", {**told, "trigger_id": self.trigger(user), **more})

    async def shortcut(self, user: str = "U0HANAKO", name: str = "hanako", callback: str = "tasuki_report") -> Delivery:
        """Choose the shortcut of the app."""
        return await self._chat.tell("shortcut", self._done("shortcut", user, name, callback_id=callback))

    async def upon(
        self, text: str, user: str = "U0HANAKO", name: str = "hanako", room: str = "C0ROOM", **message: str
    ) -> Delivery:
        """Choose the shortcut of a message with this text, written by somebody else."""
        written = {"type": "message", "user": "U0OTHER", "ts": "1795262399.000200", "text": text, **message}
        where = {"id": room, "name": room.lower()}
        url = f"{self._chat.http_url}/actions/{TEAM}/{written['ts']}"
        more = {"callback_id": "tasuki_report_message", "message": written, "channel": where, "response_url": url}
        return await self._chat.tell("shortcut", self._done("message_action", user, name, **more))

    async def send(self, form: Form, values: Json, name: str = "hanako", retry: int = 0) -> Delivery:
        """Send a form with these values by block; what the app answers is shown in it."""
        state: Json = {}
        for block in form.shown["blocks"]:
            if block["type"] == "input":
                element, id_ = block["element"], block["block_id"]
                typed = values.get(id_, element.get("initial_value"))
                state[id_] = {element["action_id"]: _state(element, typed)}
        view = {**form.shown, "id": form.id, "hash": "1.sandbox", "state": {"values": state}, "root_view_id": form.id}
        form.sent += 1
        delivery = await self._chat.tell("form", self._done("view_submission", form.user, name, view=view), retry)
        self._answered(form, delivery)
        return delivery

    async def until(self, true: Callable[[], Any], seconds: float = 5) -> Any:
        """Wait until something is true of the forms; raises TimeoutError."""
        async with asyncio.timeout(seconds), self._changed:
            return await self._changed.wait_for(true)

    def trigger(self, user: str) -> str:
        """A trigger, good once and for three seconds."""
        id_ = f"{time.time_ns()}.{secrets.token_hex(8)}"
        self._triggers[id_] = (user, time.monotonic(), False)
        return id_

    # --- what the app does

    def _open(self, fields: Json) -> Json:
        trigger, view = str(fields.get("trigger_id", "")), _decoded(fields.get("view"))
        if trigger not in self._triggers:
            return {"ok": False, "error": "invalid_trigger_id"}
        user, since, used = self._triggers[trigger]
        if used:
            return {"ok": False, "error": "exchanged_trigger_id"}
        if time.monotonic() - since > TRIGGER_SECONDS:
            return {"ok": False, "error": "expired_trigger_id"}
        if wrong := _wrong(view):
            return {"ok": False, "error": "invalid_arguments", "response_metadata": {"messages": [wrong]}}
        self._triggers[trigger] = (user, since, True)
        form = Form(f"V{secrets.token_hex(5).upper()}", user, view)
        self.opened[form.id] = form
        self._tell(form)
        return {"ok": True, "view": {**view, "id": form.id}}

    def _update(self, fields: Json) -> Json:
        form, view = self.opened.get(str(fields.get("view_id", ""))), _decoded(fields.get("view"))
        if form is None:
            return {"ok": False, "error": "not_found"}
        if wrong := _wrong(view):
            return {"ok": False, "error": "invalid_arguments", "response_metadata": {"messages": [wrong]}}
        form.shown = view
        self._tell(form)
        return {"ok": True, "view": {**view, "id": form.id}}

    def _user(self, fields: Json) -> Json:
        id_ = str(fields.get("user", ""))
        if not id_.startswith(("U", "W")):
            return {"ok": False, "error": "user_not_found"}
        name, locale = self.names.get(id_, id_.lower()), self.locales.get(id_, "ja-JP")
        told = {"id": id_, "name": id_.lower(), "real_name": name}
        return {"ok": True, "user": told | ({"locale": locale} if fields.get("include_locale") else {})}

    def _answered(self, form: Form, delivery: Delivery) -> None:
        answer = json.loads(delivery.body) if delivery.ok and delivery.body else {}
        form.errors = {}
        if answer.get("response_action") == "errors":
            fields = {b.get("block_id") for b in form.shown["blocks"] if b["type"] == "input"}
            assert set(answer["errors"]) <= fields, "an error beside a field that the form has not"
            form.errors = answer["errors"]
        elif answer.get("response_action") == "update":
            assert not (wrong := _wrong(answer["view"])), wrong
            form.shown = answer["view"]
        elif delivery.ok:
            self.opened.pop(form.id, None)
        self._tell(form)

    def _tell(self, form: Form) -> None:
        self._journal.add("chat", "form", form.user, form.id, form.words, {"view": form.shown})
        asyncio.get_running_loop().create_task(self._notify())

    async def _notify(self) -> None:
        async with self._changed:
            self._changed.notify_all()

    def _done(self, type_: str, user: str, name: str, **more: Any) -> Json:
        who = {"id": user, "username": name, "name": name, "team_id": TEAM}
        team = {"id": TEAM, "domain": "sandbox"}
        told = {"type": type_, "token": "unused", "user": who, "team": team, "api_app_id": APP}
        return {**told, "trigger_id": self.trigger(user), "is_enterprise_install": False, **more}


def _state(element: Json, typed: Any) -> Json:
    """The state of one field as Slack tells it; `typed` is a text, the value of a choice, or whether a box is ticked."""
    match element["type"]:
        case "checkboxes":
            return {"type": "checkboxes", "selected_options": element["options"] if typed else []}
        case "radio_buttons":
            found = next((o for o in element["options"] if o["value"] == typed), None)
            return {"type": "radio_buttons", "selected_option": found}
    return {"type": "plain_text_input", "value": typed or None}


def _wrong(view: Any) -> str:
    """What the real one would refuse, or nothing."""
    if not isinstance(view, dict) or view.get("type") != "modal" or not isinstance(view.get("blocks"), list):
        return "view"
    blocks = view["blocks"]
    for name in ("title", "submit", "close"):
        if (name == "title" or name in view) and not _plain(view.get(name), TITLE):
            return name
    if not 1 <= len(blocks) <= BLOCKS or len(view.get("private_metadata", "")) > METADATA:
        return "blocks or private_metadata"
    ids = [b["block_id"] for b in blocks if "block_id" in b]
    if len(set(ids)) < len(ids) or (any(b["type"] == "input" for b in blocks) and "submit" not in view):
        return "block_id or submit"
    return next((wrong for block in blocks if (wrong := _wrong_block(block))), "")


def _wrong_block(block: Json) -> str:
    if block["type"] == "section":
        text = block.get("text", {})
        return "" if text.get("type") in ("mrkdwn", "plain_text") and 0 < len(text["text"]) <= SECTION else "text"
    if block["type"] != "input":
        return f"a block of type {block['type']}"
    element = block.get("element", {})
    good = _plain(block.get("label"), HINT) and ("hint" not in block or _plain(block["hint"], HINT))
    if not good or element.get("type") not in ELEMENTS:
        return f"{block.get('block_id')}: label, hint or element"
    most = element.get("max_length", AREA)
    if not 1 <= most <= AREA or len(element.get("initial_value", "")) > most:
        return f"{block.get('block_id')}: max_length or initial_value"
    options = element.get("options", [])
    fine = all(_plain(o.get("text"), OPTION) and len(o.get("value", "")) <= OPTION for o in options)
    return "" if fine and len(options) <= OPTIONS else f"{block.get('block_id')}: options"


def _plain(text: Any, most: int) -> bool:
    return isinstance(text, dict) and text.get("type") == "plain_text" and 0 < len(text.get("text", "")) <= most


def _texts(part: Any) -> list[str]:
    """Every text below a part of a view, in order."""
    if isinstance(part, list):
        return [text for item in part for text in _texts(item)]
    if not isinstance(part, dict):
        return []
    own = [part["text"]] if isinstance(part.get("text"), str) else []
    typed = [part["initial_value"]] if "initial_value" in part else []
    return own + typed + [text for value in part.values() for text in _texts(value)]


def _decoded(value: Any) -> Any:
    """In a form of HTTP, the view arrives as JSON text."""
    try:
        return json.loads(value) if isinstance(value, str) else value
    except ValueError:
        return None
