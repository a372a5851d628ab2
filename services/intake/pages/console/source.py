"""One source in the console: how it is connected, its secrets, its test, what came lately, and its settings."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request, Response
from pydantic import ValidationError

from services.intake import setting_up, trying
from services.intake import source_views as show
from services.intake.domain.ids import LARGEST_ID
from services.intake.domain.words import Language, rejected
from services.intake.door import door
from services.intake.entrance import Visitor
from services.intake.pages.console.shell import chosen, details, elsewhere, entered, sent, shown
from services.intake.pages.render import text
from services.intake.senders import SENDERS
from services.intake.settings import Settings
from services.intake.setups import Setup
from shared.runtime.web import Problem

routes = APIRouter(include_in_schema=False)
NOTICES = ("secret.saved", "saved", "disabled", "enabled")
MAPPED = ("generic", "cloudevents", "standard_webhooks", "sns")
STAGES = ("verify", "read", "deliver")
MOST_OPTIONS = 20


@dataclass(frozen=True)
class Made:
    """A secret that was just made, shown this once; `url` is the address with it, where that is how it is sent."""

    secret: str
    url: str | None


def made(request: Request, setup: Setup, secret: str | None) -> Made | None:
    """What is shown of a new secret."""
    return Made(secret, show.secret_address(setup, door(request).settings, secret)) if secret else None


@routes.api_route("/admin/sources/{id}", methods=["GET", "HEAD"])
async def show_source(request: Request, id: show.Slug) -> Response:
    """Show everything about a source but its secrets."""
    someone = await entered(request)
    done = request.query_params.get("done", "")
    return await detail(request, someone, id, notice=f"source.{done}" if done in NOTICES else "")


@routes.post("/admin/sources/{id}/secrets")
async def rotate(request: Request, id: show.Slug) -> Response:
    """Put a secret in force: the one that was pasted, or a new one, which is shown this once."""
    someone = await entered(request)
    given = await sent(request, someone)
    pasted = given.get("secret", "").strip()
    try:
        wanted = show.NewSecret(secret=pasted or None, purpose="api" if given.get("purpose") == "api" else "proof")
        new = await setting_up.rotate(door(request), someone.who, id, wanted)
    except ValidationError:
        return await detail(request, someone, id, 422, wrong=text("form.secret", chosen(request)))
    except Problem as problem:
        return await detail(request, someone, id, problem.status, wrong=_said(request, problem))
    if pasted:
        return elsewhere(f"/admin/sources/{id}?done=secret.saved")
    return await detail(request, someone, id, 201, made=Made(new.secret, new.secret_url))


@routes.post("/admin/sources/{id}/secrets/{secret}/end")
async def end_secret(request: Request, id: show.Slug, secret: Annotated[int, Path(ge=0, le=LARGEST_ID)]) -> Response:
    """End a secret now."""
    someone = await entered(request)
    await sent(request, someone)
    await setting_up.end_secret(door(request), someone.who, id, secret)
    return elsewhere(f"/admin/sources/{id}#secret")


@routes.post("/admin/sources/{id}/test")
async def test(request: Request, id: show.Slug) -> Response:
    """Test the whole way, and show how far it came and whom it would call."""
    someone = await entered(request)
    await sent(request, someone)
    try:
        trial = await trying.sample_of(door(request), id)
    except Problem as problem:
        return await detail(request, someone, id, problem.status, wrong=_said(request, problem))
    lang = chosen(request)
    reason = rejected(trial.reason, lang) if trial.stage == "verify" else text("test.unread", lang)
    would = [(told["plan"]["priority"], _asked(told)) for told in trial.would if "plan" in told]
    passed = len(STAGES) if trial.stage == "done" else STAGES.index(trial.stage)
    tested = {"good": trial.stage == "done", "passed": passed, "reason": reason, "would": would}
    return await detail(request, someone, id, tested=tested)


@routes.post("/admin/sources/{id}/try")
async def try_pasted(request: Request, id: show.Slug) -> Response:
    """Show how what was pasted would be read, by the mapping that was pasted with it."""
    someone = await entered(request)
    given = await sent(request, someone)
    setup = await setting_up.known(door(request), id)
    options = {**setup.options, **({"mapping": given["mapping"]} if given.get("mapping", "").strip() else {})}
    tried: dict[str, str] = {
        "body": given.get("body", ""),
        "mapping": options.get("mapping", ""),
        "result": "",
        "wrong": "",
    }
    try:
        readings = await trying.pasted(door(request), id, show.Paste(body=tried["body"], options=options))
        tried["result"] = json.dumps(readings, ensure_ascii=False, indent=2)
    except ValidationError:
        tried["wrong"] = text("form.other", chosen(request))
    except Problem as problem:
        tried["wrong"] = _said(request, problem)
    return await detail(request, someone, id, 422 if tried["wrong"] else 200, tried=tried)


@routes.post("/admin/sources/{id}/change")
async def change(request: Request, id: show.Slug) -> Response:
    """Change a source, disable it or enable it again."""
    someone = await entered(request)
    given = await sent(request, someone)
    try:
        if "enabled" in given:
            wanted, done = (
                show.SourceChange(enabled=given["enabled"] == "yes"),
                "enabled" if given["enabled"] == "yes" else "disabled",
            )
        else:
            name, owner = given.get("name", "").strip(), given.get("owner", "").strip()
            wanted, done = show.SourceChange(name=name, owner=owner, options=_options(given)), "saved"
        await setting_up.change(door(request), someone.who, id, wanted, given.get("version", ""))
    except ValidationError as problem:
        field = "form.owner" if problem.errors()[0]["loc"][0] == "owner" else "form.other"
        return await detail(request, someone, id, 422, wrong=text(field, chosen(request)))
    except Problem as problem:
        return await detail(request, someone, id, problem.status, wrong=_said(request, problem))
    return elsewhere(f"/admin/sources/{id}?done={done}")


async def detail(request: Request, someone: Visitor, id_: str, status: int = 200, **more: Any) -> Response:
    """The page about a source, with what was just done. Raises 404."""
    here, lang = door(request), chosen(request)
    setup = await setting_up.known(here, id_)
    sender = SENDERS[setup.sender]
    return shown(
        request,
        "source.html",
        someone,
        status,
        **{
            "area": "sources",
            "at": f"/admin/sources/{id_}",
            "made": None,
            "notice": "",
            "wrong": "",
            "tested": None,
            "tried": {"body": "", "mapping": setup.options.get("mapping", ""), "result": "", "wrong": ""},
            **more,
        },
        setup=setup,
        sender=sender,
        tag=show.tag(setup),
        url=show.address(setup, here.settings),
        steps=_steps(setup, here.settings, lang),
        paste=show.paste(setup.sender),
        mapped=setup.sender in MAPPED,
        now=here.clock.now(),
        deliveries=await setting_up.deliveries(here, id_, lang),
        stages=STAGES,
        most_options=MOST_OPTIONS,
    )


def _steps(setup: Setup, settings: Settings, lang: Language) -> tuple[str, str]:
    """What to do on the sender's side, before and after what is pasted."""
    told = show.steps(setup.sender, lang).replace("<URL>", show.address(setup, settings))
    told = re.sub(r"\n {2,}", " " if lang == "en" else "", told)  # a line that only goes on
    before, _, after = told.partition("<PASTE>")
    return before.strip(), after.strip()


def _options(given: Mapping[str, str]) -> dict[str, str]:
    """The options as typed: a name and a value each; those without a value go."""
    pairs = ((given.get(f"option-{n}", "").strip(), given.get(f"value-{n}", "").strip()) for n in range(MOST_OPTIONS))
    return {name: value for name, value in pairs if name and value}


def _asked(told: Mapping[str, Any]) -> list[str]:
    """The names of whom a plan asks at once."""
    names = [r["person"]["name"] for asked in told["assigned"] for r in asked["responders"]]
    return list(dict.fromkeys(names))


def _said(request: Request, problem: Problem) -> str:
    return details(problem, chosen(request))
