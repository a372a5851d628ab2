"""The journal: after a crash at any moment it says honestly how far a call had come."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.journal import KEPT, Call, Journal, fold
from shared.contracts.call import CallOrder, CallReport

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
ORDER = CallOrder(to="+819000000101", speech="案件 ①㈱髙﨑🔥\u2028です", report="http://127.0.0.1:1/r")


def report(sequence: int, event: str, **more: object) -> CallReport:
    return CallReport.model_validate({"call_id": "n-1", "event": event, "at": NOW, "sequence": sequence, **more})


@contextmanager
def opened(folder: Path, now: datetime = NOW) -> Iterator[Journal]:
    """A journal as a new process opens it."""
    journal = Journal(folder / "calls.jsonl", now)
    yield journal
    journal.close()


STEPS: tuple[Callable[[Journal], Any], ...] = (
    lambda j: j.place(Call("n-1", ORDER, NOW)),
    lambda j: j.dialled(j.calls["n-1"]),
    lambda j: j.said(report(1, "ringing")),
    lambda j: j.said(report(2, "answered")),
    lambda j: j.told(report(1, "ringing")),
    lambda j: j.said(report(3, "key", key="1", times=1)),
    lambda j: j.told(report(2, "answered")),
    lambda j: j.said(report(4, "ended", code="completed", outcome="completed", times=1)),
)
STATES = (None, "queued", "dialling", "ringing", "answered", "answered", "answered", "answered", "ended")


@pytest.mark.parametrize("steps", range(len(STEPS) + 1))
def test_a_new_process_knows_what_the_last_one_wrote(tmp_path: Path, steps: int) -> None:
    with opened(tmp_path) as journal:
        for step in STEPS[:steps]:
            step(journal)
    for _ in range(2):  # shortening loses nothing
        with opened(tmp_path) as again:
            assert (again.calls["n-1"].state if steps else None) == STATES[steps]
            assert again.calls == journal.calls


@given(st.integers(min_value=0))
def test_a_journal_cut_anywhere_is_a_journal_of_less(at: int) -> None:
    whole = _lines()
    cut = "\n".join(whole).encode()
    calls = fold(cut[: at % (len(cut) + 1)].decode("utf-8", "replace").split("\n"))
    assert set(calls) <= {"n-1"}
    if calls:
        assert calls["n-1"].sequence <= 4


@given(
    st.lists(
        st.text(max_size=60) | st.sampled_from(["{}", "[]", "null", '{"told": 1}', '{"said": {}}', '{"dialled": "x"}'])
    )
)
def test_foreign_lines_change_nothing(junk: list[str]) -> None:
    whole = _lines()
    mixed = [line for pair in zip(whole, [*junk, *[""] * len(whole)], strict=False) for line in pair]
    assert fold(mixed) == fold(whole)


def test_a_torn_last_line_does_not_swallow_the_next(tmp_path: Path) -> None:
    path = tmp_path / "calls.jsonl"
    with opened(tmp_path) as first:
        STEPS[0](first)
    path.write_bytes(path.read_bytes() + b'{"dialled": "n-')
    with opened(tmp_path) as second:
        assert second.calls["n-1"].state == "queued"
        STEPS[1](second)
    with opened(tmp_path) as third:
        assert third.calls["n-1"].state == "dialling"


def test_old_calls_are_forgotten_but_not_while_somebody_waits_for_a_report(tmp_path: Path) -> None:
    later = NOW + KEPT + timedelta(seconds=1)
    with opened(tmp_path) as journal:
        for step in STEPS:
            step(journal)
    with opened(tmp_path, later) as kept:
        assert set(kept.calls["n-1"].untold) == {3, 4}
        kept.told(report(3, "key"))
        kept.told(report(4, "ended"))
    with opened(tmp_path, later) as empty:
        assert empty.calls == {}
    assert b"n-1" not in (tmp_path / "calls.jsonl").read_bytes()


def test_what_was_said_leaves_the_disk_once_a_call_is_over_and_told(tmp_path: Path) -> None:
    other, file = ORDER.model_copy(update={"speech": "別の内容"}), tmp_path / "calls.jsonl"
    with opened(tmp_path) as journal:
        for step in STEPS:
            step(journal)
        journal.forget(NOW)
        assert ORDER.speech in file.read_text()  # nobody has taken note of its end
        journal.told(report(3, "key"))
        journal.told(report(4, "ended"))
        for _ in range(2):
            journal.forget(NOW)
            assert ORDER.speech not in file.read_text()
            assert (journal.calls["n-1"].is_of(ORDER), journal.calls["n-1"].is_of(other)) == (True, False)
        journal.place(Call("n-2", ORDER, NOW))
    with opened(tmp_path) as again:
        assert again.calls == journal.calls
        assert (again.calls["n-1"].is_of(ORDER), again.calls["n-1"].is_of(other)) == (True, False)
        assert again.calls["n-2"].order == ORDER


def _lines() -> list[str]:
    call = Call("n-1", ORDER, NOW)
    reports = [report(1, "ringing"), report(2, "answered"), report(3, "key", key="1"), report(4, "ended", code="x")]
    said = [f'{{"said": {r.model_dump_json()}}}' for r in reports]
    return [
        f'{{"placed": "{call.id}", "order": {ORDER.model_dump_json()}, "at": "{NOW.isoformat()}"}}',
        '{"dialled": "n-1"}',
        *said,
    ]
