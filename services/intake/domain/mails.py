"""A mail as it came over the wire, read: total and bounded, whatever the bytes are; no more is looked at than `LARGEST`."""

import email.message
import email.parser
import email.policy
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.errors import MessageError
from email.utils import parsedate_to_datetime
from itertools import islice
from typing import TypeAlias

from services.intake.domain import charsets, mail_text

LARGEST = 15 * 1024 * 1024  # bytes that are looked at: a file of 10 MB, as mails write it, and what is said beside it
LARGEST_HEAD, LARGEST_TEXT = 128 * 1024, 2 * 1024 * 1024
LINES = 300_000  # of 76 letters each, as mails write files, more than the largest one has
PARTS, DEPTH, HEADERS = 100, 10, 100
MARKS = 2000  # lines that may begin or end a part
LONGEST_HEADER, LONGEST_TEXT = 2000, 100_000  # characters
_BAD = (MessageError, ValueError, LookupError, AttributeError, TypeError, RecursionError)
_MARKED = re.compile(rb"^--", re.MULTILINE)
_LINE = re.compile(rb"\r\n?|\n")
_ID = re.compile(r"<([^<>\s]{1,250})>")
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')
_WORDS = re.compile(r"=\?[^?\s]*\?[bBqQ]\?[^?]*\?=")
_COMMENT = re.compile(r"\([^()]*\)")
_ANGLE = re.compile(r"<\s*([^\s<>@,;:\"]{1,64}@[^\s<>@,;:\"]{1,255})\s*>")
_ADDRESS = re.compile(r"[^\s<>@,;:\"]{1,64}@[^\s<>@,;:\"]{1,255}")


@dataclass(frozen=True)
class Attached:
    """What came with a mail; `more`: it goes on beyond what was looked at, or something does that has no name."""

    name: str
    type: str
    size: int  # bytes
    more: bool = False
    body: bytes = field(default=b"", repr=False)
    begins: bytes = field(default=b"", repr=False)  # its first line, as it stands in the mail


_LEFT = Attached("…", "", 0, more=True)
Parts: TypeAlias = list[tuple[email.message.Message, bool]]


@dataclass(frozen=True)
class Mail:
    """A mail. `text` is all that it says, `headers` has names in small letters, the first value of each."""

    id: str  # its Message-ID without brackets, or a digest of it
    subject: str = ""
    text: str = ""
    name: str = ""  # of its author
    author: str = ""  # an address in small letters
    to: tuple[str, ...] = ()
    at: datetime | None = None
    earlier: tuple[str, ...] = ()  # the ids of the mails that it answers, the nearest first
    headers: Mapping[str, str] = field(default_factory=dict)
    attached: tuple[Attached, ...] = ()
    type: str = ""
    received: tuple[str, ...] = ()  # what was found of who sent it (Authentication-Results), the last mail server first


def read(raw: bytes) -> Mail:
    """Read a mail."""
    looked_at = _bounded(raw)
    seen = _first_parts(looked_at)
    try:
        message = email.parser.BytesParser(policy=email.policy.compat32).parsebytes(seen)
        parts, left = _parts(message)
    except _BAD:
        head, _, rest = seen.replace(b"\r\n", b"\n").partition(b"\n\n")
        message = email.parser.BytesHeaderParser(policy=email.policy.compat32).parsebytes(head)
        message.set_payload(charsets.text(rest[:LONGEST_TEXT]))
        parts, left = [], True
    headers, results = _headers(message)
    texts, attached = _contents(message, parts, left, len(raw) > LARGEST or len(seen) < len(looked_at))
    name, author = _author(_raw(message, "from"))
    return Mail(
        id=next(iter(_ids(headers.get("message-id", ""))), "") or _digest(raw, headers),
        subject=" ".join(headers.get("subject", "").split())[:500],
        text=charsets.clean("\n\n".join(texts))[:LONGEST_TEXT].strip(),
        name=name,
        author=author,
        to=_addresses(headers.get("to", "") + "," + headers.get("cc", "")),
        at=_time(headers.get("date", "")),
        earlier=tuple(
            dict.fromkeys(
                (*_ids(headers.get("in-reply-to", "")), *reversed(_ids(headers.get("references", ""), LONGEST_TEXT)))
            )
        )[:20],
        headers={n: v[:LONGEST_HEADER] for n, v in list(headers.items())[:HEADERS]},
        attached=tuple(attached),
        type=_type(message),
        received=tuple(results[:10]),
    )


