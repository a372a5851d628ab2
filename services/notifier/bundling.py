"""What a digest brings along: looked at once more before it goes, and told what became of it."""

from collections.abc import Sequence
from datetime import datetime

from services.notifier import bundles, maintenance, outcomes, store, trouble
from services.notifier.domain.bundling import line
from services.notifier.domain.contact import Contact
from services.notifier.domain.content import CaseLine
from services.notifier.domain.maintenance import holding
from services.notifier.domain.notification import Notification, State
from services.notifier.domain.retry import Step
from services.notifier.rows import read
from services.notifier.store import Known
from shared.contracts.vocabulary import Channel, Outcome
from shared.runtime.db import Database, Transaction

NEEDLESS = "no longer needed"
Part = tuple[Notification, Known]


async def gather(db: Database, n: Notification, known: Known, now: datetime) -> list[Part]:
    """Everything that a digest has to say now, its own case first; nothing when its own case has fallen out.

    What is no longer needed falls out; with its own case out, the others wait for a digest that goes at once.
    """
    async with db.reading() as connection:
        rows = await bundles.riders(connection, n.id)
    parts = await store.parts(rows, known.contact)
    out = dict.fromkeys(p.id for p, k in parts if k.needless(p))
    held = {p.id: w for p, k in parts if p.id not in out and (w := holding(k.windows, k.case, p))}
    alone = known.needless(n)
    if out or held or alone:
        async with db.transaction() as tx:
            for rider, _ in parts:
                if rider.id in held:
                    await maintenance.hold(tx, rider, held[rider.id], now)
            for skipped in await store.skip(tx, list(out), NEEDLESS):
                await outcomes.say(tx, skipped, Outcome.SKIPPED, NEEDLESS, now)
            if alone:
                await bundles.set_down(tx, n.id, now)
    gone = out.keys() | held.keys()
    return [] if alone else [(n, known), *(p for p in parts if p[0].id not in gone)]


async def going_on(db: Database, n: Notification, known: Known) -> list[Part]:
    """What a digest that has gone out stands for, its own case first."""
    async with db.reading() as connection:
        rows = await bundles.brought(connection, n.id)
    brought = await store.parts(rows, known.contact)
    return [(n, known), *(part for part in brought if part[0].id != n.id and part[0].state is not State.SKIPPED)]


def listed(parts: Sequence[Part]) -> list[tuple[CaseLine, tuple[str, ...]]]:
    """What a digest lists of these, each with the names of its customer."""
    return list(dict.fromkeys((line(part, k.case), k.customer) for part, k in parts))


async def follow(
    tx: Transaction, n: Notification, step: Step, contact: Contact | None, usable: frozenset[Channel], now: datetime
) -> None:
    """What becomes of a digest becomes of all that it brings; who passes on its own case passes on no other."""
    if n.carrier != n.id or step.outcome is None or step.code == "declined":
        return
    if step.state is State.SKIPPED:
        await bundles.set_down(tx, n.id, now)
    if step.state in (State.SKIPPED, State.AMBIGUOUS, State.ACKNOWLEDGED):
        return
    provider = step.provider or n.provider
    for row in await bundles.carry(tx, n, step.state, step.outcome, step.code, provider, now):
        rider = read(row)
        await outcomes.say(tx, rider, step.outcome, step.code, now)
        await trouble.follow(tx, rider, step, contact, usable, now)


async def heard(tx: Transaction, n: Notification, now: datetime) -> None:
    """Whoever takes a digest's own case by key has answered the call; the other cases are still to be taken."""
    await follow(tx, n, Step(State.ANSWERED, Outcome.ANSWERED), None, frozenset(), now)
