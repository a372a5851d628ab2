"""asyncapi.yaml, made from `shared/contracts` and the tables of handlers: channels, messages, who says and who hears."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import yaml
from pydantic.json_schema import models_json_schema

from services.intake.handlers import HANDLERS as INTAKE
from services.knowledge.handlers import HANDLERS as KNOWLEDGE
from services.notifier.handlers import HANDLERS as NOTIFIER
from services.router.current import Current
from services.router.handlers import handlers as router_handlers
from services.timer.handlers import handlers as timer_handlers
from shared.contracts.events import REGISTRY, Event
from shared.contracts.topics import DEAD_LETTERS, TOPICS, Topic

ROOT = Path(__file__).parents[1]
FILE = ROOT / "asyncapi.yaml"
PARTITIONS = 24  # in production, from the first day; `make up` makes fewer
HEADER = "# Made by `make contracts` from shared/contracts and the handlers of the services; a test keeps it true.\n"
HEARS: dict[str, set[type[Event]]] = {
    "intake": set(INTAKE),
    "router": set(router_handlers(lambda: Current().in_force)),
    "timer": set(timer_handlers(timedelta())),
    "notifier": set(NOTIFIER),
    "knowledge": set(KNOWLEDGE),
}


def document() -> dict[str, Any]:
    """The whole document, as plain data."""
    events = list(REGISTRY.values())
    schema = "#/components/schemas/{model}"
    _, found = models_json_schema([(event, "validation") for event in events], ref_template=schema)
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Tasuki",
            "version": "1.0.0",
            "description": "What the services of Tasuki say to each other on Kafka: CloudEvents 1.0 in binary mode, "
            "JSON bodies, one producer for each type. A consumer skips by the header `ce_type` what it does not know; "
            "optional fields may be added to a version, anything else is a new version beside it.",
        },
        "defaultContentType": "application/json",
        "channels": {_short(topic): _channel(topic, events) for topic in TOPICS},
        "operations": _operations(events),
        "components": {
            "messages": {event.type: _message(event) for event in events} | {"dead-letter": DEAD_LETTER},
            "schemas": found["$defs"] | {"CloudEventsHeaders": CLOUD_EVENTS},
        },
    }


def text() -> str:
    """The file as it is committed."""
    return HEADER + yaml.safe_dump(document(), allow_unicode=True, sort_keys=False, width=120)


def _short(topic: Topic) -> str:
    return topic.name.removeprefix("tasuki.")


def _channel(topic: Topic, events: list[type[Event]]) -> dict[str, Any]:
    names = [event.type for event in events if event.topic == topic.name] or ["dead-letter"]
    return {
        "address": topic.name,
        "description": topic.description,
        "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in names},
        "bindings": {
            "kafka": {
                "topic": topic.name,
                "partitions": PARTITIONS,
                "topicConfiguration": {"cleanup.policy": [topic.cleanup], "retention.ms": topic.retention_ms},
                "bindingVersion": "0.5.0",
            }
        },
    }


def _operations(events: list[type[Event]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for service, heard in HEARS.items():
        for topic in TOPICS:
            here = [event for event in events if event.topic == topic.name]
            said = [event.type for event in here if event.producer == service]
            if topic.name == DEAD_LETTERS:
                said = ["dead-letter"]
            for verb, action, names in (
                ("says", "send", said),
                ("hears", "receive", [event.type for event in here if event in heard]),
            ):
                if names:
                    found[f"{service}.{verb}.{_short(topic)}"] = _operation(action, _short(topic), names)
    return found


def _operation(action: str, channel: str, names: list[str]) -> dict[str, Any]:
    return {
        "action": action,
        "channel": {"$ref": f"#/channels/{channel}"},
        "messages": [{"$ref": f"#/channels/{channel}/messages/{name}"} for name in names],
    }


def _message(event: type[Event]) -> dict[str, Any]:
    example = ROOT / "tests" / "contracts" / "golden" / f"{event.type}.json"
    return {
        "name": event.type,
        "title": event.__name__,
        "summary": " ".join((event.__doc__ or "").split()),
        "contentType": "application/json",
        "headers": {"$ref": "#/components/schemas/CloudEventsHeaders"},
        "payload": {"$ref": f"#/components/schemas/{event.__name__}"},
        "bindings": {"kafka": {"key": {"type": "string"}, "bindingVersion": "0.5.0"}},
        "examples": [{"payload": json.loads(example.read_text())}],
        "x-producer": event.producer,
    }


CLOUD_EVENTS = {
    "type": "object",
    "required": ["ce_specversion", "ce_id", "ce_type", "ce_source", "ce_subject", "ce_time", "content-type"],
    "properties": {
        "ce_specversion": {"const": "1.0"},
        "ce_id": {"type": "string", "format": "uuid", "description": "Made of what caused the event; a repeat has it"},
        "ce_type": {"enum": sorted(REGISTRY)},
        "ce_source": {"type": "string", "description": "/tasuki/<service>"},
        "ce_subject": {"type": "string", "description": "The key: the case, or `policy`"},
        "ce_time": {"type": "string", "format": "date-time", "description": "When it was said, UTC"},
        "content-type": {"const": "application/json"},
        "ce_urgent": {
            "enum": ["true", "false"],
            "description": "Whether its case may wait for nothing; absent is false",
        },
        "traceparent": {"type": "string", "description": "W3C trace context of whoever said it"},
    },
}
DEAD_LETTER: dict[str, Any] = {
    "name": "dead-letter",
    "title": "DeadLetter",
    "summary": "A record that a service could not read or handle: its headers and bytes as they were, and why.",
    "headers": {
        "type": "object",
        "required": ["tasuki_reason", "tasuki_origin"],
        "properties": {
            "tasuki_reason": {"type": "string", "maxLength": 1000},
            "tasuki_origin": {"type": "string", "description": "topic/partition/offset@group"},
        },
    },
    "payload": {"description": "The bytes of the record, whatever they are"},
    "bindings": {"kafka": {"key": {"type": "string"}, "bindingVersion": "0.5.0"}},
}
