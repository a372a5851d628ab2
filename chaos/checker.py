"""Judges a recording by what went in, what people received, and the log; it asks no service and uses nothing they decide by."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import pairwise
from typing import Any

from chaos import judge
from chaos.recording import Entry, Recording
from shared.contracts import events as e

REPEAT = ("二度お伝え", "重複の可能性")  # how a page says that it may be a repeat
HEARD = ("受け付けました", "記録しました")  # what somebody hears whose answer was taken
IDEMPOTENT = {"chat"}  # of the sandbox's: a message that is sent twice under one key is there once
TRIED = 3  # times a kind of fault may be done and miss
UNDER_WAY = 5.0  # seconds that a call may take from the decision to the provider, beside what was stopped meanwhile


def check(run: Recording) -> list[str]:
    """Everything that must not be; empty when all is well."""
    return [problem for rule in RULES for problem in rule(run)]


def cut(run: Recording) -> Iterator[str]:
    """The recording is whole: the sandbox has kept what it received first."""
    if run.received and (first := run.received[0].get("id", 1)) > 1:
        yield f"cut: the sandbox kept nothing of the first {first - 1} that it received"


def unheard(run: Recording) -> Iterator[str]:
    """No fault keeps the door shut for minutes."""
    if run.unheard:
        yield f"unheard: {run.unheard} senders gave up"


def lost(run: Recording) -> Iterator[str]:
    """Every accepted case stands in the log once, and was told to a person or says why not."""
    told = {item["case_id"] for item in run.received if item["kind"] in ("call", "message", "mail", "comment")}
    for case in run.accepted:
        events = [entry.event for entry in run.log.get(case, [])]
        if not any(isinstance(x, e.CaseSubmitted) for x in events):
            yield f"lost: {case} was accepted and does not stand in the log"
        elif (
            case not in told
            and not any(isinstance(x, e.EscalationLinked | e.CaseLinked) for x in events)
            and _asks(events)
        ):
            yield f"silent: nobody was told of {case}"


def stranded(run: Recording) -> Iterator[str]:
    """Somebody has taken everything urgent in the end: everybody but one answers, and for them it climbs."""
    taken = (e.CaseAcknowledged, e.CaseResolved, e.EscalationLinked, e.CaseLinked)
    for case in sorted(run.left):
        if not any(isinstance(entry.event, taken) for entry in run.log.get(case, [])):
            yield f"stranded: nobody took {case}"


def doubled(run: Recording) -> Iterator[str]:
    """No page comes twice where the channel can tell; elsewhere the second says so, and there are no more than faults."""
    pages: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for item in run.received:
        if item["kind"] in ("call", "message") and item["notification_id"]:
            pages[item["notification_id"]].append(item)
    repeats = 0
    for id_, items in pages.items():
        plain = [item for item in items if not any(words in item["text"] for words in REPEAT)]
        repeats += len(items) - len(plain)
        if len(items) > 1 and items[0]["channel"] in IDEMPOTENT:
            yield f"doubled: {id_} came {len(items)} times by {items[0]['channel']}"
        elif len(plain) - _tried_anew(run.calls, id_) > 1:
            yield f"doubled: {id_} came {len(plain)} times without saying so"
    if repeats > run.crashes:
        yield f"doubled: {repeats} repeats after {run.crashes} faults"


def bothered(run: Recording) -> Iterator[str]:
    """Who was told that their answer is taken is not called for that case again, unless for the other track, and nobody for what is done."""
    taken: dict[tuple[str, str], float] = {}
    for call in run.calls:
        if call["pressed"] and call["ended"] and _heard(call):
            key, at = (call["case_id"], call["to"]), _seconds(call["ended"])
            taken[key] = min(taken.get(key, at), at)
    for call in run.calls:
        heard = taken.get((call["case_id"], call["to"]))
        late = heard is not None and _seconds(call["created"]) > heard + UNDER_WAY + run.held
        if late and not _asked_anew(
            run.log.get(call["case_id"], []), run.people.get(call["to"], ""), _seconds(call["created"])
        ):
            yield f"bothered: {call['to']} answered {call['case_id']} and was called again"
        done = run.finished.get(call["case_id"])
        if done is not None and _seconds(call["created"]) > done + UNDER_WAY + run.held:
            yield f"bothered: {call['to']} was called for {call['case_id']}, which was done"


def _tried_anew(calls: list[dict[str, Any]], id_: str) -> int:
    """How many calls of one page were over, with no answer taken, before the next one: who is not heard is rung up once more."""
    tries = sorted((x for x in calls if x.get("notification_id") == id_), key=lambda x: _seconds(x["created"]))
    return sum(
        bool(one["ended"]) and not _heard(one) and _seconds(one["ended"]) < _seconds(next_["created"])
        for one, next_ in pairwise(tries)
    )


def _heard(call: dict[str, Any]) -> bool:
    return any(words in call["said_text"] for words in HEARD)


def _asked_anew(log: list[Entry], person: str, at: float) -> bool:
    """Whether who has answered on one track is asked on another, unanswered then: who knows of it may still have to take it."""
    asked, answered = set(), set()
    for entry in log:
        match entry.event:
            case e.CaseAcknowledged(by=by, track=track) if by.id == person and track and entry.at < at:
                answered.add(track)
            case e.EscalationAssigned(track=track, responders=some):
                if person in {one.person.id for one in some if not one.paged_in}:
                    asked.add(track)
    return bool(answered and asked - answered)


def unruly(run: Recording) -> Iterator[str]:
    """The log of each case keeps the judge's rules."""
    for case, log in run.log.items():
        if problem := judge.wrong(judge.once((entry.id, entry.event) for entry in log)):
            yield f"unruly: {case}: {problem}"


def early(run: Recording) -> Iterator[str]:
    """No clock is said to have run out before it was due."""
    for case, log in run.log.items():
        for entry in log:
            if isinstance(entry.event, e.DeadlineBreached) and entry.at < entry.event.due.timestamp():
                yield f"early: {entry.event.name} of {case}"


def harmless(run: Recording) -> Iterator[str]:
    """What is done is felt: a fault that never bites proves nothing."""
    for name, (done, felt) in run.faults.items():
        if done >= TRIED and not felt:
            yield f"harmless: {name} was done {done} times and never felt"


RULES: tuple[Callable[[Recording], Iterator[str]], ...] = (
    harmless,
    cut,
    unheard,
    lost,
    stranded,
    doubled,
    bothered,
    unruly,
    early,
)


def _asks(events: list[e.Event]) -> bool:
    """Whether the plan asks anybody; where there is none, nothing explains the silence."""
    plans = [x.plan for x in events if isinstance(x, e.EscalationPlanned)]
    return not plans or bool(plans[-1].levels)


def _seconds(iso: str) -> float:
    return datetime.fromisoformat(iso).timestamp()
