"""openapi/<service>.json (3.1), made from the applications as they are built, with no server behind them."""

import asyncio
import json
import re
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any, cast

from fastapi import FastAPI
from fastapi.routing import RouteContext, iter_route_contexts

from services.intake import api as intake
from services.intake import settings as intake_settings
from services.intake.openapi import PROBLEM
from services.intake.routes.relay import ROADS
from services.knowledge import api as knowledge
from services.knowledge import settings as knowledge_settings
from services.notifier import api as notifier
from services.notifier import settings as notifier_settings
from services.router import api as router
from services.router import settings as router_settings
from services.router.current import Current
from services.timer import api as timer
from services.timer import settings as timer_settings
from shared.runtime import web
from shared.runtime.clock import Clock
from shared.runtime.db import Database
from shared.runtime.service import Process
from shared.runtime.settings import read
from tools import examples

FOLDER = Path(__file__).parents[1] / "openapi"
HEALTH = ("/livez", "/readyz", "/metrics")
PROBLEM_OF = {"$ref": "#/components/schemas/Problem"}
REFUSED = {
    "description": "What was refused, and why",
    "content": {"application/problem+json": {"schema": PROBLEM_OF}},
}
WORDS = {
    "intake": "The one door: reports, webhooks, cases, actions, the form, and what other services answer through it.",
    "router": "The policy in force, who is on duty, and what would happen if. For the other services.",
    "timer": "The clocks that run. For the other services.",
    "notifier": "Contacts, what was sent to whom, and the call-backs of the providers. For the other services.",
    "knowledge": "Archived cases and how to find them. For the other services.",
}


class _AnyEnvironment(dict[str, str]):
    """An environment in which every setting that must be given is given."""

    def get(self, name: str, default: Any = None) -> Any:
        needed = ("_URL", "_KEY", "_TOKEN", "_KAFKA")
        return "1" if name.endswith("_PORT") else f"http://nowhere.{'x' * 32}" if name.endswith(needed) else default


class _NoPolicy(Current):
    async def open(self, process: Process) -> None:
        """Nothing is read: the routes do not depend on the policy."""


BUILDS: dict[str, tuple[ModuleType, Callable[[Process], Awaitable[None]]]] = {
    "intake": (intake_settings, intake.build),
    "router": (router_settings, lambda process: router.build(_NoPolicy(), process)),
    "timer": (timer_settings, timer.build),
    "notifier": (notifier_settings, notifier.build),
    "knowledge": (knowledge_settings, knowledge.build),
}


def application(service: str) -> FastAPI:
    """The application of a service with all its routes; its handlers would find no database."""
    settings, build = BUILDS[service]

    async def made() -> FastAPI:
        process = Process(service, read(settings.Settings, _AnyEnvironment()), Database(cast(Any, None)), Clock())
        process.app = web.create(f"Tasuki {service}", process.checks)
        async with process.closing:
            await build(process)
        return process.app

    return asyncio.run(made())


def routes(app: FastAPI) -> Iterator[RouteContext]:
    """Every route that answers requests, hidden ones too."""
    for context in iter_route_contexts(app.routes):
        if context.path and context.path != app.openapi_url:
            yield context


def documents() -> dict[str, dict[str, Any]]:
    """Service → its document. Intake's holds what it relays as well, because callers see only intake."""
    apps = {service: application(service) for service in BUILDS}
    found = {service: _document(service, app) for service, app in apps.items()}
    _relayed(found)
    return {service: _sorted(document) for service, document in found.items()}


def text(document: dict[str, Any]) -> str:
    """The file as it is committed."""
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def _document(service: str, app: FastAPI) -> dict[str, Any]:
    document = json.loads(json.dumps(app.openapi()))
    document["info"] = {"title": f"Tasuki {service}", "version": "1", "description": WORDS[service]}
    if service != "intake":
        _describe(document)
    relayed = {road.path for road in ROADS} if service == "intake" else set()
    for route in routes(app):
        if route.path not in relayed:
            _add_hidden(document, route)
    examples.add(document)
    return cast(dict[str, Any], document)


