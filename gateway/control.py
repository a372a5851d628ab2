"""The control connection of baresip, pure: netstrings of JSON into answers to commands and things heard in a call."""

import json
import re
from dataclasses import dataclass
from typing import Literal, TypeAlias

LONGEST = 64 * 1024
_DIGITS = len(str(LONGEST))

Kind: TypeAlias = Literal[
    "ringing", "answered", "key", "closed", "incoming", "registered", "refused", "lost", "withdrawn", "silence"
]
_EVENTS: dict[str, Kind] = {
    "CALL_RINGING": "ringing",
    "CALL_PROGRESS": "ringing",
    "CALL_ESTABLISHED": "answered",
    "CALL_DTMF_START": "key",
    "CALL_CLOSED": "closed",
    "CALL_INCOMING": "incoming",
    "REGISTER_OK": "registered",
    "REGISTER_FAIL": "refused",
}
_CALL = ("ringing", "answered", "key", "closed")
_COLOUR, _STATUS = re.compile(r"\x1b\[[\d;]*m"), re.compile(r"\s(OK|ERR)\s")
KEYS = set("0123456789*#ABCD")


class Garbled(ValueError):
    """What came is no netstring; the place where the next one begins cannot be known."""


@dataclass(frozen=True)
class Heard:
    """Something that happened, with what was said about it: the key, or why the call was closed."""

    kind: Kind
    text: str = ""


@dataclass(frozen=True)
class Answer:
    """What baresip says to the command of this token."""

    token: str
    ok: bool
    data: str


class Netstrings:
    """Cuts a stream into messages, however it was torn."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, data: bytes) -> list[bytes]:
        """Take what has come and give the messages that are complete. Raises `Garbled`."""
        self._rest += data
        whole: list[bytes] = []
        while (message := self._first()) is not None:
            whole.append(message)
        return whole

    def _first(self) -> bytes | None:
        length, colon, rest = self._rest.partition(b":")
        if not colon and len(length) <= _DIGITS and (not length or length.isdigit()):
            return None
        if not length.isdigit() or len(length) > _DIGITS or int(length) > LONGEST:
            raise Garbled(f"no length of a netstring: {length[:20]!r}")
        size = int(length)
        if len(rest) <= size:
            return None
        if rest[size : size + 1] != b",":
            raise Garbled("a netstring without its comma")
        self._rest = rest[size + 1 :]
        return rest[:size]


def command(name: str, text: str, token: str) -> bytes:
    """One command as a netstring."""
    body = json.dumps({"command": name, "params": text, "token": token}).encode()
    return b"%d:%s," % (len(body), body)


def read(message: bytes) -> Answer | Heard | None:
    """Read one message; None for what does not concern us or cannot be read."""
    try:
        told = json.loads(message)
    except (ValueError, RecursionError):
        return None
    if not isinstance(told, dict):
        return None
    if told.get("response") is True:
        return Answer(_text(told, "token"), told.get("ok") is True, _text(told, "data"))
    kind = _EVENTS.get(_text(told, "type"))
    if kind is None or (kind in _CALL and _text(told, "direction") != "outgoing"):
        return None
    text = _text(told, "param")
    return None if kind == "key" and text not in KEYS else Heard(kind, text[:200])


def registration(told: str) -> Heard | None:
    """Read the answer to `reginfo` about one account; None while the registrar has not answered."""
    found = _STATUS.search(_COLOUR.sub("", told))
    if found is None:
        return None
    return Heard("registered") if found[1] == "OK" else Heard("refused", "by the registrar")


def _text(told: dict[str, object], name: str) -> str:
    value = told.get(name)
    return value if isinstance(value, str) else ""
