"""Setting up what may send to us: sources, their secrets, and what came of it lately."""

import json
import secrets
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Path, Request, Response

from services.intake import admission, auditing, setups
from services.intake.domain import addresses, mappings
from services.intake.domain.tokens import Principal
from services.intake.domain.words import by_machine, rejected
from services.intake.door import Door, admit, door, language, read_json
from services.intake.routes import source_views as show
from services.intake.routes.quarantine import LARGEST_ID
from services.intake.senders import SENDERS
from services.intake.senders.sender import Sender
from services.intake.setups import Setup
from shared.runtime.db import Transaction
from shared.runtime.web import Problem

routes = APIRouter(tags=["sources"])
OVERLAP, LONGEST_OVERLAP = timedelta(hours=24), timedelta(days=90)
MOST_SECRETS = 5
RANDOM_BYTES = 32


@routes.get("/v1/senders")
async def list_senders(request: Request) -> show.Senders:
    """List the vendors that can be set up as a source, each with what is pasted where on its side."""
    await admit(request, "admin")
    data = [
        show.SenderView(
            name=s.name,
            own_secret=s.own_secret,
            in_path=s.in_path,
            by_mail=s.by_mail,
            can_be_tested=s.sample is not None,
            guide=show.guide(s.name, language(request)),
        )
        for s in SENDERS.values()
    ]
    return show.Senders(data=data)


@routes.get("/v1/sources")
async def list_sources(request: Request) -> show.Listed:
    """List what is set up."""
    await admit(request, "admin")
    return show.Listed(data=[_view(request, setup) for setup in await door(request).sources.all()])


@routes.post("/v1/sources", status_code=201)
async def create_source(request: Request, response: Response) -> show.MadeSource:
    """Set a source up. Its secret is shown in this answer and never again."""
    who = await admit(request, "admin")
    here, now = door(request), door(request).clock.now()
    wanted = await read_json(request, show.NewSource)
    sender = SENDERS.get(wanted.sender)
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
    response.headers["location"] = f"/v1/sources/{setup.id}"
    response.headers["etag"] = _tag(setup)
    path = show.secret_address(setup, here.settings, secret)
    shown = _view(request, setup).model_dump()
    shown["guide"] = shown["guide"].replace("<SECRET>", secret or "<SECRET>")
    return show.MadeSource(**shown, secret=secret, secret_url=path)


@routes.get("/v1/sources/{id}")
async def read_source(request: Request, response: Response, id: show.Slug) -> show.SourceView:
    """Show how a source is set up; its ETag is what changing it needs."""
    await admit(request, "admin")
    setup = await known(door(request), id)
    response.headers["etag"] = _tag(setup)
    return _view(request, setup)


@routes.patch("/v1/sources/{id}")
async def change_source(request: Request, response: Response, id: show.Slug) -> show.SourceView:
    """Change a source, disable it or enable it again. Needs If-Match."""
    who = await admit(request, "admin")
    wanted = (await read_json(request, show.SourceChange)).model_dump(exclude_none=True)
    _check(wanted.get("options", {}))
    setup = await _change(request, id, wanted, who)
    response.headers["etag"] = _tag(setup)
    return _view(request, setup)


@routes.delete("/v1/sources/{id}", status_code=204)
async def disable_source(request: Request, id: show.Slug) -> Response:
    """Disable a source: within three seconds nothing of it is taken any more. What it has sent stays. Needs If-Match."""
    who = await admit(request, "admin")
    await _change(request, id, {"enabled": False}, who)
    return Response(status_code=204)


