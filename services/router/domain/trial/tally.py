"""What a replay comes to: totals, and the cases that change most, in words."""

import heapq
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from services.router.domain import wording
from services.router.domain.trial.replay import Compared, Side
from shared.contracts.plan import Person, Reason
from shared.contracts.vocabulary import DeadlineName, Priority

_WEIGHT = {Priority.P1: 8, Priority.P2: 4, Priority.P3: 2, Priority.P4: 1}


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True)


class Pair(_Part):
    """Something counted really, and by the draft."""

    before: int = 0
    after: int = 0


class PersonWoken(_Part):
    """One person: calls, and those of them at night (22:00–7:00)."""

    person: Person
    calls: Pair
    at_night: Pair


class Told(_Part):
    """One call."""

    person: Person
    at: datetime
    night: bool


class SideShown(_Part):
    """What became of a case, on one side."""

    priority: Priority
    team: str
    suppressed: bool
    load: int
    calls: tuple[Told, ...]
    breached: tuple[DeadlineName, ...]


class Changed(_Part):
    """One case that the draft would have treated otherwise."""

    case_id: str
    number: int
    headline: str
    submitted_at: datetime
    before: SideShown
    after: SideShown
    what: tuple[Reason, ...]


class Replayed(_Part):
    """Everything that a replay found. `uncompared`: clocks whose real course is not known from the archive."""

    zone: str
    cases: int
    passed_over: Annotated[int, Field(description="Cases that were never planned, or stand in a form no longer read")]
    changed: int
    calls: Pair
    at_night: Pair
    people: tuple[PersonWoken, ...]
    calls_by_priority: dict[Priority, Pair]
    avoided: dict[DeadlineName, int]
    caused: dict[DeadlineName, int]
    uncompared: Annotated[int, Field(description="Clocks whose real course the archive does not tell")]
    priority_changed: int
    team_changed: int
    suppressed_now: int
    no_longer_suppressed: int
    worst: tuple[Changed, ...]


@dataclass
class Tally:
    """Takes one case after the other; keeps the `most` that change for the worst."""

    most: int = 100
    zone: str = "UTC"  # of the reader
    cases: int = 0
    passed_over: int = 0
    changed: int = 0
    uncompared: int = 0
    moved: Counter[str] = field(default_factory=Counter)
    avoided: Counter[DeadlineName] = field(default_factory=Counter)
    caused: Counter[DeadlineName] = field(default_factory=Counter)
    calls: Counter[tuple[int, str, bool]] = field(default_factory=Counter)  # side, person, at night
    by_priority: Counter[tuple[int, Priority]] = field(default_factory=Counter)
    people: dict[str, Person] = field(default_factory=dict)
    _worst: list[tuple[float, int, Compared]] = field(default_factory=list)

    def add(self, found: Compared | None) -> None:
        """Count one case; one that could not be compared is counted as such."""
        if found is None:
            self.passed_over += 1
            return
        before, after = found.before, found.after
        self.cases += 1
        self.uncompared += sum(d not in found.known for d in found.case.deadlines if d is not DeadlineName.NEXT_UPDATE)
        self.avoided.update(found.avoided)
        self.caused.update(found.caused)
        self.moved["priority"] += before.priority is not after.priority
        self.moved["team"] += before.team != after.team
        self.moved["suppressed"] += after.suppressed and not before.suppressed
        self.moved["unsuppressed"] += before.suppressed and not after.suppressed
        for n, side in enumerate((before, after)):
            for call in side.calls:
                self.people.setdefault(call.person.id, call.person)
                self.calls[n, call.person.id, call.night] += 1
                self.by_priority[n, side.priority] += 1
        if (weight := _weight(found)) is not None:
            self.changed += 1
            item = (weight, -self.changed, found)  # of equals the newest, which come in first, are kept
            heapq.heappush(self._worst, item) if len(self._worst) < self.most else heapq.heappushpop(self._worst, item)

    def result(self) -> Replayed:
        """All of it."""
        people = [
            PersonWoken(person=p, calls=self._calls(id_, False, True), at_night=self._calls(id_, True))
            for id_, p in self.people.items()
        ]
        return Replayed(
            zone=self.zone,
            cases=self.cases,
            passed_over=self.passed_over,
            changed=self.changed,
            calls=_sum(p.calls for p in people),
            at_night=_sum(p.at_night for p in people),
            people=tuple(sorted(people, key=lambda p: (-p.at_night.after, -p.calls.after, p.person.id))),
            calls_by_priority={
                p: Pair(before=self.by_priority[0, p], after=self.by_priority[1, p])
                for p in Priority
                if self.by_priority[0, p] or self.by_priority[1, p]
            },
            avoided=dict(self.avoided),
            caused=dict(self.caused),
            uncompared=self.uncompared,
            priority_changed=self.moved["priority"],
            team_changed=self.moved["team"],
            suppressed_now=self.moved["suppressed"],
            no_longer_suppressed=self.moved["unsuppressed"],
            worst=tuple(_shown(found) for _, _, found in sorted(self._worst, key=lambda x: x[:2], reverse=True)),
        )

    def _calls(self, id_: str, *nights: bool) -> Pair:
        before, after = (sum(self.calls[n, id_, night] for night in nights) for n in (0, 1))
        return Pair(before=before, after=after)


