"""Microsoft Teams as a Workflows flow shows it: a secret address that takes one Adaptive Card and tells nothing more."""

from typing import Any, ClassVar
from uuid import uuid4

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox import marks, signatures
from sandbox.body import json_object
from sandbox.vendor import Sent, Troubles, Vendor

SIG = "sandbox-teams-sig"
PATH = "/workflows/{flow}/triggers/manual/paths/invoke"
LARGEST = 28 * 1024
CARD = "application/vnd.microsoft.card.adaptive"
ELEMENTS = ("TextBlock", "RichTextBlock", "FactSet", "Container", "ColumnSet")


def address(url: str, flow: str) -> str:
    """The secret address of a flow in the sandbox that listens on `url`."""
    return f"{url}{PATH.format(flow=flow)}?api-version=1&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0&sig={SIG}"


class Teams(Vendor):
    """Flows; every name of a flow exists as long as the signature in its address is right."""

    name = "teams"
    channel = "chat"
    FAULTS: ClassVar[Troubles] = {
        "flow-off": (400, {}, {"error": {"code": "WorkflowTriggerIsNotEnabled", "message": "trigger is not enabled"}}),
        "owner-left": (403, {}, {"error": {"code": "Forbidden", "message": "the owner has no access"}}),
        "flow-deleted": (404, {}, {"error": {"code": "WorkflowNotFound", "message": "not found"}}),
        "gone": (410, {}, {}),
        "bad-card": (400, {}, {"error": {"code": "InvalidRequestContent", "message": "the card is not valid"}}),
    }

    def routes(self) -> list[Route]:
        return [Route(PATH, self.guarded(self._invoke, lambda r: r.path_params["flow"]), methods=["POST"])]

    async def _invoke(self, request: Request) -> Response:
        if not signatures.same(request.query_params.get("sig", ""), SIG):
            return _error(401, "DirectApiAuthorizationRequired", "the signature in the address is wrong")
        if len(await request.body()) > LARGEST:
            return _error(413, "RequestEntityTooLarge", "the message is larger than 28 KB")
        card = _card(await json_object(request))
        if isinstance(card, str):
            return _error(400, "InvalidRequestContent", card)
        actions = card.get("actions", [])
        links = {a["title"]: a["url"] for a in actions}
        text = "\n".join([*_words(card["body"]), *links.values()])
        flow, run = request.path_params["flow"], uuid4().hex
        case_id, notification_id = marks.find({}, text=text)
        self.keep(Sent(self.name, run, flow, text, {"card": card}, case_id, notification_id, links))
        return Response(status_code=202, headers={"x-ms-workflow-run-id": run})


def _card(body: dict[str, Any]) -> dict[str, Any] | str:
    """The card of a message, or what is wrong with it."""
    attachments = body.get("attachments")
    if body.get("type") != "message" or not isinstance(attachments, list) or len(attachments) != 1:
        return "a message with one attachment is wanted"
    card = attachments[0].get("content")
    if attachments[0].get("contentType") != CARD or not isinstance(card, dict) or card.get("type") != "AdaptiveCard":
        return "the attachment is no Adaptive Card"
    if card.get("version") not in ("1.0", "1.1", "1.2", "1.3", "1.4", "1.5"):
        return "this version of cards is not known"
    if not isinstance(card.get("body"), list) or any(e.get("type") not in ELEMENTS for e in card["body"]):
        return "the card has elements that are not known"
    if any(
        a.get("type") != "Action.OpenUrl" or not a.get("url") or not a.get("title") for a in card.get("actions", [])
    ):
        return "only Action.OpenUrl comes through a flow"
    return card


def _words(body: list[dict[str, Any]]) -> list[str]:
    return ["".join(run["text"] for run in e.get("inlines", ())) or str(e.get("text", "")) for e in body]


def _error(status: int, code: str, message: str) -> Response:
    return JSONResponse({"error": {"code": code, "message": message}}, status)
