"""What a process remembers of texts serves two readers, of whom one must never be told what the other made of them."""

import json
from typing import Any
from uuid import uuid4

import pytest

from shared.contracts import envelope
from shared.contracts import events as e
from shared.runtime import folds


def test_what_was_stored_and_cannot_be_read_is_still_no_event_of_the_log() -> None:
    body = '{"case_id": "c", "by": 7}'
    said = {"id": str(uuid4()), "at": "2026-11-29T00:00:00+00:00", "type": e.CaseNoted.type, "body": body}
    row: Any = {"state": None, "pending": json.dumps([said]), "since": None}
    (kept,) = folds._fold("c", row).pending
    assert isinstance(kept.event, e.Strange)
    with pytest.raises(envelope.Unreadable):
        folds.decode(e.CaseNoted.type, body.encode())
