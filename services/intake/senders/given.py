"""What vendors send, cleaned and bounded so that it fits a report: lines, paragraphs, addresses, instants, secrets."""

import base64
import hashlib
import hmac
import html
import json
import re
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from services.intake.domain.alerts import UNTIMED
from services.intake.senders.sender import Malformed, Rejected, Request, Source, Trusted

DEEPEST = 100
WINDOW = 300  # seconds
EARLIEST = UNTIMED  # what names no time; so an end without one is read as what it is
_OURS = re.compile(r"\[tasuki:[0-9a-f-]{36}\]\Z")  # what the notifier ends its comments with
_BLOCK = re.compile(r"(?i)<(?:br|/p|/div|/li|/tr|/h[1-6])[^<>]*>")
_HIDDEN = re.compile(r"(?is)<(script|style)\b[^<>]*>[^<]*</\1>")
_TAG = re.compile(r"<[/!?a-zA-Z][^<>]*>")
_PERSON = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:@-]{0,99}")
_SECONDS = re.compile(r"[0-9]{1,12}")
_UNIX = re.compile(r"[0-9]{1,13}(\.[0-9]{1,9})?")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def line(text: object, longest: int = 200) -> str:
    """One line of a vendor's text, cleaned and shortened to fit a report; what is no text becomes ""."""
    return " ".join(paragraph(text, longest * 2).split())[:longest]


def paragraph(text: object, longest: int = 5000) -> str:
    """A vendor's text, cleaned and shortened to fit a report; what is no text becomes ""."""
    if isinstance(text, int | float) and not isinstance(text, bool):
        text = str(text)
    if not isinstance(text, str):
        return ""
    clean = _CONTROL.sub(" ", text.replace("\r\n", "\n").replace("\r", "\n")).strip()
    return clean if len(clean) <= longest else clean[: longest - 2].rstrip() + " …"


def plain(text: object) -> str:
    """The words of HTML, a line for each block; of any length, for what counts may stand at its end."""
    if not isinstance(text, str):
        return paragraph(text)
    words = _TAG.sub("", _BLOCK.sub("\n", _HIDDEN.sub("", text)))
    with suppress(ValueError):  # a character by a number of thousands of digits
        words = html.unescape(words)
    return paragraph(words, len(words))


def mapping(value: object) -> dict[str, Any]:
    """A JSON object; what is none becomes an empty one."""
    return value if isinstance(value, dict) else {}


def url(text: object) -> str:
    """An http or https address, or ""."""
    given = line(text)
    return given if given.startswith(("http://", "https://")) else ""


def instant(text: object) -> datetime:
    """An RFC 3339 time, UTC where it names no zone; what is none counts as the beginning of time."""
    try:
        at = datetime.fromisoformat(line(text))
        return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return EARLIEST


def epoch(milliseconds: object) -> datetime:
    """The instant so many milliseconds after 1970; what is none counts as the beginning of time."""
    try:
        return datetime.fromtimestamp(float(line(milliseconds)) / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        return EARLIEST


def identity(*parts: object) -> str:
    """One id of several; "" where one of them is missing."""
    given = [line(part, 1000) for part in parts]
    whole = ":".join(given) if all(given) else ""
    return whole if len(whole) <= 200 else hashlib.sha256(whole.encode()).hexdigest()


def fingerprint(request: Request) -> str:
    """An id for a body that names none: the same body is the same delivery for ten minutes, later it is said anew."""
    window = int(request.now.timestamp()) // 600
    return hashlib.sha256(f"{window}:".encode() + request.raw).hexdigest()


def moment(value: object, now: datetime, unsaid: datetime | None = None) -> datetime:
    """When something happened: RFC 3339, or seconds or milliseconds since 1970; what cannot be read: `unsaid`, or now.

    Nothing counts as later than now: a clock that is ahead would make old news of what comes next.
    """
    told = line(value)
    if _UNIX.fullmatch(told):
        seconds = float(told)
        at = datetime.fromtimestamp(seconds / 1000 if seconds > 1e11 else seconds, UTC)
    else:
        at = instant(told)
    return (unsaid or now) if at == EARLIEST else min(at, now)


def is_person(id_: str) -> bool:
    """Tell whether this can be the id of a person."""
    return _PERSON.fullmatch(id_) is not None


def is_ours(text: str) -> bool:
    """Tell whether we wrote this comment ourselves: our mark ends it, and nobody quotes it."""
    last = text.rstrip().rpartition("\n")[2]
    return _OURS.search(last) is not None and not last.lstrip().startswith((">", "＞"))


def read_json(raw: bytes) -> Any | Malformed:
    """The JSON of a body; what is nested deeper than anybody means to send cannot be read."""
    try:
        found = json.loads(raw.decode("utf-8"))
    except (ValueError, RecursionError):
        return Malformed()
    brackets = raw.count(b"[") + raw.count(b"{")
    return Malformed() if brackets > DEEPEST and is_deep(found) else found


def is_deep(value: object) -> bool:
    """Tell whether lists and objects are nested so deep that walking through them might not end well."""
    inner: list[object] = [value]
    for _ in range(DEEPEST):
        held = [v.values() if isinstance(v, dict) else v for v in inner if isinstance(v, dict | list)]
        inner = [one for many in held for one in many]
        if not inner:
            return False
    return True


def is_one_of(given: str, expected: Sequence[str | bytes]) -> bool:
    """Compare a proof with every one that would be right, in constant time for each."""
    raw, good = given.encode("utf-8", "replace"), False
    for one in expected:
        good |= hmac.compare_digest(raw, one.encode() if isinstance(one, str) else one)
    return good and given != ""


def signatures(source: Source, signed: bytes, algorithm: str, prefix: str = "") -> list[str]:
    """What a vendor that signs in hexadecimal may write, one for each secret."""
    return [f"{prefix}{hmac.digest(secret.encode(), signed, algorithm).hex()}" for secret in source.secrets]


def timely(stamp: str, now: datetime) -> Trusted | Rejected:
    """Whether a signed time, in seconds since 1970, lies within five minutes of now."""
    if not _SECONDS.fullmatch(stamp):
        return Rejected("time stamp")
    return Trusted() if abs(now.timestamp() - int(stamp)) <= WINDOW else Rejected("stale")


def is_authorized(request: Request, source: Source) -> bool:
    """Tell whether a secret in force stands in the header Authorization: as a bearer token or as Basic's password."""
    kind, _, given = request.headers.get("authorization", "").partition(" ")
    return is_one_of(_credential(kind, given), source.secrets)


def holds_secret(request: Request, source: Source, *others: str) -> bool:
    """Tell whether a request carries a secret, for vendors that sign nothing.

    It is a bearer token, the password of Basic, the header that the option `header` names (`x-tasuki-secret` where it
    names none), or one of `others`.
    """
    kind, _, rest = request.headers.get("authorization", "").partition(" ")
    own = request.headers.get(source.options.get("header", "").strip().lower() or "x-tasuki-secret", "")
    good = False
    for given in (_credential(kind, rest.strip()), own, *others):
        good |= is_one_of(given, source.secrets)
    return good


def _credential(kind: str, given: str) -> str:
    """The bearer token, or the password of Basic; "" for what is neither."""
    if kind.lower() == "bearer":
        return given
    try:
        return base64.b64decode(given, validate=True).decode().partition(":")[2] if kind.lower() == "basic" else ""
    except ValueError:
        return ""


def listed(options: str) -> set[str]:
    """The parts of an option that names several things, by commas."""
    return {part.strip() for part in options.split(",") if part.strip()}
