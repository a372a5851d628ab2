"""What was foreseen, step by step and in words."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from services.router.domain import wording
from services.router.domain.climb.asking import IN_THE_DIGEST
from services.router.domain.climb.in_force import InForce
from services.router.domain.times.duration import Duration
from services.router.domain.trial.foresight import Foresight, Moment
from shared.contracts import events as e
from shared.contracts.plan import Person, Reason
from shared.contracts.vocabulary import Channel, DeadlineName, Status, Track

WEEKLY = 3  # the load of which people are told once a week, and not one by one
BY_DIGEST = Reason(ja="週次のまとめでお知らせします", en="told in the weekly digest")
SUBMITTED = Reason(ja="報告を受け付けます。", en="The report is taken in.")
ASKED_ALREADY = Reason(ja="すでに応答を待っているため、ほかの人は呼びません。", en="An answer is waited for already, so nobody else is called.")  # fmt: skip
NOBODY = Reason(ja="だれも呼び出しません。", en="Nobody is called.")
DEEDS = {
    e.CaseAcknowledged: ("{0} さんが引き受けます。", "{0} says “I have it”."),
    e.CaseStarted: ("{0} さんが対応を始めます。", "{0} begins to work on it."),
    e.CaseNoted: ("{0} さんが経過を書きます。", "{0} writes how it stands."),
    e.CaseResolved: ("{0} さんが完了にします。", "{0} resolves it."),
}
ENDS = {
    "nobody_asked": Reason(ja="案件ルールにより、だれも呼び出さずに終わります。", en="By rule, nobody is called and it ends here."),
    "resolved": Reason(ja="完了したため、ここで終わります。", en="It is resolved and ends here."),
    "catch_all": Reason(
        ja="だれも応答しないため、最終担当者への連絡が繰り返されます（ここでは 2 回まで示します）。",
        en="Nobody answers, so the catch-all is asked again and again (shown twice here).",
    ),
    "quiet": Reason(ja="動いている期限がなくなりました。", en="No deadline runs any more."),
    "horizon": Reason(ja="調べる時間の範囲はここまでです。", en="This is as far ahead as was looked."),
    "steps": Reason(ja="50 段階まで示しました。", en="Fifty steps are shown."),
}  # fmt: skip


@dataclass(frozen=True)
class Told:
    """Somebody who is asked: from when on, by what, why; `again` when they are being called for this case already."""

    person: Person
    track: Track
    level: int
    channels: tuple[Channel, ...]
    at: datetime
    held: bool
    again: bool
    digest: bool
    reason: Reason


@dataclass(frozen=True)
class Due:
    """A deadline that begins to run, and what it is counted from."""

    name: DeadlineName
    due: datetime
    reason: Reason


@dataclass(frozen=True)
class Step:
    """One thing that happens."""

    at: datetime
    what: Reason
    told: tuple[Told, ...]
    deadlines: tuple[Due, ...]
    status: Status


def steps(force: InForce, seen: Foresight) -> list[Step]:
    """The moments in words, the local time of the default calendar where a time is named."""
    zone = ZoneInfo(force.policy.calendar_of("").zone)
    weekly = seen.plan.load == WEEKLY
    return [
        Step(m.at, _what(m), tuple(told(m, weekly)), tuple(_deadlines(m, zone)), m.case.status) for m in seen.moments
    ]


def told(moment: Moment, weekly: bool) -> list[Told]:
    """Who is asked in a moment; what the weekly digest tells at first climbs by pages."""
    return [
        Told(
            r.person,
            x.track,
            x.level,
            x.channels,
            x.not_before or moment.at,
            x.not_before is not None,
            bool(r.paged_in),
            digest,
            BY_DIGEST if digest else r.reason,
        )
        for x in moment.assigned
        for digest in (weekly and x.cause in IN_THE_DIGEST and x.not_before is not None,)
        for r in x.responders
    ]


def _what(moment: Moment) -> Reason:
    """What happens, and what follows from it."""
    return joined((_happened(moment), *_followed(moment)))


def joined(parts: tuple[Reason, ...]) -> Reason:
    """Several sentences as one text."""
    return Reason(ja="".join(p.ja for p in parts), en=" ".join(p.en for p in parts))


def _happened(moment: Moment) -> Reason:
    match moment.event:
        case None:
            return wording.HANDED_OVER_SHIFT
        case e.CaseSubmitted():
            plan = moment.case.plan
            reasons = plan.reasons if plan else ()
            return joined((SUBMITTED, *(Reason(ja=f"{r.ja}。", en=f"{r.en}.") for r in reasons)))
        case e.DeadlineBreached(name=name):
            ja, en = wording.DEADLINE[name]
            return Reason(ja=f"{ja}を過ぎます。", en=f"The deadline for {en} passes.")
        case e.CaseAcknowledged(by=by) | e.CaseStarted(by=by) | e.CaseNoted(by=by) | e.CaseResolved(by=by):
            ja, en = DEEDS[type(moment.event)]
            return Reason(ja=ja.format(by.name or by.id), en=en.format(by.name or by.id))
        case _:
            return Reason(ja=moment.event.type, en=moment.event.type)


def _followed(moment: Moment) -> list[Reason]:
    """Who is asked next in words, and that the levels are used up."""
    found = [x.reasons[0] for x in moment.said if isinstance(x, e.EscalationExhausted)]
    for x in moment.assigned:
        ja = "、".join(f"{r.person.name} さん" for r in x.responders)
        en = ", ".join(r.person.name for r in x.responders)
        know = x.track is Track.AUTHORITY
        found.append(
            Reason(
                ja=f"{ja}に{'判断を' if know else '対応を'}依頼します。",
                en=f"{en} {'has to know and decide' if know else 'is asked to take it'}.",
            )
        )
        if x.not_before is not None:
            found.append(x.reasons[-1])
    if not found and isinstance(moment.event, e.DeadlineBreached):
        found.append(ASKED_ALREADY if moment.case.handling.awaiting else NOBODY)
    return found


def _deadlines(moment: Moment, zone: ZoneInfo) -> list[Due]:
    sets = [
        d for x in moment.said if isinstance(x, e.EscalationAssigned | e.EscalationRescheduled) for d in x.deadlines
    ]
    return [Due(d.name, d.due, _counted(d, zone)) for d in sets]


def _counted(d: e.DeadlineSet, zone: ZoneInfo) -> Reason:
    """From when and how long a clock counts."""
    ja, en = wording.DEADLINE[d.name]
    since = (d.since or d.due).astimezone(zone)
    business = bool(d.span) and Duration.parse(d.span).business
    return Reason(
        ja=f"{ja}: {since:%m/%d %H:%M} から {d.span}{'（営業時間だけを数えます）' if business else ''}",
        en=f"{en}: {d.span} from {since:%m-%d %H:%M}{' (business hours only)' if business else ''}",
    )
