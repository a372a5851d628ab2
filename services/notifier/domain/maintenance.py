"""Windows of maintenance: which pages they hold back, and what people are told of it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from services.notifier.domain.contact import Contact
from services.notifier.domain.content import Content
from services.notifier.domain.notification import URGENT, Notification, Wish, rank
from shared.contracts.case import Case
from shared.contracts.envelope import event_id
from shared.contracts.vocabulary import Channel, Priority, Purpose


@dataclass(frozen=True)
class Window:
    """A planned time in which nobody is paged for what it names; what it leaves empty may be anything.

    A P1 waits only where the window says so (`p1`).
    """

    id: UUID
    team: str
    product: str
    source: str
    starts_at: datetime
    ends_at: datetime
    reason: str
    p1: bool = False


def read(row: Mapping[str, Any]) -> Window:
    """A window from its row, or from that row in JSON."""
    at = [row[x] if isinstance(row[x], datetime) else datetime.fromisoformat(row[x]) for x in ("starts_at", "ends_at")]
    id_ = row["id"] if isinstance(row["id"], UUID) else UUID(row["id"])
    return Window(id_, row["team"], row["product"], row["source"], at[0], at[1], row["reason"], row["p1"])


def matches(window: Window, case: Case) -> bool:
    """Whether a case is of the team, the product and the source that a window names."""
    report = case.submitted.report
    return (
        (not window.team or (case.plan is not None and case.plan.team == window.team))
        and (not window.product or report.product.casefold() == window.product.casefold())
        and (not window.source or case.submitted.source == window.source)
    )


def holding(windows: str, case: Case | None, n: Notification) -> Window | None:
    """The window that holds a page back now, the one that lasts longest; `windows` are the open ones, in JSON.

    News flow on, and so do comments on tickets: they wake nobody.
    """
    if windows == "[]" or case is None or n.purpose is not Purpose.PAGE or n.channel is Channel.TICKET:
        return None
    fitting = (read(row) for row in json.loads(windows))
    found = [w for w in fitting if (w.p1 or n.rank >= URGENT) and matches(w, case)]
    return max(found, key=lambda w: w.ends_at, default=None)


def once_more(n: Notification, window: Window) -> Wish:
    """The page that asks a person again when the window ends, if nobody has answered by then."""
    why = (
        f"メンテナンス（{window.reason}）が終わったため、あらためてお願いしています。",
        f"The maintenance ({window.reason}) has ended, so you are asked again.",
    )
    return Wish(
        id=event_id("maintenance", window.id, n.id),
        case_id=n.case_id,
        purpose=n.purpose,
        channel=n.channel,
        recipient=n.recipient,
        name=n.name,
        rank=n.rank,
        content=replace(n.content, reasons=(why, *n.content.reasons)),
        round=n.round,
        after=n.after,
        track=n.track,
        need=n.need,
        instead_of=n.instead_of,
        not_before=window.ends_at,
        address=n.address,
        held_by=window.id,
    )


def telling(window: Window, contact: Contact) -> Wish | None:
    """What somebody whose pages are held is told, once for a window, by the channel that wakes nobody."""
    if contact.quiet is None:
        return None
    content = Content("maintenance", 0, window.reason, contact.language, due=window.ends_at)
    return Wish(
        id=event_id("maintenance", window.id, contact.id),
        case_id="",
        purpose=Purpose.PROGRESS,
        channel=contact.quiet,
        recipient=contact.id,
        name=contact.name,
        rank=rank(Priority.P4, Purpose.PROGRESS),
        content=content,
    )
