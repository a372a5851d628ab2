"""What was reported, field by field, as pages list it."""

from typing import Any

from shared.contracts.report import Report

FIELDS = (
    "kind", "urgency", "urgency_reason", "impact", "title", "product", "facts", "customer_said", "done_already", "difficulty",
    "wanted", "wanted_by", "amount", "estimate_minutes",
)  # fmt: skip
CUSTOMER = ("company", "plan", "name")


def reported(report: Report) -> list[tuple[str, Any]]:
    """The name and the value of each field, without what was left empty; those of the customer begin with `customer_`."""
    told = [(name, getattr(report, name)) for name in FIELDS]
    told += [(f"customer_{name}", getattr(report.customer, name)) for name in CUSTOMER]
    return [(name, value) for name, value in told if value not in ("", None)]
