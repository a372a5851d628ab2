"""Turns facts into words: the templates of each language, filled in at the moment of sending."""

import re
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from services.notifier.domain.contact import Contact, Language
from services.notifier.domain.message import Message
from services.notifier.domain.notification import Notification
from shared.contracts.links import make_link
from shared.contracts.plan import Person
from shared.contracts.vocabulary import Channel

TEMPLATES = Path(__file__).with_name("templates")
LINK_KEPT = timedelta(hours=24)
SPOKEN_HEADLINE = 60
_WEEKDAYS = "月火水木金土日"
_BLANKS = re.compile(r"\n{3,}")
_DEADLINES = {
    "first_response": ("一次回答", "first response"),
    "first_handling": ("一次対応", "first handling"),
    "resolution": ("解決", "resolution"),
}
_BUTTON = {"ja": "受け付ける", "en": "I have it"}


class Wording:
    """Texts in Japanese and English. `zone` is the one whose clock times people read."""

    def __init__(self, zone: str, public_url: str, link_key: str) -> None:
        self._zone = ZoneInfo(zone)
        self._public_url = public_url.rstrip("/")
        self._link_key = link_key
        self._templates = Environment(
            loader=FileSystemLoader(TEMPLATES),
            undefined=StrictUndefined,
            autoescape=False,  # noqa: S701 - plain text; each channel escapes for itself
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def message(self, n: Notification, contact: Contact | None, now: datetime, assignee: str = "") -> Message:
        """Put a notification into words for its recipient."""
        language = contact.language if contact else n.content.language
        link = self._link(n, now) if n.answerable and n.channel is Channel.EMAIL else ""
        subject, _, text = self._fill(language, n.content.what, n, link=link).partition("\n")
        return Message(
            notification=n,
            language=language,
            subject=subject,
            text=text.strip(),
            speech=self.speech("page", n, language) if n.channel is Channel.PHONE else "",
            button=_BUTTON[language] if n.answerable else "",
            link=link,
            assignee=assignee,
        )

    def taken(self, n: Notification, contact: Contact | None, taken_by: str) -> Message:
        """The same message after somebody has taken the case: nothing to answer any more."""
        language = contact.language if contact else n.content.language
        subject, _, text = self._fill(language, "taken", n, taken_by=taken_by).partition("\n")
        return Message(n, language, subject, text.strip())

    def speech(self, what: str, n: Notification, language: Language, **more: str) -> str:
        """What is said on the telephone: page, accepted, taken, declined or goodbye."""
        return " ".join(self._fill(language, f"{what}.speech", n, **more).split())

    def _fill(self, language: Language, name: str, n: Notification, **more: str) -> str:
        template = self._templates.get_template(f"{language}/{name}.txt")
        reasons = [en if language == "en" else ja for ja, en in n.content.reasons]
        filled = template.render(
            n=n,
            c=n.content,
            when=self._when(n.content.due, language),
            reasons=reasons,
            asked=[name for _, name in n.content.asked],
            deadline=_DEADLINES.get(n.content.deadline, ("", ""))[language == "en"],
            spoken=n.content.headline[:SPOKEN_HEADLINE],
            **{"link": "", **more},
        )
        return _BLANKS.sub("\n\n", filled).strip()

    def _when(self, at: datetime | None, language: Language) -> str:
        if at is None:
            return ""
        local = at.astimezone(self._zone)
        if language == "en":
            return f"{local:%a} {local.day} {local:%b} {local.hour}:{local:%M} ({local:%Z})"
        return f"{local.month}月{local.day}日（{_WEEKDAYS[local.weekday()]}）{local.hour}:{local:%M}"

    def _link(self, n: Notification, now: datetime) -> str:
        person = Person(id=n.recipient, name=n.name)
        token = make_link(self._link_key, n.case_id, person, n.round, now + LINK_KEPT)
        return f"{self._public_url}/a/{token}"
