"""The sources in the console: what is set up and how it does, and setting one up."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import ValidationError

from services.intake import setting_up, setups
from services.intake import source_views as show
from services.intake.domain import sessions
from services.intake.door import door
from services.intake.entrance import Visitor
from services.intake.pages.console import source
from services.intake.pages.console.shell import chosen, details, entered, sent, shown
from services.intake.pages.render import text
from services.intake.senders import SENDERS
from shared.runtime.web import Problem

routes = APIRouter(include_in_schema=False)
KINDS = {
    "add.crm": (
        "zendesk", "salesforce", "salesforce_flow", "hubspot", "freshdesk", "servicenow", "kintone", "jira", "intercom",
        "dynamics365",
    ),
    "add.monitor": ("alertmanager", "grafana", "datadog", "sentry", "sns", "pagerduty", "opsgenie"),
}  # fmt: skip
FORM_FIELDS = ("id", "name", "owner")


@routes.get("/admin")
async def entrance() -> Response:
    """Lead to the first page of the console."""
    return RedirectResponse(sessions.HOME, 303)


@routes.api_route("/admin/sources", methods=["GET", "HEAD"])
async def list_sources(request: Request) -> Response:
    """Show what is set up, when something last came, and what needs to be looked at."""
    someone, here = await entered(request), door(request)
    known = await here.sources.all()
    async with here.db.reading() as tx:
        health = await setups.health(tx, [setup.id for setup in known])
    now = here.clock.now()
    rows = [(setup, health[setup.id], any(s.in_force(now) for s in setup.secrets)) for setup in known]
    return shown(request, "sources.html", someone, area="sources", rows=rows)


@routes.api_route("/admin/sources/new", methods=["GET", "HEAD"])
async def choose(request: Request) -> Response:
    """Show what can be connected, or the form for what was chosen."""
    someone = await entered(request)
    sender = request.query_params.get("sender", "")
    if sender in SENDERS:
        return _form(request, someone, sender, {}, "")
    others = tuple(name for name in SENDERS if not any(name in names for names in KINDS.values()))
    kinds = {title: tuple(n for n in names if n in SENDERS) for title, names in KINDS.items()}
    return shown(request, "choose.html", someone, area="sources", kinds={**kinds, "add.other": others})


@routes.post("/admin/sources/new")
async def create(request: Request) -> Response:
    """Set a source up and show how it is connected, with its secret this once."""
    someone = await entered(request)
    given = await sent(request, someone)
    sender, typed = given.get("sender", ""), {name: given.get(name, "").strip() for name in FORM_FIELDS}
    if sender not in SENDERS:
        return await choose(request)
    lang = chosen(request)
    try:
        setup, secret = await setting_up.create(
            door(request), someone.who, show.NewSource.model_validate({"sender": sender, **typed})
        )
    except ValidationError as problem:
        field = str(problem.errors()[0]["loc"][0])
        return _form(request, someone, sender, typed, text(f"form.{field}" if field != "name" else "form.other", lang))
    except Problem as problem:
        return _form(request, someone, sender, typed, details(problem, lang), problem.status)
    return await source.detail(
        request, someone, setup.id, 201, made=source.made(request, setup, secret), notice="source.made"
    )


def _form(
    request: Request, someone: Visitor, sender: str, given: dict[str, str], wrong: str, status: int = 422
) -> Response:
    status = status if wrong else 200
    return shown(request, "add.html", someone, status, area="sources", sender=sender, given=given, wrong=wrong)
