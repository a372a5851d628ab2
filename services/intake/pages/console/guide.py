"""Should I report this? Questions for whoever stands in front of it, answered by the policy in force and by nothing else."""

import asyncio
from functools import partial
from typing import Any

from fastapi import APIRouter, Request, Response

from services.intake import behind
from services.intake.domain import forecast, guide
from services.intake.domain import policy as domain
from services.intake.domain import policy_words as words
from services.intake.domain.faq import pointed
from services.intake.domain.forecast import Forecast
from services.intake.domain.guide import Question
from services.intake.domain.outlook import Reader, by, called
from services.intake.domain.words import span
from services.intake.door import door
from services.intake.entrance import Visitor
from services.intake.pages.console.policy import IMPACTS
from services.intake.pages.console.shell import chosen, opened, shown, text_of, zone_of
from services.intake.pages.foresight import foretold
from shared.runtime.web import Problem

routes = APIRouter(include_in_schema=False)


@routes.api_route("/guide", methods=["GET", "HEAD"])
async def show(request: Request) -> Response:
    """Show the questions, each with what follows from a yes, and below them the tables of the policy."""
    someone = await opened(request)
    found = await _policy(request)
    policy = found.policy if found else None
    asked = guide.questions(policy)
    told = await asyncio.gather(*(foretold(request, someone, one.report()) for one in (*asked, guide.ELSE)))
    return shown(
        request,
        "guide.html",
        someone,
        **_about(request),
        found=found,
        steps=list(zip(asked, told, strict=False)),
        otherwise=told[-1],
        needless=list(guide.needless(policy)) if policy else [],
        impacts=IMPACTS,
        say=words,
        lasts=partial(span, language=chosen(request)),
    )


@routes.api_route("/guide/{name}", methods=["GET", "HEAD"])
async def answer(request: Request, name: str) -> Response:
    """Show what follows where the answer to a question is yes."""
    someone = await opened(request)
    found = await _policy(request)
    known = (*guide.questions(found.policy if found else None), guide.ELSE)
    asked = next((one for one in known if one.name == name), None)
    if asked is None:
        raise Problem(404, "not-found", *text_of("guide.unknown"))
    return await _answer(request, someone, asked)


async def _answer(request: Request, someone: Visitor, asked: Question) -> Response:
    told = await foretold(request, someone, asked.report())
    reader = Reader(chosen(request), zone_of(request), door(request).clock.now())
    values: dict[str, Any] = {
        "asked": asked,
        "told": told,
        "lines": forecast.sentences(told, reader) if told else [],
        "why": forecast.why(told, reader) if told else [],
        "faq": pointed(told.plan.faq if told else ""),
    }
    return shown(request, "guide_answer.html", someone, **_about(request), **values)


def _about(request: Request) -> dict[str, Any]:
    lang = chosen(request)

    def summed(told: Forecast) -> str:
        """What follows, in one line: the priority, by when, who is asked, and how."""
        plan = told.plan
        if not plan.levels:
            return ""
        first, beside = plan.levels[0], [target for level in plan.authority[:1] for target in level.targets]
        targets = tuple({target.id: target for target in (*first.targets, *beside)}.values())
        who, how, within = called(targets, lang), by(first.channels, lang), span(first.first_response, lang)
        if lang == "en":
            return f"{plan.priority}: {who}, by {how}, answered within {within}"
        return f"{plan.priority}・{within}以内・{who}へ{how}"

    return {"area": "policy", "verdict": guide.verdict, "summed": summed}


async def _policy(request: Request) -> domain.InForce | None:
    return behind.told(domain.InForce, await behind.ask(door(request), "router", "/v1/policy"))
