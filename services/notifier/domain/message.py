"""One notification in words, ready for a channel."""

from dataclasses import dataclass

from services.notifier.domain.contact import Language
from services.notifier.domain.notification import Notification


@dataclass(frozen=True)
class Message:
    """`subject` is the first line, `text` all the rest; `speech` is for the telephone; `link` acknowledges when opened."""

    notification: Notification
    language: Language
    subject: str
    text: str
    speech: str = ""
    button: str = ""  # the label of the acknowledge button
    link: str = ""
    assignee: str = ""  # e-mail of the owner, for the ticket
