"""A drill as somebody asks for it."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from services.intake.domain.drills import LONGEST, LONGEST_TITLE, SHORTEST, USUAL, Exercise
from services.intake.domain.scenarios import SCENARIOS
from services.intake.domain.words import Language
from shared.contracts.report import Id, Line, Text
from shared.contracts.vocabulary import Impact, Kind, Urgency


@dataclass(frozen=True)
class Wanted(Exercise):
    """A drill as somebody asks for it; it begins at once where no time is given."""

    starts_at: datetime | None

    def fingerprint(self) -> str:
        """The same for the same wish."""
        return hashlib.sha256(repr(self).encode()).hexdigest()


class NewDrill(BaseModel):
    """A drill. What is not given comes from the scenario; it begins at once where no time is given."""

    model_config = ConfigDict(extra="forbid")
    team: Id
    scenario: Literal["outage", "partial", "complaint", "single"] = "outage"
    kind: Kind | None = None
    urgency: Urgency | None = None
    impact: Impact | None = None
    title: Annotated[Line, Field(max_length=LONGEST_TITLE)] = ""
    facts: Text = ""
    language: Language = "ja"
    starts_at: AwareDatetime | None = None
    announced: Annotated[bool, Field(description="The team is told beforehand")] = False
    minutes: Annotated[int, Field(ge=SHORTEST, le=LONGEST, description="It ends by itself after so long")] = USUAL

    def wanted(self) -> Wanted:
        """The same with all that the scenario gives."""
        story, en = SCENARIOS[self.scenario], self.language == "en"
        starts_at: datetime | None = self.starts_at
        return Wanted(
            self.team, self.kind or story.kind, self.urgency or story.urgency, self.impact or story.impact,
            self.title or story.title[en], self.facts or story.facts[en], self.language, self.announced, self.minutes,
            starts_at,
        )  # fmt: skip
