"""Whatever sends JSON, a form or XML: a mapping in the source's options says what its fields mean."""

from services.intake.senders import mapped
from services.intake.senders.bodies import document
from services.intake.senders.given import is_authorized, is_one_of, signatures
from services.intake.senders.mapped import Trial
from services.intake.senders.sender import Malformed, Reading, Rejected, Request, Sender, Source, Trusted

SIGNATURE = "X-Tasuki-Signature"


def verify(request: Request, source: Source) -> Trusted | Rejected:
    """Check the HMAC over the body in the header that the option `signature_header` names, or else Authorization."""
    given = request.headers.get(source.options.get("signature_header", SIGNATURE).lower())
    if given is None:
        return Trusted() if is_authorized(request, source) else Rejected("token")
    expected = signatures(source, request.raw, "sha256")
    good = is_one_of(given, [*expected, *(f"sha256={mac}" for mac in expected)])
    return Trusted() if good else Rejected("signature")


def read(request: Request, source: Source) -> tuple[Reading] | Malformed:
    """Read a body by the mapping of its source."""
    trial = dry_run(request, source)
    return trial if isinstance(trial, Malformed) else (trial.reading,)


def dry_run(request: Request, source: Source) -> Trial | Malformed:
    """What a payload would become, with an explanation for each field; nothing comes of it."""
    body = document(request.raw, request.headers.get("content-type", ""))
    if isinstance(body, Malformed):
        return body
    return mapped.try_out(body, request.raw, source, "generic", request.now)


GENERIC = Sender("generic", verify, read)
