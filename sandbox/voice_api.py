"""The telephone company's door: the part of Twilio's Voice API that Tasuki uses."""

import re
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox import signatures
from sandbox.body import form, form_lists
from sandbox.calls import Call, Order
from sandbox.faults import Faults
from sandbox.line import hinder, hold_back
from sandbox.phone import Phone
from sandbox.settings import Settings

E164 = re.compile(r"\+[1-9][0-9]{6,14}")
HTTP_URL = re.compile(r"https?://[^\s/]+\S*")
Handler = Callable[[Request], Awaitable[Response]]


class VoiceApi:
    """Answers as api.twilio.com does."""

    def __init__(self, settings: Settings, faults: Faults, phone: Phone) -> None:
        self._settings, self._faults, self._phone = settings, faults, phone

    def routes(self) -> list[Route]:
        root = "/2010-04-01/Accounts/{account}/Calls"
        return [
            Route(f"{root}.json", self._guarded(self._create), methods=["POST"]),
            Route(f"{root}.json", self._guarded(self._list), methods=["GET"]),
            Route(f"{root}/{{sid}}.json", self._guarded(self._fetch), methods=["GET"]),
            Route(f"{root}/{{sid}}.json", self._guarded(self._update), methods=["POST"]),
        ]

    def _guarded(self, handler: Handler) -> Handler:
        async def checked(request: Request) -> Response:
            user, password = signatures.basic(request.headers.get("authorization")) or ("", "")
            ours = self._settings
            pairs = ((ours.twilio_key, ours.twilio_secret), (ours.twilio_account, ours.twilio_auth_token))
            fits = [signatures.same(user, name) & signatures.same(password, secret) for name, secret in pairs]
            if not any(fits):
                return trouble(401, 20003, "Authenticate")
            if request.path_params["account"] != ours.twilio_account:
                return trouble(404, 20404, f"The requested resource {request.url.path} was not found")
            return await handler(request)

        return checked

    async def _create(self, request: Request) -> Response:
        lists = await form_lists(request)
        fields = {name: values[-1] for name, values in lists.items()}
        fault = await hinder(request, self._faults, "phone", fields.get("To", ""), sending=True)
        if fault and fault.kind == "429":
            headers = {"Retry-After": f"{fault.seconds:g}"}
            return trouble(429, 20429, "Too Many Requests", headers)
        if fault and fault.kind == "500":
            return trouble(500, 20500, "Internal Server Error")
        order = read_order(fields, lists.get("StatusCallbackEvent", []))
        if isinstance(order, Response):
            return order
        call = self._phone.place(order, fields)
        if fault:
            await hold_back(request, fault)
        return JSONResponse(resource(call), status_code=201)

    async def _list(self, request: Request) -> Response:
        query = request.query_params
        await hinder(request, self._faults, "phone", query.get("To", ""), sending=False)
        since, until = (moment(query.get(name)) for name in ("StartTime>", "StartTime<"))
        fits = [  # whole days count, and what waits in the queue has not started
            call
            for call in reversed(self._phone.calls)
            if query.get("To") in (None, call.to)
            and query.get("From") in (None, call.order.from_)
            and query.get("Status") in (None, call.status)
            and (since is None or (call.status != "queued" and call.created.date() >= since.date()))
            and (until is None or (call.status != "queued" and call.created.date() <= until.date()))
        ]
        wanted = query.get("PageSize", "")
        size = min(int(wanted), 1000) if re.fullmatch(r"[0-9]{1,4}", wanted, re.ASCII) else 50
        page = {"page": 0, "page_size": size, "uri": request.url.path, "next_page_uri": None}
        return JSONResponse(page | {"calls": [resource(call) for call in fits[:size]]})

    async def _fetch(self, request: Request) -> Response:
        call = self._phone.find(request.path_params["sid"])
        await hinder(request, self._faults, "phone", call.to if call else "", sending=False)
        return JSONResponse(resource(call)) if call else missing(request)

    async def _update(self, request: Request) -> Response:
        fields = await form(request)
        call = self._phone.find(request.path_params["sid"])
        await hinder(request, self._faults, "phone", call.to if call else "", sending=False)
        if call is None:
            return missing(request)
        status = fields.get("Status", "")
        if status not in ("canceled", "completed"):
            return trouble(400, 21218, "Invalid Status parameter: canceled or completed")
        if call.ended or (status == "canceled" and call.answered_at):
            return trouble(400, 21220, f"Call is not in-progress. Cannot redirect. It is {call.status}.")
        await call.hang_up(status)
        return JSONResponse(resource(call))


