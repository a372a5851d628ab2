"""asyncapi.yaml and openapi/*.json say what the code does: nothing is missing, nothing is left over, everything resolves."""

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from fastapi import FastAPI

from services.intake.routes.relay import ROADS
from shared.contracts.events import REGISTRY
from shared.contracts.topics import DEAD_LETTERS, TOPICS
from tools import asyncapi, contracts, openapi

SERVICES = tuple(openapi.BUILDS)
UNHEARD = {"policy.published.v1"}  # said for other systems; the router's replicas read the newest version themselves


def committed(service: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((openapi.FOLDER / f"{service}.json").read_text())
    return document


def pointers(document: Any) -> set[str]:
    return set(re.findall(r'"\$ref": "#/([^"]+)"', json.dumps(document)))


def follow(document: Any, pointer: str) -> Any:
    for part in pointer.split("/"):
        document = document[part.replace("~1", "/").replace("~0", "~")]
    return document


def missing(service: str, app: FastAPI, document: dict[str, Any]) -> list[str]:
    """Routes of an application that its document does not tell of."""
    found = []
    relayed = {road.path for road in ROADS} if service == "intake" else set()
    for route in openapi.routes(app):
        path = re.sub(r":\w+}", "}", route.path or "")
        for method in (route.methods or set()) - {"HEAD"}:
            if route.path not in relayed and method.lower() not in document["paths"].get(path, {}):
                found.append(f"{method} {path}")
    return found


def test_the_committed_documents_are_those_of_the_code() -> None:
    old = [path.name for path in contracts.old(contracts.wanted())]
    assert old == [], "run `make contracts`"


def test_no_document_is_left_over() -> None:
    assert {path.stem for path in openapi.FOLDER.iterdir()} == set(SERVICES)


@pytest.mark.parametrize("service", SERVICES)
def test_every_route_is_told_of(service: str) -> None:
    assert missing(service, openapi.application(service), committed(service)) == []


def test_a_route_that_is_not_told_of_goes_red() -> None:
    app = openapi.application("timer")
    app.add_api_route("/v1/secret", lambda: None, methods=["POST"], include_in_schema=False)
    assert missing("timer", app, committed("timer")) == ["POST /v1/secret"]


def test_what_is_relayed_stands_in_the_document_of_the_front_door() -> None:
    front = committed("intake")
    for road in ROADS:
        behind = {path for path in committed(road.to)["paths"] if path == road.path}
        assert behind <= set(front["paths"]), road.path
    relayed = [op for methods in front["paths"].values() for op in methods.values() if "x-answered-by" in op]
    assert {operation["x-answered-by"] for operation in relayed} == {"router", "notifier", "knowledge"}


@pytest.mark.parametrize("service", SERVICES)
def test_an_openapi_document_holds_together(service: str) -> None:
    document = committed(service)
    assert document["openapi"].startswith("3.1")
    for pointer in pointers(document):
        assert follow(document, pointer) is not None
    operations = [op for methods in document["paths"].values() for op in methods.values()]
    assert [name for name, n in Counter(op["operationId"] for op in operations).items() if n > 1] == []
    for schema in document["components"]["schemas"].values():
        jsonschema.Draft202012Validator.check_schema(schema)


@pytest.mark.parametrize("service", SERVICES)
def test_an_operation_says_what_it_is_for_and_how_it_refuses(service: str) -> None:
    document = committed(service)
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            assert operation.get("summary"), f"{method} {path}"
            if path.startswith("/v1/"):
                answers = [
                    follow(document, r["$ref"][2:]) if "$ref" in r else r for r in operation["responses"].values()
                ]
                refusals = [c for r in answers for c in r.get("content", {})]
                assert "application/problem+json" in refusals, f"{method} {path}"


def test_the_asyncapi_document_holds_together() -> None:
    document = yaml.safe_load(asyncapi.FILE.read_text())
    assert document["asyncapi"] == "3.0.0"
    for pointer in pointers(document):
        assert follow(document, pointer) is not None
    assert {channel["address"] for channel in document["channels"].values()} == {topic.name for topic in TOPICS}
    assert set(document["components"]["messages"]) == {*REGISTRY, "dead-letter"}


@pytest.mark.parametrize("type_", sorted(REGISTRY))
def test_every_event_has_one_channel_one_speaker_and_somebody_who_hears(type_: str) -> None:
    document = yaml.safe_load(asyncapi.FILE.read_text())
    in_channels = [name for name, channel in document["channels"].items() if type_ in channel["messages"]]
    assert len(in_channels) == 1
    reference = {"$ref": f"#/channels/{in_channels[0]}/messages/{type_}"}
    uses = {name: op["action"] for name, op in document["operations"].items() if reference in op["messages"]}
    assert [name for name, action in uses.items() if action == "send"] == [
        f"{REGISTRY[type_].producer}.says.{in_channels[0]}"
    ]
    assert ("receive" in uses.values()) == (type_ not in UNHEARD)


@pytest.mark.parametrize("type_", sorted(REGISTRY))
def test_a_golden_example_fits_the_published_schema(type_: str) -> None:
    document = yaml.safe_load(asyncapi.FILE.read_text())
    payload = document["components"]["messages"][type_]["payload"]
    example = json.loads((Path(__file__).parent / "golden" / f"{type_}.json").read_text())
    validator = jsonschema.Draft202012Validator({**payload, "components": document["components"]})
    validator.validate(example)
    required = next(iter(follow(document, payload["$ref"].removeprefix("#/")).get("required", [])), None)
    if required:
        assert not validator.is_valid({name: value for name, value in example.items() if name != required})


def test_dead_letters_have_a_channel_that_every_service_writes() -> None:
    document = yaml.safe_load(asyncapi.FILE.read_text())
    writers = {name.split(".")[0] for name in document["operations"] if name.endswith(f".says.{DEAD_LETTERS[7:]}")}
    assert writers == set(SERVICES)


@pytest.mark.parametrize("service", ["intake", "router", "notifier"])
def test_every_body_has_an_example_and_it_fits(service: str) -> None:
    document = json.loads((openapi.FOLDER / f"{service}.json").read_text())
    for path, methods in document["paths"].items():
        for method, said in methods.items():
            if path.startswith("/callbacks/") or path == "/v1/pages":  # what only providers and services of ours send
                continue
            for media, content in said.get("requestBody", {}).get("content", {}).items():
                if media == "application/json":
                    assert "example" in content, f"{method} {path}: give one in tools/examples.py"
                    schema = {**content["schema"], "components": document["components"]}
                    errors = jsonschema.Draft202012Validator(schema).iter_errors(content["example"])
                    assert [error.message for error in errors] == [], f"{method} {path}"
