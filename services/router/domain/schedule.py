"""Who is on duty: rotations by wall clock, absences, substitutes of substitutes, and always somebody in the end."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from services.router.domain.policy import Absence, Holder, Policy, Rotation
from shared.contracts.plan import Person, Reason


def turn(rotation: Rotation, now: datetime) -> int:
    """How many hand-overs have happened by `now`; before `start` it is 0.

    Hand-overs are at one wall-clock time. Comparing instants makes one that falls into a gap happen at the next existing
    instant, and one that comes twice happen once.
    """
    zone = ZoneInfo(rotation.zone)
    first = (
        rotation.start.replace(tzinfo=None)
        if rotation.start.tzinfo is None
        else rotation.start.astimezone(zone).replace(tzinfo=None)
    )
    guess = (now.astimezone(zone).replace(tzinfo=None) - first) // timedelta(days=rotation.days)

    def starts(index: int) -> datetime:
        return (first + timedelta(days=rotation.days * index)).replace(tzinfo=zone).astimezone(UTC)

    while starts(guess + 1) <= now:
        guess += 1
    while guess > 0 and starts(guess) > now:
        guess -= 1
    return max(guess, 0)


def on_duty(policy: Policy, holder: Holder, now: datetime) -> tuple[Person, Reason]:
    """The person who is asked for a part at `now`, and why; the catch-all when nobody else is there."""
    if holder.person:
        return _present(policy, [holder.person], now, Reason(ja="担当者", en="in charge"))
    rotation = policy.schedules.get(holder.schedule)
    if rotation is None:
        return _present(policy, [], now, Reason(ja="当番", en="on duty"))
    index = turn(rotation, now) % len(rotation.people)
    order = [*rotation.people[index:], *rotation.people[:index]]
    return _present(policy, order, now, Reason(ja="当番", en="on duty"))


def _present(policy: Policy, order: list[str], now: datetime, why: Reason) -> tuple[Person, Reason]:
    """The first of `order` who is there, or who stands in for them, following substitutes without going in circles."""
    for wanted in order:
        seen: list[str] = []
        id_ = wanted
        while id_ and id_ not in seen:
            seen.append(id_)
            absence = _absence(policy, id_, now)
            person = policy.person(id_)
            if absence is None and person is not None:
                return person, _said(policy, seen, order, why)
            id_ = absence.substitute if absence else ""
    person = policy.person(policy.catch_all) or Person(id=policy.catch_all, name=policy.catch_all)
    return person, Reason(ja="対応できる人がいないため最終担当者", en="nobody else is available: catch-all")


def _absence(policy: Policy, id_: str, now: datetime) -> Absence | None:
    return next((a for a in policy.absences if a.person == id_ and a.since <= now < a.until), None)


def _said(policy: Policy, seen: list[str], order: list[str], why: Reason) -> Reason:
    wanted, found = seen[0], seen[-1]
    away = policy.person(order[0])
    name = away.name if away else order[0]
    if found != wanted and wanted == order[0]:
        return Reason(ja=f"{name} さん不在のため代理", en=f"stands in for {name}, who is away")
    if wanted != order[0]:
        return Reason(ja=f"{name} さん不在のため次の当番", en=f"next on duty, as {name} is away")
    return why