def author_of(raw: bytes) -> tuple[str, tuple[str, ...]]:
    """The address that a mail names as its author, and what mail servers found of it: all that trusting it needs."""
    try:
        parser = email.parser.BytesHeaderParser(policy=email.policy.compat32)
        message = parser.parsebytes(_bounded(raw).partition(b"\r\n\r\n")[0])
        _, results = _headers(message)
    except _BAD:
        return "", ()
    return _author(_raw(message, "from"))[1], tuple(results[:10])


def _bounded(raw: bytes) -> bytes:
    """As much of a mail as is looked at; of headers without end only the first."""
    head, between, body = raw[:LARGEST].partition(b"\r\n\r\n")
    if len(head) <= LARGEST_HEAD:
        return raw[:LARGEST]
    return head[:LARGEST_HEAD].rpartition(b"\n")[0] + between + body


def _first_parts(raw: bytes) -> bytes:
    """A mail up to where it has more marks of parts, or lines, than any real one: the parser takes seconds for them."""
    ends = [next(islice(_MARKED.finditer(raw), MARKS, None), None)]
    if raw.count(b"\n") + raw.count(b"\r") > LINES:
        ends.append(next(islice(_LINE.finditer(raw), LINES, None), None))
    return raw[: min((end.start() for end in ends if end), default=len(raw))]


def _raw(message: email.message.Message, name: str) -> str:
    """The first header of a name as it came."""
    found = (str(value) for one, value in message.raw_items() if str(one).strip().casefold() == name)
    return " ".join(next(found, "").split())[:LONGEST_HEADER]


def _digest(raw: bytes, headers: Mapping[str, str]) -> str:
    """A name for a mail that has none; what is sent again has other marks of its way and the same date."""
    said = "\n".join(headers.get(name, "") for name in ("date", "from", "to", "subject")).encode("utf-8", "replace")
    body = raw.partition(b"\r\n\r\n")[2] if headers.get("date") else raw
    return hashlib.sha256(said + b"\n\n" + body).hexdigest()


def _headers(message: email.message.Message) -> tuple[dict[str, str], list[str]]:
    told: dict[str, str] = {}
    results: list[str] = []
    for name, value in message.raw_items():
        key = str(name).strip().casefold()
        text = charsets.header(str(value)[:LONGEST_TEXT].encode("utf-8", "surrogateescape"))
        text = " ".join(text.split()) if key != "references" else text
        told.setdefault(key[:100], text)
        if key == "authentication-results":
            results.append(text[:LONGEST_HEADER])
    return told, results


def _parts(message: email.message.Message) -> tuple[Parts, bool]:
    """The parts that hold something, in order, whether each is only another form of what was told, and whether there are more."""
    waiting: list[tuple[email.message.Message, bool, int]] = [(message, False, 0)]
    found: Parts = []
    for _ in range(PARTS):
        if not waiting:
            break
        part, again, depth = waiting.pop()
        inner = part.get_payload()
        if not isinstance(inner, list) or depth >= DEPTH:
            found.append((part, again))
            continue
        forms = part.get_content_type() == "multipart/alternative"
        held = [one for one in inner if isinstance(one, email.message.Message)]
        chosen = _readable(held) if forms else None
        waiting += [(one, again or (forms and one is not chosen), depth + 1) for one in reversed(held)]
    return found, bool(waiting)


def _readable(forms: list[email.message.Message]) -> email.message.Message | None:
    """Of several forms of the same, the plain one that says something, else the last, which is the richest."""
    plain = (one for one in forms if one.get_content_type() == "text/plain" and _payload(one).strip())
    return next(plain, forms[-1] if forms else None)


