"""What the person who looks after the installation is told when a provider refuses us."""

from collections.abc import Collection
from datetime import datetime
from typing import Literal

from services.notifier.domain.contact import Contact
from services.notifier.domain.content import Content
from services.notifier.domain.notification import Wish, rank
from shared.contracts.envelope import event_id
from shared.contracts.vocabulary import Channel, Priority, Purpose

# A provider refuses us; or answers no longer come from Slack, though messages go out
About = Literal["provider", "socket"]
LOUD = (Channel.PHONE, Channel.SMS, Channel.PUSH, Channel.CHAT, Channel.EMAIL)


def wishes(
    about: About,
    provider: str,
    channel: Channel,
    code: str,
    owner: Contact,
    usable: Collection[Channel],
    now: datetime,
) -> list[Wish]:
    """One message by each other channel; the same trouble within one hour is told once, that of a socket whatever its code."""
    ways = [c for c in LOUD if c is not channel and c in usable and owner.has(c)] or [channel]
    trouble = code if about == "provider" else ""
    content = Content(
        what=about,
        number=0,
        headline=provider,
        language=owner.language,
        priority=str(Priority.P1),
        text=code,
    )
    return [
        Wish(
            id=event_id(about, provider, trouble, int(now.timestamp()) // 3600, by),
            case_id="",
            purpose=Purpose.WARNING,
            channel=by,
            recipient=owner.id,
            name=owner.name,
            rank=rank(Priority.P1, Purpose.WARNING),
            content=content,
        )
        for by in ways
    ]