def _describe(document: dict[str, Any]) -> None:
    """Say what FastAPI cannot know: the token, and that every refusal is a problem+json."""
    components = document.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    for generic in ("HTTPValidationError", "ValidationError"):
        schemas.pop(generic, None)
    schemas["Problem"] = PROBLEM
    components["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
    components["responses"] = {"Refused": REFUSED}
    for path, methods in document["paths"].items():
        for operation in methods.values():
            operation["responses"].pop("422", None)
            operation["responses"]["default"] = {"$ref": "#/components/responses/Refused"}
            if not path.startswith("/callbacks/"):  # signed by the provider
                operation["security"] = [{"token": []}]


def _add_hidden(document: dict[str, Any], route: RouteContext) -> None:
    """Pages, assets and health are kept out of the interactive documentation, and stand here all the same."""
    path = re.sub(r":\w+}", "}", route.path or "")
    operations = document["paths"].setdefault(path, {})
    for method in sorted((route.methods or set()) - {"HEAD"}):
        if method.lower() in operations:
            continue
        said = (getattr(route.endpoint, "__doc__", "") or "").strip().split("\n")[0]
        names = re.findall(r"{(\w+)}", path)
        operations[method.lower()] = {
            "tags": ["health" if path in HEALTH else "pages"],
            "summary": said or path.strip("/").capitalize(),
            "operationId": f"{method.lower()}{re.sub(r'[^a-z]+', '_', path)}".rstrip("_"),
            "parameters": [{"name": n, "in": "path", "required": True, "schema": {"type": "string"}} for n in names],
            "responses": _answers(path),
        }


def _answers(path: str) -> dict[str, Any]:
    """What pages answer beside 200; the reason is told in words, on a page or as a problem."""
    if path in HEALTH:
        return {"200": {"description": "OK"}, **({"503": {"description": "Not ready"}} if path == "/readyz" else {})}
    page: dict[str, Any] = {"text/html": {}, "application/problem+json": {"schema": PROBLEM_OF}}
    return {
        "200": {"description": "OK"},
        "3XX": {"description": "Go on there"},
        "4XX": {"description": "What cannot be, and why", **({} if path == "/assets/{name}" else {"content": page})},
        "503": {"description": "Not possible right now", "content": page},
    }


def _relayed(found: dict[str, dict[str, Any]]) -> None:
    """Give intake's document what it relays; a schema of another service gets that service's name in front."""
    front = found["intake"]
    front["components"]["responses"]["Refused"] = REFUSED
    for road in ROADS:
        fits = re.compile(re.sub(r"{\w+:path}", ".+", re.sub(r"{\w+}", r"{\\w+}", road.path)))
        for path, methods in found[road.to]["paths"].items():
            if fits.fullmatch(path) and path not in HEALTH:
                operations = _named_for(road.to, methods)
                for operation in operations.values():
                    operation["x-answered-by"] = road.to
                known = front["paths"].setdefault(path, {})
                known.update({method: said for method, said in operations.items() if method not in known})
                _bring(front, found[road.to], road.to, methods)


def _named_for(service: str, part: Any) -> Any:
    named = rf'"#/components/schemas/{service.capitalize()}\1"'
    return json.loads(re.sub(r'"#/components/schemas/(?!Problem")(\w+)"', named, json.dumps(part)))


def _bring(front: dict[str, Any], behind: dict[str, Any], service: str, part: Any) -> None:
    """Take over the schemas that a part of another document points to."""
    here = front["components"]["schemas"]
    for name in set(re.findall(r'"#/components/schemas/(\w+)"', json.dumps(part))) - {"Problem"}:
        if f"{service.capitalize()}{name}" not in here:
            schema = behind["components"]["schemas"][name]
            here[f"{service.capitalize()}{name}"] = _named_for(service, schema)
            _bring(front, behind, service, schema)


def _sorted(document: dict[str, Any]) -> dict[str, Any]:
    return {
        **document,
        "paths": dict(sorted(document["paths"].items())),
        "components": {**document["components"], "schemas": dict(sorted(document["components"]["schemas"].items()))},
    }
