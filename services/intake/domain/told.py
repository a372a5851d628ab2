"""What the story of a case has told so far, which the words of the next event depend on."""

from dataclasses import dataclass, replace
from datetime import datetime

from services.intake.domain import answered
from shared.contracts import events as e
from shared.contracts.answered import is_last
from shared.contracts.case import Case, evolve
from shared.contracts.plan import Person


@dataclass(frozen=True)
class Told:
    """The case as the events before have left it, and the number of the case it is linked to."""

    lead: int = 0
    case: Case | None = None

    def then(self, event: e.Event, at: datetime) -> "Told":
        """The same after one more event."""
        after = replace(self, case=evolve(self.case, event, at))
        match event:
            case e.EscalationLinked(lead_number=number) | e.CaseLinked(lead_number=number) if not self.lead:
                return replace(after, lead=number)
            case e.CaseReopened() | e.CaseSplit() | e.CaseReassessed():
                return replace(after, lead=0)
        return after

    def takes_over(self, by: e.Actor) -> bool:
        """Whether the case was offered to this person, who has not answered."""
        return self.case is not None and self.case.is_offered(by.id)

    def only_knows(self, said: e.CaseAcknowledged) -> bool:
        """Whether an answer is about the decision alone, and takes nothing over."""
        return self.case is not None and answered.only_decides(self.case, said.by.id, said.track)

    def joins(self, said: e.CaseAcknowledged) -> Person | None:
        """Who keeps the case although this answer counts; None for whoever takes it, and for a program."""
        case = self.case
        joins = case is not None and said.by.kind == "person" and answered.joins(case, said.by.id, said.track)
        return case.owner if case is not None and joins else None

    def is_last(self, said: e.NotificationUnreachable) -> bool:
        """Whether nobody was left to be asked instead of this person."""
        return self.case is not None and is_last(self.case, said.person.id, said.track)


NOTHING = Told()
