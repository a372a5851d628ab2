"""What a report would lead to, as the router foretells it, in words for whoever is about to send it."""

from datetime import datetime

from pydantic import BaseModel

from services.intake.domain.outlook import Reader, by, called
from services.intake.domain.wording import reason
from services.intake.domain.words import span, word
from shared.contracts.plan import Plan, Responder, Target
from shared.contracts.vocabulary import Channel, DeadlineName, Path, Track


class Due(BaseModel):
    """A deadline that would be set."""

    name: DeadlineName
    due: datetime


class Asked(BaseModel):
    """Who would be asked at once, on one track: those of the first level, or of a later one that somebody is there for."""

    track: Track = Track.HANDLING
    level: int = 1
    responders: tuple[Responder, ...]
    channels: tuple[Channel, ...]
    deadlines: tuple[Due, ...] = ()
    not_before: datetime | None = None


class Forecast(BaseModel):
    """The plan, and the first who would be asked."""

    plan: Plan
    assigned: list[Asked]


def sentences(told: Forecast, reader: Reader, reporter: str = "") -> list[str]:
    """Who is told, how, by when, and what comes after it, line by line; `reporter` as the router was asked with it."""
    plan, say, lang = told.plan, reader.choose, reader.language
    if not plan.levels:
        return [
            say(
                "だれにも連絡はしません。記録として受け付けます。", "Nobody is called; the report is taken in and kept."
            )
        ]
    lines = []
    for asked in told.assigned:
        people = [one.person.name for one in asked.responders]
        names = say("、".join(f"{name}さん" for name in people), ", ".join(people))
        if not names:
            continue
        how = by(asked.channels, lang)
        purpose = say("判断を", "to decide ") if asked.track is Track.AUTHORITY else say("対応を", "to handle it ")
        at = (
            say(f"{reader.when(asked.not_before)} に、", f"At {reader.when(asked.not_before)}: ")
            if asked.not_before
            else ""
        )
        lines.append(
            say(f"{at}{names}に{how}で{purpose}お願いします。", f"{at}{names} will be asked {purpose}by {how}.")
        )
    response = word("deadline", DeadlineName.FIRST_RESPONSE, lang)
    level = next((asked.level for asked in told.assigned if asked.track is Track.HANDLING), 1)
    allowed = span(plan.levels[min(level, len(plan.levels)) - 1].first_response, lang)
    lines.append(say(f"{response}の期限は{allowed}です。", f"{response} is due within {allowed}."))
    lines.append(_after(plan, level, reader, reporter))
    if plan.restricted:
        lines.append(
            say(
                "内容を読めるのは関係者だけです（報告した本人、対応を依頼された人、担当チームのリーダーと管理者など）。",
                "Only those concerned may read it: who reports, who is asked, the leaders and managers of the team in charge.",
            )
        )
    return lines


def _after(plan: Plan, level: int, reader: Reader, reporter: str) -> str:
    """Who comes after the level that is asked first: nobody is asked to decide about what they report."""
    say = reader.choose
    for higher in (*plan.levels[level:], *(plan.levels if plan.repeat else ())):
        if targets := tuple(t for t in higher.targets if t.path is not Path.HIERARCHICAL or not _is(t, reporter)):
            return say(
                f"応答がなければ、{called(targets, 'ja')}に{by(higher.channels, 'ja')}で連絡します。",
                f"Without an answer, {called(targets, 'en')} is reached by {by(higher.channels, 'en')}.",
            )
    if level > len(plan.levels):
        return say("応答がなければ、もう一度連絡します。", "Without an answer, they are reached once more.")
    return say("応答がなければ、最終担当者に連絡します。", "Without an answer, the catch-all is reached.")


def _is(target: Target, person: str) -> bool:
    return (target.kind, target.id) == ("person", person)


def why(told: Forecast, reader: Reader) -> list[str]:
    """The reasons of the plan."""
    plan = told.plan
    return [reason(one, reader.language) for one in (*plan.reasons, *([plan.suppressed] if plan.suppressed else []))]
