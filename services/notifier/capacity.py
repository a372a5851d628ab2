"""What each provider can take now: its rate, its own wish to be left alone, and whether it fails too often to be asked."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from prometheus_client import Gauge

from services.notifier.channels.channel import Card
from services.notifier.domain.result import Accepted, Ambiguous, Permanent, Result, Retryable

FAILURES = 5  # in a row, then a provider is left alone for a while
FIRST_REST, LONGEST_REST = 10.0, 120.0  # seconds, doubling
OPEN = Gauge("tasuki_notify_provider_resting", "1 while a provider is left alone because it fails", ["provider"])


@dataclass
class _Provider:
    tokens: float
    filled_at: float
    failures: int = 0
    rests_until: float = 0.0
    rest: float = FIRST_REST
    asked_until: float = 0.0


class Capacity:
    """One for each process; what several processes take together is bounded by what the provider itself refuses."""

    def __init__(self, cards: Mapping[str, Card], clock: Callable[[], float] = time.monotonic) -> None:
        self._cards = cards
        self._clock = clock
        self._state = {name: _Provider(card.rate.burst, clock()) for name, card in cards.items()}

    def works(self, name: str) -> bool:
        """Whether it may be asked: it has not failed too often, or has rested long enough."""
        return self._clock() >= self._state[name].rests_until

    def rest(self, name: str) -> float:
        """Seconds for which it is left alone; 0 while it works."""
        return max(self._state[name].rests_until - self._clock(), 0.0)

    def wait(self, name: str, urgent: bool) -> float:
        """Seconds until it takes another message; 0 takes one now. What is urgent never waits for a rate."""
        now, state, rate = self._clock(), self._state[name], self._cards[name].rate
        state.tokens = min(state.tokens + (now - state.filled_at) * rate.per_second, rate.burst)
        state.filled_at = now
        short = 0.0 if state.tokens >= 1 else (1 - state.tokens) / rate.per_second
        wait = max(short, state.asked_until - now, 0.0)
        if urgent or wait <= 0:
            state.tokens -= 1
            return 0.0
        return wait

    def told(self, name: str, result: Result) -> None:
        """Learn from what came of a send."""
        now, state = self._clock(), self._state[name]
        match result:
            case Accepted() | Permanent(scope="target"):
                state.failures, state.rest, state.rests_until = 0, FIRST_REST, 0.0
            case Retryable(after=after) if after:
                state.asked_until = now + after
            case Retryable() | Ambiguous() | Permanent():
                state.failures += 1
        if state.failures >= FAILURES and now >= state.rests_until:
            state.rests_until, state.rest = now + state.rest, min(state.rest * 2, LONGEST_REST)
        OPEN.labels(name).set(now < state.rests_until)
