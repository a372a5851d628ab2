"""What a message that could be answered says once its answer is no longer needed."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from shared.contracts import events as e
from shared.contracts.case import Case

How: TypeAlias = Literal["taken", "known", "resolved", "linked", "offered", "declined", "held"]


@dataclass(frozen=True)
class Closing:
    """`who` has taken it, knows of it, is done with it, is asked instead or has declined; of a linked report, its lead.

    Of what is held, it is why.
    """

    how: How
    who: str


def closing(case: Case, event: e.Event) -> Closing:
    """What an event that ended the asking makes of the messages; `case` knows of it already."""
    match event:
        case e.EscalationLinked(lead_number=number) | e.CaseLinked(lead_number=number):
            return Closing("linked", f"#{number}")
        case e.CaseResolved(by=by):
            return Closing("resolved", by.name or by.id)
        case e.CaseOffered(to=to):
            return Closing("offered", to.name)
        case e.CaseDeclined(by=by):
            return Closing("declined", by.name or by.id)
        case e.CaseAcknowledged(by=by) if case.owner is None or case.owner.id != by.id:
            return Closing("known", by.name or by.id)
        case e.CaseAcknowledged(by=by) | e.CaseStarted(by=by) | e.CasePaused(by=by):
            return Closing("taken", by.name or by.id)
        case _:
            return Closing("taken", case.owner.name if case.owner else "")
