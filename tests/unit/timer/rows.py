"""The table of deadlines in memory, as a fake for decisions; `tests/integration/timer/test_rows.py` holds it to PostgreSQL."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeAlias

from services.timer.domain.deadlines import Clock
from shared.contracts.vocabulary import DeadlineName, Priority

Key: TypeAlias = tuple[str, str]


@dataclass(frozen=True)
class Row:
    """A clock, and what was said of it."""

    clock: Clock
    warn_at: datetime | None
    fired: bool = False
    said: int = 0
    again_at: datetime | None = None

    @property
    def wakes_at(self) -> datetime:
        return min(self.clock.fire_at, self.warn_at or self.clock.fire_at)


@dataclass
class Rows:
    """What the statements of `queries.sql` do, one method each."""

    rows: dict[Key, Row] = field(default_factory=dict)

    def sync(self, case_id: str, clocks: Mapping[DeadlineName, Clock]) -> None:
        for key in [key for key in self.rows if key[0] == case_id and key[1] not in clocks]:
            del self.rows[key]
        for clock in clocks.values():
            known = self.rows.get((case_id, clock.name.value))
            if known is None or known.clock.generation < clock.generation:
                self.rows[case_id, clock.name.value] = Row(clock, clock.warn_at)

    def confirm(self, case_id: str, name: str, generation: int) -> None:
        row = self.rows.get((case_id, name))
        if row and row.fired and row.clock.generation == generation:
            self.rows[case_id, name] = replace(row, again_at=None)

    def next_at(self) -> datetime | None:
        return min((row.wakes_at for row in self.rows.values() if not row.fired), default=None)

    def unconfirmed(self) -> int:
        return sum(row.again_at is not None for row in self.rows.values())

    def take(self, now: datetime, shares: Mapping[Priority, int], again_at: datetime) -> list[Row]:
        taken = []
        for priority, most in shares.items():
            due = [
                row
                for row in self.rows.values()
                if row.clock.priority is priority and not row.fired and row.wakes_at <= now
            ]
            for row in sorted(due, key=lambda row: row.wakes_at)[:most]:
                fired = row.clock.fire_at <= now
                new = replace(row, fired=fired, said=int(fired), again_at=again_at if fired else None, warn_at=None)
                self.rows[row.clock.case_id, row.clock.name.value] = new
                taken.append(new)
        return taken

    def take_unconfirmed(self, now: datetime) -> list[Row]:
        late = [row for row in self.rows.values() if row.again_at is not None and row.again_at <= now]
        return sorted(late, key=lambda row: row.again_at or now)

    def said_again(self, moments: Iterable[tuple[str, str, datetime | None]]) -> None:
        for case_id, name, again_at in moments:
            row = self.rows[case_id, name]
            self.rows[case_id, name] = replace(row, said=row.said + 1, again_at=again_at)
