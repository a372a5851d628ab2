"""What somebody is told of what others did about their duty: one quiet message, for nobody looks at a page all day."""

from datetime import datetime
from zoneinfo import ZoneInfo

from services.router.domain.duty.attendance import Absence, Override, Swap
from services.router.domain.duty.schedule import Duties
from services.router.domain.times import moments
from shared.contracts.events import DutyDigest
from shared.contracts.plan import Person, Reason


def of_swap(duties: Duties, swap: Swap, now: datetime) -> DutyDigest:
    """Who is asked for a swap hears of it, and of it being taken back; who asked hears the answer."""
    when, name, asker, other = *_of(duties, swap, now), duties.name(swap.asker), duties.name(swap.other)
    match swap.state:
        case "offered":
            said = Reason(
                ja=f"{asker} さんから、{when.ja} の「{name}」の交代を頼まれています。「当番」の画面で、承諾するか断るかを返事してください。返事があるまで、当番は変わりません。",
                en=f"{asker} asks you to take their shift in {name}, {when.en}. Please accept or decline on the page “On duty”; nothing changes until you do.",
            )
        case "accepted":
            said = Reason(
                ja=f"{other} さんが、{when.ja} の「{name}」の交代を承諾しました。この時間の当番は {other} さんです。",
                en=f"{other} takes your shift in {name}, {when.en}.",
            )
        case "declined":
            said = Reason(
                ja=f"{other} さんは、{when.ja} の「{name}」の交代を引き受けられないとのことです。当番は変わりません。",
                en=f"{other} cannot take your shift in {name}, {when.en}; it stays yours.",
            )
        case "cancelled":
            said = Reason(
                ja=f"{asker} さんが、{when.ja} の「{name}」の交代の依頼を取り消しました。返事は要りません。",
                en=f"{asker} no longer asks you to take their shift in {name}, {when.en}.",
            )
    to = swap.other if swap.state in ("offered", "cancelled") else swap.asker
    return _digest(duties, to, swap.schedule, said)


def of_override(duties: Duties, override: Override, by: Person, over: bool, now: datetime) -> DutyDigest | None:
    """Who is put on duty, or (`over`) no longer is, hears of it unless they did it themselves."""
    if by.id == override.person:
        return None
    when, name, who = *_of(duties, override, now), by.name or by.id
    said = Reason(
        ja=f"{who} さんが、{when.ja} の「{name}」の臨時の当番にあなたを登録しました。",
        en=f"{who} has put you on duty in {name}, {when.en}.",
    )
    if over:
        said = Reason(
            ja=f"{who} さんが、{when.ja} の「{name}」の臨時の当番からあなたを外しました。",
            en=f"{who} has taken you off duty in {name}, {when.en}.",
        )
    return _digest(duties, override.person, override.schedule, said)


def of_absence(duties: Duties, absence: Absence, by: Person, over: bool, now: datetime) -> DutyDigest | None:
    """Who is named to stand in, or (`over`) need not any more, hears of it unless they did it themselves."""
    if not absence.substitute or absence.substitute == by.id:
        return None
    calendar = duties.calendars.get(duties.calendar)
    when = moments.span(absence.since, absence.until, ZoneInfo(calendar.zone if calendar else "UTC"), now)
    who, away = by.name or by.id, duties.name(absence.person)
    said = Reason(
        ja=f"{who} さんが、{when.ja} に不在の {away} さんの代理としてあなたを登録しました。この間、{away} さんへの依頼はあなたに届きます。都合がつかないときは、{who} さんに伝えてください。",
        en=f"{who} has named you to stand in for {away}, who is away {when.en}: what {away} is asked then comes to you. If you cannot, please tell {who}.",
    )
    if over:
        said = Reason(
            ja=f"{who} さんが、{when.ja} の {away} さんの不在を取り消しました。代理は要らなくなりました。",
            en=f"{who} has taken back that {away} is away, {when.en}: you need not stand in any more.",
        )
    return _digest(duties, absence.substitute, "", said)


def _of(duties: Duties, thing: Swap | Override, now: datetime) -> tuple[Reason, str]:
    """When it is, in the zone of its schedule, and how that is called."""
    known = duties.schedules.get(thing.schedule)
    zone = ZoneInfo(known.zone if known else "UTC")
    return moments.span(thing.since, thing.until, zone, now), known.name or thing.schedule if known else thing.schedule


def _digest(duties: Duties, person: str, schedule: str, said: Reason) -> DutyDigest:
    to = duties.people.get(person) or Person(id=person, name=person)
    return DutyDigest(cause="shift", person=to, schedule=schedule, cases=(), reasons=(said,))
