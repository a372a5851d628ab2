"""Reports that people make in a chat. The notifier, which talks with them, brings them here; nobody else may."""

import hashlib
from typing import Literal

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict

from services.intake import submitting
from services.intake.door import By, door, language, read_json
from services.intake.entrance import admit, only_ours
from services.intake.routes.cases import conflict, idempotency_key
from shared.contracts.events import Actor
from shared.contracts.links import make_followup
from shared.contracts.report import Line, Report

Chat = Literal["slack", "line_works", "line"]
routes = APIRouter(tags=["chats"])


class ChatReport(BaseModel):
    """A report and who makes it: a person of the directory, a name that only the chat knows, or nobody at all."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    report: Report
    by: By | None = None
    name: Line = ""
    anonymous: bool = False

    def actor(self, chat: str) -> Actor:
        """Who reports; what is anonymous names nobody, whatever else was said."""
        if self.anonymous:
            return Actor(kind="anonymous", id="anonymous")
        return self.by.actor() if self.by else Actor(kind="source", id=chat, name=self.name)


class Received(BaseModel):
    """The case that a report became, the reporter's own page, and whether the same form was sent before."""

    case_id: str
    number: int
    page: str
    again: bool


@routes.post("/v1/chats/{chat}/reports", status_code=202)
async def submit_from_chat(request: Request, response: Response, chat: Chat) -> Received:
    """Take a report of a chat in, once for each Idempotency-Key: the form is what is sent once, as on our own page."""
    who, here = await admit(request, "submit"), door(request)
    only_ours(who)
    key = idempotency_key(request, required=True)
    body = await read_json(request, ChatReport)
    submission = submitting.Submission(body.report, body.actor(chat), chat, language(request))
    once = submitting.Key(f"chat:{chat}", key, hashlib.sha256(key.encode()).digest())
    async with here.turn(body.report):
        taken = await submitting.submit_once(
            here.db, submission, once, lambda case: str(case.submitted.number), here.clock.now()
        )
    if isinstance(taken, str):
        raise conflict(taken)
    response.headers["location"] = f"/v1/cases/{taken.case_id}"
    page = f"{here.settings.public_url.rstrip('/')}/r/{make_followup(here.settings.link_key, taken.case_id)}"
    return Received(case_id=taken.case_id, number=int(taken.answer), page=page, again=taken.again)
