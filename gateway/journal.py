"""What happened to every call, on the disk before it is told to anybody, so that "was it placed?" has an honest answer."""

import contextlib
import errno
import hashlib
import json
import os
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from shared.contracts.call import WAIT_SECONDS, CallOrder, CallReport, CallState, CallView

KEPT = timedelta(days=2)
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")


@dataclass
class Call:
    """One call: its order, how far it has come, and what nobody has taken note of yet (by sequence).

    It is given up when no line takes it up within `wait`; none outlives the process that was to call.
    """

    id: str
    order: CallOrder
    placed_at: datetime
    wait: timedelta = timedelta(seconds=WAIT_SECONDS)
    state: CallState = "queued"
    sequence: int = 0
    times: int = 0
    last: CallReport | None = None
    untold: dict[int, CallReport] = field(default_factory=dict)

    @property
    def over(self) -> bool:
        """Whether nothing more will happen in it."""
        return self.state in ("ended", "interrupted")

    def view(self) -> CallView:
        """The call as it is shown."""
        ended = self.last if self.over else None
        code, outcome = (ended.code, ended.outcome) if ended else ("", "")
        key = next((told.key for told in reversed(self.untold.values()) if told.key), "")
        return CallView(
            id=self.id, state=self.state, code=code, outcome=outcome, untold_key=key, placed_at=self.placed_at
        )

    def is_of(self, order: CallOrder) -> bool:
        """Whether this is the order that was given."""
        return self.order in (order, hushed(order))

    def hears(self, report: CallReport) -> None:
        """Take in one report."""
        self.sequence, self.times = report.sequence, max(self.times, report.times)
        self.last = report
        self.untold[report.sequence] = report
        if report.event == "ended":
            self.state = "interrupted" if report.outcome == "interrupted" else "ended"
        elif report.event != "key":
            self.state = report.event


def hushed(order: CallOrder) -> CallOrder:
    """An order without what was to be said: its digest tells whether another one is the same."""
    if _DIGEST.fullmatch(order.speech):
        return order
    digest = hashlib.sha256(order.speech.encode()).hexdigest()
    return order.model_copy(update={"speech": f"sha256:{digest}"})


def fold(lines: Iterable[str]) -> dict[str, Call]:
    """Read the journal; a line that was torn by a crash, or is none of ours, is passed over."""
    calls: dict[str, Call] = {}
    for line in lines:
        with contextlib.suppress(ValueError, KeyError, TypeError, RecursionError, ValidationError):
            _take(calls, json.loads(line))
    return calls


def _take(calls: dict[str, Call], told: dict[str, Any]) -> None:
    match told:
        case {"placed": str(id_), "order": order, "at": at}:
            calls.setdefault(id_, Call(id_, CallOrder.model_validate(order), datetime.fromisoformat(at)))
        case {"dialled": str(id_)}:
            calls[id_].state = "dialling"
        case {"said": said}:
            report = CallReport.model_validate(said)
            calls[report.call_id].hears(report)
        case {"told": str(id_), "sequence": int(sequence)}:
            calls[id_].untold.pop(sequence, None)


class Journal:
    """JSON lines in one file, each on the disk when it is written down. Raises OSError when it cannot be."""

    def __init__(self, path: Path, now: datetime) -> None:
        """Read what is there, forget what is old, and go on writing."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path = path
        self.calls = fold(self._lines())
        self._file = path.open("ab", buffering=0)
        self._torn = True  # the last line, by a crash or a full disk; it is ended before the next
        self.forget(now)

    def place(self, call: Call) -> None:
        """Write down that a call is going to be made."""
        self._append({"placed": call.id, "order": call.order.model_dump(), "at": call.placed_at.isoformat()})
        self.calls[call.id] = call

    def dialled(self, call: Call) -> None:
        """Write down that it begins now: from here on it may ring."""
        self._append({"dialled": call.id})
        call.state = "dialling"

    def said(self, report: CallReport) -> None:
        """Write down what happened in it."""
        self._append({"said": report.model_dump(mode="json")})
        self.calls[report.call_id].hears(report)

    def told(self, report: CallReport) -> None:
        """Write down that the report was taken note of, or that nobody will."""
        self._append({"told": report.call_id, "sequence": report.sequence})
        self.calls[report.call_id].untold.pop(report.sequence, None)

    def forget(self, now: datetime) -> None:
        """Let go of calls that nobody asks for any more, and of what was said in those that are over, on the disk as well."""
        settled = [c for c in self.calls.values() if c.over and not c.untold]
        for call in settled:
            call.order = hushed(call.order)
            if call.placed_at < now - KEPT:
                del self.calls[call.id]
        self._rewrite()

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _append(self, told: dict[str, Any]) -> None:
        line = b"\n" * self._torn + json.dumps(told, ensure_ascii=False).encode() + b"\n"
        self._torn = True
        if self._file.write(line) < len(line):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(self._path))
        os.fsync(self._file.fileno())
        self._torn = False

    def _lines(self) -> list[str]:
        return self._path.read_text("utf-8", "replace").split("\n") if self._path.exists() else []

    def _rewrite(self) -> None:
        """Put a file in place that tells of the calls that are known, and go on writing there."""
        shorter = self._path.with_suffix(".new")
        with contextlib.ExitStack() as failing:
            file = failing.enter_context(shorter.open("wb", buffering=0))
            kept = b"".join(self._kept(line) for line in self._lines())
            if file.write(kept) < len(kept):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(shorter))
            os.fsync(file.fileno())
            shorter.replace(self._path)
            failing.pop_all()
        self._file.close()
        self._file, self._torn = file, False
        folder = os.open(self._path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def _kept(self, line: str) -> bytes:
        """A line as it stands in the file from now on; nothing when it tells of no known call."""
        with contextlib.suppress(ValueError, TypeError, AttributeError, KeyError, RecursionError):
            told = json.loads(line)
            id_ = told.get("placed") or told.get("dialled") or told.get("told") or told["said"]["call_id"]
            if "placed" in told:
                told["order"] = self.calls[id_].order.model_dump()
                line = json.dumps(told, ensure_ascii=False)
            if id_ in self.calls:
                return line.encode("utf-8", "replace") + b"\n"
        return b""
