"""The part of Twilio's Messaging API that Tasuki uses: messages, their progress, and people who answer."""

import asyncio
import re
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any, ClassVar

from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox import marks, signatures
from sandbox.body import form
from sandbox.faults import Fault
from sandbox.outgoing import Delivery
from sandbox.vendor import Sent, Vendor
from sandbox.voice_api import E164, HTTP_URL, missing, trouble

LONGEST = 1600  # letters of a body
KNOWN = {"To", "From", "MessagingServiceSid", "Body", "StatusCallback", "ValidityPeriod", "MediaUrl", "SmartEncoded"}
STOPPED, LANDLINE = "+819000000610", "+81300000614"  # who has answered STOP, and what is no mobile telephone
SENDER = "+815000000000"
NOT_THERE = {"undelivered": 30005, "failed": 30006}


def _error(code: int, status: int = 400) -> tuple[int, dict[str, str], dict[str, Any]]:
    return status, {}, {"code": code, "message": f"error {code}", "status": status}


class TwilioSms(Vendor):
    """Keeps what was sent, and reports how far it has come: sent and delivered, unless a fault says otherwise.

    While `held` is true nothing is reported but by `report`.
    """

    name = "twilio_sms"
    channel = "sms"
    FAULTS: ClassVar[Mapping[str, tuple[int, Mapping[str, str], Any]]] = {
        "429": (429, {"retry-after": ""}, {"code": 20429, "message": "Too Many Requests", "status": 429}),
        "invalid": _error(21211),
        "geo": _error(21408),
        "stop": _error(21610),
        "landline": _error(21614),
        "sender": _error(21606),
        "suspended": _error(20005, 403),
        **{fate: (201, {}, {}) for fate in NOT_THERE},  # accepted first, and the telephone never gets it
    }
    held = False

    def routes(self) -> list[Route]:
        path = "/2010-04-01/Accounts/{account}/Messages.json"
        return [
            Route(path, self._known(self.guarded(self._create, lambda r: "")), methods=["POST"]),
            Route(path, self._known(self.guarded(self._list, lambda r: "", sending=False)), methods=["GET"]),
        ]

    def _known(self, handler: Any) -> Any:
        async def checked(request: Request) -> Response:
            user, password = signatures.basic(request.headers.get("authorization")) or ("", "")
            ours = self.settings
            if not signatures.same(user, ours.twilio_key) & signatures.same(password, ours.twilio_secret):
                return trouble(401, 20003, "Authenticate")
            if request.path_params["account"] != ours.twilio_account:
                return missing(request)
            answer: Response = await handler(request)
            return answer

        return checked

    async def _trouble(self, request: Request, fault: Fault) -> Response:
        return await (
            self._create(request, fault.kind) if fault.kind in NOT_THERE else super()._trouble(request, fault)
        )

    async def _create(self, request: Request, fate: str = "delivered") -> Response:
        fields = await form(request)
        problem = wrong(fields)
        if problem:
            return trouble(400, *problem)
        ids = marks.find(marks.query(fields.get("StatusCallback", "")))
        sid = f"SM{secrets.token_hex(16)}"
        content = {"from": fields.get("From", ""), "status": "queued", "callback": fields.get("StatusCallback", "")}
        sent = Sent(self.name, sid, fields["To"], fields["Body"], content, *ids)
        sent.content["created"] = format_datetime(datetime.now(UTC))
        self.keep(sent)
        report = BackgroundTask(self._progress, sent, fate) if not self.held else None
        return JSONResponse(self._resource(sent), 201, background=report)

    async def _list(self, request: Request) -> Response:
        to, size = request.query_params.get("To"), request.query_params.get("PageSize", "50")
        if not re.fullmatch(r"\d{1,4}", size, re.ASCII):
            return trouble(400, 20001, "PageSize must be a number")
        listed = [self._resource(s) for s in reversed(self.sent.values()) if to in (None, s.to)]
        return JSONResponse({"messages": listed[: min(int(size), 1000)], "next_page_uri": None})

    async def _progress(self, sent: Sent, fate: str) -> None:
        await asyncio.sleep(0)
        if fate == "delivered":
            await self.report(sent.id, "sent")
        await self.report(sent.id, fate, NOT_THERE.get(fate))

    async def report(self, sid: str, status: str, error: int | None = None) -> Delivery:
        """Tell us how far a message has come, as often and in whatever order a test likes."""
        sent = self.sent[sid]
        sent.content["status"] = status
        fields = {"MessageSid": sid, "SmsSid": sid, "MessageStatus": status, "To": sent.to, "From": SENDER}
        fields |= {"AccountSid": self.settings.twilio_account, **({"ErrorCode": str(error)} if error else {})}
        return await self.outgoing.twilio(f"sms {status}", str(sent.content["callback"]), fields)

    async def reply(self, from_: str, text: str, sid: str = "") -> Delivery:
        """A person answers, or writes of their own accord; the same `sid` is the same message once more."""
        sid = sid or f"SM{secrets.token_hex(16)}"
        fields = {"MessageSid": sid, "SmsSid": sid, "From": from_, "To": SENDER, "Body": text, "NumMedia": "0"}
        fields["AccountSid"] = self.settings.twilio_account
        return await self.outgoing.twilio("sms", f"{self.settings.public_url.rstrip('/')}/callbacks/twilio/sms", fields)

    def _resource(self, sent: Sent) -> dict[str, Any]:
        return {
            "sid": sent.id,
            "to": sent.to,
            "from": sent.content["from"],
            "body": sent.text,
            "status": sent.content["status"],
            "direction": "outbound-api",
            "date_created": sent.content["created"],
            "date_sent": None if sent.content["status"] == "queued" else sent.content["created"],
            "error_code": None,
        }


def wrong(fields: dict[str, str]) -> tuple[int, str] | None:
    """The error that Twilio answers such a form with."""
    to = fields.get("To", "")
    checks = (
        (not fields.keys() <= KNOWN, 20001, "unknown parameter"),
        (not E164.fullmatch(to), 21211, f"Invalid 'To' Phone Number: {to}"),
        (to == STOPPED, 21610, "Attempt to send to unsubscribed recipient"),
        (to == LANDLINE, 21614, "'To' number is not a valid mobile number"),
        (not (fields.get("From") or fields.get("MessagingServiceSid")), 21603, "A 'From' phone number is required"),
        (bool(fields.get("From")) and fields["From"] != SENDER, 21606, "The 'From' number is not yours"),
        (not fields.get("Body"), 21602, "Message body is required"),
        (len(fields.get("Body", "")) > LONGEST, 21617, "The message body exceeds 1600 characters"),
        (not HTTP_URL.fullmatch(fields.get("StatusCallback") or "http://x"), 21609, "Invalid StatusCallback"),
    )
    return next(((code, message) for bad, code, message in checks if bad), None)
