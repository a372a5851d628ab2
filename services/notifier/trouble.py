"""What follows when a message did not get through: another way, then another person, and somebody who mends it."""

from datetime import datetime

from services.notifier import contacts, store
from services.notifier.channels.channel import Card
from services.notifier.domain import alarm, quiet
from services.notifier.domain.contact import Contact
from services.notifier.domain.fallback import Means, another, instead
from services.notifier.domain.notification import Notification, State, Wish
from services.notifier.domain.result import Permanent
from services.notifier.domain.retry import Step
from shared.contracts.envelope import event_id
from shared.contracts.events import NotificationUnreachable
from shared.contracts.plan import Person
from shared.contracts.vocabulary import Channel
from shared.runtime import outbox, telemetry
from shared.runtime.db import Transaction

GONE = ("gone", "twilio-21211", "twilio-21217")  # a device that agrees no more, a number that is none
log = telemetry.logger(__name__)


async def follow(
    tx: Transaction, n: Notification, step: Step, contact: Contact | None, usable: frozenset[Channel], now: datetime
) -> None:
    """Try the next way of a page that failed, or say that its person cannot be reached."""
    if step.code in GONE:
        await contacts.broken(tx, n, step.code)
    if step.backup:
        await _next_way(tx, n, contact, usable, now, over=step.state is State.FAILED)
    if step.state is State.FAILED and n.answerable and n.need != "own":
        used = await store.ways_used(tx, n)
        if step.code == "declined" or not any(way.hope for way in used.values()):
            await unreachable(tx, n, step.code, now)


async def account_failed(
    tx: Transaction,
    provider: str,
    card: Card,
    result: Permanent,
    usable: frozenset[Channel],
    now: datetime,
    about: alarm.About = "provider",
) -> None:
    """Tell whoever looks after the installation that a provider refuses us, or what else it is about, once an hour."""
    log.error("a provider does not work", provider=provider, code=result.code, scope=result.scope)
    owner = await contacts.platform_owner(tx)
    if owner is not None:
        await store.add(tx, alarm.wishes(about, provider, card.channel, result.code, owner, usable, now), now)


async def _next_way(
    tx: Transaction, n: Notification, contact: Contact | None, usable: frozenset[Channel], now: datetime, *, over: bool
) -> None:
    if n.answerable and n.need != "own" and await store.hurry(tx, n, now):
        return
    used = await store.ways_used(tx, n)
    last = await contacts.catch_all(tx)
    hushed = quiet.hushed(n, contact if contact and contact.reachable else last, now)
    asked = used[n.channel].addresses if n.channel in used else ()
    means = Means(usable, used.keys(), last, hushed, asked)
    wishes = instead(n, contact, means) + (another(n, contact, means) if over else [])
    if not wishes and contact is None and n.answerable:
        log.error("nobody can be reached", case_id=n.case_id, notification_id=str(n.id))
    await store.add(tx, wishes, now)


async def unreachable(tx: Transaction, n: Wish, code: str, now: datetime) -> None:
    """The case goes to somebody else now; the log decides whom, and says why."""
    person = Person(id=n.instead_of or n.recipient, name=n.name)
    event = NotificationUnreachable(case_id=n.case_id, person=person, round=n.round, track=n.track, code=code)
    await outbox.add(tx, event, event_id("unreachable", n.case_id, n.round, person.id), now)
