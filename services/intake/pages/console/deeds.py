"""What can be done to a case on a page: the fields of each deed, how they become a command, and which deeds fit a case now."""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from services.intake.domain import access
from services.intake.domain import commands as c
from services.intake.domain.case import decide
from services.intake.domain.refusals import Refusal
from services.intake.domain.tokens import Principal
from services.intake.pages.form import Error, Field
from shared.contracts.case import Case
from shared.contracts.clocks import Deadline
from shared.contracts.drill import is_real
from shared.contracts.plan import Person
from shared.contracts.vocabulary import DeadlineName, DeadlineState, Impact, Kind, Status, Urgency

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:@-]{0,99}")
_NAMED = re.compile(r"(.*?)\s*\(([^()]+)\)\s*")
LONG = 5000
Typed = Mapping[str, str]


@dataclass(frozen=True)
class Deed:
    """One verb. `minds`: it is refused when the case has changed since the page was made; `loud`: a button by itself."""

    verb: str
    fields: tuple[Field, ...]
    command: Callable[[Typed, Sequence[Person]], c.Command]
    minds: bool = False
    loud: bool = False


def _to(typed: Typed, people: Sequence[Person]) -> Person:
    return person(typed["to"], people) or Person(id="nobody", name="")


def _area(name: str, required: bool = False) -> Field:
    return Field(name, "area", required, longest=LONG)


TO = Field("to", required=True, longest=200)
WHY = _area("reason", required=True)
MAYBE = _area("reason")
DEEDS = {
    deed.verb: deed
    for deed in (
        Deed("acknowledge", (), lambda typed, _: c.Acknowledge("console"), loud=True),
        Deed("start", (), lambda typed, _: c.Start(), loud=True),
        Deed("unacknowledge", (), lambda typed, _: c.Unacknowledge(), loud=True),
        Deed("decline", (MAYBE,), lambda typed, _: c.Decline(typed["reason"])),
        Deed("resume", (), lambda typed, _: c.Resume(), loud=True),
        Deed(
            "notes",
            (_area("text", required=True), Field("internal", "check")),
            lambda typed, _: c.Note(typed["text"], bool(typed["internal"])),
        ),
        Deed(
            "resolve",
            (_area("handling", required=True), _area("result", required=True), _area("evaluation"), _area("cause")),
            lambda typed, _: c.Resolve(typed["handling"], typed["result"], typed["evaluation"], typed["cause"]),
            minds=True,
        ),
        Deed("wait", (WHY,), lambda typed, _: c.Wait(typed["reason"]), minds=True),
        Deed("offer", (TO, MAYBE), lambda typed, people: c.Offer(_to(typed, people), typed["reason"]), minds=True),
        Deed(
            "reassign", (TO, MAYBE), lambda typed, people: c.Reassign(_to(typed, people), typed["reason"]), minds=True
        ),
        Deed(
            "reassess",
            (
                Field("urgency", "select", options=("", *Urgency)),
                Field("impact", "select", options=("", *Impact)),
                Field("kind", "select", options=("", *Kind)),
                Field("personal_data", "select", options=("", "yes", "no")),
                WHY,
            ),
            lambda typed, _: c.Reassess(
                Urgency(typed["urgency"]) if typed["urgency"] else None,
                Impact(typed["impact"]) if typed["impact"] else None,
                typed["reason"],
                Kind(typed["kind"]) if typed["kind"] else None,
                typed["personal_data"] == "yes" if typed["personal_data"] else None,
            ),
            minds=True,
        ),
        Deed(
            "link",
            (Field("lead", required=True, longest=60), MAYBE),
            lambda typed, _: c.Link(typed["lead"], typed["reason"]),
            minds=True,
        ),
        Deed("split", (WHY,), lambda typed, _: c.Split(typed["reason"]), minds=True),
        Deed(
            "extend",
            (
                Field("deadline", "select", True, options=tuple(DeadlineName)),
                Field("more", required=True, longest=40),
                WHY,
            ),
            lambda typed, _: c.Extend(DeadlineName(typed["deadline"]), typed["more"], typed["reason"]),
            minds=True,
        ),
        Deed("followers", (TO,), lambda typed, people: c.Follow(_to(typed, people))),
        Deed(
            "replies",
            (_area("text", required=True),),
            lambda typed, _: c.Reply(typed["text"], automatic=False),
        ),
        Deed("feedback", (_area("text", required=True),), lambda typed, _: c.Feedback(typed["text"])),
        Deed("reopen", (WHY,), lambda typed, _: c.Reopen(typed["reason"]), minds=True),
    )
}
_SAMPLE = {"text": "x", "internal": "1", "reason": "x", "to": "somebody-else", "handling": "x", "result": "x"}


def read(deed: Deed, given: Typed, people: Sequence[Person]) -> tuple[c.Command | None, dict[str, Error]]:
    """The command that a form asks for, or what is wrong with each field."""
    errors: dict[str, Error] = {}
    typed = {field.name: given.get(field.name, "").strip() for field in deed.fields}
    for field in deed.fields:
        if problem := _wrong(field, typed[field.name], people):
            errors[field.name] = problem
    return (None, errors) if errors else (deed.command(typed, people), {})


def person(typed: str, people: Sequence[Person]) -> Person | None:
    """Whom a person has typed: `佐藤 花子 (sato.hanako)`, an id, or a name that only one person has."""
    plain = unicodedata.normalize("NFKC", typed).strip()
    named = _NAMED.fullmatch(plain)
    id_ = named[2].strip() if named else plain
    for known in people:
        if known.id == id_:
            return known
    same = [known for known in people if unicodedata.normalize("NFKC", known.name) == plain]
    if len(same) == 1:
        return same[0]
    if not _ID.fullmatch(id_):
        return None
    return Person(id=id_, name=(named[1] if named else "") or id_)


def fitting(case: Case, who: Principal, lead: int, now: datetime) -> list[Deed]:
    """What somebody may do to a case as it stands, in the order in which it is offered."""
    return [deed for deed in DEEDS.values() if access.acts(who, case, deed.verb) and _fits(deed, case, who, lead, now)]


def movable(case: Case) -> list[Deadline]:
    """The deadlines that can be given more time."""
    open_ = (DeadlineState.RUNNING, DeadlineState.PAUSED)
    return sorted((d for d in case.deadlines.values() if d.state in open_), key=lambda d: d.due)


def _fits(deed: Deed, case: Case, who: Principal, lead: int, now: datetime) -> bool:
    if deed.verb == "extend":
        return bool(movable(case)) and not case.is_over
    if deed.verb == "link":
        alone = not case.linked and not case.joined
        return case.status is not Status.DONE and alone and is_real(case.submitted.source)
    if deed.verb == "reassess":
        return case.status is not Status.DONE
    if deed.verb == "start" and case.owner is not None and case.owner.id != who.actor.id:
        return False
    sample = {field.name: _SAMPLE.get(field.name, "") for field in deed.fields}
    verdict = decide(case, deed.command(sample, ()), who.actor, lead, now)
    return verdict is not None and not isinstance(verdict, Refusal)


def _wrong(field: Field, typed: str, people: Sequence[Person]) -> Error | None:
    if not typed:
        return Error("error.missing") if field.required else None
    if _CONTROL.search(typed):
        return Error("error.characters")
    if len(typed) > field.longest:
        return Error("error.long", field.longest)
    if field.control == "select" and typed not in field.options:
        return Error("error.choose")
    return Error("error.person") if field.name == "to" and person(typed, people) is None else None
