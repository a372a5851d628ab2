"""The levels of each priority: going up, not repeating themselves, and loud enough for a P1."""

from collections.abc import Iterator
from itertools import pairwise

from services.router.domain.policies.findings import Check, Finding, Place
from services.router.domain.policies.labels import ROLES
from services.router.domain.policies.lint.known import Known
from services.router.domain.policies.policy import AUTHORITY, Policy, PriorityRow, Step
from shared.contracts.vocabulary import Channel, Priority

SAME = Check(
    "level-repeats", "warning",
    "{priority} の段階 {number} は一つ前の段階と同じです", "level {number} of {priority} equals the one before",
    "段階を消すか、相手か連絡手段を変えてください。同じ人にくり返すなら repeat を使います",
    "remove the level, or change its targets or channels; to ask again, use repeat",
)  # fmt: skip
SAME_TRACK = Check(
    "authority-repeats-level", "warning",
    "{priority} の authority の最初の段階は、levels の最初の段階と同じ相手です", "the first authority level of {priority} asks the same as its first level",
    "authority から消すか、別の役割にしてください", "remove it from authority, or name another part",
)  # fmt: skip
DOWN = Check(
    "ladder-goes-down", "warning",
    "{priority} の段階 {number} は、前の段階より権限の低い{role}に下がります", "level {number} of {priority} goes down to the {role}, who may decide less than the level before",
    "現場リーダー → 管理者 → 責任者の順にしてください", "use the order leader → manager → responsible person",
)  # fmt: skip
QUIET = Check(
    "p1-without-phone", "warning", "P1 の段階 {number} に電話がありません", "level {number} of P1 has no phone",
    "channels に phone を加えてください", "add phone to channels",
)  # fmt: skip
LATER = Check(
    "p1-not-now", "error", "P1 の負荷レベルが {load} です。すぐに連絡されません", "P1 has load {load}: nobody is told at once",
    "P1 の load は 1 にしてください", "make the load of P1 1",
)  # fmt: skip
HOLD = Check(
    "p1-holds", "warning", "P1 が次の当番まで待ちます（nobody_on_duty: hold）", "P1 waits for the next shift (nobody_on_duty: hold)",
    "P1 は catch_all にしてください", "use catch_all for P1",
)  # fmt: skip


def lint(policy: Policy, known: Known) -> Iterator[Finding]:
    """The findings of this family."""
    for priority, row in policy.priorities.items():
        place: Place = ("priorities", priority.value)
        for track, steps in (("levels", row.levels), ("authority", row.authority)):
            for number, (before, after) in enumerate(pairwise(steps), 2):
                if _same(before, after):
                    yield SAME.at((*place, track, number - 1), priority=priority.value, number=number)
        if row.authority and set(row.authority[0].targets) == set(row.levels[0].targets):
            yield SAME_TRACK.at((*place, "authority", 0), priority=priority.value)
        yield from _down(place, row, priority)
    if (p1 := policy.priorities.get(Priority.P1)) is not None:
        yield from _urgent(p1)


def _same(before: Step, after: Step) -> bool:
    return (set(before.targets), before.channels, before.acknowledge) == (
        set(after.targets),
        after.channels,
        after.acknowledge,
    )


def _down(place: Place, row: PriorityRow, priority: Priority) -> Iterator[Finding]:
    highest = -1
    for number, step in enumerate(row.levels, 1):
        ranks = [AUTHORITY.index(t.role) for t in step.targets if t.role in AUTHORITY]
        if ranks and max(ranks) < highest:
            role = ROLES[AUTHORITY[max(ranks)]]
            yield DOWN.at((*place, "levels", number - 1), priority=priority.value, number=number, role=role)
        highest = max([highest, *ranks])


def _urgent(row: PriorityRow) -> Iterator[Finding]:
    place: Place = ("priorities", "P1")
    for track, steps in (("levels", row.levels), ("authority", row.authority)):
        for number, step in enumerate(steps, 1):
            if Channel.PHONE not in (step.channels or row.channels):
                yield QUIET.at((*place, track, number - 1, "channels"), number=number)
    if row.load != 1:
        yield LATER.at((*place, "load"), load=row.load)
    if row.nobody_on_duty == "hold":
        yield HOLD.at((*place, "nobody_on_duty"))