def _sum(pairs: Iterable[Pair]) -> Pair:
    found = list(pairs)
    return Pair(before=sum(p.before for p in found), after=sum(p.after for p in found))


def _weight(found: Compared) -> float | None:
    """How much a case changes for the worse; nothing when it stays as it was."""
    before, after = found.before, found.after
    nights = sum(c.night for c in after.calls) - sum(c.night for c in before.calls)
    same = (before.priority, before.team, before.suppressed) == (after.priority, after.team, after.suppressed)
    who = [c.person.id for c in before.calls] != [c.person.id for c in after.calls]
    if same and not who and not nights and not found.avoided and not found.caused:
        return None
    urgent = _WEIGHT[min(before.priority, after.priority)]
    worse = 10 * len(found.caused) + 20 * (after.suppressed and not before.suppressed) + 3 * max(nights, 0)
    return urgent * worse - 2 * len(found.avoided) + (len(after.calls) - len(before.calls)) / 10


def _shown(found: Compared) -> Changed:
    submitted = found.case.submitted
    return Changed(
        case_id=found.case.id,
        number=submitted.number,
        headline=submitted.report.headline,
        submitted_at=found.case.submitted_at,
        before=_side(found.before),
        after=_side(found.after),
        what=tuple(_words(found)),
    )


def _side(side: Side) -> SideShown:
    return SideShown(
        priority=side.priority,
        team=side.team,
        suppressed=side.suppressed,
        load=side.load,
        calls=tuple(Told(person=c.person, at=c.at, night=c.night) for c in side.calls),
        breached=tuple(sorted(side.breached)),
    )


def _words(found: Compared) -> Iterable[Reason]:
    before, after = found.before, found.after
    if after.suppressed and not before.suppressed:
        yield Reason(ja="だれも呼び出さなくなります。", en="Nobody would be called any more.")
    if before.suppressed and not after.suppressed:
        yield Reason(ja="呼び出すようになります。", en="People would be called now.")
    if before.priority is not after.priority:
        moved = f"{before.priority} → {after.priority}"
        yield Reason(ja=f"優先度: {moved}", en=f"Priority: {moved}")
    if before.team != after.team:
        yield Reason(ja=f"チーム: {before.team} → {after.team}", en=f"Team: {before.team} → {after.team}")
    for name in sorted(found.caused):
        ja, en = wording.DEADLINE[name]
        yield Reason(ja=f"{ja}に間に合わなくなります。", en=f"The deadline for {en} would be missed.")
    for name in sorted(found.avoided):
        ja, en = wording.DEADLINE[name]
        yield Reason(ja=f"{ja}に間に合います。", en=f"The deadline for {en} would be met.")
    new, gone = _names(after, before), _names(before, after)
    if new:
        yield Reason(ja=f"新たに電話: {'、'.join(new)}", en=f"Called now: {', '.join(new)}")
    if gone:
        yield Reason(ja=f"電話しなくなる: {'、'.join(gone)}", en=f"No longer called: {', '.join(gone)}")
    nights = tuple(sum(c.night for c in side.calls) for side in (before, after))
    if nights[0] != nights[1]:
        yield Reason(ja=f"夜間の電話: {nights[0]} 回 → {nights[1]} 回", en=f"Calls at night: {nights[0]} → {nights[1]}")


def _names(some: Side, others: Side) -> list[str]:
    known = {c.person.id for c in others.calls}
    return list(dict.fromkeys(c.person.name for c in some.calls if c.person.id not in known))
