"""What people tell beside the policy: absences, overrides, presence and swaps of shifts; looked up per instant."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Literal, TypeVar

State = Literal["available", "telework", "busy", "off"]
SwapState = Literal["offered", "accepted", "declined", "cancelled"]
_T = TypeVar("_T")


@dataclass(frozen=True)
class Absence:
    """Somebody who is away from `since` to `until` (not included), and who stands in."""

    id: str
    person: str
    since: datetime
    until: datetime
    substitute: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Override:
    """`person` is on duty in a schedule, whoever else would be; also when nobody else would be."""

    id: str
    schedule: str
    person: str
    since: datetime
    until: datetime
    reason: str = ""


@dataclass(frozen=True)
class Presence:
    """What somebody says of themselves from `since` (always, when left out) to `until` (until they say otherwise).

    Only "off" takes them out of what they are asked; the others are shown.
    """

    person: str
    state: State
    until: datetime | None = None
    note: str = ""
    since: datetime | None = None


@dataclass(frozen=True)
class Swap:
    """`asker` asks `other` to take their shifts in a schedule; once accepted, it holds wherever the asker has the turn."""

    id: str
    schedule: str
    asker: str
    other: str
    since: datetime
    until: datetime
    state: SwapState = "offered"


@dataclass(frozen=True)
class Attendance:
    """All of it; of several that hold at once, the last one given counts."""

    absences: tuple[Absence, ...] = ()
    overrides: tuple[Override, ...] = ()
    presences: tuple[Presence, ...] = ()
    swaps: tuple[Swap, ...] = ()

    @cached_property
    def absences_of(self) -> dict[str, list[Absence]]:
        """Absences by person."""
        return _by(self.absences, "person")

    @cached_property
    def presence_of(self) -> dict[str, list[Presence]]:
        """What somebody said of themselves, by person."""
        return _by(self.presences, "person")

    @cached_property
    def overrides_of(self) -> dict[str, list[Override]]:
        """Overrides by schedule."""
        return _by(self.overrides, "schedule")

    @cached_property
    def swaps_of(self) -> dict[str, list[Swap]]:
        """Accepted swaps by schedule, in the order given."""
        return _by(tuple(swap for swap in self.swaps if swap.state == "accepted"), "schedule")

    def override(self, schedule: str, now: datetime) -> Override | None:
        """The override that holds in a schedule at an instant."""
        return next((x for x in reversed(self.overrides_of.get(schedule, ())) if x.since <= now < x.until), None)

    def taken_by(self, schedule: str, person: str, now: datetime) -> str:
        """Who has the shift of a person after all swaps: one given on is followed, one given back too."""
        for swap in self.swaps_of.get(schedule, ()):
            if swap.asker == person and swap.since <= now < swap.until:
                person = swap.other
        return person

    def presence(self, person: str, now: datetime) -> Presence | None:
        """What somebody says of themselves at an instant."""
        return next((x for x in reversed(self.presence_of.get(person, ())) if _says(x, now)), None)

    def there(self, person: str, now: datetime) -> Iterator[str]:
        """The person when there, else those who stand in, and for whom of them is away too the next; nobody twice."""
        waiting, seen = [person], set[str]()
        while waiting:
            id_ = waiting.pop(0)
            if id_ in seen:
                continue
            seen.add(id_)
            away = [x for x in self.absences_of.get(id_, ()) if x.since <= now < x.until]
            said = self.presence(id_, now)
            if not away and (said is None or said.state != "off"):
                yield id_
            waiting += [x.substitute for x in reversed(away) if x.substitute]

    def with_substitutes(self, people: set[str], since: datetime, until: datetime) -> set[str]:
        """The people and all who may stand in for them at some time within [since, until)."""
        found, waiting = set(people), list(people)
        while waiting:
            away = (x for x in self.absences_of.get(waiting.pop(), ()) if x.since < until and since < x.until)
            new = {x.substitute for x in away} - found - {""}
            found |= new
            waiting += new
        return found


def _says(presence: Presence, now: datetime) -> bool:
    return (presence.since is None or presence.since <= now) and (presence.until is None or now < presence.until)


def _by(items: tuple[_T, ...], name: str) -> dict[str, list[_T]]:
    found: dict[str, list[_T]] = defaultdict(list)
    for item in items:
        found[getattr(item, name)].append(item)
    return dict(found)
