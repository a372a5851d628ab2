"""Google Chat as the webhook of a space shows it: key and token in the address, a message in, its name back."""

import html
from typing import Any, ClassVar
from uuid import uuid4

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox import signatures
from sandbox.body import json_object
from sandbox.vendor import Sent, Troubles, Vendor

KEY, TOKEN = "sandbox-google-key", "sandbox-google-token"
PATH = "/v1/spaces/{space}/messages"
LARGEST = 32_000
FIELDS = {"text", "cardsV2", "thread", "fallbackText"}
REPLIES = ("REPLY_MESSAGE_FALLBACK_TO_NEW_THREAD", "REPLY_MESSAGE_OR_FAIL")


def address(url: str, space: str) -> str:
    """The secret address of a space in the sandbox that listens on `url`."""
    return f"{url}{PATH.format(space=space)}?key={KEY}&token={TOKEN}"


def _error(code: int, status: str, message: str = "") -> dict[str, Any]:
    return {"error": {"code": code, "status": status, "message": message or status}}


class GoogleChat(Vendor):
    """Spaces; every name of one exists as long as key and token are right. `threads` are the keys by space."""

    name = "google_chat"
    channel = "chat"
    FAULTS: ClassVar[Troubles] = {
        "429": (429, {"retry-after": ""}, _error(429, "RESOURCE_EXHAUSTED")),
        "503": (503, {}, _error(503, "UNAVAILABLE")),
        "webhook-deleted": (404, {}, _error(404, "NOT_FOUND")),
        "forbidden": (403, {}, _error(403, "PERMISSION_DENIED")),
        "bad-key": (400, {}, _error(400, "INVALID_ARGUMENT", "API key not valid. Please pass a valid API key.")),
        "bad-message": (400, {}, _error(400, "INVALID_ARGUMENT", "Invalid JSON payload received.")),
    }

    def routes(self) -> list[Route]:
        return [Route(PATH, self.guarded(self._create, lambda r: r.path_params["space"]), methods=["POST"])]

    async def _create(self, request: Request) -> Response:
        query, space = request.query_params, request.path_params["space"]
        if not signatures.same(query.get("key", ""), KEY):
            return _refusal(400, "INVALID_ARGUMENT", "API key not valid. Please pass a valid API key.")
        if not signatures.same(query.get("token", ""), TOKEN):
            return _refusal(401, "UNAUTHENTICATED")
        body = await json_object(request)
        wrong = _wrong(body, query.get("messageReplyOption"), len(await request.body()))
        if wrong:
            return _refusal(400, "INVALID_ARGUMENT", wrong)
        links, words = _read(body.get("cardsV2", []))
        thread = str((body.get("thread") or {}).get("threadKey") or uuid4().hex)
        id_ = f"spaces/{space}/messages/{uuid4().hex[:11]}"
        text = "\n".join([str(body.get("text", "")), *words])
        self.keep(Sent(self.name, id_, space, text, {"body": body, "thread": thread}, thread, None, links))
        return JSONResponse({**body, "name": id_, "thread": {"name": f"spaces/{space}/threads/{thread}"}})


def _wrong(body: dict[str, Any], reply: str | None, size: int) -> str:
    """What is wrong with a message; empty when nothing is."""
    if size > LARGEST:
        return "the message is larger than 32,000 bytes"
    if body.keys() - FIELDS:
        return f"Unknown name {sorted(body.keys() - FIELDS)}"
    if not body.get("text") and not body.get("cardsV2"):
        return "a message needs text or a card"
    if reply is not None and reply not in REPLIES:
        return "messageReplyOption is not known"
    for card in body.get("cardsV2", []):
        if not isinstance(card.get("cardId"), str) or not card.get("card", {}).get("sections"):
            return "a card needs an id and sections"
    return ""


def _read(cards: list[dict[str, Any]]) -> tuple[dict[str, str], list[str]]:
    """The links of the buttons by label, and the words of the paragraphs as people read them."""
    widgets = [w for card in cards for section in card["card"]["sections"] for w in section.get("widgets", ())]
    buttons = [b for w in widgets for b in w.get("buttonList", {}).get("buttons", ())]
    links = {str(b["text"]): str(b["onClick"]["openLink"]["url"]) for b in buttons}
    return links, [html.unescape(w["textParagraph"]["text"]) for w in widgets if "textParagraph" in w]


def _refusal(code: int, status: str, message: str = "") -> Response:
    return JSONResponse(_error(code, status, message), code)
