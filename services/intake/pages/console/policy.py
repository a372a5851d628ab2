"""The policy as everybody reads it: the matrix, what each priority means, the rules in words, teams and rotations."""

from functools import partial

from fastapi import APIRouter, Request, Response

from services.intake import behind
from services.intake.domain import policy as domain
from services.intake.domain import policy_words as words
from services.intake.domain.roles import EVERY_TEAM, teams
from services.intake.domain.words import Language, span
from services.intake.door import door
from services.intake.entrance import Visitor
from services.intake.pages.console.shell import chosen, opened, shown

routes = APIRouter(include_in_schema=False)
DONE = ("published", "unchanged")
IMPACTS = ("all", "some", "one")


@routes.api_route("/policy", methods=["GET", "HEAD"])
async def show(request: Request) -> Response:
    """Show the policy in force."""
    someone, done = await opened(request), request.query_params.get("done", "")
    lang: Language = chosen(request)
    found = behind.told(domain.InForce, await behind.ask(door(request), "router", "/v1/policy"))
    return shown(
        request,
        "policy.html",
        someone,
        area="policy",
        at="/policy",
        found=found,
        impacts=IMPACTS,
        say=words,
        lasts=partial(span, language=lang),
        edits=edits(someone),
        notice=f"policy.done.{done}" if done in DONE else "",
    )


def edits(someone: Visitor) -> bool:
    """Whether somebody may change the policy, which is that of every team."""
    return EVERY_TEAM in teams(someone.who.grants or (), "administer")
