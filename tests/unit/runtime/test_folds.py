"""Folds: what is remembered of texts serves two readers who must not be mixed up, and what is read back was said before."""

import json
from typing import Any
from uuid import UUID, uuid4

import pytest

from shared.contracts import envelope
from shared.contracts import events as e
from shared.contracts.case import evolve
from shared.runtime import folds
from tests.unit.contracts import story


def test_what_was_stored_and_cannot_be_read_is_still_no_event_of_the_log() -> None:
    body = '{"case_id": "c", "by": 7}'
    said = {"id": str(uuid4()), "at": "2026-11-29T00:00:00+00:00", "type": e.CaseNoted.type, "body": body}
    row: Any = {"state": None, "pending": json.dumps([said]), "since": None}
    (kept,) = folds._fold("c", row).pending
    assert isinstance(kept.event, e.Strange)
    with pytest.raises(envelope.Unreadable):
        folds.decode(e.CaseNoted.type, body.encode())


SAID = (story.assigned(1), story.breached(), story.acknowledged())
IDS = tuple(UUID(int=number) for number in range(len(SAID)))
OTHER, LATER = e.CaseFollowed(case_id=story.CASE, by=story.by(story.YAMADA), follower=story.YAMADA), UUID(int=99)


def told(*read: tuple[e.Event, UUID, int]) -> tuple[Any, Any]:
    """A case of which a service has said three things, having read these back: what the log tells, and what it stands at."""
    fold = folds.Fold("c").read(story.submitted(), UUID(int=50), story.at(0))
    for number, event in enumerate(SAID):
        fold = fold.say(event, IDS[number], story.at(number))
    for event, id_, minute in read:
        fold = fold.read(event, id_, story.at(minute))
    return fold.told, fold.case


@pytest.mark.parametrize(
    "read",
    [
        [],
        [(SAID[0], IDS[0], 0)],
        [(SAID[0], IDS[0], 0), (SAID[1], IDS[1], 1), (SAID[2], IDS[2], 2)],
        [(OTHER, LATER, 1), (SAID[0], IDS[0], 0)],
        [(SAID[0], IDS[0], 0), (OTHER, LATER, 1), (SAID[1], IDS[1], 1)],
        [(SAID[1], IDS[1], 1), (SAID[0], IDS[0], 0)],
        [(SAID[0], IDS[0], 7)],
        [(story.assigned(1, person=story.YAMADA), IDS[0], 0)],
    ],
)
def test_what_is_read_back_makes_of_a_case_what_the_log_says(read: list[tuple[e.Event, UUID, int]]) -> None:
    case = evolve(None, story.submitted(), story.at(0))
    for event, _, minute in read:
        case = evolve(case, event, story.at(minute))
    log = case
    for number in range(len(SAID)):
        if IDS[number] not in {id_ for _, id_, _ in read}:
            case = evolve(case, SAID[number], story.at(number))
    assert told(*read) == (log, case)


def test_what_comes_back_as_it_was_said_is_not_worked_out_again() -> None:
    fold = folds.Fold("c", evolve(None, story.submitted(), story.at(0))).say(SAID[0], IDS[0], story.at(0))
    assert fold.read(SAID[0], IDS[0], story.at(0)).told is fold.case
