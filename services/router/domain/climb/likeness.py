"""Whether two reports tell of the same: many customers at once are one outage, not as many complaints."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from services.router.domain.policies.rules import fold
from shared.contracts.report import Report

ALIKE = 0.5  # share of common pairs of letters (Dice): the same trouble in a customer's own words
ALIKE_OF_ONE_PRODUCT = 0.2  # where the product is the same already
SAID = 400  # letters that are compared


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


def gist(report: Report) -> tuple[str, str]:
    """What is compared of a report: its product and its words, folded."""
    return _gist(report.product, report.title, report.facts)


@lru_cache(1024)  # asked for at every event of a case, and seldom changed
def _gist(product: str, title: str, facts: str) -> tuple[str, str]:
    return fold(product), fold(f"{title} {facts}")[:SAID]


def alike(product: str, said: str, other: Recent) -> bool:
    """Much the same words, or the same product and somewhat the same words; never two different products."""
    if product and other.product and product != other.product:
        return False
    one, two = _pairs(said), _pairs(other.said)
    wanted = ALIKE_OF_ONE_PRODUCT if product and product == other.product else ALIKE
    return bool(one and two) and 2 * len(one & two) / (len(one) + len(two)) >= wanted


@lru_cache(4096)
def _pairs(said: str) -> frozenset[str]:
    letters = "".join(said.split())
    return frozenset(letters[i : i + 2] for i in range(len(letters) - 1))
