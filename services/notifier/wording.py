"""Turns facts into words: the templates of each language, filled in at the moment of sending."""

import re
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from services.notifier.domain.closing import Closing
from services.notifier.domain.contact import Contact, Language
from services.notifier.domain.content import CaseLine
from services.notifier.domain.message import Message
from services.notifier.domain.notification import Notification
from shared.contracts.links import make_followup, make_link
from shared.contracts.plan import Person
from shared.contracts.vocabulary import Channel, Status, Track

TEMPLATES = Path(__file__).with_name("templates")
LINK_KEPT = timedelta(hours=24)
DIGEST_LINK_KEPT = timedelta(days=7)
SPOKEN_HEADLINE = 60
_WEEKDAYS = "月火水木金土日"
_BLANKS = re.compile(r"\n{3,}")
_DEADLINES = {
    "first_response": ("一次回答", "first response"),
    "authority_response": ("判断する人の応答", "answer of somebody with authority"),
    "first_handling": ("一次対応", "first handling"),
    "next_update": ("経過のお知らせ", "update"),
    "resolution": ("解決", "resolution"),
}
_STATUS = {
    Status.RECEIVED: ("受付", "received"),
    Status.IN_PROGRESS: ("対応中", "in progress"),
    Status.DONE: ("完了", "done"),
}
_UNITS = {
    "s": ("秒", "seconds"),
    "m": ("分", "minutes"),
    "h": ("時間", "hours"),
    "d": ("日", "days"),
    "bh": ("営業時間", "business hours"),
    "bd": ("営業日", "business days"),
}
_SPAN = re.compile(r"([\d.]+)(s|m|h|d|bh|bd)")
_BUTTON = {Track.HANDLING: ("引き受ける", "I have it"), Track.AUTHORITY: ("承知しました", "I know of it")}


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
        lines = [self._line(n, line, language, now) for line in n.content.cases]
        subject, _, text = self._fill(language, n.content.what, n, link=link, lines=lines).partition("\n")
        if n.content.joined:
            text = f"{text}\n\n{self._fill(language, 'joined.part', n)}"
        if n.content.followup:
            text = f"{text}\n\n{self._onward(n, language)}"
        return Message(
            notification=n,
            language=language,
            subject=subject,
            text=text.strip(),
            speech=self.speech("page", n, language) if n.channel is Channel.PHONE else "",
            button=_BUTTON[n.track][language == "en"] if n.answerable else "",
            link=link,
            assignee=assignee,
        )

    def closed(self, n: Notification, contact: Contact | None, words: Closing) -> Message:
        """The same message once it needs no answer: who has the case, or why nobody is asked any more."""
        language = contact.language if contact else n.content.language
        subject, _, text = self._fill(language, f"closed.{words.how}", n, who=words.who).partition("\n")
        return Message(n, language, subject, text.strip())

    def speech(self, what: str, n: Notification, language: Language, **more: str) -> str:
        """What is said on the telephone: page, accepted, known, taken, refused, declined or goodbye."""
        return " ".join(self._fill(language, f"{what}.speech", n, **more).split())

    def _fill(self, language: Language, name: str, n: Notification, **more: object) -> str:
        template = self._templates.get_template(f"{language}/{name}.txt")
        reasons = [en if language == "en" else ja for ja, en in n.content.reasons]
        filled = template.render(
            n=n,
            c=n.content,
            when=self._when(n.content.due, language),
            since=self._when(n.content.since, language),
            reasons=reasons,
            asked=[name for _, name in n.content.asked],
            deadline=_DEADLINES.get(n.content.deadline, ("", ""))[language == "en"],
            more=_span(n.content.more, language),
            spoken=n.content.headline[:SPOKEN_HEADLINE],
            **{"link": "", "lines": (), **more},
        )
        return _BLANKS.sub("\n\n", filled).strip()

    def _onward(self, n: Notification, language: Language) -> str:
        """When the reporter hears next, and their own page."""
        page = f"{self._public_url}/r/{make_followup(self._link_key, n.content.followup)}"
        update, within = self._when(n.content.update, language), _span(n.content.within, language)
        return self._fill(language, "reporter.part", n, page=page, update=update, within=within)

    def _when(self, at: datetime | None, language: Language) -> str:
        if at is None:
            return ""
        local = at.astimezone(self._zone)
        if language == "en":
            return f"{local:%a} {local.day} {local:%b} {local.hour}:{local:%M} ({local:%Z})"
        return f"{local.month}月{local.day}日（{_WEEKDAYS[local.weekday()]}）{local.hour}:{local:%M}"

    def _link(self, n: Notification, now: datetime) -> str:
        return self._address(n, n.case_id, n.round, now + LINK_KEPT)

    def _line(self, n: Notification, line: CaseLine, language: Language, now: datetime) -> dict[str, object]:
        """One case of a digest; its link shows the case, and takes it while nobody has it."""
        return {
            "of": line,
            "when": self._when(line.due, language),
            "status": _STATUS[line.status][language == "en"],
            "link": self._address(n, line.case_id, line.round, now + DIGEST_LINK_KEPT),
        }

    def _address(self, n: Notification, case_id: str, round_: int, expires: datetime) -> str:
        person = Person(id=n.recipient, name=n.name)
        return f"{self._public_url}/a/{make_link(self._link_key, case_id, person, round_, expires)}"


def _span(text: str, language: Language) -> str:
    """A duration of the policy in words; what is none stays as it is written."""
    found = _SPAN.fullmatch(text)
    if found is None:
        return text
    amount, (ja, en) = found[1], _UNITS[found[2]]
    return f"{amount}{ja}" if language == "ja" else f"{amount} {en if amount != '1' else en[:-1]}"
