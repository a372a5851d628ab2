"""What is wrong with a policy although it fits the schema. Errors refuse it; warnings and hints are shown."""

from collections.abc import Callable, Collection, Iterable

from services.router.domain.policies.findings import Finding
from services.router.domain.policies.lint import deadlines, ladders, matrix, names, reach, rules
from services.router.domain.policies.lint.known import Known
from services.router.domain.policies.policy import Policy

__all__ = ["Known", "lint"]

Family = Callable[[Policy, Known], Iterable[Finding]]
# Which sections each family reads: where one of them does not fit the schema, it waits until that has been mended.
_WHO = frozenset({"people", "teams", "schedules", "calendars", "calendar", "default_team", "catch_all", "owner"})
_ALL = _WHO | {"priorities", "rules"}
FAMILIES: tuple[tuple[Family, frozenset[str]], ...] = (
    (matrix.lint, frozenset({"matrix", "priorities"})),
    (deadlines.lint, frozenset({"priorities", "calendars", "calendar", "teams"})),
    (ladders.lint, frozenset({"priorities"})),
    (names.unknown, _WHO),
    (names.lint, _ALL),
    (names.rules_twice, frozenset({"rules"})),
    (reach.lint, _ALL),
    (rules.lint, frozenset({"rules", "matrix"})),
)


def lint(policy: Policy, known: Known = Known(), unfit: Collection[str] = ()) -> list[Finding]:
    """All findings. `unfit` are the sections that did not fit the schema and hold something else."""
    return [
        finding
        for family, needs in FAMILIES
        if not needs & set(unfit)
        for finding in family(policy, known)
    ]  # fmt: skip