@routes.post("/v1/sources/{id}/secrets", status_code=201)
async def rotate_secret(request: Request, id: show.Slug) -> show.MadeSecret:
    """Put a new secret in force at once, shown in this answer only; those before it stay good until `old_until`."""
    who = await admit(request, "admin")
    here, now = door(request), door(request).clock.now()
    wanted = await read_json(request, show.NewSecret, may_be_empty=True)
    until = wanted.old_until or now + OVERLAP
    if not now - timedelta(minutes=5) <= until <= now + LONGEST_OVERLAP:
        ja, en = (
            "old_until は、いまから 90 日後までにしてください。",
            "old_until lies between now and 90 days from now.",
        )
        raise Problem(422, "invalid", ja, en)
    async with here.db.transaction() as tx:
        setup = await _locked(tx, id)
        if wanted.secret is None and SENDERS[setup.sender].own_secret:
            ja = "このシークレットは送信元の側で作られます。その値を secret に指定してください。"
            raise Problem(422, "secret-needed", ja, "The vendor makes this secret; give it as `secret`.")
        if sum(s.in_force(now) for s in setup.secrets) >= MOST_SECRETS:
            ja, en = (
                "有効なシークレットが多すぎます。先に古いものを終わらせてください。",
                "Too many secrets are in force; end one first.",
            )
            raise Problem(409, "too-many-secrets", ja, en)
        secret = wanted.secret or _new_secret(SENDERS[setup.sender])
        _check_address(here, SENDERS[setup.sender], id, secret)
        number = await setups.add_secret(tx, here.sources.vault, id, secret, max(until, now), now)
        told = {"secret": number, "old_until": max(until, now).isoformat()}
        auditing.add(tx, auditing.of("source.secret-replaced", who, f"source:{id}", now, **told))
    here.sources.forget()
    path = show.secret_address(setup, here.settings, secret)
    return show.MadeSecret(id=number, secret=secret, secret_url=path, old_until=max(until, now))


@routes.delete("/v1/sources/{id}/secrets/{secret}", status_code=204)
async def end_secret(request: Request, id: show.Slug, secret: Annotated[int, Path(ge=0, le=LARGEST_ID)]) -> Response:
    """End a secret now, because somebody has it who should not."""
    who = await admit(request, "admin")
    here, now = door(request), door(request).clock.now()
    async with here.db.transaction() as tx:
        if not await setups.end_secret(tx, id, secret, now):
            raise Problem(404, "not-found", "見つかりません。", "There is nothing here.")
        auditing.add(tx, auditing.of("source.secret-ended", who, f"source:{id}", now, secret=secret))
    here.sources.forget()
    return Response(status_code=204)


@routes.get("/v1/sources/{id}/deliveries")
async def list_deliveries(request: Request, id: show.Slug) -> show.Deliveries:
    """Tell what came from a source lately and what became of it; also how requests looked that were not believed."""
    await admit(request, "admin")
    here, reader = door(request), language(request)
    await known(here, id)
    async with here.db.reading() as tx:
        rows = await setups.last_deliveries(tx, id)
    data = []
    for row in rows:
        told = {**row, "looks": json.loads(row["looks"])}
        ja, en = told.pop("reason_ja"), told.pop("reason_en")
        told_before = rejected(en, reader) if row["verdict"] == "rejected" else en if reader == "en" else ja
        reason = told_before or by_machine(row["verdict"], reader)
        data.append(show.DeliveryView(**told, reason=reason))
    return show.Deliveries(data=data)


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


async def _change(request: Request, id_: str, wanted: dict[str, object], who: Principal) -> Setup:
    here, now = door(request), door(request).clock.now()
    given = request.headers.get("if-match", "").strip()
    if not given:
        ja = "If-Match に、もとにした版（GET /v1/sources の ETag）を書いてください。"
        raise Problem(428, "version-needed", ja, "Name the version this was made from in If-Match (ETag of GET).")
    async with here.db.transaction() as tx:
        setup = await _locked(tx, id_)
        if given not in ("*", _tag(setup)):
            ja, en = (
                "そのあいだに変更されています。読み直してから変更してください。",
                "It was changed meanwhile; read it again first.",
            )
            raise Problem(412, "outdated", ja, en)
        setup = await setups.change(tx, replace(setup, **wanted), now)  # type: ignore[arg-type]
        auditing.add(tx, auditing.of("source.changed", who, f"source:{id_}", now, what=sorted(wanted)))
    here.sources.forget()
    return setup


def _view(request: Request, setup: Setup) -> show.SourceView:
    here = door(request)
    return show.view(setup, here.settings, language(request), here.clock.now())


def _tag(setup: Setup) -> str:
    return f'"{setup.version}"'


def _unknown() -> Problem:
    ja = "この送信元はありません。設定ファイルの送信元は、設定で変更してください。"
    return Problem(404, "unknown-source", ja, "There is no such source. One of the settings is changed there.")


def _new_secret(sender: Sender) -> str:
    return addresses.make(secrets.token_bytes(RANDOM_BYTES)) if sender.by_mail else secrets.token_urlsafe(RANDOM_BYTES)


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
