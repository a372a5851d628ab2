"""What people say in a chat: pressed buttons and words of LINE and LINE WORKS, words in Chatwork. Nothing here raises."""

import hashlib
import json
import re
import unicodedata
from dataclasses import dataclass
from typing import Any

LONGEST_LINE = 60
LONGEST_TEXT = 6000  # more than a report takes, so that too long is told from cut
EVENTS = 100  # LINE posts no more at once
_TAKEN = r"(?:了解|承知|引き?受け|対応|担当|ack|acknowledge|ok|i have it)(?:です|しました|します|いたしま(?:す|した)|致しま(?:す|した)|ました|ます)?"
_TAKES = re.compile(
    rf"(?:{_TAKEN}[\s、,:]*#?(\d{{1,9}})|#?(\d{{1,9}})[\s、,:]*(?:は|を)?{_TAKEN})[。.!\s]*", re.IGNORECASE
)
_QUOTED = re.compile(r"\[qt\].*?\[/qt\]|\[(?:info|code)\].*?\[/(?:info|code)\]", re.DOTALL)
_TAG = re.compile(r"\[[^\[\]\n]{0,200}\]")


@dataclass(frozen=True)
class Pressed:
    """A pressed button: whose value it carries, who pressed it, in which room (empty: in a talk with us alone).

    `reply` is the token by which LINE takes an answer.
    """

    value: str
    user: str
    room: str = ""
    reply: str = ""


@dataclass(frozen=True)
class Written:
    """What somebody wrote or chose in a chat: `text` is None for a picture and the like, `event` names it for good."""

    text: str | None
    value: str
    user: str
    event: str
    room: str = ""
    reply: str = ""


@dataclass(frozen=True)
class Word:
    """Somebody wrote in a room that they take these cases; `at` is when, in unix seconds."""

    account: str
    room: str
    numbers: tuple[int, ...]
    at: int


def line_works(body: bytes) -> Pressed | None:
    """The pressed button in a call-back of LINE WORKS, as a message with a value or as an event of its own."""
    told = _object(body)
    content, source = _part(told, "content"), _part(told, "source")
    value = {"message": content.get("postback"), "postback": told.get("data")}.get(_text(told.get("type")))
    if not isinstance(value, str):
        return None
    return Pressed(value, _text(source.get("userId")), _text(source.get("channelId")))


def line(body: bytes) -> list[Pressed]:
    """The pressed buttons among the events of LINE; each event counts once."""
    events = _object(body).get("events")
    found: dict[str, Pressed] = {}
    for event in events[:EVENTS] if isinstance(events, list) else ():
        if isinstance(event, dict) and event.get("type") == "postback":
            source, value = _part(event, "source"), _part(event, "postback").get("data")
            room = _text(source.get("groupId")) or _text(source.get("roomId"))
            if isinstance(value, str):
                pressed = Pressed(value, _text(source.get("userId")), room, _text(event.get("replyToken")))
                found.setdefault(_text(event.get("webhookEventId")) or str(len(found)), pressed)
    return list(found.values())


def line_works_written(body: bytes) -> Written | None:
    """What somebody told a bot of LINE WORKS. Its events have no id: the same bytes are the same event."""
    told = _object(body)
    content, source, kind = _part(told, "content"), _part(told, "source"), told.get("type")
    user, event = _text(source.get("userId")), hashlib.sha256(body).hexdigest()
    if not user or kind not in ("message", "postback"):
        return None
    value = _text(told.get("data") if kind == "postback" else content.get("postback"))
    text = _text(content.get("text"), LONGEST_TEXT) if content.get("type") == "text" else None
    return Written(text, value, user, event, _text(source.get("channelId")))


def line_written(body: bytes) -> list[Written]:
    """What people told an official account of LINE."""
    events = _object(body).get("events")
    found: dict[str, Written] = {}
    for event in events[:EVENTS] if isinstance(events, list) else ():
        if not isinstance(event, dict) or event.get("type") not in ("message", "postback"):
            continue
        source, message = _part(event, "source"), _part(event, "message")
        user, id_ = _text(source.get("userId")), _text(event.get("webhookEventId"))
        room = _text(source.get("groupId")) or _text(source.get("roomId"))
        text = _text(message.get("text"), LONGEST_TEXT) if message.get("type") == "text" else None
        value = _text(_part(event, "postback").get("data"))
        if user and id_:
            found.setdefault(id_, Written(text, value, user, id_, room, _text(event.get("replyToken"))))
    return list(found.values())


def chatwork(body: bytes) -> Word | None:
    """What a message that names us says about taking cases; None when it says nothing about that."""
    told = _object(body)
    event = _part(told, "webhook_event")
    if told.get("webhook_event_type") != "mention_to_me":
        return None
    numbers = taken(_text(event.get("body"), most=20_000))
    account, room = (_whole(event.get(name)) for name in ("from_account_id", "room_id"))
    at = int(_whole(told.get("webhook_event_time")) or 0)
    return Word(account, room, numbers, at) if numbers and account and room else None


def taken(text: str) -> tuple[int, ...]:
    """The numbers of the cases that a text takes, line by line; what is quoted says nothing.

    A line counts only when it says nothing else: "了解できません #12" takes no case.
    """
    found: list[int] = []
    for line_ in _TAG.sub("", _QUOTED.sub("", text)).splitlines():
        plain = unicodedata.normalize("NFKC", line_).strip()
        said = _TAKES.fullmatch(plain) if len(plain) <= LONGEST_LINE else None
        if said:
            found.append(int(said[1] or said[2]))
    return tuple(dict.fromkeys(found))[:10]


def _object(body: bytes) -> dict[str, Any]:
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}


def _part(told: dict[str, Any], name: str) -> dict[str, Any]:
    part = told.get(name)
    return part if isinstance(part, dict) else {}


def _text(value: object, most: int = 500) -> str:
    return value[:most] if isinstance(value, str) else ""


def _whole(value: object) -> str:
    """A number of Chatwork's, which comes as a number or as text."""
    text = str(value) if isinstance(value, int | str) and not isinstance(value, bool) else ""
    return text if text.isascii() and text.isdigit() and len(text) <= 20 else ""
