"""When to try again. Every figure of the retries stands here."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from services.notifier.domain.notification import Notification, State
from services.notifier.domain.result import (
    Absent,
    Accepted,
    Ambiguous,
    Lookup,
    Permanent,
    Result,
    Retryable,
    Unaskable,
)
from shared.contracts.vocabulary import Channel, Outcome, Purpose

CALLED = (Channel.PHONE, Channel.SMS)  # a telephone that was off may be on again
CALLS = 2  # a person is rung up twice for one page
SECOND_CALL_AFTER = timedelta(seconds=60)
# codes of tries of our own gateway that rang nowhere, and of those that may have rung before it broke off
NO_CALL = (
    *("no-line", "not-placed", "no-voice", "unreachable"),
    *(f"sip-{status}" for status in (401, 402, 403, 407, 500, 502, 503, 504)),
)
BROKEN_OFF = ("line-lost", "interrupted")
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 60.0  # seconds, doubling
PAGE_TRIED_FOR, NEWS_TRIED_FOR, TEST_TRIED_FOR = timedelta(minutes=30), timedelta(hours=24), timedelta(minutes=5)
KEY_KEPT = timedelta(hours=24)  # a provider remembers a key no longer
REPEATS = 3  # what can only be labelled as a possible repeat is sent so often
LOOKUPS = 4  # a provider that cannot answer so often is not asked again
LOOKUP_SECONDS = 3.0  # what is urgent waits no longer for an answer where another provider can send
FOUND = "found"
LOST = "found for another"
UNANSWERED = "no-answer-from-provider"
LOOKUP_AFTER = timedelta(seconds=3)  # a provider that was cut off may still be at work


@dataclass(frozen=True)
class Step:
    """What becomes of a notification: its state, when it is due again, and what is said about the attempt.

    `provider` is the one that was asked, `tried` are those that have failed it since all were tried last.
    """

    state: State
    outcome: Outcome | None
    code: str = ""
    provider_id: str = ""
    due: datetime | None = None
    repeat: bool = False
    backup: bool = False  # somebody or something else is to be tried now
    provider: str = ""
    tried: tuple[str, ...] = ()
    scope: str = ""  # of what failed for good: target, channel or account


def after_send(
    n: Notification, result: Result, now: datetime, chance: float, spare: bool = False, once: str = "labelled"
) -> Step:
    """Decide after a send. `chance` is a random number of 0..1 that spreads the retries.

    A provider that was cut off may do it at any time, also after it was asked and knew of nothing, so what is sent after
    that says that it may be a repeat, unless the provider takes it once (`once`, as in `after_lookup`).

    `spare` is whether another provider reaches the same address: it is asked at once. Without one, a page goes out by
    another way as well: the most urgent after the first failure, the others after the second. So does a page of which
    nobody can say whether it went out: to find that out takes longer than a page may wait.
    """
    match result:
        case Accepted(provider_id, code):
            return Step(State.ACCEPTED, Outcome.ACCEPTED, code, provider_id)
        case Permanent(code, scope) if spare and scope != "target":
            return Step(State.PENDING, Outcome.RETRYABLE, code, due=now, scope=scope)
        case Permanent(code, scope):
            return Step(State.FAILED, Outcome.FAILED, code, backup=True, scope=scope)
        case Ambiguous(code):
            backup = n.purpose is Purpose.PAGE and _another_way(n)
            doubled = once in ("asked", "labelled")
            return Step(State.AMBIGUOUS, Outcome.AMBIGUOUS, code, due=now + LOOKUP_AFTER, repeat=doubled, backup=backup)
        case Retryable(code, after):
            wait = max(pause(n.attempts, chance), timedelta(seconds=after or 0))
            if _too_late(n, now + wait):
                return Step(State.FAILED, Outcome.FAILED, f"{code}, given up", backup=True)
            if spare:
                return Step(State.PENDING, Outcome.RETRYABLE, code, due=now)
            return Step(State.PENDING, Outcome.RETRYABLE, code, due=now + wait, backup=_another_way(n))


def after_lookup(
    n: Notification, found: Lookup, now: datetime, chance: float, once: str = "labelled", spare: bool = False
) -> Step:
    """Decide after the provider was asked about a send whose outcome is unknown; `spare`: another one can send.

    `once` is the provider's: under its key, or where it replaces what is there, sending again repeats nothing. A second
    send and those after it end when a provider that refuses would be given up, and repeats that can only be labelled
    before that.
    """
    harmless = once == "harmless" or (once == "key" and now - max(n.created_at, n.first_at) < KEY_KEPT)
    match found:
        case Accepted(provider_id):
            return Step(State.ACCEPTED, Outcome.ACCEPTED, FOUND, provider_id)
        case Retryable(code) if not worn(n, found, spare):
            return Step(State.AMBIGUOUS, None, code, due=now + pause(n.lookups, chance))
    often = once == "labelled" and n.repeat and n.attempts >= REPEATS
    if n.attempts > 1 and (_too_late(n, now) or (often and not isinstance(found, Absent))):
        return Step(State.FAILED, Outcome.FAILED, f"{UNANSWERED}, given up", backup=True)
    if isinstance(found, Absent):
        return Step(State.PENDING, None, "not found", due=now)
    return Step(State.PENDING, None, "sent again", due=now, repeat=not harmless)


def look_again(n: Notification, step: Step, now: datetime, once: str = "labelled") -> Step:
    """Decide after what was found turned out to be another's: the provider is asked for one that is nobody's yet.

    Which of the two it was for, nobody can say, so what is sent after this says that it may be a repeat. A provider that
    names nothing else however often it is asked cannot tell.
    """
    if n.lookups >= LOOKUPS:
        return replace(after_lookup(n, Unaskable(), now, 0, once), provider=step.provider)
    return replace(step, state=State.AMBIGUOUS, outcome=None, code=LOST, provider_id="", due=now, repeat=True)


def worn(n: Notification, found: Lookup, spare: bool = False) -> bool:
    """Whether the provider was asked in vain often enough: where there is another one, it sends now.

    For what is urgent, once is enough then: a telephone that may ring twice, and says so, is better than none for a minute.
    """
    return isinstance(found, Retryable) and n.lookups >= (1 if spare and n.pressing else LOOKUPS)


def after_call(
    n: Notification, code: str, now: datetime, again: bool = True, spare: bool = False, missed: int = 0
) -> Step:
    """Decide after what was accepted has failed: a telephone is tried once more after a while; the next way is tried at once.

    `again` is False when another try at the same number cannot get through. `spare` is whether the provider is to
    blame, and another one can call at once. `missed` is how many calls before this one the person has missed: tries
    that became no call are none, and last as long as those that a provider refuses.
    """
    due = now + SECOND_CALL_AFTER
    late = _too_late(n, due)
    if spare and n.provider not in n.tried and not late:
        return Step(State.PENDING, Outcome.RETRYABLE, code, due=now, tried=(*n.tried, n.provider))
    left = (1 if n.purpose is Purpose.TEST else CALLS) - missed - (code not in NO_CALL)
    if n.channel in CALLED and code != "declined" and left > 0 and again and not late:
        backup = code not in NO_CALL or n.attempts <= CALLS  # a line that stays down need not bring up every other way
        return Step(State.PENDING, Outcome.RETRYABLE, code, due=due, backup=backup)
    return Step(State.FAILED, Outcome.FAILED, code, backup=code != "declined")


def _too_late(n: Notification, at: datetime) -> bool:
    """Whether it was tried long enough; it counts from the first try, for what had to wait has not failed meanwhile."""
    limit = {Purpose.PAGE: PAGE_TRIED_FOR, Purpose.TEST: TEST_TRIED_FOR}.get(n.purpose, NEWS_TRIED_FOR)
    return at > max(n.begun_at, n.first_at) + limit


def _another_way(n: Notification) -> bool:
    """Whether another way makes up for this failure: the providers that stood in for each other have failed once."""
    most = 1 if n.pressing else 2
    return n.attempts - len(n.tried) <= most <= n.attempts


def pause(tries: int, chance: float) -> timedelta:
    """A pause that doubles with every try, with full jitter."""
    return timedelta(seconds=chance * min(FIRST_PAUSE * 2 ** min(tries, 10), LONGEST_PAUSE))
