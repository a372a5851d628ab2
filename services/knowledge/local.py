"""The day of the organisation: by its zone articles end, are looked at again and are counted, and not by UTC."""

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from services.knowledge.settings import Settings
from shared.runtime.clock import Clock
from shared.runtime.service import Process


class Local(Clock):
    """The instants of another clock, told in a zone: `now().date()` is the day there."""

    def __init__(self, clock: Clock, zone: ZoneInfo) -> None:
        super().__init__()
        self._clock, self._zone = clock, zone

    def now(self) -> datetime:
        """The present instant, in the zone."""
        return self._clock.now().astimezone(self._zone)


def zone_of(process: Process) -> ZoneInfo:
    """The zone of the organisation."""
    assert isinstance(process.settings, Settings)
    return ZoneInfo(process.settings.zone)


def local(process: Process) -> Process:
    """The same process, with a clock that tells the organisation's day."""
    return replace(process, clock=Local(process.clock, zone_of(process)))
