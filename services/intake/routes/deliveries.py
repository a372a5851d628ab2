"""Deliveries of webhooks: the bytes are read once and within bounds, and the sender is answered in its own terms."""

from collections.abc import Sequence

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response
from starlette.routing import Route

from services.intake.domain.unpacking import unpacked
from services.intake.door import door
from services.intake.incoming import whole
from services.intake.receiving import receive as take
from services.intake.senders import SENDERS
from services.intake.senders import sender as senders
from shared.runtime.web import Problem

routes = APIRouter(tags=["webhooks"])
LARGEST = 1024 * 1024  # bytes, as it comes and when unpacked
LARGER_BODIES = {"/v1/webhooks": LARGEST}
REFUSED = {
    "too-large": (
        413,
        "too-large",
        "本文が大きすぎます（展開後 1024 KB まで）。",
        "The body is too large (1024 KB at most when unpacked).",
    ),
    "unreadable": (400, "malformed", "圧縮された本文を展開できません。", "The body cannot be unpacked."),
    "unknown": (
        415,
        "unsupported-encoding",
        "Content-Encoding は gzip か deflate にしてください。",
        "Send the body as it is, or as gzip or deflate.",
    ),
}


@routes.post("/v1/webhooks/{source}", status_code=202)
async def receive(request: Request, source: str) -> Response:
    """Take a delivery of a vendor: 202 once it is on disk, the same 202 for a repeat, 503 when it should come again."""
    return await _receive(request, source)


@routes.post("/v1/webhooks/{source}/{secret}", status_code=202)
async def receive_by_path(request: Request, source: str, secret: str) -> Response:
    """The same for a vendor that can prove itself in no other way than by a path that nobody can guess."""
    return await _receive(request, source, secret)


@routes.get("/v1/webhooks/{source}")
async def greet(request: Request, source: str) -> Response:
    """Answer a vendor that asks whether somebody is here."""
    return await _probe(request, source)


@routes.head("/v1/webhooks/{source}")
async def knock(request: Request, source: str) -> Response:
    """Answer a vendor that asks whether somebody is here, without a body."""
    return await _probe(request, source)


@routes.options("/v1/webhooks/{source}")
async def introduce(request: Request, source: str) -> Response:
    """Answer a vendor that asks how it may send."""
    return await _probe(request, source)


async def _probe(request: Request, id_: str) -> Response:
    found = await door(request).sources.find(id_)
    ask = SENDERS[found.sender].probe if found else None
    answer = ask(await read(request, id_), found) if ask and found else None
    if answer is None:
        raise Problem(405, "method-not-allowed", "この操作は使えません。", "This method is not allowed here.")
    return respond(answer)


async def _receive(request: Request, id_: str, secret: str = "") -> Response:
    here = door(request)
    source = await here.sources.find(id_)
    if source is None or (secret and not SENDERS[source.sender].in_path):
        raise Problem(404, "unknown-source", "この送信元は設定されていません。", "This source is not set up.")
    given = await read(request, id_, secret)
    outcomes = await take(here, source, given)
    answer = SENDERS[source.sender].answer
    return respond(answer(given, outcomes)) if answer else taken(outcomes)


async def _straight(request: Request) -> Response:
    path = request.path_params
    return await _receive(request, path["source"], path.get("secret", ""))


# The same two again, found first and with nothing in between, which saves about a tenth of what a delivery costs.
STRAIGHT = [
    Route("/v1/webhooks/{source}", _straight, methods=["POST"], include_in_schema=False),
    Route("/v1/webhooks/{source}/{secret}", _straight, methods=["POST"], include_in_schema=False),
]


async def read(request: Request, id_: str, secret: str = "") -> senders.Request:
    """The request as senders see it. Raises 400, 408, 413 and 415 for bodies that are no good whoever sends them."""
    here = door(request)
    headers = {name.lower(): value for name, value in request.headers.items()}
    headers["x-tasuki-path-secret"] = secret
    raw = unpacked(await whole(request), headers.pop("content-encoding", ""), LARGEST)
    if isinstance(raw, str):
        problem = Problem(*REFUSED[raw])
        problem.headers = {"accept-encoding": "gzip, deflate"}
        raise problem
    asked = f"?{request.url.query}" if request.url.query else ""
    url = f"{here.settings.public_url}/v1/webhooks/{id_}{asked}"
    return senders.Request(raw, headers, here.clock.now(), request.method, url)


def respond(answer: senders.Answer) -> Response:
    """An answer in the sender's own terms, as it goes out."""
    return Response(answer.body, answer.status, dict(answer.headers), answer.type)


def taken(outcomes: Sequence[senders.Outcome]) -> Response:
    """202 with what became of the delivery, and why where it was ignored; of several, with each."""
    told = [
        {"verdict": o.verdict, "case_id": o.case_id, "number": o.number, **({"why": o.why} if o.why else {})}
        for o in outcomes
    ]
    if len(outcomes) == 1:
        place = {"location": f"/v1/cases/{outcomes[0].case_id}"} if outcomes[0].case_id else {}
        return JSONResponse(told[0], 202, place)
    return JSONResponse({"data": told}, 202)
