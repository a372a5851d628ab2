"""What every page of the console stands on: who is logged in, forms that only they can send, and the frame around it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from functools import lru_cache
from typing import Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from services.intake.domain import roles, sessions
from services.intake.domain.roles import EVERY_TEAM
from services.intake.domain.words import Language
from services.intake.door import door, language, media_type
from services.intake.entrance import SAFE, Visitor, comes_from_elsewhere, forged, is_forged, permit, visitor, was_here
from services.intake.incoming import SMALL, is_small
from services.intake.pages import urlencoded
from services.intake.pages.form import Broken
from services.intake.pages.render import HEADERS, kept, page, text
from shared.runtime import telemetry
from shared.runtime.web import Problem, largest

PATHS = (
    "/admin",
    "/login",
    "/logout",
    "/cases",
    "/drills",
    "/duty",
    "/guide",
    "/knowledge",
    "/me",
    "/operations",
    "/policy",
    "/review",
)
# What a page is called that says what did not work, by the status of the answer.
KINDS = {404: "lost", 405: "method", 413: "large", 429: "often", 500: "away", 502: "away", 503: "away"}
PASSING = (429, 500, 502, 503)  # what may work in a moment
LANGUAGE, ZONE = "tasuki-lang", "tasuki-zone"
ANSWERING = "; connect-src 'self'"  # for pages that ask for what has changed since
YEAR = 365 * 86400
NAMES: dict[str, str] = {
    "zendesk": "Zendesk",
    "salesforce": "Salesforce",
    "salesforce_flow": "Salesforce Flow",
    "hubspot": "HubSpot",
    "freshdesk": "Freshdesk",
    "servicenow": "ServiceNow",
    "kintone": "kintone",
    "jira": "Jira",
    "intercom": "Intercom",
    "dynamics365": "Dynamics 365",
    "alertmanager": "Alertmanager",
    "grafana": "Grafana",
    "datadog": "Datadog",
    "sentry": "Sentry",
    "sns": "Amazon SNS / CloudWatch",
    "pagerduty": "PagerDuty Events",
    "opsgenie": "Opsgenie",
    "cloudevents": "CloudEvents",
    "standard_webhooks": "Standard Webhooks",
    "generic": "JSON / Form / XML",
    "email": "メール / E-mail",
}


@dataclass(frozen=True)
class Area:
    """One part of the console: where it begins, and what a role must allow to open it, in one team or in every."""

    name: str
    path: str
    verb: str
    every: bool = False

    def opens(self, someone: Visitor) -> bool:
        """Whether it is there for somebody."""
        allowed = roles.teams(someone.who.grants or (), self.verb)
        return bool(allowed) and (not self.every or EVERY_TEAM in allowed)


AREAS = (
    Area("cases", "/cases", "consult"),
    Area("duty", "/duty", "consult"),
    Area("knowledge", "/knowledge", "consult"),
    Area("policy", "/policy", "consult"),
    Area("review", "/review", "see-restricted"),
    Area("report", "/report", "submit"),
    Area("operations", "/operations", "administer", every=True),
    Area("audit", "/admin/audit", "audit", every=True),
    Area("admin", "/admin/sources", "administer", every=True),
)
ADMIN = ("sources", "quarantine", "access", "tokens", "sessions", "audit")


def home(grants: roles.Grants) -> str:
    """Where somebody begins: with the cases, or with the settings who does nothing else."""
    others = {grant.role for grant in grants} - {"admin"}
    return sessions.HOME if others else AREAS[-1].path


class NotLoggedIn(Exception):
    """Nobody is logged in with this browser; the login leads back to what was asked for."""


class Outside(Problem):
    """Somebody is logged in whose roles do not open the console."""


async def entered(request: Request) -> Visitor:
    """Who is logged in, and administers every team. Raises NotLoggedIn or Outside."""
    return await opened(request, "administer", "every")


async def opened(request: Request, verb: str = "consult", of: Literal["one", "every"] = "one") -> Visitor:
    """Who is logged in, with a role that allows this. Raises NotLoggedIn or Outside."""
    someone = await visitor(request)
    if someone is None:
        raise NotLoggedIn
    try:
        permit(someone.who, verb, of)
    except Problem as problem:
        raise Outside(problem.status, problem.code, problem.ja, problem.en) from None
    return someone


async def sent(request: Request, someone: Visitor) -> dict[str, str]:
    """The fields of a form that was sent from a page of ours. Raises 400, 403 or 415."""
    given = await fields(request)
    if is_forged(request, someone, given.get("csrf", "")):
        raise forged()
    return given


async def fields(request: Request) -> dict[str, str]:
    """The fields of a form; a large one is taken from who has been logged in. Raises 400, 403, 408, 413, 415 or 503."""
    if media_type(request) != "application/x-www-form-urlencoded":
        raise Problem(415, "unsupported-media-type", "フォームから送ってください。", "Please send it from the form.")
    if comes_from_elsewhere(request):
        raise forged()
    try:
        if is_small(request) or not await was_here(request):
            return await urlencoded.read(request, SMALL)
        return await urlencoded.read(request, largest(request.scope), door(request).uploads)
    except Broken:
        raise Problem(400, "malformed", *text_of("wrong.lead")) from None


def text_of(name: str) -> tuple[str, str]:
    """A text in both languages."""
    return text(name, "ja"), text(name, "en")


def chosen(request: Request) -> Language:
    """The reader's language: as chosen now, as chosen before, or as the browser asks."""
    for told in (request.query_params.get("lang"), request.cookies.get(LANGUAGE)):
        if told in ("ja", "en"):
            return "en" if told == "en" else "ja"
    return language(request)


