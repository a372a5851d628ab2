"""Who may read a case: everybody of its team, or only those concerned."""

from typing import TYPE_CHECKING

from shared.contracts.report import Report
from shared.contracts.vocabulary import Kind

if TYPE_CHECKING:
    from shared.contracts.case import Case


def is_restricted(case: "Case") -> bool:
    """Whether only those concerned may read a case: by what was ticked, or because a rule of the policy says so of its words.

    Before a case is planned no rule has spoken; until then nothing of it goes out, and only who works for every team sees it.
    """
    return is_marked(case.submitted.report) or (case.plan is not None and case.plan.restricted)


def is_marked(report: Report) -> bool:
    """Whether a report itself says so, by its kind or the tick for personal data."""
    return report.kind is Kind.HARASSMENT or report.personal_data


def closed(before: "Case", after: "Case") -> "Case":
    """A case as it is after an event: followed by nobody once it is restricted, until somebody who may read it names a follower."""
    shut = after.followers and is_restricted(after) and not is_restricted(before)
    return after.model_copy(update={"followers": ()}) if shut else after
