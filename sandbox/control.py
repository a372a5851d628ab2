"""The control interface under /sandbox, and the page for a human."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from sandbox.body import json_object
from sandbox.calls import Call, CallRefused
from sandbox.chat import NoSuchButton
from sandbox.client import MOST
from sandbox.faults import CHANNELS, KINDS
from sandbox.mail import NoSuchLink
from sandbox.outgoing import Delivery
from sandbox.phone import Auto

if TYPE_CHECKING:
    from sandbox.process import Sandbox

PAGE = Path(__file__).parent / "page"
FILES = {
    "/": ("index.html", "text/html; charset=utf-8"),
    "/page.css": ("page.css", "text/css; charset=utf-8"),
    "/page.js": ("page.js", "text/javascript; charset=utf-8"),
    "/draw.js": ("draw.js", "text/javascript; charset=utf-8"),
    "/sound.js": ("sound.js", "text/javascript; charset=utf-8"),
    "/words.js": ("words.js", "text/javascript; charset=utf-8"),
}
SECURITY = {
    "Content-Security-Policy": "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'self'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}
SHOWN = 100  # of each kind, when the page is opened
Handler = Callable[[Request], Awaitable[Response]]


class Control:
    """What the page, the demo and tests in other processes ask of the sandbox."""

    def __init__(self, sandbox: "Sandbox") -> None:
        self._sandbox = sandbox

    def routes(self) -> list[Route]:
        table: list[tuple[str, str, Handler]] = [
            ("GET", "/livez", self._alive),
            ("GET", "/readyz", self._alive),
            ("GET", "/sandbox/received", self._received),
            ("GET", "/sandbox/wait", self._wait),
            ("GET", "/sandbox/stream", self._stream),
            ("GET", "/sandbox/state", self._state),
            ("POST", "/sandbox/reset", self._reset),
            ("GET", "/sandbox/faults", self._faults),
            ("POST", "/sandbox/faults", self._set_fault),
            ("DELETE", "/sandbox/faults", self._clear_faults),
            ("PUT", "/sandbox/autos", self._auto),
            ("DELETE", "/sandbox/autos", self._clear_autos),
            ("GET", "/sandbox/calls", self._calls),
            ("GET", "/sandbox/calls/{sid}", self._call),
            ("GET", "/sandbox/calls/{sid}/wait", self._call_wait),
            ("POST", "/sandbox/calls/{sid}/{verb}", self._act),
            ("GET", "/sandbox/messages/{ts}", self._message),
            ("POST", "/sandbox/messages/{ts}/press", self._press),
            ("GET", "/sandbox/mails/{id:int}", self._mail),
            ("POST", "/sandbox/mails/{id:int}/follow", self._follow),
            ("GET", "/sandbox/tickets/{id}", self._ticket),
            ("POST", "/sandbox/zendesk/trigger", self._trigger),
            ("POST", "/sandbox/zendesk/replay", self._replay),
            ("POST", "/sandbox/alertmanager/alert", self._alert),
        ]
        pages = [Route(path, page(*file), methods=["GET"]) for path, file in FILES.items()]
        return [*pages, *(Route(path, answering(handler), methods=[method]) for method, path, handler in table)]

    async def _alive(self, request: Request) -> Response:
        return JSONResponse({"status": "ok"})

    async def _received(self, request: Request) -> Response:
        query, journal = request.query_params, self._sandbox.journal
        fields = {name: query.get(name) for name in ("channel", "to", "case_id", "notification_id", "kind")}
        found = journal.since(int(query.get("since", 0)), min(int(query.get("limit", 1000)), MOST), **fields)
        return JSONResponse({"items": [i.as_json() for i in found], "cursor": journal.cursor})

    async def _wait(self, request: Request) -> Response:
        query = request.query_params
        fields = {name: query.get(name) for name in ("channel", "to", "case_id", "notification_id", "kind")}
        timeout = min(float(query.get("timeout", 5)), 300)
        item = await self._sandbox.journal.wait(timeout, int(query.get("since", 0)), **fields)
        return JSONResponse(item.as_json())

    async def _stream(self, request: Request) -> Response:
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        return StreamingResponse(self._sandbox.journal.watch(), media_type="text/event-stream", headers=headers)

    async def _state(self, request: Request) -> Response:
        s = self._sandbox
        return JSONResponse(
            {
                "cursor": s.journal.cursor,
                "public_url": s.settings.public_url,
                "kinds": {channel: KINDS[channel] for channel in CHANNELS},
                "calls": [c.as_json() for c in s.phone.calls[-SHOWN:]],
                "messages": [m.as_json() for m in s.chat.messages[-SHOWN:]],
                "mails": [m.as_json() for m in s.mail.messages[-SHOWN:]],
                "tickets": [t.as_json() for t in s.crm.tickets[-SHOWN:]],
                "faults": [f.as_json() for f in s.faults.active],
                "autos": [a.as_json() for a in s.phone.autos.values()],
            }
        )

    async def _reset(self, request: Request) -> Response:
        self._sandbox.reset()
        return JSONResponse({"cursor": self._sandbox.journal.cursor})

    async def _faults(self, request: Request) -> Response:
        return JSONResponse([f.as_json() for f in self._sandbox.faults.active])

    async def _set_fault(self, request: Request) -> Response:
        asked = await json_object(request)
        count = asked.get("count")
        fault = self._sandbox.fault(
            str(asked.get("channel")),
            str(asked.get("kind")),
            int(count) if count is not None else None,
            to=str(asked.get("to") or ""),
            seconds=float(asked.get("seconds", 1)),
        )
        return JSONResponse(fault.as_json(), status_code=201)

    async def _clear_faults(self, request: Request) -> Response:
        query = request.query_params
        self._sandbox.clear_faults(query.get("channel"), int(query["id"]) if "id" in query else None)
        return await self._faults(request)

    async def _auto(self, request: Request) -> Response:
        habit = Auto(**await json_object(request))
        numbers = (habit.answer_after, habit.press_after, habit.hang_up_after, habit.decline_after)
        if not all(n is None or (isinstance(n, int | float) and 0 <= n <= 3600) for n in numbers):
            raise ValueError("seconds must be numbers between 0 and 3600")
        self._sandbox.phone.auto(habit)
        return JSONResponse(habit.as_json())

    async def _clear_autos(self, request: Request) -> Response:
        self._sandbox.phone.clear_autos(request.query_params.get("to"))
        return JSONResponse([])

    async def _calls(self, request: Request) -> Response:
        to = request.query_params.get("to")
        return JSONResponse([c.as_json() for c in self._sandbox.phone.calls if to in (None, c.to)])

    async def _call(self, request: Request) -> Response:
        return JSONResponse(self._sandbox.phone.call(request.path_params["sid"]).as_json())

    async def _call_wait(self, request: Request) -> Response:
        query = request.query_params
        call = self._sandbox.phone.call(request.path_params["sid"])
        await call.until(query.get("status", "ended"), min(float(query.get("timeout", 5)), 300))
        return JSONResponse(call.as_json())

    async def _act(self, request: Request) -> Response:
        call: Call = self._sandbox.phone.call(request.path_params["sid"])
        match request.path_params["verb"]:
            case "answer":
                await call.answer()
            case "decline":
                await call.decline()
            case "hang-up":
                await call.hang_up()
            case "press":
                await call.press(str((await json_object(request)).get("digits", "")))
            case verb:
                raise HTTPException(404, f"a call can be answered, declined, pressed or hung up, not {verb}")
        return JSONResponse(call.as_json())

    async def _message(self, request: Request) -> Response:
        return JSONResponse(self._sandbox.chat.message(request.path_params["ts"]).as_json())

    async def _press(self, request: Request) -> Response:
        asked = await json_object(request)
        message = self._sandbox.chat.message(request.path_params["ts"])
        who = {name: str(asked[name]) for name in ("user", "name") if asked.get(name)}
        return delivered(await self._sandbox.chat.press(message, asked.get("action_id"), **who))

    async def _mail(self, request: Request) -> Response:
        return JSONResponse(self._sandbox.mail.mail(request.path_params["id"]).as_json())

    async def _follow(self, request: Request) -> Response:
        asked = await json_object(request)
        mail = self._sandbox.mail.mail(request.path_params["id"])
        status, text = await self._sandbox.mail.follow(
            mail, asked.get("link", 0), confirm=bool(asked.get("confirm", True))
        )
        return JSONResponse({"status": status, "body": text[:20_000]})

    async def _ticket(self, request: Request) -> Response:
        ticket = self._sandbox.crm.find(request.path_params["id"])
        if ticket is None:
            raise KeyError(request.path_params["id"])
        return JSONResponse(ticket.as_json())

    async def _trigger(self, request: Request) -> Response:
        asked = await json_object(request)
        signature = asked.get("signature", "right")
        if signature not in ("right", "wrong", "missing"):
            raise ValueError("signature must be right, wrong or missing")
        delivery = await self._sandbox.zendesk.send_trigger(
            asked.get("fields") or {},
            signature=signature,
            age_seconds=float(asked.get("age_seconds", 0)),
            invocation_id=asked.get("invocation_id"),
        )
        return delivered(delivery)

    async def _replay(self, request: Request) -> Response:
        asked = await json_object(request)
        return delivered(await self._sandbox.zendesk.replay(str(asked.get("invocation_id", ""))))

    async def _alert(self, request: Request) -> Response:
        return delivered(await self._sandbox.alertmanager.send_alert(**await json_object(request)))


def delivered(delivery: Delivery) -> Response:
    """What the service answered to something that the sandbox sent."""
    invocation = delivery.sent_headers.get("X-Zendesk-Webhook-Invocation-Id")
    return JSONResponse(delivery.as_json() | {"invocation_id": invocation})


def answering(handler: Handler) -> Handler:
    """Turns what can go wrong into an answer that says so."""

    async def answer(request: Request) -> Response:
        if request.method != "GET" and request.headers.get("sec-fetch-site", "same-origin") not in (
            "same-origin",
            "none",
        ):
            return trouble(403, "another site may not drive the sandbox")
        try:
            return await handler(request)
        except KeyError as error:
            return trouble(404, f"there is no {error}")
        except (CallRefused, NoSuchButton, NoSuchLink) as error:
            return trouble(409, str(error))
        except (ValueError, TypeError) as error:
            return trouble(422, str(error))
        except TimeoutError as error:
            return trouble(408, str(error))
        except HTTPException as error:
            return trouble(error.status_code, error.detail)
        except httpx.HTTPError as error:
            return trouble(502, f"{type(error).__name__}: {error}")

    return answer


def trouble(status: int, detail: str) -> Response:
    return JSONResponse({"status": status, "detail": detail}, status_code=status, media_type="application/problem+json")


def page(name: str, kind: str) -> Handler:
    async def serve(request: Request) -> Any:
        return FileResponse(PAGE / name, media_type=kind, headers=SECURITY)

    return serve
