"""What pages ask the services behind for, in the name of the front door: an answer, or nothing while one is away."""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal, TypeVar
from urllib.parse import quote

import httpx
from pydantic import BaseModel, TypeAdapter, ValidationError

from services.intake.domain import duty, readers
from services.intake.door import Door
from shared.contracts.keys import first
from shared.contracts.plan import Person
from shared.runtime import telemetry
from shared.runtime.web import Problem

log = telemetry.logger(__name__)
SECONDS = 3.0  # a page does not wait longer for a part of it
LISTED_SECONDS = 1.0
SCHEDULES, PARTS = TypeAdapter(list[duty.Schedule]), TypeAdapter(list[duty.Part])
NEVER_HEARD = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
UNSURE = (
    "実行されたかどうかは分かりません。確かめてから、やり直してください。",
    "It may have been done: look before you ask again.",
)
KNOWN_FOR = timedelta(minutes=1)
Service = Literal["router", "timer", "notifier", "knowledge"]
T = TypeVar("T", bound=BaseModel)
AS_HEADERS = {"language": "accept-language", "reader": readers.HEADER, "version": "if-match"}


@dataclass
class Directory:
    """Everybody who stands in a schedule or plays a part of a team by name, and the teams, as the router named them last."""

    people: list[Person] = field(default_factory=list)
    teams: dict[str, str] = field(default_factory=dict)  # id → name
    until: datetime | None = None

    async def all(self, here: Door) -> list[Person]:
        """The people by name; those known before while the router is away."""
        now = here.clock.now()
        if self.until is None or self.until <= now:
            told = await asyncio.gather(*(ask(here, "router", path) for path in ("/v1/schedules", "/v1/on-duty")))
            listed, parts = (one if isinstance(one, list) else [] for one in told)
            if listed or parts:
                holders = [part["holder"] for part in parts if part.get("holder")]
                every = [*holders, *(person for one in listed for person in one["people"])]
                found = {p["id"]: Person(id=p["id"], name=p["name"]) for p in every}
                self.people = sorted(found.values(), key=lambda person: (person.name, person.id))
                self.teams = {part["team"]: part["team_name"] for part in parts} or self.teams
            self.until = now + KNOWN_FOR
        return self.people

    async def names(self, here: Door) -> dict[str, str]:
        """The name of each, by their id."""
        return {person.id: person.name for person in await self.all(here)}

    async def teams_told(self, here: Door) -> dict[str, str]:
        """The name of each team, by how it stands as a recipient: `team:<id>`."""
        await self.all(here)
        return {f"team:{id_}": name for id_, name in self.teams.items()}


async def ask(
    here: Door,
    service: Service,
    path: str,
    question: Any = None,
    seconds: float = SECONDS,
    /,
    **parameters: str,
) -> Any:
    """What a service answers to a question, which may need a body; None while it cannot be asked or has no answer.

    Of the parameters `language` and `reader`, for whom knowledge is asked, go as headers.
    """
    try:
        answer = await _send(here, service, "GET" if question is None else "POST", path, parameters, question, seconds)
        answer.raise_for_status()
        return answer.json()
    except (httpx.HTTPError, ValueError) as problem:
        log.warning("a part of a page is missing", service=service, path=path, problem=repr(problem)[:300])
        return None


async def is_listed(here: Door, person: str) -> bool | None:
    """Whether the contact directory knows a person; None while that cannot be asked."""
    try:
        heard = await answer(here, "notifier", "GET", f"/v1/contacts/{quote(person, safe='')}", None, LISTED_SECONDS)
    except Problem:
        return None
    return True if heard.is_success else False if heard.status_code == httpx.codes.NOT_FOUND else None


def told(shape: type[T], answer: object) -> T | None:
    """What was told, in its shape; None for nothing and for what has another one."""
    try:
        return shape.model_validate(answer)
    except ValidationError:
        return None


async def tell(
    here: Door,
    service: Service,
    method: str,
    path: str,
    body: Any = None,
    seconds: float = SECONDS,
    /,
    **parameters: str,
) -> Any:
    """Have a service do something, and give its answer. Raises what it refuses with its errors, 502 while it is away.

    Of the parameters `language`, `reader` and `version`, from which it was made, go as headers.
    """
    heard = await answer(here, service, method, path, body, seconds, **parameters)
    try:
        told = heard.json() if heard.content else None
    except ValueError as problem:
        raise away(service, path, problem, method) from None
    if heard.is_error:
        raise refused(heard.status_code, told)
    return told


async def answer(
    here: Door,
    service: Service,
    method: str,
    path: str,
    body: Any = None,
    seconds: float = SECONDS,
    /,
    **parameters: str,
) -> httpx.Response:
    """What a service answers, a refusal too; parameters as `tell` has them. Raises 502 while it is away."""
    try:
        return await _send(here, service, method, path, parameters, body, seconds)
    except httpx.HTTPError as problem:
        raise away(service, path, problem, method) from None


def refused(status: int, told: Any) -> Problem:
    """What a service has refused, in the words that it has for the reader."""
    said = told.get("title", "") if isinstance(told, dict) else ""
    details = [e.get("detail", "") for e in told.get("errors", ())] if isinstance(told, dict) else []
    text = " ".join(filter(None, [said, *details]))
    return Problem(status, "refused-behind", text, text, **_errors(told))


def away(service: str, path: str, problem: Exception, method: str = "GET") -> Problem:
    """The problem while a service behind cannot be asked, or answers what nobody understands; it may have heard a change."""
    log.warning("a service behind is away", service=service, path=path, problem=repr(problem)[:300])
    if is_unsure(method, problem):
        ja, en = "いま、内部のサービスから返事がありません。", "A service behind gives no answer right now."
        return Problem(502, "upstream-away", ja + UNSURE[0], f"{en} {UNSURE[1]}")
    return Problem(
        502,
        "upstream-away",
        "いま、内部のサービスに接続できません。少し待って、もう一度お試しください。",
        "A service behind cannot be reached right now. Please try again shortly.",
    )


def is_unsure(method: str, problem: Exception) -> bool:
    """Whether nobody knows if what was asked for has been done: a change that the service may have heard."""
    return method not in ("GET", "HEAD") and not isinstance(problem, NEVER_HEARD)


def _errors(told: Any) -> dict[str, Any]:
    """What is wrong with which field, as the service has said it in the reader's language."""
    return {"errors": told["errors"]} if isinstance(told, dict) and "errors" in told else {}


async def _send(
    here: Door,
    service: Service,
    method: str,
    path: str,
    parameters: dict[str, str],
    body: Any,
    seconds: float = SECONDS,
) -> httpx.Response:
    base = {
        "router": here.settings.router_url,
        "timer": here.settings.timer_url,
        "notifier": here.settings.notifier_url,
        "knowledge": here.settings.knowledge_url,
    }[service]
    headers = {"authorization": f"Bearer {first(here.settings.service_token)}"}
    headers |= {header: told for name, header in AS_HEADERS.items() if (told := parameters.pop(name, ""))}
    sent = {"content": body} if isinstance(body, bytes) else {"json": body}
    return await here.http.request(
        method, base.rstrip("/") + path, params=parameters or None, headers=headers, timeout=seconds, **sent
    )
