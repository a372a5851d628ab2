"""`python -m services.router.trial`: replays or reviews finished cases beside the router, so that no page waits for it.

Reads one line of JSON that says what to do, then one fold a line; writes one line of JSON when the input ends.
"""

import gc
import os
import sys
from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ValidationError

from services.router.domain.climb.in_force import InForce
from services.router.domain.duty.attendance import Attendance
from services.router.domain.policies.policy import Policy
from services.router.domain.trial.past import Archived
from services.router.domain.trial.replay import Replay
from services.router.domain.trial.review import Reassessment, Review
from services.router.domain.trial.tally import Tally

POLITE = 5  # gives way to everything that serves people


class Task(BaseModel):
    """What to do: compare a `draft` with the policy in force, or without one review the policy in force."""

    version: int
    in_force: Policy
    attendance: Attendance
    draft: Policy | None = None
    most: int = 100
    since: datetime
    until: datetime
    reassessments: tuple[Reassessment, ...] = ()

    @property
    def what(self) -> Literal["replay", "review"]:
        """The work."""
        return "review" if self.draft is None else "replay"


def main() -> int:
    """Do it."""
    os.nice(POLITE)
    source = sys.stdin.buffer
    task = Task.model_validate_json(source.readline())
    now = InForce(task.version, task.in_force, task.attendance)
    gc.disable()  # short-lived, and nothing here holds itself
    if task.draft is None:
        review = Review(now, task.since, task.until, task.reassessments)
        for line in source:
            if (case := _case(line)) is not None:
                review.add(case)
        sys.stdout.buffer.write(review.result().model_dump_json().encode())
        return 0
    replay = Replay(InForce(task.version + 1, task.draft, task.attendance), now)
    tally = Tally(task.most, now.policy.calendar_of("").zone)
    for line in source:
        case = _case(line)
        tally.add(replay.compare(case) if case is not None else None)
    sys.stdout.buffer.write(tally.result().model_dump_json().encode())
    return 0


def _case(line: bytes) -> Archived | None:
    """A finished case; nothing for a fold of an old form that can no longer be read."""
    try:
        return Archived.model_validate_json(line)
    except ValidationError:
        return None


if __name__ == "__main__":
    sys.exit(main())
