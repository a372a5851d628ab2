"""Checks and reads what providers post to us. Nothing here raises, whatever the bytes and headers are."""

import base64
import binascii
import hashlib
import hmac
import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from shared.contracts.vocabulary import Outcome

WINDOW = 300  # seconds either way
FIELDS = 200  # a form has no more fields than this
_CALLS: dict[str, tuple[Outcome, str]] = {
    "initiated": (Outcome.ACCEPTED, ""),
    "queued": (Outcome.ACCEPTED, ""),
    "ringing": (Outcome.DELIVERED, ""),
    "in-progress": (Outcome.ANSWERED, ""),
    "completed": (Outcome.FAILED, "hung-up"),  # heard, and not answered with a key
    "busy": (Outcome.FAILED, "busy"),
    "no-answer": (Outcome.FAILED, "no-answer"),
    "failed": (Outcome.FAILED, "call-failed"),
    "canceled": (Outcome.SKIPPED, "canceled"),
}
_TEXTS: dict[str, tuple[Outcome, str]] = {
    **dict.fromkeys(("accepted", "scheduled", "queued", "sending", "sent"), (Outcome.ACCEPTED, "")),
    **dict.fromkeys(("delivered", "read"), (Outcome.DELIVERED, "")),
    **dict.fromkeys(("undelivered", "failed"), (Outcome.FAILED, "not-delivered")),
    "canceled": (Outcome.FAILED, "canceled"),
}
_WORTH_ANOTHER = ("30001", "30003", "30008", "30017")  # a full queue, a telephone that is off, a network in trouble
_ANSWER = re.compile(r"([12])(?:[\s#、,.]+(\d{1,9}))?", re.ASCII)


@dataclass(frozen=True)
class Pressed:
    """A button of a chat message: whose value it carries, which user pressed it, in which conversation.

    `reply` is the address for a word to that user alone, where there is one.
    """

    value: str
    user: str
    channel: str
    reply: str = ""


def twilio_is_genuine(auth_token: str, url: str, fields: list[tuple[str, str]], signature: str) -> bool:
    """HMAC-SHA1 over the public URL with its query, followed by every name and value sorted by name, in base64."""
    if not auth_token:
        return False
    text = url + "".join(name + value for name, value in sorted(set(fields)))
    wanted = hmac.new(auth_token.encode(), text.encode("utf-8", "surrogatepass"), hashlib.sha1).digest()
    try:
        given = base64.b64decode(signature.encode("ascii", "replace"), validate=True)
    except (binascii.Error, ValueError):
        return False
    return hmac.compare_digest(given, wanted)


def slack_is_genuine(secret: str, timestamp: str, body: bytes, signature: str, now: datetime) -> bool:
    """`v0=` and hex HMAC-SHA256 over `v0:timestamp:body`, not older and not newer than five minutes."""
    if not secret or not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12):
        return False
    if abs(now.timestamp() - int(timestamp)) > WINDOW:
        return False
    wanted = "v0=" + hmac.new(secret.encode(), b"v0:" + timestamp.encode() + b":" + body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(signature.encode("utf-8", "replace"), wanted.encode())


def form(body: bytes) -> list[tuple[str, str]]:
    """The fields of a form, empty when it is none."""
    try:
        return parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=FIELDS, errors="surrogateescape")
    except ValueError:
        return []


def call_progress(fields: Mapping[str, str]) -> tuple[Outcome, str] | None:
    """What a status call-back or a machine detection says about a call; None when it says nothing to us."""
    if fields.get("CallStatus"):
        outcome = _CALLS.get(fields["CallStatus"])
        machine = fields.get("AnsweredBy", "").startswith(("machine", "fax"))
        return (Outcome.FAILED, "voicemail") if machine and fields["CallStatus"] == "completed" else outcome
    if fields.get("AnsweredBy", "").startswith(("machine", "fax")):
        return Outcome.FAILED, "voicemail"
    return (Outcome.ANSWERED, "") if fields.get("AnsweredBy") == "human" else None


def text_progress(fields: Mapping[str, str]) -> tuple[Outcome, str, bool] | None:
    """What a status call-back says about a text message, and whether trying again is useless; None: nothing to us."""
    outcome, code = _TEXTS.get(fields.get("MessageStatus", ""), (None, ""))
    if outcome is None:
        return None
    error = fields.get("ErrorCode", "")
    named = outcome is Outcome.FAILED and error.isascii() and error.isdigit() and len(error) < 8
    return outcome, f"twilio-{error}" if named else code, error not in _WORTH_ANOTHER


def text_answer(body: str) -> tuple[str, int | None] | None:
    """The answer in a text message: "1" or "2", perhaps with the number of the case; None when it is something else."""
    found = _ANSWER.fullmatch(unicodedata.normalize("NFKC", body).strip())
    return (found[1], int(found[2]) if found[2] else None) if found else None


def slack_challenge(body: bytes) -> str | None:
    """The challenge that Slack sends once to check an address."""
    read = json_object(body)
    challenge = read.get("challenge")
    return challenge[:200] if read.get("type") == "url_verification" and isinstance(challenge, str) else None


def slack_told(fields: Mapping[str, str]) -> Mapping[str, Any]:
    """What Slack tells in a form: the payload of what somebody pressed or sent, or the fields of a command."""
    return fields if "command" in fields else json_object(fields.get("payload", ""))


def slack_press(read: Mapping[str, Any]) -> Pressed | None:
    """The acknowledge button in a `block_actions` payload, or None."""
    actions, user, channel = read.get("actions"), read.get("user"), read.get("channel")
    if read.get("type") != "block_actions" or not isinstance(actions, list):
        return None
    for action in actions:
        if isinstance(action, dict) and action.get("action_id") == "ack" and isinstance(action.get("value"), str):
            return Pressed(action["value"], _id(user), _id(channel), str(read.get("response_url") or ""))
    return None


def mattermost_button(body: bytes) -> Pressed | None:
    """The button in the post of a Mattermost action, or None. It is not signed: its value is the proof."""
    read = json_object(body)
    context, name = read.get("context"), read.get("user_name")
    if not isinstance(context, dict) or not isinstance(context.get("value"), str):
        return None
    user = f"@{name}" if isinstance(name, str) and name else ""
    return Pressed(context["value"], user, "direct" if context.get("direct") is True else "")


def discord_is_genuine(public_key: str, timestamp: str, body: bytes, signature: str, now: datetime) -> bool:
    """Ed25519 in hex over the timestamp and the body, not older and not newer than five minutes."""
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12):
        return False
    if abs(now.timestamp() - int(timestamp)) > WINDOW:
        return False
    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key))
        key.verify(bytes.fromhex(signature), timestamp.encode() + body)
    except (InvalidSignature, ValueError):
        return False
    return True


def discord_ping(body: bytes) -> bool:
    """Whether Discord only checks that somebody is there."""
    return json_object(body).get("type") == 1


def discord_button(body: bytes) -> Pressed | None:
    """The pressed button of a Discord message, or None."""
    read = json_object(body)
    data, member = read.get("data"), read.get("member")
    user = member.get("user") if isinstance(member, dict) else read.get("user")
    if read.get("type") != 3 or not isinstance(data, dict) or not isinstance(data.get("custom_id"), str):
        return None
    return Pressed(data["custom_id"], _id(user), str(read.get("channel_id", "")))


def _id(thing: object) -> str:
    return str(thing.get("id", "")) if isinstance(thing, dict) else ""


def json_object(text: bytes | str) -> dict[str, Any]:
    """A JSON object, empty when it is none."""
    try:
        read = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return read if isinstance(read, dict) else {}
