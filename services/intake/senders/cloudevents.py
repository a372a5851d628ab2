"""CloudEvents 1.0 over HTTP: one event in headers and body, one as a document, or many; read by a mapping."""

import base64
import json
import re
from dataclasses import replace
from typing import Any
from urllib.parse import unquote

from services.intake.senders import mapped
from services.intake.senders.bodies import document
from services.intake.senders.given import is_authorized, line, read_json
from services.intake.senders.sender import (
    Answer,
    Malformed,
    Reading,
    Rejected,
    Request,
    Sender,
    Source,
    Trusted,
    Unmapped,
)

MOST_EVENTS = 100
MAPPING = json.dumps({  # a subject is one of its source; two sources may both have their "order/1"
    **json.loads(mapped.ENVELOPE),
    "dedup_key": "data.dedup_key || data.key || (subject || data.id) && join(' ', [source, to_string(subject || data.id)])",
})  # fmt: skip
RATE = "600"  # requests a minute that a sender may count on
_ORIGIN = re.compile(r"[\x21-\x7e]{1,200}")


def verify(request: Request, source: Source) -> Trusted | Rejected:
    """Check the bearer token."""
    return Trusted() if is_authorized(request, source) else Rejected("token")


def read(request: Request, source: Source) -> tuple[Reading, ...] | Malformed:
    """Read every event by the mapping of its source, or by what events usually hold."""
    events = _events(request)
    if isinstance(events, Malformed) or len(events) > MOST_EVENTS:
        return Malformed()
    return tuple(_reading(event, request, source) for event in events)


def probe(request: Request, source: Source) -> Answer | None:
    """Say who may send and how fast, to a sender that asks before it delivers."""
    origin = request.headers.get("webhook-request-origin", "")
    if request.method != "OPTIONS" or not _ORIGIN.fullmatch(origin):
        return None
    allowed = {"webhook-allowed-origin": origin, "webhook-allowed-rate": RATE, "allow": "POST, OPTIONS"}
    return Answer(200, b"", headers=allowed)


def _events(request: Request) -> list[Any] | Malformed:
    type_ = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if "ce-specversion" in request.headers and not type_.startswith("application/cloudevents"):
        about = {
            name[3:]: unquote(value) for name, value in request.headers.items() if re.fullmatch(r"ce-[a-z0-9]+", name)
        }
        data = document(request.raw, type_) if request.raw else None
        return [{**about, "data": _text(request.raw) if isinstance(data, Malformed) else data}]
    body = read_json(request.raw)
    if isinstance(body, Malformed):
        return body
    return body if isinstance(body, list) else [body]


def _reading(event: Any, request: Request, source: Source) -> Reading:
    event = _with_data(event) if isinstance(event, dict) else {}
    named = [line(event.get(name), 1000) for name in ("source", "id")]
    if event.get("specversion") != "1.0" or not all(named):
        unknown = mapped.digest(_text(request.raw), *named)
        return Unmapped(
            unknown,
            "CloudEvents 1.0 のイベントではありません（specversion・source・id が必要です）。",
            "This is no event of CloudEvents 1.0 (specversion, source and id are needed).",
        )
    asked = replace(source, options={**source.options, "mapping": source.options.get("mapping") or MAPPING})
    return mapped.try_out(event, request.raw, asked, "cloudevents", request.now, mapped.digest(*named)).reading


def _with_data(event: dict[str, Any]) -> dict[str, Any]:
    packed = event.get("data_base64")
    if not isinstance(packed, str) or "data" in event:
        return event
    try:
        raw = base64.b64decode(packed, validate=True)
    except ValueError:
        return event
    data = document(raw, line(event.get("datacontenttype")))
    return {**event, "data": _text(raw) if isinstance(data, Malformed) else data}


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "replace")


CLOUDEVENTS = Sender("cloudevents", verify, read, probe=probe)
