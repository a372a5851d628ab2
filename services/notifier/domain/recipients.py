"""Under which ids reporters, people's teams and tickets stand in the directory and the ledger."""

from shared.contracts import events as e
from shared.contracts.case import Case
from shared.contracts.circle import is_restricted

REPORTER = "reporter:"  # begins the id of one whose address intake keeps, and nobody else; the id of their case follows


def reporter_of(case: Case) -> str:
    """The id of whoever reported a case; nothing for a monitor, and for who gave neither a name nor an address."""
    told = case.submitted
    return told.by.id if told.by.kind == "person" else mailbox(case.id, told.reachable)


def mailbox(case_id: str, reachable: bool) -> str:
    """The id of a reporter who hears by mail, at the address that intake keeps with the case; nothing where it keeps none."""
    return f"{REPORTER}{case_id}" if reachable else ""


def owner_of(case: Case) -> tuple[str, ...]:
    """The id of whoever has the case."""
    return (case.owner.id,) if case.owner else ()


def hearers(case: Case, lead: Case | None) -> tuple[str, ...]:
    """Who is to hear what somebody writes on a case: whoever has it, else all who were asked, else the team.

    What is handled as another case, its `lead`, has nobody of its own.
    """
    handled = lead if lead is not None and case.linked else case
    return owner_of(handled) or handled.told or team_of(handled)


def team_of(case: Case) -> tuple[str, ...]:
    """The id under which the directory keeps the team of a case; nothing for what only those concerned may read.

    Its room is read by everybody in it. Who is asked for such a case is paged all the same.
    """
    return () if is_restricted(case) else (f"team:{case.plan.team if case.plan else ''}",)


def ticket_of(external: e.External | None) -> str | None:
    """The sender's own ticket, where it is one that can be written to."""
    return f"ticket:{external.system}:{external.id}" if external and external.is_ticket else None
