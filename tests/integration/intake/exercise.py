"""Drills of the team "sre", as people and the log bring them on."""

from datetime import timedelta
from typing import Any

from services.intake.drilling import Drilling
from shared.contracts import events as e
from shared.contracts.plan import Level, Person, Plan, Reason, Responder, Target
from shared.contracts.vocabulary import Channel, DeadlineName, Outcome, Priority, Purpose
from shared.contracts.vocabulary import Path as Way
from tests.integration.intake.desk import Desk

WHY = Reason(ja="当番のため", en="on duty")


async def planned(desk: Desk, token: str | None = None, key: str = "k-1", **more: Any) -> dict[str, Any]:
    """Plan a drill of the team "sre"; gives its view."""
    answer = await desk.post("/v1/drills", {"team": "sre", **more}, token, idempotency_key=key)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def begun(desk: Desk, **more: Any) -> dict[str, Any]:
    """A drill whose case is submitted and read back."""
    made = await planned(desk, **more)
    await Drilling(desk.door).once()
    await desk.log.drain()
    return await shown(desk, made["id"])


async def shown(desk: Desk, id_: str) -> dict[str, Any]:
    answer = await desk.get(f"/v1/drills/{id_}")
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


async def ask(desk: Desk, case_id: str, *people: Person, team: str = "sre") -> None:
    """Have the policy ask these people."""
    target = Target(kind="schedule", id="sre-primary", path=Way.FUNCTIONAL)
    level = Level(targets=(target,), channels=(Channel.PHONE,), first_response="5m")
    plan = Plan(
        policy_version=1, priority=Priority.P1, path=Way.FUNCTIONAL, team=team, levels=(level,), first_handling="15m",
        resolution="4h", reasons=(WHY,),
    )  # fmt: skip
    await desk.log.tell(e.EscalationPlanned(case_id=case_id, plan=plan))
    now = desk.clock.now()
    due = e.DeadlineSet(
        name=DeadlineName.FIRST_RESPONSE, generation=1, due=now + timedelta(minutes=5), span="5m", since=now
    )
    await desk.log.tell(
        e.EscalationAssigned(
            case_id=case_id, round=1, level=1, path=Way.FUNCTIONAL, priority=Priority.P1, cause="submitted", after=0,
            responders=tuple(Responder(person=p, path=Way.FUNCTIONAL, reason=WHY) for p in people),
            channels=(Channel.PHONE,), deadlines=(due,), reasons=(WHY,),
        )
    )  # fmt: skip


async def attempted(
    desk: Desk, case_id: str, who: Person, outcome: Outcome, code: str = "", channel: Channel = Channel.PHONE
) -> None:
    """Have the notifier say what came of one notification."""
    await desk.log.tell(
        e.NotificationAttempted(
            case_id=case_id, notification_id=f"n-{who.id}-{channel}", purpose=Purpose.PAGE, channel=channel,
            recipient=who.id, attempt=1, outcome=outcome, code=code,
        )
    )  # fmt: skip
