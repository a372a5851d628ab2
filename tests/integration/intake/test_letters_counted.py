"""Dead letters are counted for alarms until somebody has dealt with them, those apart for which people may not be called."""

from prometheus_client import REGISTRY

from services.intake import parked
from shared.contracts.events import CaseSubmitted
from shared.runtime.db import Database
from tests.integration.intake.desk import Desk
from tests.integration.intake.parking import noted, park
from tests.integration.intake.test_operations import letters

CASE = "c_01m80tsfphe99kg5qcb6bqxnc5"


async def test_a_dead_letter_counts_until_it_is_settled(desk: Desk, kept: Database) -> None:
    async def counted() -> tuple[float | None, ...]:
        await parked.measure(desk.db, desk.door.settings.kafka)
        return tuple(REGISTRY.get_sample_value("tasuki_dead_letters_open", {"pages": p}) for p in ("yes", "no"))

    assert await counted() == (0, 0)
    by = {"kind": "person", "id": "mai", "name": "舞"}
    told = {"case_id": CASE, "by": by, "number": 1, "report": {"facts": "止まった"}, "source": "t"}
    await park(kept, desk, "timer", (CaseSubmitted.model_validate(told), None), (noted(CASE, "まだですか"), None))
    await park(kept, desk, "knowledge", (CaseSubmitted.model_validate(told), None))
    assert await counted() == (1, 2)
    await parked.measure(desk.db, "127.0.0.1:1")
    for letter in await letters(desk, CASE):
        await desk.post(f"/v1/operations/dead-letters/{letter['place']}/dismiss")
    assert await counted() == (0, 0)
