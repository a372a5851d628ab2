"""Who or what is tried when a way has failed; it always ends at a named person."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from uuid import UUID

from services.notifier.domain.contact import Contact
from services.notifier.domain.content import PRECEDENTS
from services.notifier.domain.notification import Notification, Wish
from shared.contracts.envelope import event_id
from shared.contracts.ids import notification_id
from shared.contracts.plan import Reason
from shared.contracts.vocabulary import Channel, Purpose

_BY = {
    Channel.PHONE: ("電話", "telephone"),
    Channel.SMS: ("SMS", "text message"),
    Channel.PUSH: ("プッシュ通知", "push notification"),
    Channel.CHAT: ("チャット", "chat"),
    Channel.EMAIL: ("メール", "e-mail"),
    Channel.WEBHOOK: ("Webhook", "webhook"),
    Channel.TICKET: ("チケット", "the ticket"),
}
ANOTHER = Reason(
    ja="登録されている一つ目の連絡先に届かなかったため、こちらにもお知らせしています。",
    en="This comes here because your first address did not get through.",
)
OTHERWISE = (Channel.EMAIL, Channel.SMS, Channel.PUSH, Channel.CHAT, Channel.WEBHOOK)  # nobody is rung up unasked


@dataclass(frozen=True)
class Means:
    """What else there is: channels that have a provider, those used for this person in this round, the last person.

    By what is `hushed` nobody is to be disturbed now; `addresses` are those (ids) used on the channel that failed.
    """

    open: Collection[Channel]
    used: Collection[Channel]
    catch_all: Contact | None
    hushed: Collection[Channel] = ()
    addresses: tuple[str, ...] = ()


def instead(n: Notification, contact: Contact | None, means: Means) -> list[Wish]:
    """The notifications that go out at once because this one did not get through.

    A page goes on by another way to the same person; a page to somebody who cannot be reached at all goes to the
    catch-all; a ticket that cannot be written becomes an e-mail to everybody asked. What was offered to one person goes
    to them by e-mail and to nobody else. News go from chat to e-mail and then end; what only helps ends at once.
    """
    if n.purpose is Purpose.TEST or n.content.what == PRECEDENTS:
        return []
    if n.need == "own":
        return [_offer(n)] if contact and contact.has(Channel.EMAIL) and contact.quiet is not Channel.EMAIL else []
    if n.purpose is not Purpose.PAGE:
        return [_news(n)] if n.channel is Channel.CHAT and contact and contact.has(Channel.EMAIL) else []
    if n.channel is Channel.TICKET:
        return [_page(n, id_, name, Channel.EMAIL, _no_channel(n)) for id_, name in n.content.asked]
    if ":" in n.recipient:
        return []
    if contact is None or not contact.reachable:
        last = means.catch_all
        fitting = set(means.open) - set(means.hushed)
        return _catch_all(n, last, fitting) if last and last.id != n.recipient else []
    fresh = [c for c in OTHERWISE if c is not n.channel and c not in means.used and c not in means.hushed]
    for channel in fresh:
        if channel in means.open and contact.has(channel):
            return [_page(n, n.recipient, n.name, channel, _no_channel(n, channel), n.instead_of)]
    return []


def another(n: Notification, contact: Contact | None, means: Means) -> list[Wish]:
    """The person's next address of the same channel, once the one before it has failed for good."""
    if not n.answerable or contact is None or n.channel in means.hushed:
        return []
    ways = contact.ways(n.channel)
    used = {way.id for id_ in means.addresses if (way := contact.way(n.channel, id_))}
    way = next((w for w in ways if w.id not in used), None)
    if way is None:
        return []
    page = _page(n, n.recipient, n.name, n.channel, ANOTHER, n.instead_of)
    number = len(means.addresses) + 1
    return [replace(page, id=notification_id(n.case_id, n.round, n.recipient, f"{n.channel}/{number}"), address=way.id)]


def _catch_all(n: Notification, catch_all: Contact, usable: Collection[Channel]) -> list[Wish]:
    why = Reason(
        ja=f"{n.name or n.recipient}さんの連絡先が登録されていないため、代わりにお願いしています。",
        en=f"There is no contact for {n.name or n.recipient}, so you are asked instead.",
    )
    fits = n.channel in usable and catch_all.has(n.channel)
    channel = n.channel if fits else catch_all.quiet or Channel.PHONE
    return [_page(n, catch_all.id, catch_all.name, channel, why, instead_of=n.recipient)]


def _no_channel(n: Notification, by: Channel = Channel.EMAIL) -> Reason:
    (ja, en), (by_ja, by_en) = _BY[n.channel], _BY[by]
    return Reason(
        ja=f"{ja}でお知らせできなかったため、{by_ja}でもお送りしています。",
        en=f"This comes by {by_en} because {en} did not get through.",
    )


def _page(n: Notification, recipient: str, name: str, channel: Channel, why: Reason, instead_of: str = "") -> Wish:
    return Wish(
        id=notification_id(n.case_id, n.round, recipient, channel),
        case_id=n.case_id,
        purpose=Purpose.PAGE,
        channel=channel,
        recipient=recipient,
        name=name,
        rank=n.rank,
        content=replace(n.content, what="page").because(why),
        round=n.round,
        after=n.after,
        track=n.track,
        need=n.need,
        instead_of=instead_of,
        not_before=n.not_before,
    )


def _offer(n: Notification) -> Wish:
    mail = _by_mail(n, event_id("offer", n.case_id, n.after, n.recipient, Channel.EMAIL))
    return replace(mail, after=n.after, track=n.track, need=n.need)


def _news(n: Notification) -> Wish:
    return _by_mail(n, event_id("notification", n.id, "instead", Channel.EMAIL))


def _by_mail(n: Notification, id_: UUID) -> Wish:
    return Wish(
        id=id_,
        case_id=n.case_id,
        purpose=n.purpose,
        channel=Channel.EMAIL,
        recipient=n.recipient,
        name=n.name,
        rank=n.rank,
        content=n.content,
        round=n.round,
    )