def shown(request: Request, template: str, someone: Visitor | None, status: int = 200, **values: Any) -> Response:
    """A page of the console; the reader's choice of a language is remembered."""
    lang, zone = chosen(request), zone_of(request)
    values = {"refresh": "", "area": "", "outside": False, "at": request.url.path, **frame(request, someone), **values}
    values["same"] = kept(request) if values["at"] == request.url.path else ""
    answer = page(request, f"console/{template}", lang, status, zone=zone, names=NAMES, **values)
    answer.headers["referrer-policy"] = "same-origin"  # else browsers send "null" for the origin of a form
    return in_language(request, answer)


def frame(request: Request, someone: Visitor | None) -> dict[str, Any]:
    """What the frame of every page is made of."""
    areas = {area.name: area for area in AREAS if someone is not None and area.opens(someone)}
    if "admin" in areas:
        areas.pop("audit", None)  # it is one of the parts of that
    return {
        "visitor": someone,
        "areas": list(areas.values()),
        "admin": ADMIN if "admin" in areas else (),
        "zone_name": zone_name(zone_of(request), door(request).clock.now()),
    }


def zone_of(request: Request) -> tzinfo:
    """Where the reader is, as their browser has said; else where the organisation is."""
    return _zone(request.cookies.get(ZONE, "")) or door(request).zone


@lru_cache(maxsize=256)
def _zone(name: str) -> tzinfo | None:
    try:
        return ZoneInfo(name) if len(name) < 60 else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def zone_name(zone: tzinfo, now: datetime) -> str:
    """A zone as people know it: `Asia/Tokyo (JST)`."""
    short = now.astimezone(zone).strftime("%Z")
    return f"{zone} ({short})" if short != str(zone) else short


def in_language(request: Request, answer: Response) -> Response:
    """Have the browser keep the language that was chosen just now."""
    if request.query_params.get("lang") in ("ja", "en"):
        secure = door(request).cookie.secure
        answer.set_cookie(LANGUAGE, chosen(request), YEAR, httponly=True, secure=secure, samesite="lax")
    return answer


def failure(request: Request, someone: Visitor | None, problem: Problem) -> Response:
    """A page that says what did not work, with ways on; the same whether something is not there or not for this reader."""
    lang = chosen(request)
    said = problem.en if lang == "en" else problem.ja
    here = sessions.own_path(request.url.path)
    values = {
        "said": said,
        "outside": isinstance(problem, Outside),
        "code": problem.code,
        "kind": KINDS.get(problem.status, "other"),
        "again": here if request.method in SAFE and problem.status in PASSING else "",
        "sent": request.method not in SAFE and problem.status in PASSING,
        "wait": problem.headers.get("retry-after", "") if problem.status in PASSING else "",
        "trace": telemetry.trace_id() if problem.status >= 500 else "",
        "at": here if request.method in SAFE else sessions.HOME,
    }
    answer = shown(request, "failure.html", someone, problem.status, **values)
    answer.headers.update(problem.headers)
    return answer


def details(problem: Problem, lang: Language) -> str:
    """What a problem says, with the details of its errors."""
    errors: list[Mapping[str, Any]] = problem.more.get("errors", [])
    listed = [f"{e['pointer']}: {e['detail'][lang]}" for e in errors if isinstance(e.get("detail"), dict)]
    return " ".join([problem.en if lang == "en" else problem.ja, *listed])


def to_login(request: Request) -> Response:
    """Lead to the login, and from there back to what was to be seen; whoever has sent something hears that it was not taken."""
    wanted = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    if request.method not in ("GET", "HEAD"):
        return elsewhere(f"/login?next={sessions.HOME}&unsent=1")
    return elsewhere(f"/login?next={sessions.own_path(wanted).replace('&', '%26')}")


def elsewhere(path: str) -> Response:
    """Lead to another page of ours; nobody keeps this answer."""
    return RedirectResponse(path, 303, {**HEADERS, "referrer-policy": "same-origin"})
