"""Setting up what may send to us, as the API and the console do it; every change stands in the audit."""

import json
import secrets
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from services.intake import admission, auditing, setups
from services.intake import source_views as show
from services.intake.domain import addresses, mappings
from services.intake.domain.tokens import Principal
from services.intake.domain.words import Language, by_machine, ignored, rejected
from services.intake.door import Door
from services.intake.senders import SENDERS
from services.intake.senders.sender import Sender
from services.intake.setups import Setup
from shared.runtime.db import Transaction
from shared.runtime.web import Problem

OVERLAP, LONGEST_OVERLAP = timedelta(hours=24), timedelta(days=90)
MOST_SECRETS = 5
RANDOM_BYTES = 32
ANY_VERSION = "*"


async def create(here: Door, who: Principal, wanted: show.NewSource) -> tuple[Setup, str | None]:
    """Set a source up; gives its secret, which is shown once, unless its vendor makes it. Raises 409 or 422."""
    now, sender = here.clock.now(), SENDERS.get(wanted.sender)
    if sender is None:
        known = ", ".join(sorted(SENDERS))
        raise Problem(422, "unknown-sender", f"sender は次のどれかです：{known}", f"The senders are {known}.")
    _check(wanted.options)
    secret = wanted.secret or (None if sender.own_secret else _new_secret(sender))
    _check_address(here, sender, wanted.id, secret)
    setup = Setup(wanted.id, sender.name, wanted.name, wanted.owner, wanted.options, True, 1, now, now)
    async with here.db.transaction() as tx:
        await admission.lock(tx)
        if any(t.principal.name == setup.id and t.principal.grants is not None for t in await admission.tokens(tx)):
            ja = "この id は、役割の限られたトークンの名前として使われています。"
            raise Problem(409, "name-taken", ja, "A token with limited roles has this name.")
        if not await setups.add(tx, setup):
            raise Problem(
                409, "source-exists", "この id の送信元はもうあります。", "There is a source of this id already."
            )
        if secret:
            await setups.add_secret(tx, here.sources.vault, setup.id, secret, now, now)
        setup = await _locked(tx, setup.id)
        auditing.add(tx, auditing.of("source.created", who, f"source:{setup.id}", now, sender=setup.sender))
    here.sources.forget()
    return setup, secret


async def change(here: Door, who: Principal, id_: str, wanted: show.SourceChange, version: str) -> Setup:
    """Change a source that still has this tag (or `*`). Raises 404, 412 or 422."""
    what, now = wanted.model_dump(exclude_none=True), here.clock.now()
    _check(what.get("options", {}))
    async with here.db.transaction() as tx:
        setup = await _locked(tx, id_)
        if version not in (ANY_VERSION, show.tag(setup)):
            ja, en = (
                "そのあいだに変更されています。読み直してから変更してください。",
                "It was changed meanwhile; read it again first.",
            )
            raise Problem(412, "outdated", ja, en)
        setup = await setups.change(tx, replace(setup, **what), now)
        auditing.add(tx, auditing.of("source.changed", who, f"source:{id_}", now, what=sorted(what)))
    here.sources.forget()
    return setup


async def rotate(here: Door, who: Principal, id_: str, wanted: show.NewSecret) -> show.MadeSecret:
    """Put a new secret in force at once, shown this once; those before it stay good for a while. Raises 404, 409 or 422."""
    now = here.clock.now()
    until = wanted.old_until or now + OVERLAP
    if not now - timedelta(minutes=5) <= until <= now + LONGEST_OVERLAP:
        ja, en = (
            "old_until は、いまから 90 日後までにしてください。",
            "old_until lies between now and 90 days from now.",
        )
        raise Problem(422, "invalid", ja, en)
    async with here.db.transaction() as tx:
        setup = await _locked(tx, id_)
        _check_purpose(SENDERS[setup.sender], wanted)
        if sum(s.in_force(now) for s in (setup.tokens if wanted.purpose == "api" else setup.secrets)) >= MOST_SECRETS:
            ja, en = (
                "有効なシークレットが多すぎます。先に古いものを終わらせてください。",
                "Too many secrets are in force; end one first.",
            )
            raise Problem(409, "too-many-secrets", ja, en)
        secret = wanted.secret or _new_secret(SENDERS[setup.sender])
        if wanted.purpose == "proof":
            _check_address(here, SENDERS[setup.sender], id_, secret)
        number = await setups.add_secret(tx, here.sources.vault, id_, secret, max(until, now), now, wanted.purpose)
        told = {"secret": number, "old_until": max(until, now).isoformat(), "purpose": wanted.purpose}
        auditing.add(tx, auditing.of("source.secret-replaced", who, f"source:{id_}", now, **told))
    here.sources.forget()
    path = show.secret_address(setup, here.settings, secret) if wanted.purpose == "proof" else None
    return show.MadeSecret(id=number, secret=secret, secret_url=path, old_until=max(until, now))


