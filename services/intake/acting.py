"""Acting on a case: decide on what is known now, say it, and show the state after it, in one transaction."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from services.intake import safe, store
from services.intake.domain import concealing
from services.intake.domain.case import decide
from services.intake.domain.commands import Acknowledge, Command, Decline, Extend, Unacknowledge
from services.intake.domain.refusals import CHANGED, Refusal
from services.intake.domain.versions import is_meant
from shared.contracts import events as e
from shared.contracts.case import Case
from shared.contracts.envelope import event_id
from shared.runtime import folds
from shared.runtime.db import Transaction


@dataclass(frozen=True)
class After:
    """A case after an action, whether this very action had been done before, and the case that it is handled as."""

    case: Case
    updated_at: datetime
    again: bool
    lead: Case | None


async def act(
    tx: Transaction,
    case_id: str,
    command: Command,
    by: e.Actor,
    now: datetime,
    cause: tuple[object, ...] = (),
    round_: int | None = None,
    anew: str = "",
    version: str = "",
) -> After | Refusal | None:
    """Do something to a case; None when there is no such case. What is personal in its words is masked and sealed.

    `cause` names what made this happen, so that doing it twice is one event. An acknowledgement is one per person
    and round: the round of the page that is answered, or the present one. What answers an offer is one per offer. One
    that was taken back since is given again where `anew` names what made it, so that a late repeat of the first one
    does not. It is taken back once. `version` is the If-Match of whoever would act on nothing but what they have seen.
    """
    fold = await folds.load(tx, case_id)
    case = fold.case
    if case is None:
        return None
    lead = await store.lead(tx, case)
    id_ = _id(case, command, by, cause, round_)
    named = bool(cause) or isinstance(command, Acknowledge | Decline | Unacknowledge)
    again = named and await store.was_said(tx, fold, id_)
    if again and anew and isinstance(command, Acknowledge):
        id_ = event_id(id_, anew)
        again = await store.was_said(tx, fold, id_)
    if not again and not is_meant(version, case, clocks=isinstance(command, Extend)):
        return CHANGED
    if not again:
        here = safe.at(tx)
        names = await here.customer(tx, case) if concealing.says(command) else ()
        command, hidden = concealing.command(command, here.kinds, case.submitted.language, names)
        by, theirs = concealing.speaker(by, here.kinds, case.submitted.language)
        verdict = decide(case, command, by, lead.submitted.number if lead else 0, now)
        if isinstance(verdict, Refusal):
            return verdict
        if verdict is not None:
            fold = fold.say(verdict, id_, now)
            updated_at = await store.change(tx, fold, verdict, id_, now)
            await here.keep(tx, case_id, id_, hidden | theirs, now)
            assert fold.case is not None
            return After(fold.case, updated_at, again=False, lead=await store.lead(tx, fold.case))
    return After(case, await store.updated_at(tx, case_id) or case.submitted_at, again=True, lead=lead)


async def words(tx: Transaction, command: Command) -> str:
    """What recognises the words of a command: the same cause with others is something else."""
    return (await safe.at(tx).keys()).digest("action", repr(command)).hex()


def _id(case: Case, command: Command, by: e.Actor, cause: tuple[object, ...], round_: int | None) -> UUID:
    if isinstance(command, Decline):
        return event_id("decline", case.id, case.offers, by.id)
    if isinstance(command, Acknowledge):
        offer = ("offer", case.offers) if case.is_offered(by.id) else ()
        return event_id("ack", case.id, case.round if round_ is None else round_, by.id, *offer)
    if isinstance(command, Unacknowledge):
        return event_id("unack", case.id, case.answers, by.id)
    return caused(case.id, type(command), cause or (uuid4(),))


def caused(case_id: str, action: type[Command], cause: tuple[object, ...]) -> UUID:
    """The id of the event that an action becomes which something has caused."""
    return event_id("action", case_id, action.__name__, *cause)