def read_order(fields: dict[str, str], events: list[str]) -> Order | Response:
    """What the form asks for, or the error that Twilio answers with."""
    to, from_ = fields.get("To", ""), fields.get("From", "")
    if not to:
        return trouble(400, 21201, "No 'To' number is specified")
    if not E164.fullmatch(to):
        return trouble(400, 21211, f"The phone number you are attempting to call, {to}, is not valid.")
    if not from_:
        return trouble(400, 21213, "'From' phone number is required")
    if not E164.fullmatch(from_):
        return trouble(400, 21212, f"The source phone number provided, {from_}, is not yet verified or not valid.")
    if not fields.get("Twiml") and not fields.get("Url"):
        return trouble(400, 21205, "Url or Twiml parameter is required")
    if len(fields.get("Twiml", "")) > 4000:
        return trouble(400, 21625, "Twiml exceeds 4000 characters")
    for name in ("Url", "StatusCallback", "AsyncAmdStatusCallback"):
        if fields.get(name) and not HTTP_URL.fullmatch(fields[name]):
            return trouble(400, 21205 if name == "Url" else 21609, f"{name} is not a valid URL: {fields[name]}")
    seconds = {name: fields.get(name) or default for name, default in (("Timeout", "60"), ("TimeLimit", "14400"))}
    for name, text in seconds.items():
        if not re.fullmatch(r"[0-9]{1,5}", text, re.ASCII):
            return trouble(400, 20001, f"{name} must be a whole number of seconds, not {text}")
    return Order(
        to=to,
        from_=from_,
        twiml=fields.get("Twiml", ""),
        url="" if fields.get("Twiml") else fields.get("Url", ""),
        method=fields.get("Method", "POST").upper(),
        status_callback=fields.get("StatusCallback", ""),
        status_method=fields.get("StatusCallbackMethod", "POST").upper(),
        events=tuple(word for value in events for word in value.split()) or ("completed",),
        ring_seconds=min(float(seconds["Timeout"]), 600),
        limit_seconds=float(seconds["TimeLimit"]),
        detect_machine=fields.get("MachineDetection", "") in ("Enable", "DetectMessageEnd"),
        detect_async=fields.get("AsyncAmd", "").lower() == "true",
        detect_callback=fields.get("AsyncAmdStatusCallback", ""),
    )


def resource(call: Call) -> dict[str, Any]:
    """The call as Twilio's JSON."""
    path = f"/2010-04-01/Accounts/{call.account}/Calls/{call.sid}"
    return {
        "sid": call.sid,
        "account_sid": call.account,
        "api_version": "2010-04-01",
        "to": call.to,
        "to_formatted": call.to,
        "from": call.order.from_,
        "from_formatted": call.order.from_,
        "status": call.status,
        "direction": "outbound-api",
        "answered_by": call.answered_by,
        "date_created": _rfc2822(call.created),
        "date_updated": _rfc2822(call.ended_at or call.answered_at or call.created),
        "start_time": _rfc2822(call.answered_at or call.ended_at),
        "end_time": _rfc2822(call.ended_at),
        "duration": str(call.seconds) if call.ended else None,
        "price": None,
        "price_unit": "USD",
        "parent_call_sid": None,
        "phone_number_sid": None,
        "queue_time": "0",
        "uri": f"{path}.json",
        "subresource_uris": {"events": f"{path}/Events.json", "recordings": f"{path}/Recordings.json"},
    }


def moment(text: str | None) -> datetime | None:
    """A date or a moment of a query, in UTC; None when absent or unreadable, as Twilio ignores it."""
    try:
        parsed = datetime.fromisoformat(text) if text else None
    except ValueError:
        return None
    return parsed.replace(tzinfo=parsed.tzinfo or UTC) if parsed else None


def trouble(status: int, code: int, message: str, headers: dict[str, str] | None = None) -> Response:
    page = f"https://www.twilio.com/docs/errors/{code}"
    body = {"code": code, "message": message, "more_info": page, "status": status}
    return JSONResponse(body, status_code=status, headers=headers)


def missing(request: Request) -> Response:
    return trouble(404, 20404, f"The requested resource {request.url.path} was not found")


def _rfc2822(at: datetime | None) -> str | None:
    return format_datetime(at) if at else None
