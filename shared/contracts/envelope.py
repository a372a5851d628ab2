"""The envelope: CloudEvents 1.0 in Kafka binary mode, so that a reader can skip a record by its headers."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import NAMESPACE_URL, UUID, uuid5

from pydantic import ValidationError

from shared.contracts.events import REGISTRY, CaseSubmitted, Event, strange
from shared.contracts.report import is_urgent

_ROOT = uuid5(NAMESPACE_URL, "urn:tasuki:events")
_URGENT = "ce_urgent"
_TRUE, _FALSE = b"true", b"false"
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


def encode(
    event: Event, id_: UUID, time: datetime, traceparent: str = "", urgent: bool = False
) -> tuple[bytes, Headers]:
    """Give the body and the headers of one record. `time` is UTC; `urgent` is whether its case is known to be.

    A new case is as urgent as its report, and its record says so either way, so that nobody has to read the body for it.
    """
    headers = [
        ("ce_specversion", b"1.0"),
        ("ce_id", str(id_).encode()),
        ("ce_type", event.type.encode()),
        ("ce_source", f"/tasuki/{event.producer}".encode()),
        ("ce_subject", event.key.encode()),
        ("ce_time", time.isoformat().encode()),
        ("content-type", b"application/json"),
    ]
    if isinstance(event, CaseSubmitted):
        urgent = is_urgent(event.report)
        headers.append((_URGENT, _TRUE if urgent else _FALSE))
    elif urgent:
        headers.append((_URGENT, _TRUE))
    if traceparent:
        headers.append(("traceparent", traceparent.encode()))
    return event.model_dump_json(exclude_defaults=False).encode(), headers


def is_of_urgent(headers: Mapping[str, bytes], body: bytes | None) -> bool:
    """Whether a record says that its case is urgent. Older records of reports do not, so that theirs are read for it."""
    if _URGENT in headers or headers.get("ce_type") != CaseSubmitted.type.encode():
        return headers.get(_URGENT) == _TRUE
    try:
        submitted = decode(CaseSubmitted.type, body)
    except Unreadable:
        return False
    return isinstance(submitted, CaseSubmitted) and is_urgent(submitted.report)


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


def class_of(type_: str) -> type[Event]:
    """The class of an event of a type; that of an unknown one is a `Strange`."""
    return REGISTRY.get(type_) or strange(type_)


def decode(type_: str, body: bytes | None) -> Event:
    """Read the body of a record, or raise `Unreadable`. One of an unknown type is `Strange`; unknown fields are no error."""
    try:
        return class_of(type_).model_validate_json(body or b"", extra="allow")
    except ValidationError as problem:
        where = "; ".join(
            f"{'.'.join(map(str, x['loc']))}: {x['msg']}" for x in problem.errors(include_input=False)[:5]
        )
        raise Unreadable(f"{type_} does not fit its schema: {where}") from problem
    except json.JSONDecodeError as problem:
        raise Unreadable(f"{type_} is not JSON: {problem}") from problem


def recall(type_: str, body: str) -> Event:
    """Read what some release of this service has stored; what this one cannot read is `Strange`, and never an error."""
    try:
        return decode(type_, body.encode())
    except Unreadable:
        return strange(type_).model_validate_json(body)
