"""Who may come in and as what: a token made or revoked, a person's roles changed, as the API and the console do it."""

import secrets
from collections.abc import Callable
from datetime import datetime

from services.intake import admission, auditing
from services.intake.domain import roles, tokens
from services.intake.domain.roles import EVERY_TEAM, Grant, Grants
from services.intake.domain.tokens import Principal, Token
from services.intake.door import Door
from services.intake.entrance import role_needed
from services.intake.senders import SENDERS
from shared.contracts import canary
from shared.runtime.db import Transaction
from shared.runtime.web import Problem

RESERVED = {"form", "service", "tasuki", "slack", "line_works", "line", *SENDERS}
ADMINISTRATOR = Grant("admin", EVERY_TEAM)


async def change(
    here: Door, who: Principal, person: str, decide: Callable[[Grants], Grants], reason: str = ""
) -> Grants:
    """Give a person the roles that are decided on from those they have, and say what they have now.

    Raises 409 where nobody would be left who administers every team: of two who take it from each other, one keeps it. And
    where a token of theirs, which has seen all so far, would go on seeing what is reported under its name.
    """
    now = here.clock.now()
    async with here.db.transaction() as tx:
        await admission.lock(tx)
        everybody = await admission.grants(tx)
        had = everybody.get(person, frozenset())
        wanted = decide(had)
        left = any(ADMINISTRATOR in known for other, known in everybody.items() if other != person)
        if ADMINISTRATOR in had - wanted and not left:
            raise Problem(
                409,
                "last-administrator",
                "全チームの管理者がいなくなるため、外せません。先に、ほかの人を全チームの管理者にしてください。",
                "Nobody would be left who administers every team. Please make somebody else an administrator first.",
            )
        if wanted and person not in everybody:
            await _may_be_limited(here, tx, person, wanted, now)
        await admission.grant(tx, person, wanted, who.name, now)
        why = {"reason": reason} if reason else {}
        told = auditing.of("grants.set", who, f"person:{person}", now, grants=roles.written(wanted), **why)
        auditing.add(tx, told)
    here.forget()
    return wanted


async def make_token(here: Door, who: Principal, new: Principal, expires_at: datetime | None) -> tuple[Token, str]:
    """Make a token, and give it with its text, which is kept nowhere. Raises 403 and 422."""
    now = here.clock.now()
    if expires_at is not None and expires_at <= now:
        raise _unfit("/expires_at", "passed", "これからの日時にしてください。", "must be in the future")
    id_, secret = secrets.token_hex(6), secrets.token_hex(32)
    async with here.db.transaction() as tx:
        await admission.lock(tx)
        await _may_make(here, tx, who, new)
        await admission.add_token(tx, Token(id_, new, tokens.digest(secret), now, who.name, expires_at))
        auditing.add(tx, auditing.of("token.created", who, f"token:{id_}", now, **_given(new)))
        made = await admission.token(tx, id_)
    assert made is not None
    return made, tokens.write(id_, secret)


async def revoke_token(here: Door, who: Principal, id_: str) -> Token:
    """End a token for good: here at once, on other replicas within 15 seconds. Raises 404."""
    now, found = here.clock.now(), None
    async with here.db.transaction() as tx:
        known = await admission.token(tx, id_) if "\x00" not in id_ else None
        if known is not None and roles.covers(who.grants, known.principal.grants):
            found = await admission.revoke(tx, id_, who.name, now)
            auditing.add(tx, auditing.of("token.revoked", who, f"token:{id_}", now))
    if found is None:
        raise Problem(404, "unknown-token", "このトークンは見つかりません。", "There is no such token.")
    here.forget()
    return found


async def _may_make(here: Door, tx: Transaction, who: Principal, new: Principal) -> None:
    """Nobody gives away more than they have, and no limited token is mistaken for another source's. Raises 403, 422."""
    theirs = new.grants
    if new.actor.kind == "person":
        persons = (await admission.grants(tx, new.actor.id)).get(new.actor.id)
        if not roles.covers(who.grants, persons):
            raise role_needed()  # whoever acts as a person sees what that person sees
        theirs = theirs or persons
    if not roles.covers(who.grants, theirs) or (who.grants is not None and not new.scopes <= who.scopes):
        raise role_needed()
    if theirs is None:
        return
    watching = new.name == canary.SOURCE and not roles.covers(who.grants, None)
    if watching or await _is_taken(here, tx, new.name, theirs):
        raise _unfit("/name", "taken", "この名前はほかで使われています。", "is used by something else")


async def _may_be_limited(here: Door, tx: Transaction, person: str, wanted: Grants, now: datetime) -> None:
    """The first roles of a person limit their tokens, of which none may bear the name of a source. Raises 409."""
    for token in await admission.tokens(tx):
        name, limited = token.principal.name, _is_of(token.principal, person) and token.principal.grants is None
        if limited and token.standing(now) == "valid" and await _is_taken(here, tx, name, wanted, person):
            ja = f"この人のトークンの名前「{name}」はほかで使われています。先にそのトークンを失効させてください。"
            en = f'The name of this person\'s token "{name}" is used by something else. Please revoke it first.'
            raise Problem(409, "name-taken", ja, en)


async def _is_taken(here: Door, tx: Transaction, name: str, theirs: Grants, person: str = "") -> bool:
    """Whether what is limited to these roles would be shown by its name what others than this person report."""
    same = [token.principal for token in await admission.tokens(tx) if token.principal.name == name]
    apart = any(other.grants != theirs for other in same if not _is_of(other, person))
    return apart or name in RESERVED or name in {setup.id for setup in await here.sources.all()}


def _is_of(principal: Principal, person: str) -> bool:
    return principal.actor.kind == "person" and principal.actor.id == person


def _given(principal: Principal) -> dict[str, object]:
    return {
        "scopes": sorted(principal.scopes),
        "person": principal.actor.id,
        "grants": roles.written(principal.grants or ()),
    }


def _unfit(pointer: str, type_: str, ja: str, en: str) -> Problem:
    error = {"pointer": pointer, "detail": {"ja": ja, "en": en}, "type": type_}
    return Problem(422, "invalid", "入力に誤りがあります。", "Some of the input does not fit.", errors=[error])
