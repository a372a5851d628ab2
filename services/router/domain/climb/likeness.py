"""Whether two reports tell of the same: many customers at once are one outage, not as many complaints."""

from dataclasses import dataclass
from datetime import datetime

from shared.contracts import alike as contract
from shared.contracts.alike import Gist
from shared.contracts.report import Report


@dataclass(frozen=True)
class Recent:
    """An open report of the last while: what is compared, and the case it was linked to or leads."""

    case_id: str
    number: int
    at: datetime
    product: str
    said: str
    lead: str = ""
    leads: bool = False
    taken: bool = False


def gist(report: Report) -> Gist:
    """What is compared of a report."""
    return contract.gist(report.product, report.title, report.facts)


def alike(product: str, said: str, other: Recent) -> bool:
    """Much the same words, or the same product and somewhat the same words; never two different products."""
    return contract.alike(Gist(product, said), Gist(other.product, other.said))
