"""Mails that come back: for which notification, and whether it failed for good. Total and bounded; nothing raises."""

import email
import email.header
import email.policy
import hashlib
import hmac
import re
from dataclasses import dataclass
from email.errors import MessageError
from email.message import Message
from uuid import UUID

from shared.contracts.keys import believed, first

LARGEST = 200_000  # bytes that are looked at; what was returned of our own mail comes last
PARTS, TEXT = 50, 20_000
MAC = 20  # hexadecimal digits; with them the local part stays below the 64 letters that mail allows
_VERP = re.compile(r"bounce\+([0-9a-f]{32})\.([0-9a-f]{20})@", re.ASCII | re.IGNORECASE)
_STATUS = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b", re.ASCII)
_MACHINE = re.compile(r"mailer-daemon|postmaster|mail delivery|microsoftexchange", re.IGNORECASE)
_FAILED = re.compile(
    r"undeliver|not be delivered|delivery (?:has )?failed|delivery status|failure notice|returned mail|"
    r"配信不能|配信できません|配信に失敗|送信できません|届けられません|戻され",
    re.IGNORECASE,
)
_WAITS = re.compile(r"delayed|will (?:be )?re?tr(?:y|ied)|遅延|再送を試み", re.IGNORECASE)
_ADDRESS = re.compile(r"<?([^\s<>;,\"]{1,64}@[^\s<>;,\"]{1,255}?)>?[.:]?(?=\s|$)")
BROKEN = ("5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1", "5.4.310")  # the address itself is no good
LEAST = "5.0.0"  # says nothing but "failed"


@dataclass(frozen=True)
class Bounce:
    """What a mail system says about one of our mails; `recipient` is empty where it does not say whose it was."""

    failed: bool  # for good; else it is still being tried
    status: str
    recipient: str = ""

    @property
    def broken(self) -> bool:
        """Whether the address is not to be used again."""
        return self.failed and self.status in BROKEN


def sender(keys: str, id_: UUID, domain: str) -> str:
    """The envelope sender of one notification's mail: whatever comes back there is about it."""
    return f"bounce+{id_.hex}.{_mac(first(keys), id_)}@{domain}"


def about(keys: str, address: str) -> UUID | None:
    """The notification whose envelope sender this is; None when we did not make it."""
    found = _VERP.search(address[:1000])
    if found is None:
        return None
    id_ = UUID(hex=found[1])
    return id_ if believed(keys, found[2].lower().encode(), lambda key: _mac(key, id_).encode()) else None


def read(raw: bytes) -> Bounce | None:
    """Read a mail that came to an envelope sender of ours; None when it tells of no failure (an automatic reply)."""
    try:
        mail = email.message_from_bytes(raw[:LARGEST], policy=email.policy.compat32)
        parts = [part for part, _ in zip(mail.walk(), range(PARTS), strict=False)]
        blocks = [b for p in parts if p.get_content_type() == "message/delivery-status" for b in _blocks(p)]
        told = [b for b in blocks if b.get("action")]
        return _report(told) if told else _plain(mail, parts)
    except (MessageError, ValueError, LookupError, AttributeError, TypeError, RecursionError):
        return None


def _blocks(part: Message) -> list[Message]:
    payload = part.get_payload()
    return [b for b in payload if isinstance(b, Message)][:PARTS] if isinstance(payload, list) else []


def _report(blocks: list[Message]) -> Bounce | None:
    """RFC 3464: one block for each recipient; None when none of them tells of trouble."""
    for block in blocks:
        action = str(block.get("action", "")).strip().lower()
        if action not in ("failed", "delayed"):
            continue
        found = _STATUS.search(str(block.get("status", "")))
        status = found[0] if found else LEAST
        better = _STATUS.search(str(block.get("diagnostic-code", ""))[:TEXT])
        if better and status.endswith(".0.0"):
            status = better[0]
        whose = str(block.get("original-recipient") or block.get("final-recipient") or "")
        return Bounce(action == "failed", status, whose.rpartition(";")[2].strip()[:320])
    return None


def _plain(mail: Message, parts: list[Message]) -> Bounce | None:
    """A bounce in words: from a mail system, about a failure, with a code or at least an address."""
    subject, author = (_decoded(mail.get(name)) for name in ("subject", "from"))
    failed = mail.get("x-failed-recipients")
    if not failed and not _MACHINE.search(author):
        return None
    words = subject + "\n" + "\n".join(_text(p) for p in parts if p.get_content_type() == "text/plain")[:TEXT]
    if not failed and not _FAILED.search(words):
        return None
    found = _STATUS.search(words)
    status = found[0] if found else LEAST
    waits = status.startswith("4") or (found is None and _WAITS.search(words) is not None)
    whose = _ADDRESS.search(str(failed) if failed else words.partition("\n")[2])
    return Bounce(not waits and not status.startswith("2"), status, whose[1] if whose else "")


def _text(part: Message) -> str:
    payload = part.get_payload(decode=True)
    raw = payload[:TEXT] if isinstance(payload, bytes) else b""
    charset = str(part.get_content_charset() or "utf-8")
    try:
        return raw.decode("iso2022_jp_ext" if charset.startswith("iso-2022-jp") else charset, "replace")
    except LookupError:
        return raw.decode("utf-8", "replace")


def _decoded(value: object) -> str:
    from_header = email.header.decode_header(str(value or "")[:1000])
    return "".join(
        piece.decode(charset or "ascii", "replace") if isinstance(piece, bytes) else piece
        for piece, charset in from_header
    )


def _mac(key: str, id_: UUID) -> str:
    return hmac.new(key.encode(), b"bounce|" + id_.bytes, hashlib.sha256).hexdigest()[:MAC]
