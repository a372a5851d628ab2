"""Turns facts into words: the texts in force of each language, filled in at the moment of sending."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

from prometheus_client import Counter

from services.notifier.domain import bundling, drills, masking, proof, samples, texts
from services.notifier.domain.book import Book, Key
from services.notifier.domain.closing import Closing
from services.notifier.domain.contact import Contact, Language
from services.notifier.domain.content import CaseLine
from services.notifier.domain.facts import BUTTON, facts, line_facts
from services.notifier.domain.message import Message
from services.notifier.domain.notification import NEVER, Notification
from services.notifier.domain.templates import fill, read
from shared.contracts.links import make_followup, make_link
from shared.contracts.plan import Person
from shared.contracts.vocabulary import Channel, Track
from shared.runtime import telemetry

log = telemetry.logger(__name__)
BROKEN = Counter("tasuki_texts_broken_total", "Sends of the standard text, because the changed one failed", ["text"])
TEMPLATES = Path(__file__).with_name("templates")
LINK_KEPT = timedelta(hours=24)
DIGEST_LINK_KEPT = timedelta(days=7)
DIGEST = "digest:"  # begins the id in the link of a digest's page
LANGUAGES: tuple[Language, ...] = ("ja", "en")
ABOUT_NO_CASE = ("provider", "socket", "test", "code")
_BLANKS = re.compile(r"\n{3,}")
_ENDED_BY = {"closed.linked": "#4500"}


@dataclass(frozen=True)
class Preview:
    """What a text becomes: `subject` and `body`, or `speech`; both of a page."""

    subject: str = ""
    body: str = ""
    speech: str = ""


class Wording:
    """Texts in Japanese and English. `zone` is the one whose clock times people read.

    What people wrote is masked on channels and providers that are `unsafe`.
    """

    def __init__(self, zone: str, public_url: str, link_key: str, unsafe: frozenset[str] = masking.UNSAFE) -> None:
        self._zone = ZoneInfo(zone)
        self._public_url = public_url.rstrip("/")
        self._link_key = link_key
        self._unsafe = unsafe
        self.book = Book(standard())

    def message(
        self,
        n: Notification,
        contact: Contact | None,
        now: datetime,
        assignee: str = "",
        provider: str = "",
        names: Iterable[str] = (),
        *,
        link: bool = True,
    ) -> Message:
        """Put a notification into words for its recipient. `names` are those of the customer, to be masked."""
        n = self._fit(n, (n.channel, provider), names)
        language = contact.language if contact else n.content.language
        linked = n.answerable and link
        address = self._address(n, n.case_id, n.round, now + LINK_KEPT, n.track) if linked else ""
        written = self._fill(language, n.content.what, n, {"link": address}, now + DIGEST_LINK_KEPT)
        subject, _, text = written.partition("\n")
        if n.content.joined:
            text = f"{text}\n\n{self._fill(language, 'joined.part', n, {})}"
        if n.content.followup:
            page = f"{self._public_url}/r/{make_followup(self._link_key, n.content.followup)}"
            text = f"{text}\n\n{self._fill(language, 'reporter.part', n, {'page': page})}"
        return Message(
            notification=n,
            language=language,
            subject=drills.subject(n, subject, language),
            text=drills.body(n, text.strip(), language),
            speech=self.speech(spoken(n), n, language, names) if n.channel is Channel.PHONE else "",
            button=BUTTON[n.track][language == "en"] if n.answerable else "",
            link=address,
            assignee=assignee,
        )

    def digest(
        self,
        n: Notification,
        contact: Contact | None,
        now: datetime,
        parts: Sequence[tuple[CaseLine, Iterable[str]]],
        provider: str = "",
        room: int = 20_000,
    ) -> Message:
        """Put what stands in a digest into words that have room; what would be too long stands on the page of its link.

        Each line comes with the names of its customer.
        """
        unsafe = self.unsafe(n.channel, provider)
        lines = [self._concealed(line, names) if unsafe else line for line, names in parts]
        n = replace(n, content=bundling.content(n, lines))
        if unsafe:
            n = replace(n, content=replace(n.content, headline=lines[0].headline))
        language = contact.language if contact else n.content.language
        expires = now + DIGEST_LINK_KEPT
        page = f"{self._public_url}/digests/{self._token(n, f'{DIGEST}{n.id}', 0, expires)}"
        written = ""
        for linked, cases in bundling.variants(lines):
            shown = replace(n, content=replace(n.content, cases=cases))
            written = self._fill(language, "storm", shown, {"link": page}, expires if linked else None)
            if len(written) <= room:
                break
        while len(written) > room and len(cases) > 1:
            cases = cases[: len(cases) * room * 9 // (len(written) * 10)]
            shown = replace(n, content=replace(n.content, cases=cases, further=len(lines) - len(cases)))
            written = self._fill(language, "storm", shown, {"link": page}, None)
        subject, _, text = written.partition("\n")
        speech = self.speech("storm", n, language) if n.channel is Channel.PHONE else ""
        return Message(n, language, subject, text.strip(), speech)

    def shown(self, n: Notification, line: CaseLine, language: Language, expires: datetime) -> dict[str, object]:
        """One line of the page of a digest: the case (`of`), `when` it is due, its `status`, `news` and `link`."""
        link = self._line_address(n, expires, line) if line.round else ""
        return line_facts(line, language, self._zone, link)

    def closed(
        self, n: Notification, contact: Contact | None, words: Closing, provider: str = "", names: Iterable[str] = ()
    ) -> Message:
        """The same message once it needs no answer: who has the case, or why nobody is asked any more."""
        n = self._fit(n, (n.channel, provider), names)
        language = contact.language if contact else n.content.language
        subject, _, text = self._fill(language, f"closed.{words.how}", n, {"who": words.who}).partition("\n")
        return Message(n, language, drills.subject(n, subject, language), text.strip())

    def speech(self, what: str, n: Notification, language: Language, names: Iterable[str] = (), **more: str) -> str:
        """What is said on the telephone: page, accepted, known, taken, refused, declined or goodbye."""
        n = self._fit(n, (Channel.PHONE,), names)
        return drills.speech(n, what, " ".join(self._fill(language, f"{what}.speech", n, more).split()), language)

    def check(self, language: Language, name: str, source: str) -> None:
        """Read a text and try it on every sample. Raises `Mistake`."""
        template = read(source, texts.known(name))
        texts.checked(name, lambda n: _tidy(fill(template, self._sample_facts(name, n, language))), samples.tried(name))

    def preview(
        self, language: Language, name: str, sample: samples.Sample, source: str | None, channel: Channel, masked: bool
    ) -> Preview:
        """What a text, or a draft in its place, makes of a sample. Raises `Mistake`, of a draft only."""
        n = samples.sample(sample, name, channel)
        n = replace(n, content=masking.concealed(n.content, samples.CUSTOMER, self._public_url)) if masked else n
        given = self._sample_facts(name, n, language)
        written = _tidy(
            fill(read(source, texts.known(name)), given) if source is not None else self._write(language, name, given)
        )
        if name.endswith(".speech"):
            return Preview(speech=" ".join(written.split()))
        if name.endswith(".part"):
            return Preview(body=written)
        subject, _, body = written.partition("\n")
        spoken = (language, f"{name}.speech") in self.book.standard
        said = _tidy(self._write(language, f"{name}.speech", given)) if spoken else ""
        return Preview(subject, body.strip(), " ".join(said.split()))

    def unsafe(self, *ways: str) -> bool:
        """Whether any of these channels and providers is unsafe."""
        return not self._unsafe.isdisjoint(ways)

    def _fit(self, n: Notification, ways: tuple[str, ...], names: Iterable[str]) -> Notification:
        if n.content.what == "code" and proof.WORD.fullmatch(n.content.text):  # the ledger holds no code
            digits = proof.code(self._link_key, n.content.text)
            said = ", ".join(digits) if n.channel is Channel.PHONE else digits
            return replace(n, content=replace(n.content, text=said))
        if not self.unsafe(*ways):
            return n
        return replace(n, content=masking.concealed(n.content, names, self._public_url))

    def _fill(
        self,
        language: Language,
        name: str,
        n: Notification,
        more: Mapping[str, object],
        expires: datetime | None = NEVER,
    ) -> str:
        address = partial(self._line_address, n, expires) if expires else _no_address
        given = facts(n, language, self._zone, address, precedents=self._precedents(n), **more)
        return _tidy(self._write(language, name, given))

    def _precedents(self, n: Notification) -> list[dict[str, object]]:
        """Each similar case with the address of its page in the console, which asks who somebody is."""
        return [{"of": one, "link": f"{self._public_url}/cases/{one.number}"} for one in n.content.precedents]

    def _write(self, language: Language, name: str, given: dict[str, object]) -> str:
        key: Key = (language, name)
        known = self.book.broken.get(key)
        written, problem = self.book.write(key, given)
        if problem is not None:
            BROKEN.labels(f"{language}/{name}").inc()
            if known is None:
                log.error(
                    "a changed text cannot be used", text=f"{language}/{name}", line=problem.line, problem=problem.en
                )
        return written

    def _sample_facts(self, name: str, n: Notification, language: Language) -> dict[str, object]:
        more: dict[str, object] = {"who": _ENDED_BY.get(name, "髙橋 健")} if "who" in texts.known(name) else {}
        if "owner" in texts.known(name):
            more["owner"] = n.content.owner
        more["precedents"] = self._precedents(n)
        link = "" if name.endswith(".speech") else texts.LINK
        if "page" in texts.known(name):
            more["page"] = texts.LINK
        return facts(n, language, self._zone, lambda line: texts.LINK, link=link, **more)

    def _line_address(self, n: Notification, expires: datetime, line: CaseLine) -> str:
        """The link of one case of a digest shows the case, and takes it while nobody has it; teams take none."""
        if ":" in n.recipient or (n.content.occasion == "storm" and not line.round):
            return ""
        return self._address(n, line.case_id, line.round, expires)

    def _address(
        self, n: Notification, case_id: str, round_: int, expires: datetime, track: Track | None = None
    ) -> str:
        return f"{self._public_url}/a/{self._token(n, case_id, round_, expires, track)}"

    def _token(self, n: Notification, id_: str, round_: int, expires: datetime, track: Track | None = None) -> str:
        return make_link(self._link_key, id_, Person(id=n.recipient, name=n.name), round_, expires, track)

    def _concealed(self, line: CaseLine, names: Iterable[str]) -> CaseLine:
        headline, text = (masking.masked(x, names, self._public_url) for x in (line.headline, line.text))
        return replace(line, headline=headline, text=text)


def _no_address(line: CaseLine) -> str:
    return ""


def spoken(n: Notification) -> str:
    """What the telephone reads out of a notification: a page, unless it is about our own trouble, or a proof."""
    return n.content.what if n.content.what in ABOUT_NO_CASE else "page"


def standard() -> dict[Key, str]:
    """The texts of the folder."""
    found: dict[Key, str] = {}
    for language in LANGUAGES:
        for path in sorted((TEMPLATES / language).glob("*.txt")):
            found[language, path.stem] = path.read_text(encoding="utf-8")
    return found


def _tidy(written: str) -> str:
    return _BLANKS.sub("\n\n", written).strip()
