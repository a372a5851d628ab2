"""Trying a source out before anything depends on it: a test of the whole way, and the reading of what was pasted."""

from dataclasses import replace

from fastapi import APIRouter, Request

from services.intake.door import Door, admit, door, read_json
from services.intake.routes import source_views as show
from services.intake.senders import SENDERS
from services.intake.senders import sender as senders
from services.intake.senders.sender import Source
from services.intake.trying import as_json, send_test
from shared.runtime.web import Problem

routes = APIRouter(tags=["sources"])


@routes.post("/v1/sources/{id}/test")
async def test_source(request: Request, id: show.Slug) -> show.TestView:
    """Send a genuine request of this source to ourselves and undo it: shown is how far it comes and whom it would call."""
    await admit(request, "admin")
    here = door(request)
    source = await _source(here, id)
    sample = SENDERS[source.sender].sample
    if sample is None:
        ja = "この送信元には見本がありません。送信側からテストを送ってください。"
        raise Problem(409, "no-sample", ja, "There is no sample of this sender; send a test from its own side.")
    if not source.secrets:
        raise Problem(409, "no-secret", "先にシークレットを登録してください。", "Register a secret first.")
    given = sample(source, here.clock.now())
    if not given.url:
        given = replace(given, url=f"{here.settings.public_url}/v1/webhooks/{id}")
    trial = await send_test(here, source, given)
    return show.TestView(
        stage=trial.stage,
        reason=trial.reason,
        verdicts=[outcome.verdict for outcome in trial.outcomes],
        readings=trial.readings,
        would=trial.would,
    )


@routes.post("/v1/sources/{id}/try")
async def try_source(request: Request, id: show.Slug) -> show.TryView:
    """Read a pasted request as this source would; nothing is kept. 400 when its body cannot be read."""
    await admit(request, "admin")
    here = door(request)
    pasted = await read_json(request, show.Paste)
    source = await _source(here, id)
    if pasted.options is not None:
        source = replace(source, options=pasted.options)
    headers = {name.lower(): value for name, value in pasted.headers.items()}
    url = f"{here.settings.public_url}/v1/webhooks/{id}"
    given = senders.Request(pasted.body.encode("utf-8", "replace"), headers, here.clock.now(), url=url)
    readings = as_json(SENDERS[source.sender].read(given, source))
    if readings is None:
        raise Problem(400, "malformed", "貼り付けた本文を読み取れません。", "The pasted body cannot be read.")
    return show.TryView(readings=readings)


async def _source(here: Door, id_: str) -> Source:
    source = await here.sources.even_disabled(id_)
    if source is None:
        raise Problem(404, "unknown-source", "この送信元はありません。", "There is no such source.")
    return source
