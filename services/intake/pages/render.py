"""Making pages: templates in the reader's language, and headers that allow nothing that a page does not need."""

import hashlib
from collections.abc import Mapping
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from fastapi import FastAPI, Request, Response
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from services.intake.domain.files import ACCEPT
from services.intake.domain.words import Language, measure, word
from services.intake.door import door, language
from services.intake.pages.answer_texts import ANSWER
from services.intake.pages.console.access_texts import ACCESS
from services.intake.pages.console.audit_texts import AUDIT
from services.intake.pages.console.board_texts import BOARD
from services.intake.pages.console.bringing_texts import BRINGING
from services.intake.pages.console.case_texts import CASE
from services.intake.pages.console.drills_texts import DRILLS
from services.intake.pages.console.duty_texts import DUTY
from services.intake.pages.console.guide_texts import GUIDE
from services.intake.pages.console.knowledge_texts import KNOWLEDGE
from services.intake.pages.console.learning_texts import LEARNING
from services.intake.pages.console.me_texts import ME
from services.intake.pages.console.operations_texts import OPERATIONS
from services.intake.pages.console.policy_texts import POLICY
from services.intake.pages.console.review_texts import REVIEW
from services.intake.pages.console.texts import CONSOLE
from services.intake.pages.files_texts import FILES
from services.intake.pages.precedents_texts import PRECEDENTS
from services.intake.pages.texts import TEXTS
from shared.contracts.drill import is_drill

HERE = Path(__file__).parent
TYPES = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}
HEADERS = {
    "content-security-policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
    "x-robots-tag": "noindex",
}

# By these an address says that what was sent has been taken; a page that is no redirect says it itself.
TAKEN = {"done", "new", "sent", "solved"}

ALL = {
    **CONSOLE,
    **ACCESS,
    **ANSWER,
    **AUDIT,
    **BOARD,
    **BRINGING,
    **CASE,
    **DRILLS,
    **DUTY,
    **FILES,
    **KNOWLEDGE,
    **GUIDE,
    **LEARNING,
    **ME,
    **OPERATIONS,
    **POLICY,
    **PRECEDENTS,
    **REVIEW,
    **TEXTS,
}


class Pages:
    """The templates and assets, read once."""

    def __init__(self) -> None:
        self.environment = Environment(
            loader=FileSystemLoader(HERE / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self.environment.globals |= {"is_drill": is_drill, "measure": measure, "files_accept": ACCEPT}
        self.assets = {p.name: p.read_bytes() for p in sorted((HERE / "assets").iterdir()) if p.suffix in TYPES}
        self.version = hashlib.sha256(b"".join(self.assets.values())).hexdigest()[:10]


def reader(request: Request) -> Language:
    """The language of a page: as chosen on it, or as the browser asks."""
    chosen = request.query_params.get("lang")
    return "en" if chosen == "en" else "ja" if chosen == "ja" else language(request)


def text(name: str, lang: Language, /, **values: object) -> str:
    """A text in a language, with its gaps filled."""
    ja, en = ALL[name]
    said = en if lang == "en" else ja
    return said.format(**values) if values else said


def page(
    request: Request, template: str, lang: Language, status: int = 200, zone: tzinfo | None = None, **values: Any
) -> Response:
    """Make a page; a HEAD gets the headers alone."""
    html = rendered(request, template, lang, zone or door(request).zone, **values)
    return HTMLResponse(html, status, {**HEADERS, "content-language": lang})


def rendered(request: Request, template: str, lang: Language, zone: tzinfo, **values: Any) -> str:
    """A template or a part of a page with its words, in the reader's language and zone."""
    pages: Pages = request.app.state.pages

    this_year = door(request).clock.now().astimezone(zone).year

    def when(at: datetime, year: bool = False) -> str:
        """With the year where that is wanted, or is another one than this."""
        local = at.astimezone(zone)
        if year or local.year != this_year:
            return local.strftime("%-d %b %Y %H:%M" if lang == "en" else "%Y年%-m月%-d日 %H:%M")
        return local.strftime("%-d %b %H:%M" if lang == "en" else "%-m月%-d日 %H:%M")

    return pages.environment.get_template(template).render(
        t=lambda name, /, **gaps: text(name, lang, **gaps),
        word=lambda group, value: word(group, value, lang),
        when=when,
        lang=lang,
        version=pages.version,
        **{
            "path": request.url.path,
            "same": kept(request),
            "taken": not TAKEN.isdisjoint(request.query_params),
            **values,
        },
    )


def kept(request: Request) -> str:
    """The query of a page but for its language, which who reads it in another one stays with."""
    return urlencode([(name, value) for name, value in request.query_params.multi_items() if name != "lang"])


def message(request: Request, name: str, status: int) -> Response:
    """A page that says one thing, for example that a link does not work."""
    return page(request, "message.html", reader(request), status, name=name)


def add_assets(app: FastAPI) -> None:
    """Serve style, script and picture; their address changes with what is in them."""
    pages = Pages()
    app.state.pages = pages

    @app.api_route("/assets/{name}", methods=["GET", "HEAD"], include_in_schema=False)
    async def asset(name: str) -> Response:
        if name not in pages.assets:
            return Response(status_code=404)
        headers: Mapping[str, str] = {
            "cache-control": "public, max-age=31536000, immutable",
            "x-content-type-options": "nosniff",
        }
        return Response(pages.assets[name], headers=headers, media_type=TYPES[Path(name).suffix])
