"""Who may see what: the reader, as the front door names them, and what decides about a record or an article."""

from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from shared.contracts.case import Case
from shared.contracts.circle import is_restricted

EVERY_TEAM = "*"


class Audience(StrEnum):
    """Whom an article is for."""

    INTERNAL = "internal"
    PUBLIC = "public"


class Reader(BaseModel):
    """Who asks. Without a word about it: an employee who sees what is open to all, and nothing restricted.

    `sees` and `leads` are teams, or "*": where they see cases, and where also the restricted ones. `name` is the source or
    token that asks. A reader of audience `public` is outside of the organisation, and is shown public articles alone.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")
    audience: Audience = Audience.INTERNAL
    person: str = ""
    person_name: str = ""
    name: str = ""
    sees: tuple[str, ...] = (EVERY_TEAM,)
    leads: tuple[str, ...] = ()
    writes: bool = True
    publishes: bool = True


class Sight(BaseModel):
    """What of a case decides who may see it, as it was when it was resolved."""

    model_config = ConfigDict(frozen=True)
    restricted: bool = False
    team: str = ""
    source: str = ""
    reporter: str = ""
    people: tuple[str, ...] = ()
    followers: tuple[str, ...] = ()


def asking_for(reader: Reader, audience: Audience | None) -> Reader:
    """The reader whom an answer is for: whoever asks for readers outside, as a chatbot does, is answered as these are."""
    return reader.model_copy(update={"audience": audience}) if audience is Audience.PUBLIC else reader


def sight_of(case: Case) -> Sight:
    """What decides about this case."""
    said = case.submitted
    having = [person.id for person in (case.owner, case.offered) if person is not None]
    return Sight(
        restricted=is_restricted(case),
        team=case.plan.team if case.plan else "",
        source=said.source,
        reporter=said.by.id if said.by.kind == "person" else "",
        people=tuple(dict.fromkeys((*case.told, *having))),
        followers=tuple(follower.id for follower in case.followers),
    )


def unreported(sight: Sight) -> Sight:
    """The same where it is forgotten who reported the case; whoever worked on it is still known."""
    rest = tuple(id_ for id_ in sight.followers if id_ != sight.reporter)
    return sight.model_copy(update={"reporter": "", "followers": rest})


def sees(reader: Reader, sight: Sight) -> bool:
    """Whether a reader may see a case."""
    if reader.audience is Audience.PUBLIC:
        return False
    teams = reader.leads if sight.restricted else reader.sees
    if EVERY_TEAM in teams or (sight.team and sight.team in teams) or (sight.source and sight.source == reader.name):
        return True
    if not reader.person:
        return False
    followed = () if sight.restricted else sight.followers
    return reader.person in (sight.reporter, *sight.people, *followed)
