"""After a page by chat: for whom a list follows of how the same trouble was solved before, and until when it is of use."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from services.notifier.domain.contact import Address
from services.notifier.domain.content import PRECEDENTS, Content, Precedent
from services.notifier.domain.notification import BESIDE, Notification, Wish
from shared.contracts.envelope import event_id
from shared.contracts.vocabulary import Channel, Purpose

KEPT = timedelta(minutes=2)  # later it would only disturb
# By kind of address, how one begins that leads to one person; all others may be rooms.
ONE_PERSON = {"slack": ("U", "W", "D"), "line": ("U",)}
ROOMS = {"line_works": ("channel:",)}


def may_follow(page: Notification) -> bool:
    """Whether a page that has gone out may be followed by a list: one by chat, to a person, about one case that is real."""
    return page.answerable and page.channel is Channel.CHAT and not page.bundled and not page.content.drill


def is_alone(way: Address | None) -> bool:
    """Whether nobody but its person reads what is sent to an address; False for one of which that cannot be said."""
    if way is None:
        return False
    if way.kind in ROOMS:
        return not way.value.startswith(ROOMS[way.kind])
    return way.value.startswith(ONE_PERSON.get(way.kind, ()))


def wish_id(page: Wish) -> UUID:
    """The id of a list: each person gets one for a case."""
    return event_id("precedents", page.case_id, page.recipient)


def wish(page: Notification, found: Sequence[Precedent], alone: bool) -> Wish:
    """The list that follows a page; it is needed exactly as long as the page asks, and `alone` only where nobody else reads it."""
    said = page.content
    content = Content(PRECEDENTS, said.number, said.headline, said.language, said.priority)
    return Wish(
        id=wish_id(page),
        case_id=page.case_id,
        purpose=Purpose.PROGRESS,
        channel=page.channel,
        recipient=page.recipient,
        name=page.name,
        rank=BESIDE,
        content=replace(content, precedents=tuple(found), alone=alone),
        round=page.round,
        after=page.after,
        track=page.track,
        need=page.need,
        instead_of=page.instead_of,
        address=page.address,
    )


def is_over(n: Notification, way: Address | None, now: datetime) -> bool:
    """Whether a list is not sent any more: it comes too late, or where it would go now, others read it too."""
    if n.content.what != PRECEDENTS:
        return False
    return now - n.created_at > KEPT or (n.content.alone and not is_alone(way))
