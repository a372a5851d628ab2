"""Reads request bodies, bounded."""

import json
from typing import Any
from urllib.parse import parse_qs

from starlette.exceptions import HTTPException
from starlette.requests import Request

LIMIT = 1 << 20  # bytes


async def raw(request: Request) -> bytes:
    """The body; raises 413 beyond one MiB."""
    chunks: list[bytes] = []
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > LIMIT:
            raise HTTPException(413, "the body is larger than one MiB")
        chunks.append(chunk)
    return b"".join(chunks)


async def form_lists(request: Request) -> dict[str, list[str]]:
    """All values of each field of a URL-encoded form; raises 400 when it is none."""
    try:
        return parse_qs((await raw(request)).decode(), keep_blank_values=True, max_num_fields=200, errors="strict")
    except ValueError as error:
        raise HTTPException(400, f"the body is not a URL-encoded form in UTF-8: {error}") from None


async def form(request: Request) -> dict[str, str]:
    """The last value of each field of a URL-encoded form."""
    return {name: values[-1] for name, values in (await form_lists(request)).items()}


async def json_object(request: Request) -> dict[str, Any]:
    """A JSON object, an empty body being an empty one; raises 400 or 415."""
    content = await raw(request)
    if not content:
        return {}
    if not request.headers.get("content-type", "").lower().startswith("application/json"):
        raise HTTPException(415, "send application/json")
    try:
        found = json.loads(content)
    except ValueError as error:
        raise HTTPException(400, f"the body is not JSON: {error}") from None
    if not isinstance(found, dict):
        raise HTTPException(400, "the body must be a JSON object")
    return found
