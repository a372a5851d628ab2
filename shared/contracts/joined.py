"""The reports that are handled by one case: who joined it, and who has parted again."""

from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict

from shared.contracts import erased
from shared.contracts import events as e

if TYPE_CHECKING:
    from shared.contracts.case import Case


class Joined(BaseModel):
    """Another report of the same, linked to this case."""

    model_config = ConfigDict(frozen=True, extra="allow")
    case_id: str
    number: int
    by: e.Actor
    external: e.External | None = None
    reachable: bool = False


def after(known: tuple[Joined, ...], event: e.EscalationJoined | e.EscalationParted) -> tuple[Joined, ...]:
    """Those that are linked after one joined or parted; the same again changes nothing, unless its reporter is erased by then."""
    if isinstance(event, e.EscalationParted):
        return tuple(j for j in known if j.case_id != event.parted)
    new = Joined(
        case_id=event.joined,
        number=event.joined_number,
        by=event.by,
        external=event.external,
        reachable=event.reachable,
    )
    if not is_known(known, event):
        return (*known, new)
    return tuple(new if j.case_id == new.case_id and new.by == erased.NOBODY else j for j in known)


def is_known(known: tuple[Joined, ...], event: e.EscalationJoined) -> bool:
    """Whether the report of an event is linked already."""
    return event.joined in {j.case_id for j in known}


def result_for(report: str, result: e.CaseResolved) -> e.CaseResolved:
    """The result of a leading case as that of a linked report; how it is judged stands with the lead."""
    return result.model_copy(update={"case_id": report, "evaluation": ""})


def waits_again(report: "Case", lead: "Case") -> bool:
    """Whether a linked report is done by a result of its leading case that did not hold: it is reopened by nobody."""
    return report.linked == lead.id and report.resolution in [result_for(report.id, r) for r in lead.overturned]
