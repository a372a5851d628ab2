"""Links that carry their own proof: "I have it" in a mail, a device to be told, the reporter's page about a case, and a calendar.

`keys` are one or several by a comma: the first one signs, all of them are believed.
"""

import base64
import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import UTC, datetime

from shared.contracts.keys import believed, first
from shared.contracts.plan import Person
from shared.contracts.vocabulary import Track

LONGEST = 1000
_CASE_LETTERS = 28
_MAC_LETTERS = 32


@dataclass(frozen=True)
class Link:
    """Who may acknowledge which round of which case on which track, until when; an older link does not say the track."""

    case_id: str
    person: Person
    round: int
    expires: datetime
    track: Track | None = None


def make_link(
    keys: str, case_id: str, person: Person, round_: int, expires: datetime, track: Track | None = None
) -> str:
    """Make the token of `/a/{token}`; anybody who holds it may acknowledge in the person's name until `expires` (UTC).

    The track stands in one place with the round: a release that knows of no track takes that as it is, for it uses a
    round for nothing but to tell one answer from another.
    """
    asked = [round_, track] if track else round_
    told = [case_id, person.id, person.name, asked, int(expires.timestamp())]
    body = json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()
    return f"{_text(body)}.{_text(_mac(first(keys), 'acknowledge', body))}"


def read_link(keys: str, token: str, now: datetime) -> Link | None:
    """Read a token of `make_link`; None for anything forged, broken or expired. Never raises."""
    body = _genuine(keys, "acknowledge", token)
    if body is None:
        return None
    case_id, person_id, name, asked, expires = json.loads(body)
    round_, track = (asked[0], Track(asked[1])) if isinstance(asked, list) else (asked, None)
    link = Link(case_id, Person(id=person_id, name=name), round_, datetime.fromtimestamp(expires, UTC), track)
    return link if now < link.expires else None


def make_device(keys: str, person: Person, expires: datetime) -> str:
    """Make the token of `/devices/{token}`; whoever holds it may have a device of theirs told in the person's place."""
    body = json.dumps([person.id, person.name, int(expires.timestamp())], ensure_ascii=False, separators=(",", ":"))
    return f"{_text(body.encode())}.{_text(_mac(first(keys), 'device', body.encode()))}"


def read_device(keys: str, token: str, now: datetime) -> Person | None:
    """Read a token of `make_device`; None for anything forged, broken or expired. Never raises."""
    body = _genuine(keys, "device", token)
    if body is None:
        return None
    id_, name, expires = json.loads(body)
    return Person(id=id_, name=name) if now < datetime.fromtimestamp(expires, UTC) else None


def make_followup(keys: str, case_id: str) -> str:
    """Make the token of `/r/{token}`, the reporter's own page; it is the same each time and does not expire."""
    return _followup(first(keys), case_id)


def read_followup(keys: str, token: str) -> str | None:
    """Give the case id of a token of `make_followup`, or None. Never raises."""
    case_id = token[:_CASE_LETTERS]
    if not token.isascii() or not believed(keys, token.encode(), lambda key: _followup(key, case_id).encode()):
        return None
    return case_id


def make_calendar(keys: str, person_id: str) -> str:
    """Make the token of `/calendars/{token}.ics`, a person's own shifts; it is the same each time and does not expire."""
    body = person_id.encode()
    return f"{_text(body)}.{_text(_mac(first(keys), 'calendar', body))}"


def read_calendar(keys: str, token: str) -> str | None:
    """Give the id of the person of a token of `make_calendar`, or None. Never raises."""
    body = _genuine(keys, "calendar", token)
    return body.decode() if body is not None else None


def _followup(key: str, case_id: str) -> str:
    return case_id + _text(_mac(key, "followup", case_id.encode()))[:_MAC_LETTERS]


def _genuine(keys: str, purpose: str, token: str) -> bytes | None:
    """What stands in a token that we made for this purpose, or None."""
    body_text, dot, mac_text = token.partition(".")
    if not dot or len(token) > LONGEST:
        return None
    try:
        body, mac = _bytes(body_text), _bytes(mac_text)
    except ValueError:
        return None
    return body if believed(keys, mac, lambda key: _mac(key, purpose, body)) else None


def _mac(key: str, purpose: str, body: bytes) -> bytes:
    return hmac.new(key.encode(), purpose.encode() + b"|" + body, hashlib.sha256).digest()


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _bytes(text: str) -> bytes:
    if not text.isascii():
        raise ValueError("not base64")
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
