"""An intake that only listens, for the notifier to talk to."""

import asyncio
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

TOKEN = "service-token-of-the-tests"


class Intake:
    """Plays intake: takes acknowledgements and reports, or refuses them, or is away."""

    def __init__(self) -> None:
        self.taken: list[dict[str, Any]] = []
        self.declined: list[tuple[str, str]] = []  # (case id, person id)
        self.status = 200
        self.owner = ""
        self.asked = True  # whether a page is still to be answered
        self.questions: list[dict[str, str]] = []
        self.view: dict[str, Any] | None = None  # the case as it is shown after an acknowledgement
        self.heard = asyncio.Event()
        self.addresses: dict[str, str] = {}  # by case, where its reporter hears
        self.asked_where: list[str] = []
        self.precedents: list[dict[str, Any]] | None = []  # what it tells of similar cases; None while it cannot say
        self.precedents_wait: asyncio.Event | None = None  # and not before then
        self.looked: list[dict[str, str]] = []
        self.reports: list[dict[str, Any]] = []
        self.reports_wait: asyncio.Event | None = None  # reports are taken and not answered until then

    def app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/v1/chats/{chat}/reports", self._report, methods=["POST"]),
                Route("/v1/cases/{id}/acknowledge", self._acknowledge, methods=["POST"]),
                Route("/v1/cases/{id}/decline", self._decline, methods=["POST"]),
                Route("/v1/cases/{id}/asked", self._asked),
                Route("/v1/cases/{id}/reporter", self._reporter),
                Route("/v1/cases/{id}/precedents", self._precedents),
                Route("/v1/cases/{id}", self._show),
            ]
        )

    async def _acknowledge(self, request: Request) -> Response:
        assert request.headers["authorization"] == f"Bearer {TOKEN}"
        if self.status != 200:
            return JSONResponse({"code": "already-acknowledged"}, self.status)
        said = {"case_id": request.path_params["id"], "key": request.headers["idempotency-key"], **await request.json()}
        self.taken.append(said)
        self.heard.set()
        return JSONResponse({"owner": said["by"]} if self.view is None else self.view)

    async def _report(self, request: Request) -> Response:
        assert request.headers["authorization"] == f"Bearer {TOKEN}"
        key = request.headers["idempotency-key"]
        keys = list(dict.fromkeys([*(report["key"] for report in self.reports), key]))
        number = keys.index(key) + 1
        self.reports.append({"key": key, "chat": request.path_params["chat"], **await request.json()})
        if self.reports_wait is not None:
            await self.reports_wait.wait()
        told = {"case_id": f"c_{number:026}", "number": number, "page": "https://tasuki.example.jp/r/x", "again": False}
        return JSONResponse(told, 202)

    async def _decline(self, request: Request) -> Response:
        assert request.headers["authorization"] == f"Bearer {TOKEN}"
        self.declined.append((request.path_params["id"], (await request.json())["by"]["id"]))
        return JSONResponse({}, self.status)

    async def _show(self, request: Request) -> Response:
        return JSONResponse({"owner": {"id": "x", "name": self.owner}})

    async def _reporter(self, request: Request) -> Response:
        assert request.headers["authorization"] == f"Bearer {TOKEN}"
        self.asked_where.append(request.path_params["id"])
        return JSONResponse({"address": self.addresses.get(request.path_params["id"], "")}, self.status)

    async def _precedents(self, request: Request) -> Response:
        assert request.headers["authorization"] == f"Bearer {TOKEN}"
        self.looked.append({"case": request.path_params["id"], **request.query_params})
        if self.precedents_wait is not None:
            await self.precedents_wait.wait()
        return JSONResponse({"data": self.precedents}, self.status)

    async def _asked(self, request: Request) -> Response:
        assert request.headers["authorization"] == f"Bearer {TOKEN}"
        self.questions.append({"case": request.path_params["id"], **request.query_params})
        return JSONResponse({"asked": self.asked}, self.status)
