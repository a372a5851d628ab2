"""Do not disturb: what is loud waits until the hours end, or somebody else is asked. A P1 is never held."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from services.notifier.domain.contact import Contact
from services.notifier.domain.notification import Wish
from shared.contracts.vocabulary import Channel

LOUD = frozenset({Channel.PHONE, Channel.SMS, Channel.PUSH})
CODE = "do_not_disturb"
NOTHING: frozenset[Channel] = frozenset()


@dataclass(frozen=True)
class Quiet:
    """Pages as they are to go out: which of them are held, and one page of each person whom nothing loud reaches in time."""

    wishes: list[Wish]
    held: list[UUID]
    unreachable: list[Wish]


def hold(wishes: list[Wish], known: Mapping[str, Contact], now: datetime) -> Quiet:
    """Hold the loud pages of people who are not to be disturbed.

    Whoever would hear nothing loud before an answer is due, counts as not to be reached; what is held stays all the
    same, for the case that nobody else is found. A pause of a P1 that ends after its answer is due is left out.
    """
    settled = {w.id: _settled(w, known.get(w.recipient), now) for w in wishes}
    kept = list(settled.values())
    held = [w.id for w in wishes if settled[w.id].not_before != w.not_before]
    unreachable: dict[str, Wish] = {}
    for recipient in dict.fromkeys(w.recipient for w in wishes if w.id in held):
        loud = [w for w in kept if w.recipient == recipient and w.channel in LOUD]
        if all(w.id in held and _late(w, now) for w in loud):
            unreachable[recipient] = loud[0]
    return Quiet(kept, held, list(unreachable.values()))


def hushed(wish: Wish, contact: Contact | None, now: datetime) -> frozenset[Channel]:
    """The channels by which a person is not to be asked right now in the place of one that failed."""
    if wish.pressing or contact is None or contact.preferences.quiet_until(now) is None:
        return NOTHING
    return LOUD


def _settled(wish: Wish, contact: Contact | None, now: datetime) -> Wish:
    if wish.pressing:
        return replace(wish, delay=timedelta()) if wish.delay and _late(wish, now) else wish
    if contact is None or ":" in wish.recipient or wish.channel not in LOUD:
        return wish
    end = contact.preferences.quiet_until(_goes_out(wish, now))
    return replace(wish, not_before=end) if end else wish


def _goes_out(wish: Wish, now: datetime) -> datetime:
    return max(now, wish.not_before or now) + wish.delay


def _late(wish: Wish, now: datetime) -> bool:
    return wish.content.due is not None and _goes_out(wish, now) >= wish.content.due
