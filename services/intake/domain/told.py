"""What the story of a case has told so far, which the words of the next event depend on."""

from dataclasses import dataclass, replace

from shared.contracts import events as e
from shared.contracts.vocabulary import Track


@dataclass(frozen=True)
class Told:
    """What the events before have told: the number of the case it is linked to, who was asked on which track, and who to take it over."""

    lead: int = 0
    asked: frozenset[tuple[Track, str]] = frozenset()
    offered: str = ""

    def then(self, event: e.Event) -> "Told":
        """The same after one more event."""
        match event:
            case e.EscalationLinked(lead_number=number) | e.CaseLinked(lead_number=number) if not self.lead:
                return replace(self, lead=number)
            case e.CaseReopened() | e.CaseSplit() | e.CaseReassessed():
                return replace(self, lead=0)
            case e.CaseOffered(to=to):
                return replace(self, offered=to.id)
            case e.CaseAcknowledged(by=by) | e.CaseDeclined(by=by) if by.id == self.offered:
                return replace(self, offered="")
            case e.CaseReassigned() | e.CaseResolved():
                return replace(self, offered="")
            case e.EscalationAssigned(track=track, responders=asked):
                return replace(self, asked=self.asked | {(track, r.person.id) for r in asked})
        return self

    def only_knows(self, by: e.Actor) -> bool:
        """Whether an answer of this person is about the decision alone, and takes nothing over."""
        return (Track.AUTHORITY, by.id) in self.asked and (Track.HANDLING, by.id) not in self.asked


NOTHING = Told()
