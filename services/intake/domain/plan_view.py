"""How a plan is shown: who, when and why, in words."""

from pydantic import BaseModel

from services.intake.domain.outlook import by, called
from services.intake.domain.wording import reason
from services.intake.domain.words import Language, span
from shared.contracts.plan import Level, Need, Nobody, Plan
from shared.contracts.vocabulary import Channel, Track


class LevelView(BaseModel):
    """One step of the plan in words."""

    level: int
    text: str
    channels: tuple[Channel, ...]
    first_response: str
    acknowledge: Need


class PlanView(BaseModel):
    """What the policy made of the case when it began; `words` says all of it, line by line."""

    policy_version: int
    team: str
    rules: tuple[str, ...]
    calendar: str
    words: list[str]
    levels: list[LevelView]
    authority: list[LevelView]
    first_handling: str
    next_update: str
    resolution: str
    repeat: int
    nobody_on_duty: Nobody
    suppressed: str
    faq: str


def plan_view(plan: Plan, language: Language) -> PlanView:
    """Show a plan to a reader."""
    levels = [_level(plan.levels, n, Track.HANDLING, language) for n in range(1, len(plan.levels) + 1)]
    authority = [_level(plan.authority, n, Track.AUTHORITY, language) for n in range(1, len(plan.authority) + 1)]
    return PlanView(
        policy_version=plan.policy_version,
        team=plan.team,
        rules=plan.rules,
        calendar=plan.calendar,
        words=_words(plan, [*levels, *authority], language),
        levels=levels,
        authority=authority,
        first_handling=plan.first_handling,
        next_update=plan.next_update,
        resolution=plan.resolution,
        repeat=plan.repeat,
        nobody_on_duty=plan.nobody_on_duty,
        suppressed=reason(plan.suppressed, language) if plan.suppressed else "",
        faq=plan.faq,
    )


def _words(plan: Plan, levels: list[LevelView], language: Language) -> list[str]:
    """Why, who and by when, and what happens at the end of the ladder."""
    english = language == "en"
    why = [reason(r, language) for r in (*plan.reasons, *([plan.suppressed] if plan.suppressed else []))]
    if not levels:
        return why
    handling, solved, told = (span(x, language) for x in (plan.first_handling, plan.resolution, plan.next_update))
    if english:
        clocks = f"First handling within {handling}, resolution within {solved}"
        last = (
            f"All levels are asked {plan.repeat + 1} times, then the catch-all" if plan.repeat else "Then the catch-all"
        )
    else:
        clocks = f"一次対応は{handling}以内、解決は{solved}以内"
        last = f"全段を{plan.repeat + 1}回、その後は最終担当者に連絡" if plan.repeat else "その後は最終担当者に連絡"
    if told:
        clocks += f", an update every {told}" if english else f"、経過報告は{told}ごと"
    hold = "When nobody is on duty, it waits for the next shift" if english else "当番がいない時間は、次の当番まで待つ"
    return [*why, *(x.text for x in levels), last, clocks, *([hold] if plan.nobody_on_duty == "hold" else [])]


def _level(levels: tuple[Level, ...], number: int, track: Track, language: Language) -> LevelView:
    level = levels[number - 1]
    before = span(levels[number - 2].first_response, language) if number > 1 else ""
    who, how, within = (
        called(level.targets, language),
        by(level.channels, language),
        span(level.first_response, language),
    )
    decides, everybody = track is Track.AUTHORITY, level.acknowledge == "all"
    if language == "en":
        when = f" (after {before} without an answer)" if before else ""
        text = f"{'Authority, level' if decides else 'Level'} {number}{when}: {who} by {how}, answer within {within}"
        text += ", everybody has to answer" if everybody else ""
    else:
        when = f"（{before}応答がなければ）" if before else ""
        text = f"{'判断・' if decides else ''}第{number}段{when}：{who}に{how}で連絡、{within}以内に応答"
        text += "（全員の応答が必要）" if everybody else ""
    return LevelView(
        level=number,
        text=text,
        channels=level.channels,
        first_response=level.first_response,
        acknowledge=level.acknowledge,
    )
