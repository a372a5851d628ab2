"""What the person who looks after the installation is told once a day: who cannot be reached when it matters."""

from collections.abc import Collection, Sequence
from datetime import date

from services.notifier.domain.contact import Contact
from services.notifier.domain.content import Content
from services.notifier.domain.notification import Wish, rank
from shared.contracts.envelope import event_id
from shared.contracts.plan import Reason
from shared.contracts.vocabulary import Channel, Priority, Purpose

QUIETEST_FIRST = (Channel.CHAT, Channel.EMAIL, Channel.WEBHOOK, Channel.PUSH, Channel.SMS)  # it is worth no call
MOST_NAMES = 50


def wish(
    missed: Sequence[tuple[Contact, Reason]], owner: Contact, usable: Collection[Channel], day: date
) -> Wish | None:
    """One message about everybody whom nothing loud reaches; None when there is nobody, or no way to say it."""
    channel = next((c for c in QUIETEST_FIRST if c in usable and owner.has(c)), None)
    if not missed or channel is None:
        return None
    en = owner.language == "en"
    lines = [f"- {c.name}: {why.en}" if en else f"・{c.name}さん：{why.ja}" for c, why in missed[:MOST_NAMES]]
    if more := len(missed) - MOST_NAMES:
        lines += [f"… and {more} more" if en else f"ほか {more} 人"] if more > 0 else []
    return Wish(
        id=event_id("roll", day.isoformat()),
        case_id="",
        purpose=Purpose.WARNING,
        channel=channel,
        recipient=owner.id,
        name=owner.name,
        rank=rank(Priority.P3, Purpose.WARNING),
        content=Content("roll", 0, "", owner.language, text="\n".join(lines)),
    )