def _contents(message: email.message.Message, parts: Parts, left: bool, more: bool) -> tuple[list[str], list[Attached]]:
    if not parts:
        return [str(message.get_payload())], [_LEFT]
    texts: list[str] = []
    attached: list[Attached] = []
    for number, (part, again) in enumerate(parts):
        type_, name = _type(part), _name(part)
        is_text = type_ in ("text/plain", "text/html", "") and not name
        if is_text and "attachment" not in str(part.get("content-disposition", "")).lower():
            if not again and sum(map(len, texts)) < LONGEST_TEXT:
                texts.append(_text(part, type_))
        elif not (again and not name):
            body = _payload(part) if not part.is_multipart() else b""
            cut = more and number == len(parts) - 1
            attached.append(Attached(name or type_, type_, len(body), cut, body, _begins(part, body)))
    if (more or left) and not (attached and attached[-1].more):
        attached.append(_LEFT)
    return [text for text in texts if text.strip()], attached


def _text(part: email.message.Message, type_: str) -> str:
    told = charsets.clean(charsets.text(_payload(part)[:LARGEST_TEXT], _parameter(part, "charset")))
    if type_ == "text/html":
        return mail_text.of_html(told)
    if _parameter(part, "format").casefold() == "flowed":
        told = mail_text.flowed(told, _parameter(part, "delsp").casefold() == "yes")
    return told


def _payload(part: email.message.Message) -> bytes:
    """The bytes of a part; what is wrongly encoded gives what can be had of it."""
    try:
        held = part.get_payload(decode=True)
    except _BAD:
        return b""
    return held if isinstance(held, bytes) else b""


def _begins(part: email.message.Message, body: bytes) -> bytes:
    """The first line of a part as it stands in the mail: of what is encoded the letters of that, else what it says."""
    try:
        told = str(part.get_payload()).lstrip("\n")[:200].encode("ascii")
    except _BAD:
        told = body.lstrip(b"\r\n")[:200]
    return told.partition(b"\n")[0].rstrip(b"\r") if body else b""


def _type(part: email.message.Message) -> str:
    return part.get_content_type()[:100] if part.get("content-type") else "text/plain"


def _parameter(part: email.message.Message, name: str, of: str = "content-type") -> str:
    """A parameter of a header; names of files stand there in three ways, two of them wrong and usual."""
    try:
        value = part.get_param(name, "", of)
    except _BAD:
        return ""
    if isinstance(value, tuple):
        return charsets.clean(charsets.text(value[2].encode("latin-1", "replace"), value[0] or ""))[:200].strip()
    return " ".join(charsets.header(str(value)[:LONGEST_HEADER].encode("utf-8", "surrogateescape")).split())[:200]


def _name(part: email.message.Message) -> str:
    return _parameter(part, "filename", "content-disposition") or _parameter(part, "name")


def _author(raw: str) -> tuple[str, str]:
    """Name and address of who wrote, of the header as it came: what looks like an address in a name is none."""
    bare = _COMMENT.sub(" ", _WORDS.sub(" ", _QUOTED.sub(" ", raw)))
    found = _ANGLE.search(bare) or _ADDRESS.search(bare)
    if found is None:
        return "", ""
    name, angle, _ = charsets.header(raw.encode("utf-8", "surrogateescape")).rpartition("<")
    return " ".join(name.replace('"', " ").split())[:100] if angle else "", found[found.re.groups].casefold()


def _addresses(text: str) -> tuple[str, ...]:
    return tuple(found.casefold() for found in _ADDRESS.findall(text[:LONGEST_HEADER]))[:20]


def _ids(text: str, longest: int = LONGEST_HEADER) -> list[str]:
    """Ids of mails; one without brackets is one too, as some send them."""
    bare = text.strip()
    found = _ID.findall(text[:longest])
    return found or ([bare] if bare and len(bare) <= 250 and " " not in bare else [])


def _time(text: str) -> datetime | None:
    try:
        at = parsedate_to_datetime(text[:100])
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
