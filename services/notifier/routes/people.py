"""How people are reached, over HTTP: rules, quiet hours, addresses and their proof, and a test of each way."""

import json
import math
import secrets
from dataclasses import replace
from datetime import timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Request, Response

from services.notifier import contacts, people
from services.notifier.directory import MOST_ADDRESSES
from services.notifier.domain import proof
from services.notifier.domain.contact import Address, Contact, free_id
from services.notifier.roads import Roads
from services.notifier.routes import person as show
from services.notifier.settings import Settings
from shared.contracts.addresses import CHANNELS
from shared.contracts.vocabulary import Channel, Priority
from shared.runtime.db import Row, Transaction
from shared.runtime.service import Process
from shared.runtime.web import Problem, language, require_token

Named = Annotated[str, Path(max_length=110)]
WORDS: dict[str, tuple[str, str]] = {
    "pending": ("送信を待っています。", "It waits to be sent."),
    "sending": ("送信しています。", "It is being sent."),
    "ambiguous": ("届いたかどうか確認しています。", "It is being found out whether it arrived."),
    "accepted": ("送信しました。届いたかどうかは、相手先で確認してください。", "It was sent; look whether it arrived."),
    "delivered": ("相手の機器に届きました。", "The device has it."),
    "answered": ("応答がありました。", "Somebody or something picked up."),
    "acknowledged": ("本人が確認しました。", "The person has confirmed it."),
    "failed": ("届きませんでした。", "It did not arrive."),
    "skipped": ("送信を取りやめました。", "It was not sent."),
}


