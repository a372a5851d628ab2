"""Whether to report: short questions whose answers the policy in force gives, and what is no incident by its rules."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from services.intake.domain.faq import Faq, pointed
from services.intake.domain.forecast import Forecast
from services.intake.domain.policy import Policy
from shared.contracts.plan import Reason
from shared.contracts.report import Report
from shared.contracts.vocabulary import Impact, Kind, Urgency

MINUTES = 30  # where no rule of the policy says from when on a handling is long
Verdict: TypeAlias = Literal["now", "soon", "digest", "none"]
LEGAL = "訴訟・炎上のおそれ / risk of a lawsuit or a public outcry"  # the words that rules of the policy look for
VERDICTS: dict[int, Verdict] = {1: "now", 2: "soon", 3: "digest"}  # by the load of the plan


@dataclass(frozen=True)
class Question:
    """One question; `given` is what a report says to which the answer is yes, as the form names it."""

    name: str
    given: Mapping[str, str]
    number: int = 0  # that the words of the question name

    def report(self) -> Report:
        """Such a report."""
        return Report.model_validate({"facts": "―", **self.given})


ELSE = Question("else", {})


def questions(policy: Policy | None) -> list[Question]:
    """The questions in the order in which they are asked: whoever is in danger comes first."""
    conditions = [one for rule in policy.rules for one in rule.when] if policy else []
    minutes = min((one.estimate_over for one in conditions if one.estimate_over is not None), default=MINUTES)
    return [
        Question("danger", {"kind": Kind.HARASSMENT, "urgency": Urgency.HIGH}),
        Question("personal", {"personal_data": "1"}),
        Question("down", {"kind": Kind.OUTAGE, "impact": Impact.ALL, "urgency": Urgency.CRITICAL}),
        Question("legal", {"urgency_reason": LEGAL}),
        Question("several", {"kind": Kind.OUTAGE, "impact": Impact.SOME, "urgency": Urgency.HIGH}),
        Question("authority", {"kind": Kind.REFUND}),
        Question("long", {"estimate_minutes": str(minutes + 1)}, minutes),
    ]


def verdict(told: Forecast) -> Verdict:
    """What follows for whoever asks: report now, report without hurry, or that it is no incident."""
    return VERDICTS[told.plan.load] if told.plan.levels else "none"


def needless(policy: Policy) -> Iterator[tuple[Reason, Faq]]:
    """What pages nobody by a rule: its reason, and where the answer stands instead."""
    return ((rule.reason, pointed(rule.then.faq)) for rule in policy.rules if rule.then.suppress)
