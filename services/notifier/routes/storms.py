"""Digests over HTTP: the page that lists everything one brought, and after how many messages they begin."""

from datetime import datetime
from html import escape
from typing import Annotated
from uuid import UUID

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse
from pydantic import BaseModel, ConfigDict, Field

from services.notifier import bundles, store
from services.notifier.domain.asked import is_overheard
from services.notifier.domain.bundling import line
from services.notifier.domain.contact import Language
from services.notifier.domain.content import CaseLine
from services.notifier.rows import read
from services.notifier.settings import Settings
from services.notifier.wording import DIGEST, Wording
from shared.contracts.links import read_link
from shared.runtime.db import Row
from shared.runtime.service import Process
from shared.runtime.web import Problem, require_token

TITLE = {"ja": "まとめてお知らせした {} 件", "en": "{} messages that came together"}
LEAD = {
    "ja": "お知らせが多かったため、まとめてお送りしました。案件を押すと、その引き受けに進みます（開いただけでは何も起こりません）。",
    "en": "There was much to tell, so it came together. A case leads to the page where you can take it; opening that does nothing by itself.",
}
HIDDEN = {
    "ja": '<p class="hint">ほかの {} 件は、閲覧できる人が限られたため表示していません。</p>',
    "en": '<p class="hint">{} more may by now be read by fewer people, and are not shown.</p>',
}
DUE = {"ja": "期限：{}", "en": "Due by {}"}
HEADERS = {
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; style-src 'self'; img-src 'self'; frame-ancestors 'none'; base-uri 'none'",
    "referrer-policy": "no-referrer",
}


class Bundling(BaseModel):
    """After how many messages to one person by one channel within ten minutes the others come in digests."""

    model_config = ConfigDict(extra="forbid")
    after: Annotated[int, Field(ge=0, le=1000, strict=True, description="0: nothing is bundled. A P1 never is")]


def add(process: Process, wording: Wording) -> None:
    """Add the routes."""
    settings, db, app = process.settings, process.db, process.app
    assert isinstance(settings, Settings)
    assert isinstance(app, FastAPI)

    @app.get("/v1/bundling")
    async def bundling(request: Request) -> Bundling:
        """After how many messages digests begin."""
        require_token(request, settings.service_token)
        async with db.reading() as connection:
            return Bundling(after=await bundles.after(connection))

    @app.put("/v1/bundling")
    async def change_bundling(request: Request, wanted: Bundling) -> Bundling:
        """Change it, for what is planned from now on."""
        require_token(request, settings.service_token)
        async with db.transaction() as tx:
            await bundles.set_after(tx, wanted.after)
        return wanted

    @app.get("/digests/{token}", response_class=HTMLResponse, include_in_schema=False)
    async def digest(token: str) -> HTMLResponse:
        """Everything that a digest brought, for whoever holds its link; reading changes nothing."""
        now = process.clock.now()
        link = read_link(settings.link_key, token, now)
        if link is None or not link.case_id.startswith(DIGEST):
            raise _gone()
        async with db.reading() as connection:
            rows = await bundles.brought(connection, UUID(link.case_id.removeprefix(DIGEST)))
        if not rows:
            raise _gone()
        return HTMLResponse(_page(rows, wording, link.expires), headers=HEADERS)


def _page(rows: list[Row], wording: Wording, expires: datetime) -> str:
    """The list, in the language of its reader."""
    known, first = store.read_known(rows[0]), read(rows[0])
    language: Language = known.contact.language if known.contact else first.content.language
    told = [(read(row), store.read_known(row, known.contact).case) for row in rows]
    shown = [(n, case) for n, case in told if not is_overheard(case, n)]  # some may have been restricted since
    hidden = len({n.case_id for n, _ in told} - {n.case_id for n, _ in shown})
    found = dict.fromkeys(line(n, case) for n, case in shown)  # what went by two addresses is one line
    items = [_item(of, wording.shown(first, of, language, expires), language) for of in found]
    title = TITLE[language].format(len(items))
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8"><title>{title}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex">'
        '<meta name="color-scheme" content="light dark"><link rel="icon" href="/assets/sash.svg" type="image/svg+xml">'
        f'<link rel="stylesheet" href="/assets/tasuki.css"></head><body><main><h1>{title}</h1><p>{LEAD[language]}</p>'
        f'<ul class="lines">{"".join(items)}</ul>{HIDDEN[language].format(hidden) if hidden else ""}</main></body></html>'
    )


def _item(of: CaseLine, told: dict[str, object], language: Language) -> str:
    name, link = escape(" ".join(filter(None, (f"#{of.number}", of.priority, of.headline)))), str(told["link"])
    head = f'<a class="button quiet" href="{escape(link)}">{name}</a>' if link else f"<strong>{name}</strong>"
    due = told["when"] and DUE[language].format(told["when"])
    facts = " · ".join(escape(str(one)) for one in (told["news"], told["status"], due) if one)
    text = f"<br>{escape(of.text)}" if of.text else ""
    return f'<li>{head}<p class="hint">{facts}{text}</p></li>'


def _gone() -> Problem:
    return Problem(
        404, "not-found", "見つからないか、期限が切れています。", "It is not there, or its link has expired."
    )
