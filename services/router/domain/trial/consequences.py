"""What a change of attendance means for who is on duty, in words: who takes over when, and what is left uncovered."""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from services.router.domain.climb import lineup
from services.router.domain.climb.in_force import InForce
from services.router.domain.duty.schedule import Holder, Part
from services.router.domain.duty.shifts import Shift, shifts
from services.router.domain.policies import labels
from services.router.domain.times import moments
from shared.contracts.plan import Person, Reason

AHEAD = timedelta(days=92)
MOST = 10  # sentences of a kind; the others are counted
UNCHANGED = Reason(ja="当番に変わりはありません。", en="Nobody's duty changes.")
PENDING = Reason(ja="相手が承諾するまで、当番は変わりません。", en="Nobody's duty changes until the other accepts.")


@dataclass(frozen=True)
class Consequences:
    """Sentences: what changes, and what somebody should look after."""

    said: tuple[Reason, ...]
    warnings: tuple[Reason, ...]


@dataclass(frozen=True)
class _Change:
    since: datetime
    until: datetime
    was: Person | None
    new: Person | None
    why: Reason


def consequences(
    before: InForce, after: InForce, person: str, since: datetime, until: datetime | None, now: datetime
) -> Consequences:
    """What is different within [since, until) wherever `person` may be asked; of the past and of more than 92 days nothing."""
    since = max(since, now)
    until = min(until or since + AHEAD, since + AHEAD)
    said, warnings = list[Reason](), list[Reason]()
    for holder, name, zone in _parts(after):
        if all(person not in _names(force, holder, since, until) for force in (before, after)):
            continue
        for change in _changes(before, after, holder, since, until):
            when = moments.span(change.since, change.until, zone, now)
            if change.new is not None:
                said.append(_takes_over(when, name, change.new, change.why))
            else:
                then = lineup.nobody(after, holder, change.since, now)
                warnings.append(Reason(ja=f"{when.ja} の{name.ja}：{then.ja}", en=f"{when.en}, {name.en}: {then.en}"))
    if person == after.policy.catch_all and _there(before, person, since) and not _there(after, person, since):
        warnings.append(_last(after.catch_all))
    return Consequences(_bounded(said or ([] if warnings else [UNCHANGED])), _bounded(warnings))


def _parts(force: InForce) -> Iterator[tuple[Holder, Reason, ZoneInfo]]:
    """Every schedule, and every part that one person plays always, with its name and zone."""
    for id_, schedule in force.policy.schedules.items():
        name = schedule.name or id_
        yield Part(schedule=id_), Reason(ja=f"「{name}」", en=name), ZoneInfo(schedule.zone)
    zone = ZoneInfo(force.policy.calendar_of("").zone)
    for team in force.policy.teams.values():
        for role, holder in team.roles.items():
            if holder.person:
                part = labels.ROLES[role]
                yield holder, Reason(ja=f"「{team.name}」の{part.ja}", en=f"{part.en} of {team.name}"), zone


def _names(force: InForce, holder: Holder, since: datetime, until: datetime) -> set[str]:
    """Everybody who may be named for a part at some time within [since, until)."""
    known, schedule = force.attendance, holder.schedule
    people = {holder.person} - {""}
    people |= {p for layer in force.duties.layers.get(schedule, ()) for p in layer.rotation.people}
    people |= {x.person for x in known.overrides_of.get(schedule, ())}
    people |= {x.other for x in known.swaps_of.get(schedule, ())}
    return known.with_substitutes(people, since, until)


def _changes(before: InForce, after: InForce, holder: Holder, since: datetime, until: datetime) -> list[_Change]:
    """When the answer is another than before, in order; the same one after the other is one."""
    was = shifts(before.duties, before.attendance, holder, since, until)
    new = shifts(after.duties, after.attendance, holder, since, until)
    found: list[_Change] = []
    for begins, ends in pairwise(sorted({at for shift in (*was, *new) for at in (shift.since, shift.until)})):
        old, now = _at(was, begins), _at(new, begins)
        if old.person == now.person:
            continue
        change = _Change(begins, ends, old.person, now.person, now.reason)
        if found and found[-1].until == begins and (found[-1].new, found[-1].why) == (change.new, change.why):
            change = _Change(found[-1].since, ends, old.person, now.person, now.reason)
            found.pop()
        found.append(change)
    return found


def _at(found: tuple[Shift, ...], at: datetime) -> Shift:
    return found[bisect_right(found, at, key=lambda shift: shift.since) - 1]


def _there(force: InForce, person: str, at: datetime) -> bool:
    return person in force.attendance.there(person, at)


def _takes_over(when: Reason, name: Reason, person: Person, why: Reason) -> Reason:
    return Reason(
        ja=f"{when.ja} の{name.ja}は {person.name} さんになります（{why.ja}）。",
        en=f"{when.en}, {name.en}: {person.name} ({why.en}).",
    )


def _last(person: Person) -> Reason:
    return Reason(
        ja=f"{person.name} さんは最終担当者です。不在の間も、ほかにだれもいなければ連絡が届きます。",
        en=f"{person.name} is the catch-all, and is asked while away too when nobody else is left.",
    )


def _bounded(said: list[Reason]) -> tuple[Reason, ...]:
    more = len(said) - MOST
    return (
        tuple(said) if more <= 0 else (*said[:MOST], Reason(ja=f"ほかに {more} か所あります。", en=f"And {more} more."))
    )
