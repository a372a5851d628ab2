"""The envelope: CloudEvents 1.0 in Kafka binary mode, so that a reader can skip a record by its headers."""

import json
from dataclasses import dataclass
from datetime import datetime
from uuid import NAMESPACE_URL, UUID, uuid5

from pydantic import ValidationError

from shared.contracts.events import REGISTRY, Event

_ROOT = uuid5(NAMESPACE_URL, "urn:tasuki:events")
Headers = list[tuple[str, bytes]]


def event_id(*cause: object) -> UUID:
    """The id of an event is made of what caused it, so that doing it twice is recognised."""
    return uuid5(_ROOT, "|".join(map(str, cause)))


class Unreadable(ValueError):
    """A record that no version of this code can read; the text says why."""


@dataclass(frozen=True)
class Meta:
    """What the headers of a record say."""

    id: UUID
    type: str
    time: datetime
    traceparent: str = ""


@dataclass(frozen=True)
class Record:
    """One record as read, with where it came from."""

    topic: str
    partition: int
    offset: int
    headers: Headers
    body: bytes | None


def encode(event: Event, id_: UUID, time: datetime, traceparent: str = "") -> tuple[bytes, Headers]:
    """Give the body and the headers of one record. `time` is UTC."""
    headers = [
        ("ce_specversion", b"1.0"),
        ("ce_id", str(id_).encode()),
        ("ce_type", event.type.encode()),
        ("ce_source", f"/tasuki/{event.producer}".encode()),
        ("ce_subject", event.key.encode()),
        ("ce_time", time.isoformat().encode()),
        ("content-type", b"application/json"),
    ]
    if traceparent:
        headers.append(("traceparent", traceparent.encode()))
    return event.model_dump_json(exclude_defaults=False).encode(), headers


def meta(headers: Headers) -> Meta:
    """Read the headers of a record, or raise `Unreadable`."""
    found = dict(headers)
    try:
        time = datetime.fromisoformat(found["ce_time"].decode())
        if time.tzinfo is None:
            raise ValueError("ce_time has no time zone")
        return Meta(
            id=UUID(found["ce_id"].decode()),
            type=found["ce_type"].decode(),
            time=time,
            traceparent=found.get("traceparent", b"").decode("ascii", "ignore"),
        )
    except (KeyError, ValueError) as problem:
        raise Unreadable(f"bad CloudEvents headers: {type(problem).__name__} {problem}") from problem


def decode(type_: str, body: bytes | None) -> Event:
    """Read the body of a record of a known type, or raise `Unreadable`."""
    try:
        return REGISTRY[type_].model_validate_json(body or b"")
    except ValidationError as problem:
        where = "; ".join(
            f"{'.'.join(map(str, x['loc']))}: {x['msg']}" for x in problem.errors(include_input=False)[:5]
        )
        raise Unreadable(f"{type_} does not fit its schema: {where}") from problem
    except json.JSONDecodeError as problem:
        raise Unreadable(f"{type_} is not JSON: {problem}") from problem
