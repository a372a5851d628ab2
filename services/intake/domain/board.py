"""The board of cases: what of a case stands there, what needs a human first, and what a filter leaves."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import Literal, TypeAlias, cast
from urllib.parse import urlencode

from services.intake.domain import access, answered, versions, view
from services.intake.domain.access import Facts
from shared.contracts.case import RESPONSE, Case
from shared.contracts.plan import Person
from shared.contracts.vocabulary import DeadlineName, DeadlineState, Path, Priority, Status, Track

Whose: TypeAlias = Literal["", "me", "none"]
LONGEST = 200  # characters of what is searched for
NEVER = datetime(9999, 1, 1, tzinfo=UTC)
_RESPONSES = {name: track for track, name in RESPONSE.items()}


@dataclass(frozen=True, slots=True)
class Item:
    """What the board knows of a case, in no language. `breached` is a promise that was not kept and still counts."""

    id: str
    number: int
    headline: str
    status: Status
    priority: Priority | None
    path: Path | None
    team: str
    level: int
    owner: Person | None
    offered: Person | None
    asked: tuple[Person, ...]
    waiting: str
    linked: bool
    deadline: DeadlineName | None
    due: datetime | None
    breached: DeadlineName | None
    created_at: datetime
    words: str
    version: str
    facts: Facts
    deciders: frozenset[str] = frozenset()  # who is asked to decide, and for nothing else
    undecided: frozenset[str] = frozenset()  # those of them whose answer still counts

    @property
    def is_open(self) -> bool:
        """Whether it is not done."""
        return self.status is not Status.DONE

    @property
    def is_unowned(self) -> bool:
        """Whether nobody has it, and it is not handled as another case."""
        return self.is_open and self.owner is None and not self.linked

    def asks(self, person: str) -> Literal["", "take", "know"]:
        """What the board asks of somebody who may take it: to take it, to say that they know of it, or nothing."""
        offered = self.offered is not None and self.offered.id == person
        if person in self.deciders and not offered:
            return "know" if person in self.undecided else ""
        return "take" if self.is_unowned or self.offered else ""

    def is_late(self, now: datetime) -> bool:
        """Whether a promise is broken now."""
        return self.is_open and (self.breached is not None or (self.due is not None and self.due < now))


@dataclass(frozen=True)
class Wanted:
    """A filter, as the address of the board has it; what is empty is not asked."""

    team: str = ""
    priority: str = ""
    status: str = ""
    who: Whose = ""
    late: str = ""
    q: str = ""

    def query(self, **changed: str) -> str:
        """The address after the question mark, with some of it changed."""
        values = {field.name: getattr(self, field.name) for field in fields(self)} | changed
        return urlencode({name: value for name, value in values.items() if value})


def item(case: Case) -> Item:
    """What the board shows of a case."""
    due, deciders = view.next_deadline(case), answered.deciders(case)
    return Item(
        id=case.id,
        number=case.submitted.number,
        headline=case.submitted.report.headline,
        status=case.status,
        priority=case.plan.priority if case.plan else None,
        path=case.plan.path if case.plan else None,
        team=case.plan.team if case.plan else "",
        level=case.level,
        owner=case.owner,
        offered=case.offered,
        asked=tuple(r.person for r in case.pending),
        waiting=case.waiting,
        linked=bool(case.linked),
        deadline=due.name if due else None,
        due=due.due if due else None,
        breached=_breached(case),
        created_at=case.submitted_at,
        words=folded(_words(case)),
        version=versions.version(case),
        facts=access.facts(case),
        deciders=deciders,
        undecided=deciders.difference(case.authority.acknowledged) if case.authority.awaiting else frozenset(),
    )


def wanted(given: Mapping[str, str]) -> Wanted:
    """Read a filter; what is not one of the choices is not asked."""

    def one(name: str, *choices: str) -> str:
        return given.get(name, "") if given.get(name) in choices else ""

    plain = {name: given.get(name, "").replace("\x00", "").strip() for name in ("team", "q")}
    return Wanted(
        team=plain["team"][:100],
        priority=one("priority", *Priority),
        status=one("status", *Status),
        who=cast(Whose, one("who", "me", "none")),
        late=one("late", "1"),
        q=plain["q"][:LONGEST],
    )


def fits(one: Item, asked: Wanted, me: str, now: datetime) -> bool:
    """Whether a case is among those that are asked for."""
    owner = one.owner.id if one.owner else ""
    mine = me == owner or (one.offered is not None and one.offered.id == me)
    return (
        (one.status == asked.status if asked.status else one.is_open)
        and (not asked.team or one.team == asked.team)
        and (not asked.priority or one.priority == asked.priority)
        and (asked.who != "me" or mine)
        and (asked.who != "none" or one.is_unowned)
        and (not asked.late or one.is_late(now))
        and folded(asked.q) in one.words
    )


def rank(one: Item, now: datetime) -> tuple[int, str, datetime, int]:
    """What needs a human next comes first: late with nobody on it, late, with nobody on it, under way, waiting, linked.

    Among what is late or free a more important case goes before one that is due earlier.
    """
    group = _group(one, now)
    urgent = one.priority or "" if group < 3 else ""
    return group, urgent, one.due or NEVER, one.number


def _group(one: Item, now: datetime) -> int:
    if one.linked:
        return 5
    if one.is_late(now):
        return 0 if one.is_unowned else 1
    if one.is_unowned:
        return 2
    return 4 if one.waiting else 3


def folded(text: str) -> str:
    """The form in which text is compared: one width, one case."""
    return unicodedata.normalize("NFKC", text).casefold()


def _words(case: Case) -> str:
    report = case.submitted.report
    owner = case.owner.name if case.owner else ""
    return "\n".join((str(case.submitted.number), report.headline, report.facts[:1000], report.customer.company, owner))


def _breached(case: Case) -> DeadlineName | None:
    """A missed answer counts until somebody answers; any other promise until the case is done or has a new one."""
    for deadline in case.deadlines.values():
        track = _RESPONSES.get(deadline.name)
        answered = track is not None and not case.asking(track).awaiting
        settled = answered and not (track is Track.HANDLING and case.owner is None)
        if deadline.state is DeadlineState.BREACHED and not settled:
            return deadline.name
    return None