async def end_secret(here: Door, who: Principal, id_: str, secret: int) -> None:
    """End a secret now. Raises 404."""
    now = here.clock.now()
    async with here.db.transaction() as tx:
        if not await setups.end_secret(tx, id_, secret, now):
            raise Problem(404, "not-found", "見つかりません。", "There is nothing here.")
        auditing.add(tx, auditing.of("source.secret-ended", who, f"source:{id_}", now, secret=secret))
    here.sources.forget()


async def deliveries(here: Door, id_: str, reader: Language) -> list[show.DeliveryView]:
    """What came from a source lately, the newest first, with the reason why something was not taken. Raises 404."""
    await known(here, id_)
    async with here.db.reading() as tx:
        rows = await setups.last_deliveries(tx, id_)
    data = []
    for row in rows:
        told = {**row, "looks": json.loads(row["looks"])}
        ja, en, why = told.pop("reason_ja"), told.pop("reason_en"), told.pop("why")
        told_before = rejected(en, reader) if row["verdict"] == "rejected" else en if reader == "en" else ja
        reason = told_before or (ignored(why, reader) if why else by_machine(row["verdict"], reader))
        data.append(show.DeliveryView(**told, reason=reason))
    return data


async def known(here: Door, id_: str) -> Setup:
    """A source by its id. Raises 404."""
    setup = await here.sources.setup(id_)
    if setup is None:
        raise _unknown()
    return setup


async def _locked(tx: Transaction, id_: str) -> Setup:
    setup = await setups.locked(tx, id_)
    if setup is None:
        raise _unknown()
    return setup


def _unknown() -> Problem:
    ja = "この送信元はありません。設定ファイルの送信元は、設定で変更してください。"
    return Problem(404, "unknown-source", ja, "There is no such source. One of the settings is changed there.")


def _new_secret(sender: Sender) -> str:
    return addresses.make(secrets.token_bytes(RANDOM_BYTES)) if sender.by_mail else secrets.token_urlsafe(RANDOM_BYTES)


def _check_purpose(sender: Sender, wanted: show.NewSecret) -> None:
    """Refuse a token that nothing is read with, and what only the vendor can make."""
    if wanted.purpose == "api" and sender.records is None:
        ja = "この送信元のレコードは読みに行きません。API トークンはいりません。"
        raise Problem(422, "no-records", ja, "The records of this sender are not read; it needs no API token.")
    if wanted.secret is None and (sender.own_secret or wanted.purpose == "api"):
        ja = "このシークレットは送信元の側で作られます。その値を secret に指定してください。"
        raise Problem(422, "secret-needed", ja, "The vendor makes this secret; give it as `secret`.")


def _check_address(here: Door, sender: Sender, id_: str, secret: str | None) -> None:
    """Refuse a source that no mail could come from."""
    if not sender.by_mail:
        return
    if not here.settings.mail_in_domain:
        ja = "メールの受信が設定されていません（TASUKI_MAIL_IN_DOMAIN）。"
        raise Problem(409, "no-mail", ja, "No mail can come in here (TASUKI_MAIL_IN_DOMAIN is not set).")
    if secret is None or not addresses.fits(id_, secret):
        ja = (
            "メールの送信元の id は 43 文字まで、secret は英小文字と数字 16～32 文字です（「-」を含めて 64 文字まで）。"
        )
        en = (
            "The id has 43 characters at most, the secret 16 to 32 small letters and digits (64 in all, with the dash)."
        )
        raise Problem(422, "no-address", ja, en)


def _check(options: Mapping[str, str]) -> None:
    """Refuse a mapping that would only fail when something comes; each flaw names its key."""
    flaws = mappings.of_text(options["mapping"])[1] if "mapping" in options else ()
    if flaws:
        errors = [
            {
                "pointer": "/options/mapping" + "".join(f"/{part}" for part in flaw.key.split(".") if part),
                "detail": {"ja": flaw.ja, "en": flaw.en},
                "type": "mapping",
            }
            for flaw in flaws[:20]
        ]
        raise Problem(
            422, "bad-mapping", "mapping に誤りがあります。", "The mapping cannot be used as it is.", errors=errors
        )
