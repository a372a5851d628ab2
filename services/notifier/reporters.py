"""Reporters who are in no directory: where they hear of their case is asked of intake at the moment of sending, and not kept."""

import random
from dataclasses import replace

from pydantic import BaseModel

from services.notifier.domain.contact import contact
from services.notifier.domain.notification import Notification, State
from services.notifier.domain.recipients import REPORTER
from services.notifier.domain.result import Retryable
from services.notifier.domain.retry import Step, after_send, pause
from services.notifier.intake import Intake
from services.notifier.store import Known
from shared.contracts.vocabulary import Outcome, Purpose
from shared.runtime import telemetry
from shared.runtime.clock import Clock

log = telemetry.logger(__name__)
SECONDS = 3.0
FORGOTTEN = Step(State.SKIPPED, Outcome.SKIPPED, "forgotten")
AWAY = "intake-away"


class Told(BaseModel):
    """What intake answers; empty once the address is erased."""

    address: str


class Reporters:
    """The road to the addresses; intake alone keeps them, sealed."""

    def __init__(self, clock: Clock, intake: Intake) -> None:
        self._clock = clock
        self._intake = intake

    async def reached(self, n: Notification, known: Known, unsure: bool) -> tuple[Known, Step | None]:
        """What is known with the address of a reporter in it; or what becomes of the notification without one.

        It is tried again while intake is away; `unsure` is whether an earlier send may have gone out.
        """
        if n.purpose is Purpose.PAGE or not n.recipient.startswith(REPORTER):
            return known, None
        address = await self._ask(n.recipient.removeprefix(REPORTER))
        if address:
            return replace(known, contact=contact(n.recipient, "", n.content.language, email=address)), None
        if address == "":
            return known, FORGOTTEN
        now, chance = self._clock.now(), random.random()  # noqa: S311 - jitter
        if unsure:
            return known, Step(State.AMBIGUOUS, None, AWAY, due=now + pause(n.lookups, chance))
        return known, after_send(n, Retryable(AWAY), now, chance)

    async def _ask(self, case_id: str) -> str | None:
        """The address; "" where there is none any more, None while intake cannot say."""
        told = await self._intake.read(case_id, "reporter", Told, SECONDS)
        if isinstance(told, Told):
            return told.address
        log.warning("intake does not say where a reporter hears", case_id=case_id, problem=told)
        return None
