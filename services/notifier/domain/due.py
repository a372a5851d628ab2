"""Articles that are due: one quiet message by day, to whoever looks after them."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from services.notifier.domain.contact import Contact
from services.notifier.domain.content import Content
from services.notifier.domain.facts import day
from services.notifier.domain.notification import Wish, rank
from services.notifier.domain.preferences import Preferences
from shared.contracts.envelope import event_id
from shared.contracts.events import DueArticle, KnowledgeDue
from shared.contracts.vocabulary import Priority, Purpose

MORNING, EVENING = time(8), time(20)
ABOUT = (
    "次の記事を開いて、いまも正しいか確かめてください。確認の期限が来た記事は、正しければ「いまも正しい」を押すだけで終わります。",
    "Please see whether these articles still hold. Where one to be confirmed does, pressing “Still true” is all.",
)
OF_OTHERS = (
    "次の記事は、担当者がいないか、不在です。代わりに、いまも正しいか確かめてください。",
    "These articles have no owner, or their owner is away. Please see in their place whether they still hold.",
)
LATER = (
    "続けて公開するには「編集する」で公開を終える日を延ばしてください",
    "to keep it, edit it and move the day on which it ends",
)


def due(event: KnowledgeDue, cause: UUID, now: datetime, chosen: Sequence[Contact | None]) -> Wish | None:
    """One message to the first of these who has a quiet channel; None when nobody has one.

    `cause` is the id of the event, so that a repeat is the same message. Nobody hears it at night, or in hours that they keep quiet.
    """
    reader = next((c for c in chosen if c is not None and c.quiet is not None), None)
    if reader is None or reader.quiet is None:
        return None
    own = reader.id == event.person.id
    shown = [_line(one, one.owner or ("" if own else event.person.name)) for one in event.articles[: event.most]]
    others = not own or all(one.owner for one in event.articles)
    content = Content(
        "digest",
        0,
        "",
        reader.language,
        reasons=(OF_OTHERS if others else ABOUT, *shown),
        occasion="articles",
        further=len(event.articles[event.most :]) + event.further,
    )
    return Wish(
        id=event_id("knowledge.due", cause),
        case_id="",
        purpose=Purpose.PROGRESS,
        channel=reader.quiet,
        recipient=reader.id,
        name=reader.name,
        rank=rank(Priority.P4, Purpose.PROGRESS),
        content=content,
        not_before=by_day(reader.preferences, now),
    )


def by_day(preferences: Preferences, now: datetime) -> datetime | None:
    """When it is day for a person, and they are not to be left in peace; None when that is now."""
    zone, at = ZoneInfo(preferences.zone), now
    for _ in range(7):
        local = at.astimezone(zone)
        if local.time() < MORNING or local.time() >= EVENING:
            morning = local.date() + timedelta(days=local.time() >= EVENING)
            at = datetime.combine(morning, MORNING, zone)
        elif (end := preferences.quiet_until(at)) is not None:
            at = end
        else:
            break
    return at if at > now else None


def _line(one: DueArticle, owner: str) -> tuple[str, str]:
    question = " ".join(one.question.split())
    said = {"review": ("確認の期限", "to be confirmed by"), "end": ("公開の終わり", "shown until")}[one.what]
    ja, en = f"{said[0]}: {day(one.day, 'ja')}", f"{said[1]} {day(one.day, 'en')}"
    if owner:
        ja, en = f"{ja}／担当: {owner}さん", f"{en}, owner: {owner}"
    if one.what == "end":
        ja, en = f"{ja}\n　{LATER[0]}", f"{en}\n  {LATER[1]}"
    return f"・{question}\n　{ja}\n　{one.url}", f"- {question}\n  {en}\n  {one.url}"
