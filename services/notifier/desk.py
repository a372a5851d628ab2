"""What answers and progress mean, whichever provider brings them: the doors verify and read, this acts."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

from services.notifier import bundling, calls, contacts, lookups, outcomes, people, store, trouble
from services.notifier.acknowledge import Acknowledging, Answer
from services.notifier.channels import PROVIDERS
from services.notifier.domain.alarm import About
from services.notifier.domain.asked import is_nobody_left, settled, still_wanted
from services.notifier.domain.contact import Contact, Language
from services.notifier.domain.notification import Notification, State, supersedes
from services.notifier.domain.result import Permanent
from services.notifier.domain.retry import Step, after_call
from services.notifier.reporting import Reporting
from services.notifier.settings import Settings
from services.notifier.store import Known
from services.notifier.wording import ABOUT_NO_CASE, Wording, spoken
from shared.contracts.envelope import event_id
from shared.contracts.plan import Person
from shared.contracts.vocabulary import Channel, Outcome, Purpose, Track
from shared.runtime import web
from shared.runtime.clock import Clock
from shared.runtime.consume import HANDLED, SEEN
from shared.runtime.db import Database

ANSWERED_WITHIN = timedelta(hours=24)
Speech = tuple[str, Language]
ENDED = dict.fromkeys(("goodbye", "declined", "taken", "refused"), "ended")
OF_A_TEST, OF_NO_CASE = {"known": "heard", **ENDED}, {"known": "understood", **ENDED}
SAID = {"counts": "known", "late": "taken", "refused": "refused"}


@dataclass(frozen=True)
class Reply:
    """What to tell the person who pressed a button; `taken` is that person where the press counts."""

    text: str
    taken: Person | None = None


class Desk:
    """One for all doors of a process."""

    def __init__(
        self,
        settings: Settings,
        db: Database,
        clock: Clock,
        wording: Wording,
        acknowledging: Acknowledging,
        usable: frozenset[Channel],
        reporting: Reporting,
    ) -> None:
        self.settings = settings
        self._open = usable
        self.clock = clock
        self.wording = wording
        self._db = db
        self._acknowledging = acknowledging
        self.reporting = reporting

    async def find(self, notification_id: str) -> tuple[Notification, Known]:
        """A notification by its id as it came in; raises Problem 404."""
        async with self._db.reading() as connection:
            try:
                told = await store.notification(connection, UUID(notification_id))
            except ValueError:
                told = None
            if told is None:
                raise web.Problem(404, "not-found", "見つかりません。", "There is nothing here.")
            return told.notification, await store.known(connection, told.notification)

    async def named(self, provider: str, provider_id: str) -> Notification | None:
        """The notification that a provider knows under this id."""
        async with self._db.reading() as connection:
            return await store.by_provider_id(connection, provider, provider_id)

    async def take(self, n: Notification, known: Known, via: str, by: Person | None = None) -> Answer:
        """ "I have it", by the person whom the page was sent to unless somebody else is known to have pressed.

        What asks nobody to take a case is thereby known to have been heard; and an address that somebody has answered
        from is proven.
        """
        if n.answerable:
            who = by or asked(n, known.contact)
            answer = await self._acknowledging.take(await self._current(n, known, who), who, via)
        else:
            await self.progress(n.id, n.attempts, Outcome.ACKNOWLEDGED, via)
            answer = Answer("counts")
        way = known.contact.meant(n.channel, n.address) if known.contact else None
        if way is not None and people.unproven(way, n) and (by is None or by.id == n.recipient):
            async with self._db.transaction() as tx:
                await people.answered_from(tx, n, self.clock.now())
        return answer

    async def _current(self, n: Notification, known: Known, who: Person) -> Notification:
        """The page that somebody answers: who has answered one and taken that back since is asked by a newer one.

        Many messages keep their button, and the answer to the old page has been heard once and counts no second time.
        """
        if who.id not in known.answered:
            return n
        async with self._db.reading() as connection:
            pages = await store.live_pages(connection, n.case_id)
        newer = [p for p in pages if p.recipient == who.id and p.round > n.round and p.need != "own"]
        wanted = [p for p in newer if still_wanted(known.case, p)]
        return max(wanted, key=lambda p: (p.round, p.attempts > 0, p.created_at), default=n)

    async def pressed(self, n: Notification, known: Known, kind: str, user: str, *, direct: bool) -> str:
        """ "I have it" in a chat, by the person with this address; returns what to tell them.

        Somebody whom the directory does not know answers for the recipient in a direct talk, and for nobody in a room.
        """
        by = await self.owner_of(kind, user) if user else None
        if by is None and not direct:
            return self.wording.speech("stranger", n, language(n, known))
        return await self.spoken(n, known, await self.take(n, known, "chat", by), by)

    async def page_to(self, kind: str, number: int, like: str) -> tuple[Notification, Known] | None:
        """The newest page about the case of this number to a person who has such an address (a pattern of SQL)."""
        async with self._db.reading() as connection:
            n = await store.page_to(connection, number, kind, like)
            return (n, await store.known(connection, n)) if n else None

    async def owner_of(self, kind: str, value: str) -> Person | None:
        """The person whose address this is."""
        async with self._db.reading() as connection:
            return await contacts.owner_of(connection, kind, value)

    async def person(self, id_: str) -> Person | None:
        """Somebody of the directory."""
        async with self._db.reading() as connection:
            known = (await contacts.known(connection, {id_})).get(id_)
        return Person(id=known.id, name=known.name) if known and ":" not in known.id else None

    async def change(self, id_: str, change: Callable[[Contact], Contact]) -> bool:
        """Change a person's addresses; False when the directory does not know them."""
        async with self._db.transaction() as tx:
            contact = await contacts.locked(tx, id_)
            if contact is not None:
                await contacts.save(tx, change(contact))
            return contact is not None

    async def decline(self, n: Notification, attempt: int | None = None, provider_id: str = "") -> bool:
        """ "Somebody else, please."; whether whoever offered the case hears of it, as the level above does of a page."""
        made = n.attempts if attempt is None else attempt
        heard = await self.progress(n.id, made, Outcome.FAILED, "declined", provider_id)
        return heard if n.need != "own" else await self._acknowledging.decline(n, asked(n, None))

    async def press(self, n: Notification, known: Known, by: Person | None, *, direct: bool) -> Reply:
        """A pressed button of a chat message, by somebody of the directory or by somebody unknown.

        In a direct conversation it is the recipient who presses; elsewhere somebody unknown takes nothing.
        """
        if by is None and not direct:
            return Reply(self.wording.speech("stranger", n, language(n, known)))
        answer, who = await self.take(n, known, "chat", by), by or asked(n, known.contact)
        theirs = answer.verdict == "counts" and (answer.owner is None or answer.owner.id == who.id)
        return Reply(await self.spoken(n, known, answer, who), who if theirs else None)

    async def spoken(self, n: Notification, known: Known, answer: Answer, by: Person | None = None) -> str:
        """What to tell after an answer, on the telephone or to the one who pressed a button."""
        who = by or asked(n, known.contact)
        theirs = answer.owner is not None and answer.owner.id == who.id
        joins = n.track is Track.HANDLING and answer.owner is not None and n.need != "all"
        counted = "accepted" if theirs else "joined" if joins else SAID["counts"]
        what = counted if answer.verdict == "counts" else SAID[answer.verdict]
        owner = answer.owner.name if answer.owner else ""
        return self.speech(what, n, known, who=who.name, owner=owner)

    def speech(self, what: str, n: Notification, known: Known, **more: str) -> str:
        """What the telephone says, in the language of the person."""
        what = spoken(n) if what == "page" else what
        what = "last" if what == "declined" and is_nobody_left(known.case, n) else what
        if spoken(n) in ABOUT_NO_CASE:
            what = (OF_A_TEST if n.purpose is Purpose.TEST else OF_NO_CASE).get(what, what)
        return self.wording.speech(what, n, language(n, known), known.customer, **more)

    async def page(self, n: Notification, known: Known) -> str:
        """What a call says, and says again: one page, or how many it stands for."""
        if not n.bundled or n.carrier != n.id:
            return self.speech("page", n, known)
        lines = bundling.listed(await bundling.going_on(self._db, n, known))
        return self.wording.digest(n, known.contact, self.clock.now(), lines).speech

    def taken(self, n: Notification, known: Known) -> str:
        """What to tell whoever answers what needs no answer any more."""
        return self.speech("taken", n, known, owner=known.case.owner.name if known.case and known.case.owner else "")

    def needless(self, n: Notification, known: Known) -> bool:
        """Whether an answer would change nothing any more."""
        return known.is_answered(n) or settled(known.case, n)

    async def broken(self, n: Notification, value: str, code: str) -> None:
        """The provider says that an address is no good: it is not used again until somebody changes or verifies it."""
        async with self._db.transaction() as tx:
            await contacts.broken(tx, n, code, value)

    async def pages_to(self, channel: Channel, kind: str, value: str) -> list[Notification]:
        """What was sent by a channel to whoever has this address in the last day and asks for an answer, newest first."""
        since = self.clock.now() - ANSWERED_WITHIN
        async with self._db.reading() as connection:
            return await store.pages_to(connection, channel, kind, value, since)

    async def known(self, n: Notification) -> Known:
        """What decides about a notification now."""
        async with self._db.reading() as connection:
            return await store.known(connection, n)

    async def meant(self, what: str, id_: str, n: Notification, among: Sequence[Notification]) -> Notification | None:
        """Which page a provider's message answers: `n` when it comes for the first time, and later what it answered then.

        It may come again because we died over it, and must not be taken for an answer to another page that has become
        the newest meanwhile. None when what it answered is not `among` those asked of any more.
        """
        now = self.clock.now()
        meanings = {event_id(what, id_, one.id): one for one in among}
        async with self._db.transaction() as tx:
            if await tx.fetch(SEEN, [event_id(what, id_)], now):
                await tx.fetch(SEEN, [event_id(what, id_, n.id)], now)
                return n
            return next((meanings[row["event_id"]] for row in await tx.fetch(HANDLED, list(meanings))), None)

    async def account_failed(self, provider: str, code: str, about: About = "provider") -> None:
        """Whoever looks after the installation hears that a provider refuses us."""
        card, refused = PROVIDERS[provider], Permanent(code, "account")
        async with self._db.transaction() as tx:
            await trouble.account_failed(tx, provider, card, refused, self._open, self.clock.now(), about)

    async def progress(
        self,
        id_: UUID,
        attempt: int,
        outcome: Outcome,
        code: str,
        provider_id: str = "",
        *,
        again: bool = True,
        spare: bool = False,
    ) -> bool:
        """Move one attempt forward, and say whether that was done: what is late or about an earlier attempt is not.

        Whoever passes a page on is believed although the attempt is said to have failed: it was no machine that spoke.

        `again` is False when the same number is not worth another call, `spare` is True when another provider can call
        at once.
        """
        now = self.clock.now()
        if provider_id:
            await lookups.named(self._db, id_, attempt, provider_id, now)
        async with self._db.transaction() as tx:
            told = await store.lock(tx, id_)
            if told is None or attempt != told.notification.attempts:
                return False
            if code == told.code == "declined":  # said twice
                return True
            known_to_fail = told.outcome in (Outcome.RETRYABLE, Outcome.FAILED)
            if not supersedes(outcome, told.outcome) and not (code == "declined" and known_to_fail):
                return False
            n = told.notification
            failed = outcome is Outcome.FAILED
            step = Step(State(outcome), outcome, code)
            if failed:
                missed, first_at = await calls.before(tx, n)
                step = after_call(replace(n, first_at=first_at), code, now, again, spare, missed)
            known = await store.known(tx, n)
            if failed and code != "declined" and (known.is_answered(n) or not still_wanted(known.case, n)):
                step = Step(State.SKIPPED, Outcome.SKIPPED, code)
            step = replace(step, provider_id=provider_id)
            await store.progress(tx, n, step, now)
            assert step.outcome is not None
            await outcomes.say(tx, n, step.outcome, code, now)
            await trouble.follow(tx, n, step, known.contact, self._open, now)
            await bundling.follow(tx, n, step, known.contact, self._open, now)
            return True


def asked(n: Notification, contact: Contact | None) -> Person:
    """Whom a page was sent to: calls and direct messages are answered by nobody else."""
    return Person(id=n.recipient, name=contact.name if contact else n.name)


def language(n: Notification, known: Known) -> Language:
    """The language to answer in."""
    return known.contact.language if known.contact else n.content.language


def count(fields: Mapping[str, str], name: str) -> int:
    """A small number of a query; 0 when it is none."""
    text = fields.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0


def forged() -> web.Problem:
    """The answer to what is not signed by whom it claims to come from."""
    return web.Problem(403, "bad-signature", "署名を確認できません。", "The signature cannot be verified.")
