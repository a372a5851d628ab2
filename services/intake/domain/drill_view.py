"""How a drill is shown, to programs and on pages alike."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, Field

from services.intake.domain.drill_report import WHY, mend, proof, verdict
from services.intake.domain.drill_score import Score
from services.intake.domain.drills import Drill, State
from services.intake.domain.outlook import Reader
from services.intake.domain.words import Language, word
from shared.contracts.plan import Person
from shared.contracts.vocabulary import Channel, Impact, Kind, Outcome, Track, Urgency


class WayView(BaseModel):
    """One notification of a person: when it was tried, when it is known to have arrived, and what came of it."""

    channel: Channel
    channel_label: str
    at: datetime
    outcome: Outcome
    code: str
    reached_at: datetime | None
    failed: bool
    text: str


class AskedView(BaseModel):
    """Somebody who was asked; `seconds` is how long their answer took."""

    id: str
    name: str
    track: Track
    level: int
    asked_at: datetime
    reached_at: datetime | None
    answered_at: datetime | None
    seconds: float | None
    ways: list[WayView]


class ClimbView(BaseModel):
    """The next level was asked; `due` is the deadline that had passed."""

    track: Track
    level: int
    at: datetime
    due: datetime | None
    late: bool


class DrillRow(BaseModel):
    """A drill in a list."""

    id: str
    team: str
    team_name: str
    title: str
    kind: Kind
    urgency: Urgency
    impact: Impact
    language: Language
    announced: bool
    minutes: Annotated[int, Field(description="After so long it ends by itself")]
    starts_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    state: State
    state_label: str
    why: Annotated[str, Field(description="What it waits for, was missed for, or how it ended")]
    waits: Annotated[str, Field(description="The same in words, while it waits for its chance")]
    by: Person
    case_id: str
    number: int


class DrillView(DrillRow):
    """Everything about one drill: who was asked and reached, what came of it, and what to mend."""

    facts: str
    verdict: str
    mend: list[str]
    asked: list[AskedView]
    climbs: list[ClimbView]
    exhausted: bool


class Drills(BaseModel):
    """The newest drills, the newest first."""

    data: list[DrillRow]


def row(drill: Drill, reader: Reader) -> DrillRow:
    """A drill in a list."""
    return DrillRow.model_validate(_row(drill, reader))


def view(drill: Drill, scored: Score, reader: Reader) -> DrillView:
    """A drill with its report."""
    over = drill.is_over
    return DrillView.model_validate(
        {
            **_row(drill, reader),
            "facts": drill.facts,
            "verdict": verdict(drill, scored, reader),
            "mend": mend(drill, scored, reader) if over else [],
            "asked": [
                {
                    "id": one.person,
                    "name": one.name,
                    "track": one.track,
                    "level": one.level,
                    "asked_at": one.at,
                    "reached_at": one.reached_at,
                    "answered_at": one.answered_at,
                    "seconds": round(one.took.total_seconds(), 1) if one.took is not None else None,
                    "ways": [
                        {
                            "channel": way.channel,
                            "channel_label": word("channel", way.channel, reader.language),
                            "at": way.at,
                            "outcome": way.outcome,
                            "code": way.code,
                            "reached_at": way.reached_at,
                            "failed": way.failed,
                            "text": proof(way, reader),
                        }
                        for way in one.ways
                    ],
                }
                for one in scored.asked
            ],
            "climbs": [
                {"track": c.track, "level": c.level, "at": c.at, "due": c.due, "late": c.late} for c in scored.climbs
            ],
            "exhausted": scored.exhausted,
        }
    )


def _row(drill: Drill, reader: Reader) -> dict[str, object]:
    same = (
        "id", "team", "team_name", "title", "kind", "urgency", "impact", "language", "announced", "minutes", "starts_at",
        "started_at", "ended_at", "state", "why", "by", "case_id", "number",
    )  # fmt: skip
    waits = WHY.get(drill.why) if drill.state == "planned" else None
    said = reader.choose(f"{waits[0]}、待っています。", f"It waits, because {waits[1]}.") if waits else ""
    label = word("drill", drill.state, reader.language)
    return {**{name: getattr(drill, name) for name in same}, "state_label": label, "waits": said}
