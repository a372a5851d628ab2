"""The directory in Postgres: who is reached by which addresses."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from dataclasses import replace as replaced
from datetime import datetime
from typing import Any

from services.notifier.domain.contact import Address, Contact
from services.notifier.domain.notification import Notification
from services.notifier.sql import SQL
from shared.contracts.plan import Person
from shared.runtime.db import Row, Transaction


async def known(connection: Transaction, ids: set[str]) -> dict[str, Contact]:
    """The contacts of these people and teams; whoever is not in the directory is missing."""
    rows = await connection.fetch(SQL["contacts_of"], list(ids)) if ids else []
    return {r["id"]: read(r) for r in rows}


async def directory(connection: Transaction) -> tuple[list[Contact], str, str]:
    """Everybody, the id of the catch-all and that of the platform's owner (empty before the first import)."""
    rows = await connection.fetch(SQL["directory"])
    catch_all, owner = (next((r["id"] for r in rows if r[name]), "") for name in ("catch_all", "platform_owner"))
    return [read(r) for r in rows], catch_all, owner


async def catch_all(connection: Transaction) -> Contact | None:
    """The person who is asked when nobody else can be reached."""
    row = await connection.fetchrow(SQL["catch_all"])
    return read(row) if row else None


async def platform_owner(connection: Transaction) -> Contact | None:
    """The person who looks after the installation."""
    row = await connection.fetchrow(SQL["platform_owner"])
    return read(row) if row else None


async def replace(tx: Transaction, everybody: Iterable[Contact], catch_all_id: str, owner_id: str) -> None:
    """Put a whole new directory in the place of the old one."""
    await tx.execute(SQL["clear_directory"])
    rows = [
        (c.id, c.name, c.language, _written(c.addresses), c.id == catch_all_id, c.id == owner_id) for c in everybody
    ]
    await tx.executemany(SQL["add_contact"], rows)


async def locked(tx: Transaction, id_: str) -> Contact | None:
    """One contact, locked until the transaction ends."""
    row = await tx.fetchrow(SQL["lock_contact"], id_)
    return read(row) if row else None


async def save(tx: Transaction, contact: Contact) -> None:
    """Write the addresses of a contact."""
    await tx.execute(SQL["save_contact"], contact.id, _written(contact.addresses))


async def broken(tx: Transaction, n: Notification, code: str, value: str = "") -> None:
    """Use the address that a message went to no more, for a provider says that it is no good.

    Where the provider names another address than ours, as behind a forwarding, ours stays.
    """
    contact = await locked(tx, n.recipient)
    way = contact.way(n.channel, n.address) if contact else None
    if contact is not None and way is not None and value.casefold() in ("", way.value.casefold()):
        kept = tuple(replaced(a, broken=code) if a.id == way.id else a for a in contact.addresses)
        await save(tx, replaced(contact, addresses=kept))


async def owner_of(connection: Transaction, kind: str, value: str) -> Person | None:
    """The person who has this address."""
    wanted = json.dumps([{"kind": kind, "value": value}], ensure_ascii=False)
    row = await connection.fetchrow(SQL["owner_of"], wanted)
    return Person(id=row["id"], name=row["name"]) if row else None


def read(row: Row | Mapping[str, Any]) -> Contact:
    """A contact from its row."""
    return Contact(row["id"], row["name"], row["language"], tuple(_address(a) for a in json.loads(row["addresses"])))


def _address(told: dict[str, Any]) -> Address:
    verified = told.get("verified_at")
    return Address(**{**told, "verified_at": datetime.fromisoformat(verified) if verified else None})


def _written(addresses: Iterable[Address]) -> str:
    rows = [{**asdict(a), "verified_at": a.verified_at.isoformat() if a.verified_at else None} for a in addresses]
    return json.dumps(rows, ensure_ascii=False)
