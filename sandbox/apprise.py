"""A small service of somebody that the Apprise library knows: it takes `json://` messages."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.body import json_object
from sandbox.vendor import Sent, Vendor

FIELDS = {"version", "title", "message", "attachments", "type"}


class Apprise(Vendor):
    """Known at `/apprise/<who>`."""

    name = "apprise"
    channel = "chat"

    def routes(self) -> list[Route]:
        return [Route("/apprise/{who}", self.guarded(self._take, lambda r: r.path_params["who"]), methods=["POST"])]

    async def _take(self, request: Request) -> Response:
        told = await json_object(request)
        if set(told) != FIELDS or not isinstance(told["message"], str):
            return JSONResponse({"message": "unknown fields"}, 400)
        id_ = str(len(self.sent) + 1)
        text = f"{told['title']}\n{told['message']}"
        self.keep(Sent(self.name, id_, request.path_params["who"], text, {"body": told}))
        return JSONResponse({"id": id_})