def routes(process: Process, roads: Roads) -> APIRouter:
    """Every route of one person."""
    settings, db, clock = process.settings, process.db, process.clock
    assert isinstance(settings, Settings)
    served = {channel: roads.kinds(channel) for channel in Channel}

    def admitted(request: Request) -> None:
        require_token(request, settings.service_token)

    found = APIRouter(tags=["contacts"], dependencies=[Depends(admitted)])

    async def locked(tx: Transaction, person: str) -> Contact:
        contact = await contacts.locked(tx, person)
        if contact is None:
            raise _nobody()
        return contact

    def channel_for(address: Address, wanted: Channel | None) -> Channel:
        """The channel that a message to an address takes. Raises 409 where nothing that reaches it is set up."""
        fitting = [c for c, kinds in CHANNELS.items() if address.kind in kinds and address.kind in served[c]]
        if wanted is not None:
            fitting = [c for c in fitting if c is wanted]
        if not fitting:
            ja = "この連絡先に送る手段が設定されていません。"
            raise Problem(409, "not-set-up", ja, "Nothing that reaches this address is set up.")
        return fitting[0]

    async def sending(tx: Transaction, person: str, address: str) -> tuple[Contact, Address]:
        """The contact and address of a message that proves something. Raises 404 and 429."""
        contact = await locked(tx, person)
        known = _address(contact, address)
        wait = await people.wait(tx, person, clock.now())
        if wait is not None:
            raise _too_often(wait)
        return contact, known

    @found.get("/v1/contacts/{person}")
    async def one_person(request: Request, person: Named) -> show.Reached:
        """How a person is reached: addresses, rules, quiet hours, and what works at each priority."""
        async with db.reading() as connection:
            contact = (await contacts.known(connection, {person})).get(person)
        if contact is None:
            raise _nobody()
        return show.shown(contact, served, language(request))

    @found.put("/v1/contacts/{person}/rules")
    async def change_rules(request: Request, person: Named, wanted: show.Rules) -> show.Reached:
        """By which ways a person is asked at each priority; nothing that the policy demands is taken from a P1."""
        async with db.transaction() as tx:
            contact = await locked(tx, person)
            _only_people(contact)
            for priority, steps in wanted.rules.items():
                for i, step in enumerate(steps):
                    if step.address and not _fits(contact.address(step.address), step.channel):
                        raise _no_such_way(f"/rules/{priority}/{i}/address", step)
            rules = {p: tuple(s.step() for s in steps) for p, steps in wanted.rules.items() if steps}
            theirs = replace(contact.preferences, rules=rules, language=wanted.language or "")
            await contacts.save(tx, replace(contact, preferences=theirs))
        return await one_person(request, person)

    @found.put("/v1/contacts/{person}/do-not-disturb")
    async def change_quiet_hours(request: Request, person: Named, wanted: show.DoNotDisturb) -> show.Reached:
        """Hours of the week in which nothing but a P1 is loud for a person."""
        async with db.transaction() as tx:
            contact = await locked(tx, person)
            _only_people(contact)
            theirs = replace(contact.preferences, windows=wanted.hours(), zone=wanted.zone)
            await contacts.save(tx, replace(contact, preferences=theirs))
        return await one_person(request, person)

    @found.post("/v1/contacts/{person}/addresses", status_code=201)
    async def add_address(request: Request, response: Response, person: Named, new: show.NewAddress) -> show.Reached:
        """Add an address; until it is proven it is used only after the others, or where it is the only one."""
        async with db.transaction() as tx:
            contact = await locked(tx, person)
            kin = [a for a in contact.addresses if a.kind == new.kind]
            if any(a.value == new.value for a in kin):
                raise Problem(409, "known-address", "この連絡先は登録されています。", "This address is known already.")
            if len(kin) >= MOST_ADDRESSES:
                ja = f"同じ種類の連絡先は {MOST_ADDRESSES} 件までです。"
                raise Problem(409, "too-many", ja, f"{MOST_ADDRESSES} addresses of one kind are the most.")
            id_ = free_id(new.kind, contact.addresses)
            added = Address(id_, new.kind, new.value, new.label, "self", added_at=clock.now())
            await contacts.save(tx, replace(contact, addresses=(*contact.addresses, added)))
        response.headers["location"] = f"/v1/contacts/{person}/addresses/{id_}"
        return await one_person(request, person)

    @found.delete("/v1/contacts/{person}/addresses/{address}")
    async def remove_address(request: Request, person: Named, address: Named) -> show.Reached:
        """Remove an address, from the rules too; one of the directory comes back with the next import."""
        async with db.transaction() as tx:
            contact = await locked(tx, person)
            gone = _address(contact, address)
            theirs, others = contact.preferences.without(gone.id), tuple(a for a in contact.addresses if a is not gone)
            left = replace(contact, addresses=others, preferences=theirs)
            last = await contacts.catch_all(tx), await contacts.platform_owner(tx)
            if not left.reachable and person in {c.id for c in last if c}:
                ja = "最後に頼る人、または管理する人の、最後の連絡先は消せません。"
                raise Problem(409, "last-way", ja, "The last address of who is asked last cannot be removed.")
            await contacts.save(tx, left)
        found = await one_person(request, person)
        changed = [p for p, steps in contact.preferences.rules.items() if theirs.rules.get(p) != steps]
        told = [_changed(changed, language(request))] if changed else []
        return found.model_copy(update={"warnings": [*told, *found.warnings]})

    @found.post("/v1/contacts/{person}/addresses/{address}/test", status_code=202)
    async def try_address(
        response: Response, person: Named, address: Named, by: show.Over = show.Over()
    ) -> show.Started:
        """Send a real message that says it is a test; the answer names where its outcome can be read."""
        async with db.transaction() as tx:
            contact, known = await sending(tx, person, address)
            id_ = await people.test(tx, contact, known, channel_for(known, by.channel), clock.now())
        location = response.headers["location"] = _location(person, id_)
        return show.Started(id=str(id_), location=location)

    @found.post("/v1/contacts/{person}/addresses/{address}/code", status_code=202)
    async def send_code(
        response: Response, person: Named, address: Named, by: show.Over = show.Over()
    ) -> show.CodeSent:
        """Send six digits to an address, to be given back within ten minutes; earlier ones end."""
        now = clock.now()
        async with db.transaction() as tx:
            contact, known = await sending(tx, person, address)
            channel, word = channel_for(known, by.channel), secrets.token_hex(16)
            id_ = await people.send_code(tx, contact, known, channel, settings.link_key, word, now)
        location = response.headers["location"] = _location(person, id_)
        return show.CodeSent(id=str(id_), location=location, expires_at=now + proof.LIFE)

    @found.post("/v1/contacts/{person}/addresses/{address}/verify")
    async def verify_address(request: Request, person: Named, address: Named, given: show.Code) -> show.Reached:
        """Give the code back; the address is trusted from then on. Five wrong ones end it."""
        async with db.transaction() as tx:
            contact = await locked(tx, person)
            known = _address(contact, address)
            verdict, left = await people.verify(tx, contact, known, settings.link_key, given.code, clock.now())
        if verdict != "right":
            raise _not_proven(verdict, left)
        return await one_person(request, person)

    @found.get("/v1/contacts/{person}/tests/{id}")
    async def outcome(request: Request, person: Named, id: UUID) -> show.TestOutcome:
        """What has come of a test message or a code so far."""
        async with db.reading() as connection:
            row = await people.trial(connection, person, id)
        if row is None:
            raise Problem(404, "not-found", "見つかりません。", "There is nothing here.")
        return _trial(row, language(request))

    return found


