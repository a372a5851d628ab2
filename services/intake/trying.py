"""Trying a source out: what a request would be read as and lead to; nothing stays and nobody is called."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal
from uuid import uuid4

import httpx
from pydantic import TypeAdapter

from services.intake import delivering
from services.intake import source_views as show
from services.intake.door import Door
from services.intake.senders import SENDERS
from services.intake.senders.sender import Malformed, Outcome, Reading, Rejected, Request, Source, Trigger
from shared.contracts.keys import first
from shared.contracts.report import Report
from shared.runtime import telemetry
from shared.runtime.web import Problem

log = telemetry.logger(__name__)
_READING: TypeAdapter[Reading] = TypeAdapter(Reading)
SECONDS = 5.0
Stage = Literal["verify", "read", "deliver", "done"]


class _Undone(Exception):
    """Takes back what a trial has written."""


@dataclass(frozen=True)
class Trial:
    """How far a trial came; `reason` is why it was not believed. `would`: the answer of the router for each new report."""

    stage: Stage
    reason: str
    readings: list[dict[str, Any]]
    outcomes: list[Outcome]
    would: list[dict[str, Any]]


def as_json(readings: Sequence[Reading] | Malformed) -> list[dict[str, Any]] | None:
    """What a request says, each with its kind; None where the body cannot be read."""
    if isinstance(readings, Malformed):
        return None
    return [{"kind": type(one).__name__.lower(), **_READING.dump_python(one, mode="json")} for one in readings]


async def sample_of(here: Door, id_: str) -> Trial:
    """Try a source with a genuine request of its own. Raises 404, or 409 where there is no sample or no secret yet."""
    source = await _source(here, id_)
    sample = SENDERS[source.sender].sample
    if sample is None:
        ja = "この送信元には見本がありません。送信側からテストを送ってください。"
        raise Problem(409, "no-sample", ja, "There is no sample of this sender; send a test from its own side.")
    if not source.secrets:
        raise Problem(409, "no-secret", "先にシークレットを登録してください。", "Register a secret first.")
    given = sample(source, here.clock.now())
    if not given.url:
        given = replace(given, url=f"{here.settings.public_url}/v1/webhooks/{id_}")
    return await send_test(here, source, given)


async def pasted(here: Door, id_: str, paste: show.Paste) -> list[dict[str, Any]]:
    """Read a pasted request as this source would; nothing is kept. Raises 404, or 400 when its body cannot be read."""
    source = await _source(here, id_)
    if paste.options is not None:
        source = replace(source, options=paste.options)
    headers = {name.lower(): value for name, value in paste.headers.items()}
    url = f"{here.settings.public_url}/v1/webhooks/{id_}"
    given = Request(paste.body.encode("utf-8", "replace"), headers, here.clock.now(), url=url)
    readings = as_json(SENDERS[source.sender].read(given, source))
    if readings is None:
        raise Problem(400, "malformed", "貼り付けた本文を読み取れません。", "The pasted body cannot be read.")
    return readings


async def _source(here: Door, id_: str) -> Source:
    source = await here.sources.even_disabled(id_)
    if source is None:
        raise Problem(404, "unknown-source", "この送信元はありません。", "There is no such source.")
    return source


async def send_test(here: Door, source: Source, given: Request) -> Trial:
    """Take a genuine request all the way and undo it; then ask what its reports would lead to.

    Only one line stays: that it was a test, among the deliveries of the source.
    """
    sender = SENDERS[source.sender]
    verdict = sender.verify(given, source)
    if isinstance(verdict, Rejected):
        return Trial("verify", verdict.reason, [], [], [])
    readings = sender.read(given, source)
    if isinstance(readings, Malformed):
        return Trial("read", "", [], [], [])
    outcomes: list[Outcome] = []
    try:
        async with here.db.transaction() as tx:
            outcomes += await delivering.deliver(tx, source, readings, given, "ja")
            await tx.finish()
            raise _Undone
    except _Undone:
        pass
    async with here.db.transaction() as tx:
        await delivering.keep(tx, source, f"test:{uuid4()}", Outcome("tested"), given)
    told = as_json(readings) or []
    triggers = [r for r in readings if isinstance(r, Trigger)]
    would = [await _would(here, source.id, trigger.report) for trigger in triggers]
    return Trial("done", "", told, [Outcome(o.verdict) for o in outcomes], [w for w in would if w is not None])


async def _would(here: Door, source: str, report: Report) -> dict[str, Any] | None:
    """The plan of a report and whom it would ask; None while the router cannot be asked."""
    token = {"authorization": f"Bearer {first(here.settings.service_token)}"}
    question = {"report": report.model_dump(mode="json"), "source": source}
    try:
        answer = await here.http.post(
            f"{here.settings.router_url}/v1/simulate", json=question, headers=token, timeout=SECONDS
        )
        answer.raise_for_status()
        told = answer.json()
    except (httpx.HTTPError, ValueError) as problem:
        log.warning("nobody says what a test would lead to", source=source, problem=repr(problem)[:300])
        return None
    return told if isinstance(told, dict) else None
