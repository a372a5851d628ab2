"""The channels, one file each and one line each in this table."""

from collections.abc import Callable

from services.notifier.channels import chat, mail, phone, ticket
from services.notifier.channels.channel import Channel, Surroundings
from shared.contracts import vocabulary

CHANNELS: dict[vocabulary.Channel, Callable[[Surroundings], Channel]] = {
    vocabulary.Channel.PHONE: phone.Phone,
    vocabulary.Channel.CHAT: chat.Chat,
    vocabulary.Channel.EMAIL: mail.Mail,
    vocabulary.Channel.TICKET: ticket.Ticket,
}


def open_all(around: Surroundings) -> dict[vocabulary.Channel, Channel]:
    """Make every channel; nothing is connected before the first message."""
    return {name: made(around) for name, made in CHANNELS.items()}
