"""Prometheus Alertmanager, webhook version 4: one case for each group of alerts."""

from services.intake.senders import groups
from services.intake.senders.given import is_one_of, read_json
from services.intake.senders.sender import Malformed, Reading, Rejected, Request, Sender, Source, Trusted


def verify(request: Request, source: Source) -> Trusted | Rejected:
    """Check the bearer token; Alertmanager signs nothing."""
    expected = [f"Bearer {secret}" for secret in source.secrets]
    return Trusted() if is_one_of(request.headers.get("authorization", ""), expected) else Rejected("token")


def read(request: Request, source: Source) -> tuple[Reading] | Malformed:
    """Make a report of a firing group, or say that a group is over."""
    body = read_json(request.raw)
    return body if isinstance(body, Malformed) else (groups.reading(body, request.raw, "alertmanager", "4"),)


ALERTMANAGER = Sender("alertmanager", verify, read)