def _trial(row: Row, reader: str) -> show.TestOutcome:
    ja, en = WORDS[row["state"]]
    made = [show.TestAttempt.model_validate(a) for a in json.loads(row["made"])]
    return show.TestOutcome(
        id=str(row["id"]),
        what=json.loads(row["content"])["what"],
        channel=row["channel"],
        address=row["address"],
        state=row["state"],
        code=row["code"],
        said=en if reader == "en" else ja,
        attempts=made,
    )


def _location(person: str, id_: UUID) -> str:
    return f"/v1/contacts/{person}/tests/{id_}"


def _nobody() -> Problem:
    return Problem(404, "unknown-person", "連絡先に登録されていない人です。", "The directory has nobody of this id.")


def _address(contact: Contact, id_: str) -> Address:
    known = contact.address(id_)
    if known is None:
        raise Problem(404, "unknown-address", "その連絡先はありません。", "There is no such address.")
    return known


def _fits(address: Address | None, channel: Channel) -> bool:
    """Whether a rule may name it for a channel; one that a provider refuses now may be good again."""
    return address is not None and address.kind in CHANNELS[channel]


def _changed(rules: list[Priority], reader: str) -> str:
    named = ", ".join(rules)
    en = f"The rules of {named} named this address and do so no more; a rule with no way left goes by the policy."
    ja = f"{named} の届く方法からも、この連絡先を外しました。方法が残らない優先度は、方針どおりに届きます。"
    return en if reader == "en" else ja


def _only_people(contact: Contact) -> None:
    if ":" in contact.id:
        raise Problem(409, "not-a-person", "チームには設定できません。", "This is for people, not for teams.")


def _no_such_way(pointer: str, step: show.Step) -> Problem:
    ja, en = (
        f"{step.channel} で使える連絡先 {step.address} はありません。",
        f"{step.channel} has no address {step.address}.",
    )
    error = {"pointer": pointer, "type": "unknown_address", "detail": {"ja": ja, "en": en}}
    return Problem(422, "invalid", "入力に誤りがあります。", "Some of the input does not fit.", errors=[error])


def _too_often(wait: timedelta) -> Problem:
    seconds = math.ceil(wait.total_seconds())
    ja, en = f"{seconds} 秒後にもう一度お試しください。", f"Please try again in {seconds} seconds."
    problem = Problem(429, "too-often", ja, en)
    problem.headers = {"retry-after": str(seconds)}
    return problem


def _not_proven(verdict: proof.Verdict, left: int) -> Problem:
    if verdict == "wrong" and left:
        ja, en = f"コードが違います（あと {left} 回）。", f"The code is wrong ({left} tries left)."
        return Problem(422, "wrong-code", ja, en, left=left)
    if verdict == "gone":
        ja, en = "有効なコードがありません。新しいコードを送ってください。", "No code is valid; have a new one sent."
        return Problem(410, "no-code", ja, en)
    ja, en = "5 回間違えたため、このコードは使えません。", "After five wrong tries this code is worth nothing."
    return Problem(429, "code-spent", f"{ja}新しいコードを送ってください。", f"{en} Have a new one sent.")
