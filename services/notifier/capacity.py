"""What each provider can take now: its rate, its own wish to be left alone, and whether it fails too often to be asked."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from prometheus_client import Gauge

from services.notifier.channels.channel import Card
from services.notifier.domain.result import Accepted, Ambiguous, Permanent, Result, Retryable

FAILURES = 5  # in a row, then a provider is left alone for a while
FIRST_REST, LONGEST_REST = 10.0, 120.0  # seconds, doubling
FORESIGHT = 10.0  # seconds for which turns are given out; who is told later to come again has none yet
OPEN = Gauge("tasuki_notify_provider_resting", "1 while a provider is left alone because it fails", ["provider"])


@dataclass
class _Provider:
    tokens: float  # below zero: so many turns are given out
    filled_at: float
    turns: dict[UUID, float] = field(default_factory=dict)  # message → when it is to come again, and is taken
    failures: int = 0
    rests_until: float = 0.0
    rest: float = FIRST_REST
    asked_until: float = 0.0

    def forget_turns(self, before: float) -> None:
        """Forget turns of messages that did not come again, having been withdrawn or sent by another process."""
        while self.turns and next(iter(self.turns.values())) < before:
            del self.turns[next(iter(self.turns))]


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

    def wait(self, name: str, urgent: bool, id_: UUID) -> float:
        """Seconds until it takes this message; 0 takes it now. What is urgent never waits for a rate.

        Each that waits is given a turn of its own, so that they do not all come again for one place.
        """
        now, state, rate = self._clock(), self._state[name], self._cards[name].rate
        state.tokens = min(state.tokens + (now - state.filled_at) * rate.per_second, rate.burst)
        state.filled_at = now
        state.forget_turns(now - FORESIGHT)
        turn = state.turns.pop(id_, None)
        if urgent or (turn is not None and turn <= now):
            state.tokens -= turn is None
            return 0.0
        if turn is not None:
            state.turns[id_] = turn
            return turn - now
        if state.asked_until > now:
            return state.asked_until - now
        wait = max((1 - state.tokens) / rate.per_second, 0.0)
        if wait > FORESIGHT:
            return FORESIGHT
        state.tokens -= 1
        if wait:
            state.turns[id_] = now + wait
        return wait

    def told(self, name: str, result: Result) -> None:
        """Learn from what came of a send."""
        now, state = self._clock(), self._state[name]
        match result:
            case Accepted() | Permanent(scope="target"):
                state.failures, state.rest, state.rests_until = 0, FIRST_REST, 0.0
            case Retryable(after=after) if after:
                state.asked_until = now + after
                state.tokens = min(state.tokens + len(state.turns), 1.0)  # afterwards they come one after the other
                state.turns.clear()
            case Retryable() | Ambiguous() | Permanent():
                state.failures += 1
        if state.failures >= FAILURES and now >= state.rests_until:
            state.rests_until, state.rest = now + state.rest, min(state.rest * 2, LONGEST_REST)
        OPEN.labels(name).set(now < state.rests_until)
