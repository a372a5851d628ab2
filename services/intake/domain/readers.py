"""For whom the knowledge service is asked: what a caller may see, write and publish there."""

import json

from services.intake.domain.roles import EVERY_TEAM, teams
from services.intake.domain.tokens import Principal

HEADER = "tasuki-reader"  # written here; one that comes from outside is not handed on
PUBLIC = json.dumps({"audience": "public"})  # somebody outside: public articles alone


def reader(who: Principal) -> str:
    """The header's JSON. Whoever was never given a role in any team is the organisation's own program, and sees and does all."""
    person = who.actor if who.actor.kind == "person" else None
    told: dict[str, object] = {
        "person": person.id if person else "",
        "person_name": person.name if person else "",
        "name": who.name,
        "sees": [EVERY_TEAM],
        "leads": [EVERY_TEAM],
    }
    if who.grants is not None:
        leads = sorted(teams(who.grants, "see-restricted"))
        told |= {
            "sees": sorted(teams(who.grants, "see")),
            "leads": leads,
            "writes": bool(teams(who.grants, "start")),
            "publishes": bool(leads),
        }
    return json.dumps(told)


def asked(person: str, sees: list[str]) -> str:
    """The header's JSON for who is asked about a case and has not logged in; restricted ones are none of theirs to read there.

    Without a person it is read by everybody who sees these teams.
    """
    return json.dumps({"person": person, "sees": sees, "leads": [], "writes": False, "publishes": False})
