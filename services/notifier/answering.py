"""What the keys of a telephone mean, whoever carries the call: 1 acknowledges, 2 passes on, anything else says it again."""

from dataclasses import dataclass, replace
from uuid import UUID

from services.notifier import outcomes, store
from services.notifier.acknowledge import Acknowledging
from services.notifier.domain import twiml
from services.notifier.domain.asked import settled, still_wanted
from services.notifier.domain.contact import Contact, Language
from services.notifier.domain.fallback import instead
from services.notifier.domain.notification import Notification, State, supersedes
from services.notifier.domain.retry import Step, after_call
from services.notifier.wording import Wording
from shared.contracts.plan import Person
from shared.contracts.vocabulary import Outcome
from shared.runtime import web
from shared.runtime.clock import Clock
from shared.runtime.db import Database, Transaction

PRESSES = 6  # "say it again" is granted so often in one call


@dataclass(frozen=True)
class Spoken:
    """What is said next, and whether a key may follow."""

    notification: Notification
    text: str
    language: Language
    asks: bool = False


class Answering:
    """The answers of people on the telephone, and the progress of their calls."""

    def __init__(self, db: Database, clock: Clock, wording: Wording, acknowledging: Acknowledging) -> None:
        self._db = db
        self._clock = clock
        self._wording = wording
        self._acknowledging = acknowledging

    async def pressed(
        self, id_: str, key: str, times: int, attempt: int | None = None, provider_id: str = ""
    ) -> Spoken:
        """Take a key, or "" for none; `times` counts how often the prompt was said. Without `attempt`: of the last one."""
        async with self._db.reading() as connection:
            n = (await found(connection, id_)).notification
            known = await store.known(connection, n)
        contact = known.contact
        language: Language = contact.language if contact else n.content.language
        if key == "1":
            return Spoken(n, await self._one(n, contact, language), language)
        if key == "2":
            await self.progress(
                n.id, n.attempts if attempt is None else attempt, Outcome.FAILED, "declined", provider_id
            )
            return Spoken(n, self._wording.speech("declined", n, language), language)
        if known.answered or settled(known.case, n):
            owner = known.case.owner.name if known.case and known.case.owner else ""
            return Spoken(n, self._wording.speech("taken", n, language, owner=owner), language)
        if times >= (PRESSES if key else twiml.REPEATS):
            return Spoken(n, self._wording.speech("goodbye", n, language), language)
        return Spoken(n, self._wording.speech("page", n, language), language, asks=True)

    async def progress(
        self, id_: UUID, attempt: int, outcome: Outcome, code: str, provider_id: str = "", again: bool = True
    ) -> None:
        """Move one attempt forward; what is late, repeated or about an earlier attempt changes nothing.

        `again` is False when the same number is not worth another call.
        """
        now = self._clock.now()
        async with self._db.transaction() as tx:
            told = await store.lock(tx, id_)
            if told is None or attempt != told.notification.attempts or not supersedes(outcome, told.outcome):
                return
            n = told.notification
            failed = outcome is Outcome.FAILED
            step = after_call(n, code, now, again) if failed else Step(State(outcome), outcome, code)
            known = await store.known(tx, n)
            if failed and code != "declined" and (known.answered or not still_wanted(known.case, n)):
                step = Step(State.SKIPPED, Outcome.SKIPPED, code)
            step = replace(step, provider_id=provider_id)
            await store.progress(tx, n, step, now)
            assert step.outcome is not None
            await outcomes.say(tx, n, step.outcome, code, now)
            if step.backup:
                await store.add(tx, instead(n, known.contact, await store.catch_all(tx)), now)

    async def _one(self, n: Notification, contact: Contact | None, language: Language) -> str:
        person = asked_person(n, contact)
        answer = await self._acknowledging.take(n, person, "phone")
        theirs = answer.owner is not None and answer.owner.id == person.id
        what = {"counts": "accepted" if theirs else "known", "late": "taken", "refused": "refused"}[answer.verdict]
        owner = answer.owner.name if answer.owner else ""
        return self._wording.speech(what, n, language, who=person.name, owner=owner)


async def found(connection: Transaction, id_: str) -> store.Told:
    """The notification of that id. Raises the problem 404."""
    try:
        told = await store.notification(connection, UUID(id_))
    except ValueError:
        told = None
    if told is None:
        raise web.Problem(404, "not-found", "見つかりません。", "There is nothing here.")
    return told


def asked_person(n: Notification, contact: Contact | None) -> Person:
    """Whom a page was sent to: calls and direct messages are answered by nobody else."""
    return Person(id=n.recipient, name=contact.name if contact else n.name)


def forged() -> web.Problem:
    """The problem for a call-back whose signature does not fit."""
    return web.Problem(403, "bad-signature", "署名を確認できません。", "The signature cannot be verified.")
