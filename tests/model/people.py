"""What people may do at any moment: answer and take it back, let it wait, see it as more urgent, link it, and say that it is done. Nobody has to."""

from collections.abc import Iterator
from typing import Any

from shared.contracts import events as e
from shared.contracts.vocabulary import Impact
from tests.model.protocol import CASE, Record, Rules, State
from tests.unit.router.desk import actor

LEADER: dict[str, Any] = {"case_id": CASE, "by": actor("leader")}  # whom no level asks
SAME: dict[str, Any] = {**LEADER, "lead": "c_lead", "lead_number": 7}


def deeds(rules: Rules, s: State) -> Iterator[tuple[str, State]]:
    """Each deed that may come next, by name, and where it leads.

    One at a time: what is said does not depend on when, so that a deed may as well come right before it is published.
    """
    if s.people:
        return
    yield from _links(rules, s)
    yield from _waits(rules, s)
    said = [r.event for r in (*s.log, *s.people)]
    answered, last = set[str](), ""  # whose answers stand, and whose was the last thing that people did
    for x in said:
        if isinstance(x, e.CaseUnacknowledged):
            answered.discard(x.by.id)
        if isinstance(x, e.CaseAcknowledged):
            answered.add(last := x.by.id)
        elif x.type.startswith("case."):
            last = ""
    if s.answers < rules.most_answers and not s.linked:
        for person in sorted({call.person for call in s.calls} - answered):
            acknowledged = e.CaseAcknowledged(case_id=CASE, by=actor(person), via="phone")
            new = _said(s, acknowledged, "acknowledged", person, s.undone)
            yield f"{person} answers", new._replace(answers=s.answers + 1)
    if s.undone < rules.most_undone and last:
        back = e.CaseUnacknowledged(case_id=CASE, by=actor(last))
        yield f"{last} takes it back", _said(s, back, "undone", s.undone)._replace(undone=s.undone + 1)
    if answered and not s.resolved:
        by = min(answered)
        done = e.CaseResolved(case_id=CASE, by=actor(by), handling="x", result="x", evaluation="", cause="")
        yield f"{by} resolves", _said(s, done, "resolved")._replace(resolved=True, waiting=False)


def _links(rules: Rules, s: State) -> Iterator[tuple[str, State]]:
    """Somebody finds that it is about the same as another case, and later that it was not."""
    if s.resolved:
        return
    if s.linked:
        yield "leader splits", _said(s, e.CaseSplit(**SAME), "split", s.links)._replace(linked=False)
    elif s.links < rules.most_links:
        yield "leader links", _said(s, e.CaseLinked(**SAME), "linked", s.links)._replace(linked=True, links=s.links + 1)


def _waits(rules: Rules, s: State) -> Iterator[tuple[str, State]]:
    """Somebody lets it wait for a third, which is an answer, and go on; it turns out to be more urgent, waiting or not."""
    if s.resolved or s.linked:
        return
    if s.waiting:
        yield "leader goes on", _said(s, e.CaseResumed(**LEADER), "resumed", s.waits)._replace(waiting=False)
    elif s.waits < rules.most_waits:
        paused = _said(s, e.CasePaused(**LEADER, reason="部品待ち 髙﨑①㈱🔥"), "paused", s.waits)
        yield "leader waits", paused._replace(waiting=True, waits=s.waits + 1)
    if rules.raises and not s.raised:
        seen = e.CaseReassessed(**LEADER, impact=Impact.ALL)
        yield "leader sees that it is more urgent", _said(s, seen, "reassessed")._replace(raised=True)


def _said(s: State, event: e.Event, *because: object) -> State:
    return s._replace(people=(*s.people, Record.of(event, CASE, *because)))
