"""Grafana's contact point "webhook": signed over the body, or over a time stamp and the body, or with a password."""

from services.intake.senders import groups
from services.intake.senders.given import is_authorized, is_one_of, read_json, signatures, timely
from services.intake.senders.sender import Malformed, Reading, Rejected, Request, Sender, Source, Trusted

SIGNATURE = "X-Grafana-Alerting-Signature"


def verify(request: Request, source: Source) -> Trusted | Rejected:
    """Check the signature where there is one, and otherwise the header Authorization.

    The options `signature_header` and `timestamp_header` are the names that were given in Grafana; with the latter the
    time is signed too, and a delivery without it is refused.
    """
    given = request.headers.get(source.options.get("signature_header", SIGNATURE).lower())
    if given is None:
        return Trusted() if is_authorized(request, source) else Rejected("token")
    header = source.options.get("timestamp_header", "").lower()
    stamp = request.headers.get(header, "") if header else ""
    signed = f"{stamp}:".encode("utf-8", "replace") + request.raw if header else request.raw
    if not is_one_of(given, signatures(source, signed, "sha256")):
        return Rejected("signature")
    return timely(stamp, request.now) if header else Trusted()


def read(request: Request, source: Source) -> tuple[Reading] | Malformed:
    """Make a report of a firing group, or say that a group is over."""
    body = read_json(request.raw)
    return body if isinstance(body, Malformed) else (groups.reading(body, request.raw, "grafana", "1"),)


GRAFANA = Sender("grafana", verify, read)
