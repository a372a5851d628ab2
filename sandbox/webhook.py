"""A program of somebody else that takes our webhooks: it checks the signature and takes each id once."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Mapping
from typing import Any, ClassVar

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.signatures import same
from sandbox.vendor import Sent, Vendor

SECRET = "whsec_" + base64.b64encode(b"sandbox-webhook-secret-now-01").decode()
OLD_SECRET = "whsec_" + base64.b64encode(b"sandbox-webhook-secret-old-01").decode()
WINDOW = 300  # seconds
LARGEST = 20_000  # bytes


class Webhook(Vendor):
    """Known at `/hooks/<who>`; `secret` is the one that this receiver knows."""

    name = "webhook"
    channel = "webhook"
    FAULTS: ClassVar[Mapping[str, tuple[int, Mapping[str, str], Any]]] = {
        "gone": (410, {}, {}),
        "moved": (302, {"location": "/hooks/elsewhere"}, {}),
        "refused": (400, {}, {"message": "unknown type"}),
        "throttled": (503, {"retry-after": ""}, {}),
        "gateway": (504, {}, "<html>Gateway Time-out"),
        "teapot": (418, {}, {}),
    }
    secret = SECRET

    def routes(self) -> list[Route]:
        return [Route("/hooks/{who}", self.guarded(self._take, lambda r: r.path_params["who"]), methods=["POST"])]

    async def _take(self, request: Request) -> Response:
        body = await request.body()
        if problem := self._wrong(request, body):
            return JSONResponse({"message": problem[1]}, problem[0])
        id_, told = request.headers["webhook-id"], json.loads(body)
        if set(told) != {"type", "timestamp", "data"} or len(body) > LARGEST:
            return JSONResponse({"message": "unknown fields, or too large"}, 400)
        if id_ not in self.sent:
            data = told["data"]
            ids = (data.get("case_id"), data.get("notification_id"))
            text = f"{data['subject']}\n{data['text']}"
            self.keep(Sent(self.name, id_, request.path_params["who"], text, {"body": told}, *ids))
        return Response(status_code=204)

    def _wrong(self, request: Request, body: bytes) -> tuple[int, str] | None:
        names = ("webhook-id", "webhook-timestamp", "webhook-signature")
        id_, stamp, signatures = (request.headers.get(name, "") for name in names)
        if not stamp.isdecimal() or abs(time.time() - int(stamp)) > WINDOW:
            return 401, "the time is not right"
        key = base64.b64decode(self.secret.removeprefix("whsec_"))
        mac = hmac.new(key, f"{id_}.{stamp}.".encode() + body, hashlib.sha256).digest()
        wanted = f"v1,{base64.b64encode(mac).decode()}"
        return None if any(same(given, wanted) for given in signatures.split()) else (401, "not signed by the secret")
