"""HTTP of the gateway: place a call under an id, ask for it, end it."""

from datetime import timedelta
from typing import Annotated

from fastapi import FastAPI, Path, Query, Request, Response

from gateway.exchange import Busy, Conflict, Exchange, Talking, Undialable
from gateway.journal import Call
from shared.contracts.call import CALL_ID, WAIT_SECONDS, CallOrder, CallView
from shared.runtime import web

RETRY_AFTER = "10"
Wait = Annotated[int, Query(ge=1, le=300)]
Id = Annotated[str, Path(pattern=CALL_ID)]


def build(exchange: Exchange, token: str) -> FastAPI:
    """Make the application."""
    app = web.create("Tasuki gateway", {"lines": exchange.ready})

    def known(request: Request, call_id: str) -> Call:
        web.require_token(request, token)
        call = exchange.find(call_id)
        if call is None:
            raise web.Problem(404, "not-found", "この電話はありません。", "There is no such call.")
        return call

    @app.put("/calls/{call_id}", status_code=201)
    async def place(
        request: Request, response: Response, call_id: Id, order: CallOrder, wait_seconds: Wait = WAIT_SECONDS
    ) -> CallView:
        """Place a call; the same id with the same order is the same call, however often it is sent.

        It is given up when no line takes it up within `wait_seconds`; that is no part of the order.
        """
        web.require_token(request, token)
        try:
            call, new = exchange.place(call_id, order, timedelta(seconds=wait_seconds))
        except Conflict:
            raise web.Problem(
                409, "conflict", "この番号の電話は別の内容で受け付けています。", "This id belongs to another call."
            ) from None
        except Undialable:
            raise web.Problem(
                422,
                "not-dialable",
                "SIP アカウントがないため電話番号にはかけられません。",
                "No account to dial numbers by.",
            ) from None
        except Busy:
            busy = web.Problem(503, "busy", "空いている回線がありません。", "No line is free.")
            busy.headers = {"retry-after": RETRY_AFTER}
            raise busy from None
        response.status_code = 201 if new else 200
        return call.view()

    @app.get("/calls/{call_id}")
    async def show(request: Request, call_id: Id) -> CallView:
        """How far a call has come; `interrupted` when the gateway broke off in it."""
        return known(request, call_id).view()

    @app.delete("/calls/{call_id}")
    async def end(request: Request, call_id: Id, unanswered_only: bool = False) -> CallView:
        """Hang up. With `unanswered_only` a call that somebody has answered goes on (409)."""
        call = known(request, call_id)
        try:
            exchange.withdraw(call, unanswered_only)
        except Talking:
            raise web.Problem(409, "answered", "すでに応答されています。", "It has been answered.") from None
        return call.view()

    return app
