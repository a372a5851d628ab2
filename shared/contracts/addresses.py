"""Which sorts of addresses serve a channel: what the notifier sends by, and what others reckon with."""

from typing import TypeAlias

from shared.contracts.vocabulary import Channel

Kind: TypeAlias = str  # what sort of address it is: phone, email, slack, line, push …
CHATS: tuple[Kind, ...] = (
    "slack",
    "teams",
    "line_works",
    "line",
    "chatwork",
    "google_chat",
    "mattermost",
    "discord",
    "apprise",
)
CHANNELS: dict[Channel, tuple[Kind, ...]] = {
    Channel.PHONE: ("phone",),
    Channel.SMS: ("phone",),
    Channel.PUSH: ("push",),
    Channel.CHAT: CHATS,
    Channel.EMAIL: ("email",),
    Channel.WEBHOOK: ("webhook",),
    Channel.TICKET: (),
}
KINDS: tuple[Kind, ...] = tuple(dict.fromkeys(kind for kinds in CHANNELS.values() for kind in kinds))
