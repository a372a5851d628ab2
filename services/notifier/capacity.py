"""What each provider can take now: its rate, its own wish to be left alone, and whether it fails too often to be asked."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from prometheus_client import Gauge

from services.notifier.channels.channel import Card
from services.notifier.domain.notification import URGENT
from services.notifier.domain.result import Accepted, Ambiguous, Permanent, Result, Retryable

FAILURES = 5  # in a row, then a provider is left alone for a while
FIRST_REST, LONGEST_REST = 10.0, 120.0  # seconds, doubling
LONGEST_WAIT = 10.0  # seconds after which a message that waits asks again
OPEN = Gauge("tasuki_notify_provider_resting", "1 while a provider is left alone because it fails", ["provider"])


@dataclass(frozen=True)
class _Turn:
    at: float  # when it will be taken
    due: float  # when it is to ask again
    rank: int


@dataclass
class _Provider:
    tokens: float
    filled_at: float
    turns: dict[UUID, _Turn] = field(default_factory=dict)  # when those that wait were told to come again
    failures: int = 0
    rests_until: float = 0.0
    rest: float = FIRST_REST
    asked_until: float = 0.0

    def put_off(self, id_: UUID, at: float, rank: int, now: float) -> float:
        """Keep a turn and give the seconds after which its message asks again; who does not ask is forgotten."""
        wait = min(at - now, LONGEST_WAIT)
        self.turns[id_] = _Turn(at, now + wait, rank)
        return wait


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

    def wait(self, name: str, rank: int, id_: UUID) -> float:
        """Seconds until it takes this message; 0 takes it now. What is urgent never waits for a rate.

        Those that wait come again one after the other, not all for one place; what is more important counts only its like,
        and the ledger gives the place to the most important of those that are there.
        """
        now, state, rate = self._clock(), self._state[name], self._cards[name].rate
        state.tokens = min(state.tokens + (now - state.filled_at) * rate.per_second, rate.burst)
        state.filled_at = now
        state.turns = {id_: turn for id_, turn in state.turns.items() if turn.due > now - LONGEST_WAIT}
        turn = state.turns.pop(id_, None)
        if rank < URGENT:
            state.tokens -= 1
            return 0.0
        if turn is not None and turn.at > now + 1 / rate.per_second:
            return state.put_off(id_, turn.at, rank, now)
        rest = max(state.asked_until - now, 0.0)
        ahead = sum(other.rank <= rank and other.at > now + rest for other in state.turns.values())
        if rest:
            return state.put_off(id_, now + rest + (1 + ahead) / rate.per_second, rank, now)
        if state.tokens >= (1 + ahead if turn is None else 0.5):  # its turn may be a little early
            state.tokens -= 1
            return 0.0
        short = (1 + ahead if turn is None else 1) - state.tokens
        return state.put_off(id_, now + max(short / rate.per_second, 0.001), rank, now)

    def told(self, name: str, result: Result) -> None:
        """Learn from what came of a send."""
        now, state = self._clock(), self._state[name]
        match result:
            case Accepted() | Permanent(scope="target"):
                state.failures, state.rest, state.rests_until = 0, FIRST_REST, 0.0
            case Retryable(after=after) if after:
                state.asked_until = now + after
                state.tokens = min(state.tokens, 1.0)  # afterwards they come one after the other
            case Retryable() | Ambiguous() | Permanent():
                state.failures += 1
        if state.failures >= FAILURES and now >= state.rests_until:
            state.rests_until, state.rest = now + state.rest, min(state.rest * 2, LONGEST_REST)
        OPEN.labels(name).set(now < state.rests_until)
