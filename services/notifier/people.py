"""What people change themselves: their addresses, the proof of them, and the messages that try them out."""

from datetime import date, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

from services.notifier import contacts, store
from services.notifier.domain import proof
from services.notifier.domain.contact import Address, Contact
from services.notifier.domain.content import Content
from services.notifier.domain.notification import Notification, Wish, rank
from services.notifier.domain.proof import Sent, Verdict
from shared.contracts.vocabulary import Channel, Priority, Purpose
from shared.runtime.db import Queries, Row, Transaction

SQL = Queries(Path(__file__).with_name("people.sql"))
KEPT = timedelta(days=1)


async def wait(tx: Transaction, person: str, now: datetime) -> timedelta | None:
    """How long until a person may be sent another message of this kind; None: now."""
    rows = await tx.fetch(SQL["trials_since"], person, now - proof.HOUR)
    return proof.wait([row["created_at"] for row in rows], now)


async def test(tx: Transaction, contact: Contact, address: Address, channel: Channel, now: datetime) -> UUID:
    """Have a test message sent to one address; its notification."""
    return await _send(tx, contact, address, channel, "test", "", now)


async def send_code(
    tx: Transaction, contact: Contact, address: Address, channel: Channel, keys: str, word: str, now: datetime
) -> UUID:
    """Have a code sent to one address. `word` is a new random one; earlier codes of the address end."""
    id_ = await _send(tx, contact, address, channel, "code", word, now)
    seal = proof.sealed(keys, contact.id, address, proof.code(keys, word))
    await tx.execute(SQL["forget_codes"], now - KEPT)
    await tx.execute(SQL["add_code"], id_, contact.id, address.id, seal, now)
    return id_


async def verify(
    tx: Transaction, contact: Contact, address: Address, keys: str, given: str, now: datetime
) -> tuple[Verdict, int]:
    """Try a code on a locked contact: what it comes to, and how many tries are left."""
    row = await tx.fetchrow(SQL["newest_code"], contact.id, address.id)
    sent = Sent(row["address"], row["hash"], row["made_at"], row["tries"]) if row else None
    right = sent is not None and proof.fits(keys, sent, contact.id, address, proof.digits(given))
    found = proof.verdict(sent, right, now)
    if row is None or found in ("gone", "spent"):
        return found, 0
    if found == "wrong":
        await tx.execute(SQL["guess_code"], row["id"])
        return found, proof.TRIES - row["tries"] - 1
    await tx.execute(SQL["drop_code"], row["id"])
    await contacts.save(tx, proven(contact, address.id, now))
    return found, 0


async def answered_from(tx: Transaction, n: Notification, now: datetime) -> None:
    """Somebody has answered where this was sent to, which proves the address it went to."""
    contact = await contacts.locked(tx, n.recipient)
    way = contact.meant(n.channel, n.address) if contact else None
    if contact is not None and way is not None and unproven(way, n):
        await contacts.save(tx, proven(contact, way.id, now))


def unproven(way: Address, n: Notification) -> bool:
    """Whether an answer would prove an address: not one that was brought after the question."""
    doubtful = way.verified_at is None or bool(way.broken)
    return doubtful and (way.added_at is None or way.added_at <= n.created_at)


def proven(contact: Contact, address: str, now: datetime) -> Contact:
    """The contact with one address proven; whatever was wrong with it is over."""
    return contact.changed(address, verified_at=now, broken="")


async def trial(connection: Transaction, person: str, id_: UUID) -> Row | None:
    """One such message with its attempts (`made`, JSON)."""
    return await connection.fetchrow(SQL["trial"], id_, person)


async def roll_called(connection: Transaction, day: date) -> bool:
    """Whether somebody has looked on this day who cannot be reached."""
    called: bool = await connection.fetchval(SQL["roll_called"], day)
    return called


async def call_the_roll(tx: Transaction, day: date, missing: int, now: datetime) -> bool:
    """Take a day for this process; False when another one has it."""
    return await tx.fetchval(SQL["call_the_roll"], day, missing, now) is not None


async def _send(
    tx: Transaction, contact: Contact, address: Address, channel: Channel, what: str, text: str, now: datetime
) -> UUID:
    wish = Wish(
        id=uuid4(),
        case_id="",
        purpose=Purpose.TEST,
        channel=channel,
        recipient=contact.id,
        name=contact.name,
        rank=rank(Priority.P3, Purpose.TEST),
        content=Content(what=what, number=0, headline=address.label, language=contact.language, text=text),
        address=address.id,
    )
    await store.add(tx, [wish], now)
    return wish.id
