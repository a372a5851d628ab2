"""The disk of the gateway is full for a while: what cannot be written down is not lost, and nothing stops for good."""

import resource
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from gateway.exchange import Exchange
from gateway.journal import Call, Journal
from gateway.reports import Reports
from gateway.settings import Settings
from gateway.speech import Voice
from shared.contracts.call import CallOrder
from shared.runtime.clock import Clock
from shared.runtime.settings import Secret

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
ORDER = CallOrder(to="sip:a@127.0.0.1", speech="案件 ①㈱髙﨑🔥です", report="http://127.0.0.1:1/r")


@contextmanager
def full(path: Path, room: int = 0) -> Iterator[None]:
    """No file grows further than this one and so many bytes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (path.stat().st_size + room, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize("room", [0, 7, 60])
def test_a_line_that_a_full_disk_has_torn_costs_none_of_the_others(tmp_path: Path, room: int) -> None:
    path = tmp_path / "calls.jsonl"
    journal = Journal(path, NOW)
    journal.place(Call("n-1", ORDER, NOW))
    with full(path, room), pytest.raises(OSError, match=r"too large|No space left"):
        journal.place(Call("n-2", ORDER, NOW))
    assert journal.calls.keys() == {"n-1"}
    journal.place(Call("n-3", ORDER, NOW))
    journal.close()
    again = Journal(path, NOW)
    assert again.calls.keys() == {"n-1", "n-3"}
    again.close()


class Later(Clock):
    """A clock that is put forward."""

    ahead = timedelta()

    def now(self) -> datetime:
        return NOW + self.ahead


@asynccontextmanager
async def exchange(folder: Path, clock: Clock) -> AsyncIterator[tuple[Exchange, list[bytes]]]:
    """One whose line is up, and what the notifier is told."""
    settings = Settings(gateway_token=Secret("x"), gateway_signing_secret=Secret("whsec_eA=="), gateway_data=folder)
    told: list[bytes] = []

    def take(request: httpx.Request) -> httpx.Response:
        told.append(request.content)
        return httpx.Response(204)

    journal = Journal(folder / "calls.jsonl", NOW)
    async with httpx.AsyncClient(transport=httpx.MockTransport(take)) as http:
        reports = Reports(journal, http, settings.gateway_signing_secret, clock)
        made = Exchange(settings, journal, reports, Voice(folder / "sounds"), clock)
        made.lines[0].up = True
        yield made, told
        await reports.close()
    journal.close()


async def test_a_call_for_which_there_was_no_line_is_given_up_once_that_can_be_written_down(tmp_path: Path) -> None:
    clock = Later()
    async with exchange(tmp_path, clock) as (made, told):
        call, _ = made.place("n-1", ORDER, timedelta(seconds=20))
        clock.ahead = timedelta(seconds=21)
        with full(tmp_path / "calls.jsonl"), pytest.raises(OSError, match=r"too large|No space left"):
            await made.expire()
        assert not call.over
        await made.expire()
        await made.expire()
        assert call.over
        assert [report.code for report in call.untold.values()] == ["no-line"] or len(told) == 1
