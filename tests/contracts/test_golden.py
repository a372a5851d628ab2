"""Examples of every event, never edited: what was written once must be read, and written the same, for ever.

When a version gets an optional field, `<type>.second.json` shows it beside the example from before.
"""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from shared.contracts import envelope, topics
from shared.contracts.case import evolve
from shared.contracts.events import REGISTRY, Event

GOLDEN = Path(__file__).parent / "golden"
FIXED_KEYS = ("policy.published.v1", "duty.digest.v1", "source.troubled.v1", "knowledge.due.v1")
TIME = datetime(2026, 11, 22, 2, 10, tzinfo=UTC)


def example(type_: str) -> bytes:
    return (GOLDEN / f"{type_}.json").read_bytes()


def newest(type_: str) -> bytes:
    second = GOLDEN / f"{type_}.second.json"
    return second.read_bytes() if second.exists() else example(type_)


def said_by(example: Any, event: Any) -> bool:
    """Whether everything that an example says is in the event as it is written today."""
    if isinstance(example, dict):
        return isinstance(event, dict) and all(k in event and said_by(v, event[k]) for k, v in example.items())
    if isinstance(example, list):
        return len(example) == len(event) and all(map(said_by, example, event))
    return bool(example == event)


def unset(model: BaseModel, path: str = "") -> list[str]:
    """Fields that still say nothing, as a.b paths; an example shows every field of the event."""
    found = []
    for name, field in type(model).model_fields.items():
        value: Any = getattr(model, name)
        if value in ("", (), None) or (
            not field.is_required() and value == field.get_default(call_default_factory=True)
        ):
            found.append(f"{path}{name}")
        for inner in value if isinstance(value, tuple) else (value,):
            if isinstance(inner, BaseModel):
                found += unset(inner, f"{path}{name}.")
    return found


@pytest.mark.parametrize("type_", sorted(REGISTRY))
def test_an_example_reads_and_writes_the_same(type_: str) -> None:
    assert json.loads(envelope.decode(type_, newest(type_)).model_dump_json()) == json.loads(newest(type_))
    written = json.loads(envelope.decode(type_, example(type_)).model_dump_json())
    assert said_by(json.loads(example(type_)), written)


@pytest.mark.parametrize("type_", sorted(REGISTRY))
def test_an_example_shows_every_field(type_: str) -> None:
    missing = unset(envelope.decode(type_, newest(type_)))
    assert missing == (["case_id"] if type_ in FIXED_KEYS else [])


@pytest.mark.parametrize("type_", sorted(REGISTRY))
def test_an_example_goes_through_its_envelope(type_: str) -> None:
    event = envelope.decode(type_, example(type_))
    body, headers = envelope.encode(event, envelope.event_id(type_), TIME)
    meta = envelope.meta(headers)
    assert (meta.type, meta.id, meta.time) == (type_, envelope.event_id(type_), TIME)
    assert envelope.decode(meta.type, body) == event


@pytest.mark.parametrize("event", REGISTRY.values(), ids=lambda event: event.type)
def test_the_type_carries_its_version_and_the_topic_is_known(event: type[Event]) -> None:
    family, _, version = event.type.split(".")
    assert family in ("case", "escalation", "deadline", "notification", "knowledge", "policy", "duty", "source")
    assert version.removeprefix("v").isdecimal()
    assert event.topic in {topic.name for topic in topics.TOPICS}
    assert event.producer in ("intake", "router", "timer", "notifier", "knowledge")


def test_no_example_holds_a_number_or_an_address_of_a_person() -> None:
    text = "".join(path.read_text() for path in GOLDEN.glob("*.json"))
    assert "@" not in text
    assert "090" not in text


def test_the_examples_fold_into_a_case() -> None:
    case = None
    for type_ in ("case.submitted.v1", "escalation.planned.v1", "escalation.assigned.v1", "case.acknowledged.v1"):
        case = evolve(case, envelope.decode(type_, example(type_)), TIME)
    assert case is not None
    assert case.owner is not None
    assert case.owner.name == "山田 京子"
