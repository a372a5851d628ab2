"""What is kept of a request for a replay: all that its reading needs, and no secret."""

import json
import re
from collections.abc import Mapping, Sequence
from urllib.parse import quote

MOST_HEADERS, LONGEST = 64, 1000
HIDDEN = "***"
# Proofs of who sends, and what only concerns the way here.
_PROOF = re.compile(r"authorization|proxy-.*|cookie|.*(?:secret|token|password|signature|api-?key).*")
_OF_THE_WAY = re.compile(
    r"host|connection|via|content-(?:length|encoding)|transfer-encoding|accept.*|x-forwarded-.*|x-real-ip"
)
_SHORTEST = 6  # what is shorter stands in texts by chance


def kept(headers: Mapping[str, str], secrets: Sequence[str]) -> dict[str, str]:
    """The headers (names in lower case) that a replay needs: proofs are blacked out, and secrets wherever they stand."""
    told: dict[str, str] = {}
    for name, value in headers.items():
        if len(told) == MOST_HEADERS:
            break
        if not _OF_THE_WAY.fullmatch(name) and value:
            told[name[:LONGEST]] = HIDDEN if _PROOF.fullmatch(name) else without(value[:LONGEST], secrets)
    return told


def without(text: str, secrets: Sequence[str]) -> str:
    """A text with the secrets blacked out."""
    for secret in _long(secrets):
        text = text.replace(secret, HIDDEN).replace(quote(secret, safe=""), HIDDEN)
    return text


def blackened(raw: bytes, secrets: Sequence[str]) -> bytes:
    """A body in which every letter of a secret is a star, so that it stays as long and as readable as it was."""
    for secret in _long(secrets):
        raw = raw.replace(secret.encode(), b"*" * len(secret.encode()))
    return raw


def packed(raw: bytes, headers: Mapping[str, str], url: str, secrets: Sequence[str]) -> bytes:
    """All that a replay needs, without the secrets, in one piece that `unpacked` takes apart."""
    told = [kept(headers, secrets), without(url, secrets)]
    return json.dumps(told).encode() + b"\n" + blackened(raw, secrets)


def unpacked(piece: bytes) -> tuple[bytes, dict[str, str], str]:
    """Body, headers and address."""
    first, _, body = piece.partition(b"\n")
    headers, url = json.loads(first)
    return body, headers, url


def looks(headers: Mapping[str, str]) -> dict[str, str]:
    """How a request looked that was not believed: what helps to set its sender up right, and nothing that it held."""
    told = {name: headers[name][:200] for name in ("content-type", "user-agent") if headers.get(name)}
    names = sorted(name[:100] for name, value in headers.items() if value and not _OF_THE_WAY.fullmatch(name))
    return {**told, "headers": ", ".join(names[:MOST_HEADERS])}


def _long(secrets: Sequence[str]) -> list[str]:
    return sorted((s for s in secrets if len(s) >= _SHORTEST), key=len, reverse=True)
