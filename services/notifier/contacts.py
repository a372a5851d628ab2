"""The directory in Postgres: who is reached by which addresses."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import datetime, time, timedelta
from typing import Any

from services.notifier.domain.contact import Address, Contact, merged
from services.notifier.domain.notification import Notification
from services.notifier.domain.preferences import ZONE, Preferences, RuleStep, Window
from services.notifier.sql import SQL
from shared.contracts.plan import Person
from shared.contracts.vocabulary import Channel, Priority
from shared.runtime.db import Row, Transaction

MET = "contacts"  # under which a transaction keeps those that it has read
MOMENTS = ("verified_at", "added_at")


async def known(connection: Transaction, ids: set[str]) -> dict[str, Contact]:
    """The contacts of these people and teams; whoever is not in the directory is missing.

    A transaction asks for each once: the cases of a storm that it handles all tell the same few people.
    """
    met: dict[str, Contact | None] = connection.kept.setdefault(MET, {})
    if new := ids - met.keys():
        rows = await connection.fetch(SQL["contacts_of"], list(new))
        met |= dict.fromkeys(new) | {r["id"]: read(r) for r in rows}
    return {id_: found for id_ in ids if (found := met[id_])}


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
    """Put a whole new directory in the place of the old one; what people have decided and brought themselves stays."""
    await tx.execute(SQL["hold_directory"])
    tx.kept.pop(MET, None)
    old = {row["id"]: read(row) for row in await tx.fetch(SQL["directory"])}
    await tx.execute(SQL["clear_directory"])
    rows = [
        (c.id, c.name, c.language, c.id == catch_all_id, c.id == owner_id, json.dumps(c.member_of), *_own(c))
        for c in (merged(new, old.get(new.id)) for new in everybody)
    ]
    await tx.executemany(SQL["add_contact"], rows)


async def locked(tx: Transaction, id_: str) -> Contact | None:
    """One contact, locked until the transaction ends."""
    row = await tx.fetchrow(SQL["lock_contact"], id_)
    return read(row) if row else None


async def save(tx: Transaction, contact: Contact) -> None:
    """Write the addresses of a contact, and what they have decided."""
    tx.kept.pop(MET, None)
    await tx.execute(SQL["save_contact"], contact.id, *_own(contact))


async def broken(tx: Transaction, n: Notification, code: str, value: str = "") -> None:
    """Use the address that a message went to no more, for a provider says that it is no good.

    Where the provider names another address than ours, as behind a forwarding, ours stays.
    """
    contact = await locked(tx, n.recipient)
    way = contact.meant(n.channel, n.address) if contact else None
    if contact is not None and way is not None and value.casefold() in ("", way.value.casefold()):
        await save(tx, contact.changed(way.id, broken=code))


async def owner_of(connection: Transaction, kind: str, value: str) -> Person | None:
    """The person who has this address."""
    wanted = json.dumps([{"kind": kind, "value": value}], ensure_ascii=False)
    row = await connection.fetchrow(SQL["owner_of"], wanted)
    return Person(id=row["id"], name=row["name"]) if row else None


def read(row: Row | Mapping[str, Any]) -> Contact:
    """A contact from its row."""
    preferences = _preferences(json.loads(row["preferences"]))
    addresses = tuple(_address(a) for a in json.loads(row["addresses"]))
    language = preferences.language or row["language"]
    return Contact(row["id"], row["name"], language, addresses, preferences, tuple(json.loads(row["member_of"])))


def _own(contact: Contact) -> tuple[str, str]:
    """The columns that people change themselves."""
    return _written(contact.addresses), json.dumps(_told(contact.preferences), ensure_ascii=False)


def _address(told: dict[str, Any]) -> Address:
    moments = {name: datetime.fromisoformat(told[name]) for name in MOMENTS if told.get(name)}
    return Address(**{**told, **dict.fromkeys(MOMENTS), **moments})


def _written(addresses: Iterable[Address]) -> str:
    return json.dumps([asdict(a) for a in addresses], ensure_ascii=False, default=lambda at: at.isoformat())


def _preferences(told: dict[str, Any]) -> Preferences:
    rules = {
        Priority(priority): tuple(
            RuleStep(Channel(s["channel"]), s["address"], timedelta(minutes=s["minutes"])) for s in steps
        )
        for priority, steps in told.get("rules", {}).items()
    }
    windows = tuple(
        Window(frozenset(w["days"]), time.fromisoformat(w["from"]), time.fromisoformat(w["until"]))
        for w in told.get("windows", ())
    )
    return Preferences(rules, windows, told.get("zone", ZONE), told.get("language", ""))


def _told(preferences: Preferences) -> dict[str, Any]:
    rules = {
        str(priority): [
            {"channel": s.channel, "address": s.address, "minutes": s.delay // timedelta(minutes=1)} for s in steps
        ]
        for priority, steps in preferences.rules.items()
    }
    windows = [
        {"days": sorted(w.days), "from": w.begin.isoformat("minutes"), "until": w.until.isoformat("minutes")}
        for w in preferences.windows
    ]
    return {"rules": rules, "windows": windows, "zone": preferences.zone, "language": preferences.language}
