"""The OpenAPI document: adds the bodies that routes read by themselves, the problems, and the ways to sign in."""

from typing import Any

from fastapi import FastAPI
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from services.intake.domain.drill_wanted import NewDrill
from services.intake.routes.cases import ReportBody
from services.intake.routes.imports import ImportRow
from services.intake.routes.subscriptions import NewSubscription, Rotation, SubscriptionChange
from services.intake.routes.tokens import GrantsBody, NewToken
from services.intake.routes.verbs import VERBS
from services.intake.source_views import NewSecret, NewSource, Paste, SourceChange

PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "code"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string"},
        "instance": {"type": "string"},
        "trace_id": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {name: {"type": "string"} for name in ("pointer", "detail", "type")},
            },
        },
    },
}
REFUSALS = {
    "400": "The body or a header cannot be read",
    "401": "No valid token",
    "403": "The token lacks the scope",
    "404": "There is no such thing, or not for this token",
    "409": "It cannot be done to the case as it stands",
    "405": "This method is not allowed here",
    "408": "The body took too long",
    "412": "It was changed since the version that If-Match names",
    "413": "The body is too large",
    "415": "The body is not application/json",
    "422": "Some of the input does not fit",
    "428": "If-Match is needed",
    "429": "Too many requests; try again after Retry-After",
    "503": "Not possible right now; try again after Retry-After",
}

IMPORTS = {
    "application/x-ndjson": {"schema": {"type": "string", "description": "An ImportRow a line"}},
    "text/csv": {
        "schema": {
            "type": "string",
            "description": "The fields of an ImportRow as head; `customer.company` is one inside",
        }
    },
}
FILES = ("/v1/cases/{case_id}/attachments", "/v1/articles/{id}/files")
FILE = {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}
SOURCE_BODIES: dict[tuple[str, str], type[BaseModel]] = {
    ("/v1/subscriptions", "post"): NewSubscription,
    ("/v1/subscriptions/{id}", "patch"): SubscriptionChange,
    ("/v1/subscriptions/{id}/secrets", "post"): Rotation,
    ("/v1/sources", "post"): NewSource,
    ("/v1/sources/{id}", "patch"): SourceChange,
    ("/v1/sources/{id}/secrets", "post"): NewSecret,
    ("/v1/sources/{id}/try", "post"): Paste,
}


def describe(app: FastAPI) -> None:
    """Make `app.openapi()` tell the whole truth."""
    plain = app.openapi

    def complete() -> dict[str, Any]:
        if app.openapi_schema is None:
            document = plain()
            _complete(document)
            app.openapi_schema = document
        return app.openapi_schema

    app.openapi = complete  # type: ignore[method-assign]


def _complete(document: dict[str, Any]) -> None:
    bodies: dict[tuple[str, str], type[BaseModel]] = {
        ("/v1/cases", "post"): ReportBody,
        ("/v1/drills", "post"): NewDrill,
        ("/v1/tokens", "post"): NewToken,
        ("/v1/grants/{person}", "put"): GrantsBody,
    }
    bodies |= {(f"/v1/cases/{{case_id}}/{verb}", "post"): model for verb, model in VERBS.items()}
    bodies |= SOURCE_BODIES
    models: list[type[BaseModel]] = [*bodies.values(), ImportRow]
    _, schemas = models_json_schema(
        [(model, "validation") for model in models], ref_template="#/components/schemas/{model}"
    )
    components = document.setdefault("components", {})
    components.setdefault("schemas", {}).update(schemas["$defs"])
    components["schemas"]["Problem"] = PROBLEM
    components["responses"] = {f"Refused{status}": _refused(text) for status, text in REFUSALS.items()}
    components["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            if path == "/v1/cases/import":
                operation["requestBody"] = {"required": True, "content": IMPORTS}
            if path in FILES and method == "post":
                operation["requestBody"] = {"required": True, "content": FILE}
            if path.rpartition("/")[0] in FILES and method == "get":
                operation["responses"]["200"]["content"] = FILE
            model = bodies.get((path, method))
            if model is not None:
                schema = {"$ref": f"#/components/schemas/{model.__name__}"}
                operation["requestBody"] = {"required": True, "content": {"application/json": {"schema": schema}}}
            if path.startswith("/v1/"):
                _refusals(operation)
                if not path.startswith("/v1/webhooks/"):
                    operation["security"] = [{"token": []}]
    _idempotency(document)
    _versions(document)


def _refusals(operation: dict[str, Any]) -> None:
    for status in REFUSALS:
        operation["responses"][status] = {"$ref": f"#/components/responses/Refused{status}"}


def _refused(text: str) -> dict[str, Any]:
    """A refusal that stands once, for all the routes that name it."""
    return {
        "description": text,
        "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }


def _idempotency(document: dict[str, Any]) -> None:
    for path, methods in document["paths"].items():
        if "post" in methods and path.startswith(KEYED) and path not in WITHOUT_KEY:
            needed = path in ("/v1/cases", "/v1/drills")
            header = {"name": "Idempotency-Key", "in": "header", "required": needed, "schema": {"type": "string"}}
            methods["post"].setdefault("parameters", []).append(header)


KEYED = ("/v1/cases", "/v1/drills", "/v1/articles")
WITHOUT_KEY = ("/v1/cases/import", "/v1/drills/{id}/stop")
TAG = {"description": "The version of the case, for If-None-Match and If-Match", "schema": {"type": "string"}}


def _versions(document: dict[str, Any]) -> None:
    """Reading a case and acting on it go by its version."""
    one = document["paths"]["/v1/cases/{case_id}"]["get"]
    one.setdefault("parameters", []).append(_header("If-None-Match", "What is known already: 304 if it still holds"))
    one["responses"]["304"] = {"description": "It is still as If-None-Match names it", "headers": {"ETag": TAG}}
    one["responses"]["200"]["headers"] = {"ETag": TAG}
    for verb, model in VERBS.items():
        action = document["paths"][f"/v1/cases/{{case_id}}/{verb}"]["post"]
        action["responses"]["200"]["headers"] = {"ETag": TAG}
        if model.minds:
            said = "The ETag that the case was read with: 412 if it has changed, and how it stands now"
            action.setdefault("parameters", []).append(_header("If-Match", said))


def _header(name: str, said: str) -> dict[str, Any]:
    return {"name": name, "in": "header", "required": False, "description": said, "schema": {"type": "string"}}
