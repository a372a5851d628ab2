"""The troubles a provider can be told to have, per channel, counted or until cleared."""

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any

CHANNELS = ("phone", "chat", "email", "ticket")
AFTER = ("timeout-after-accept", "late")  # accepted; the answer never comes, or comes late
TRANSPORT = ("429", "500", *AFTER, "slow", "down")
HTTP = (*TRANSPORT, "timeout-before-accept", "html", "huge")  # what every other HTTP provider can be told to do
CALL = ("busy", "no-answer", "voicemail", "failed")
KINDS = {
    "phone": CALL + TRANSPORT,
    "chat": TRANSPORT,
    "ticket": TRANSPORT,
    "email": ("451", "550", *AFTER, "slow", "down", "bounce"),
}


def allow(name: str, kinds: tuple[str, ...]) -> None:
    """Let a provider have these troubles."""
    KINDS[name] = kinds


def channel_name(given: str | None) -> str | None:
    """The channel's one name; `mail` is understood as well."""
    return "email" if given == "mail" else given


@dataclass
class Fault:
    """One trouble: `count` left (None = until cleared), `to` a part of the recipient (empty = everybody), `seconds` the
    Retry-After of 429, the delay of slow and late, and the ring time of no-answer."""

    channel: str
    kind: str
    count: int | None = None
    to: str = ""
    seconds: float = 1.0
    id: int = field(default=0)

    def __post_init__(self) -> None:
        self.channel = channel_name(self.channel) or ""
        if self.channel not in KINDS:
            raise ValueError(f"channel must be one of {', '.join(KINDS)}, not {self.channel!r}")
        if self.kind not in KINDS[self.channel]:
            raise ValueError(f"a fault of {self.channel} is one of {', '.join(KINDS[self.channel])}, not {self.kind!r}")
        if self.count is not None and self.count < 1:
            raise ValueError("count must be at least 1, or null for until cleared")
        if not 0 <= self.seconds <= 600:
            raise ValueError("seconds must be between 0 and 600")

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


class Faults:
    """The faults that are set, in the order they were set."""

    def __init__(self, changed: Callable[[], None]) -> None:
        self.active: list[Fault] = []
        self._changed = changed
        self._next = 0

    def set(self, fault: Fault) -> Fault:
        if len(self.active) >= 200:
            raise ValueError("200 faults are set already; clear some")
        self._next += 1
        fault.id = self._next
        self.active.append(fault)
        self._changed()
        return fault

    def clear(self, channel: str | None = None, id: int | None = None) -> None:
        """Clear one fault by id, those of one channel, or all."""
        channel = channel_name(channel)
        self.active = [
            f
            for f in self.active
            if (id is not None and f.id != id) or (id is None and channel not in (None, f.channel))
        ]
        self._changed()

    def take(self, channel: str, to: str, kinds: tuple[str, ...]) -> Fault | None:
        """The first fault of these kinds that fits, counted down; None when all is well."""
        for fault in self.active:
            if fault.channel == channel and fault.kind in kinds and fault.to in to:
                if fault.count is not None:
                    fault.count -= 1
                    if fault.count == 0:
                        self.active.remove(fault)
                    self._changed()
                return fault
        return None
