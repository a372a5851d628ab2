"""Two ticket systems at once: what was overtaken while it waited is written down there and undoes nothing."""

from collections.abc import AsyncIterator, Awaitable, Callable

import httpx
import pytest
import pytest_asyncio

from sandbox import Sandbox
from sandbox import Settings as SandboxSettings
from sandbox.crm import AGENT, Desk, Record
from services.notifier.domain.notification import State
from shared.contracts import events as e
from shared.contracts.plan import Person, Reason
from shared.runtime.db import Database
from tests import ports
from tests.contracts.channels.specs import SPECS
from tests.integration.notifier.conftest import (
    CONTACTS,
    EMAIL,
    SATO,
    TANAKA,
    World,
    person,
    running,
    serving,
    settings_for,
)
from tests.integration.notifier.intake import TOKEN, Intake

SYSTEMS = ("jira", "hubspot")
WHY = (Reason(ja="同じ障害のため", en="the same outage"),)
TAKER = Person(id=TANAKA, name="田中 実")


@pytest_asyncio.fixture(scope="module")
async def world(database: Callable[[str], Awaitable[Database]]) -> AsyncIterator[World]:
    """A notifier with Jira and HubSpot beside the others."""
    db, port, intake = await database("notifier"), ports.port(), Intake()
    url = f"http://127.0.0.1:{port}"
    with pytest.MonkeyPatch.context() as patch:
        async with (
            Sandbox.run(settings=SandboxSettings(public_url=url)) as sandbox,
            serving(intake.app(), ports.port()) as intake_url,
        ):
            for system in SYSTEMS:
                for name, value in SPECS[system].env(sandbox).items():
                    patch.setenv(name, value)
            async with (
                running(db, settings_for(sandbox, url, port, intake_url, "", "")) as (process, handling),
                httpx.AsyncClient(base_url=url, headers={"authorization": f"Bearer {TOKEN}"}, trust_env=False) as http,
            ):
                (await http.put("/v1/contacts", json=CONTACTS)).raise_for_status()
                yield World(sandbox, intake, process, handling, url, http)


def desk(world: World, system: str) -> Desk:
    found = world.sandbox.vendor(system)
    assert isinstance(found, Desk)
    return found


async def reported(world: World, system: str) -> tuple[str, e.CaseSubmitted, Record]:
    """A case that has a ticket in a system."""
    case = await world.submitted(external=False)
    told = next(x for x, _ in world.said if isinstance(x, e.CaseSubmitted) and x.case_id == case)
    id_ = SPECS[system].to
    told = told.model_copy(update={"case_id": f"{case[:-4]}{system[:4]}", "external": _external(system, id_)})
    await world.say(told)
    plan = next(x for x, _ in world.said if isinstance(x, e.EscalationPlanned) and x.case_id == case)
    await world.say(plan.model_copy(update={"case_id": told.case_id}))
    return told.case_id, told, desk(world, system).record(id_)


def _external(system: str, id_: str) -> e.External:
    return e.External.model_validate({"system": system, "id": id_})


async def test_a_stale_status_never_undoes_a_newer_one(world: World) -> None:
    lead, _, issue = await reported(world, "jira")
    linked, report, ticket = await reported(world, "hubspot")
    await world.say(e.EscalationLinked(case_id=linked, lead=lead, lead_number=1, reasons=WHY))
    joined = e.EscalationJoined(
        case_id=lead, joined=linked, joined_number=report.number, by=report.by, external=report.external
    )
    await world.say(joined)
    await world.settled(linked, ticket=State.ACCEPTED)
    for system in SYSTEMS:
        world.sandbox.fault(system, "429", 1, seconds=1.5)
    written = {record.id: len(record.notes) for record in (issue, ticket)}
    await world.say(e.CaseStarted(case_id=lead, by=person(SATO)))

    async def both_wait() -> bool:
        return not world.sandbox.faults.active

    await world.until(both_wait)
    await world.say(
        e.CaseResolved(case_id=lead, by=person(SATO), handling="証明書を更新", result="決済できた 髙﨑①㈱🔥")
    )

    async def all_written() -> bool:
        return all(len(record.notes) == written[record.id] + 2 for record in (issue, ticket))

    await world.until(all_written)
    await world.settled(lead, ticket=State.ACCEPTED)
    assert (issue.status, ticket.status) == ("Done", "4")
    for record in (issue, ticket):
        newer, stale = record.notes[-2:]
        assert "決済できた 髙﨑①㈱🔥" in newer.text
        assert "証明書を更新" not in stale.text
        assert all(note.internal for note in record.notes)


async def test_what_happened_later_is_not_written_down_earlier(world: World) -> None:
    case, _, issue = await reported(world, "jira")
    written = len(issue.notes)
    world.sandbox.fault("jira", "slow", 1, seconds=0.7)
    await world.say(e.CaseStarted(case_id=case, by=person(SATO)))
    await world.say(e.CaseResolved(case_id=case, by=person(SATO), handling="証明書を更新", result="決済できた"))
    await world.settled(case, ticket=State.ACCEPTED)
    first, then = issue.notes[written:]
    assert "決済できた" in then.text
    assert "決済できた" not in first.text


async def test_the_owner_of_the_case_becomes_the_owner_of_the_ticket(world: World) -> None:
    case, _, issue = await reported(world, "jira")
    assert EMAIL[SATO] == AGENT
    await world.say(e.CaseAcknowledged(case_id=case, by=person(SATO), via="phone"))

    async def owned() -> bool:
        return bool(issue.owner)

    await world.until(owned)
    await world.settled(case, ticket=State.ACCEPTED)


async def test_a_write_that_had_to_wait_does_not_give_the_ticket_back_to_the_former_owner(world: World) -> None:
    case, _, issue = await reported(world, "jira")
    issue.owner, written = "", len(issue.notes)
    world.sandbox.fault("jira", "429", 1, seconds=1.5)
    await world.say(e.CaseAcknowledged(case_id=case, by=person(SATO), via="phone"))

    async def it_waits() -> bool:
        return not world.sandbox.faults.active

    await world.until(it_waits)
    await world.say(e.CaseReassigned(case_id=case, by=person(SATO), to=TAKER, reason="交代"))

    async def both_are_written() -> bool:
        return len(issue.notes) == written + 2

    await world.until(both_are_written)
    assert issue.owner == ""  # this system does not know who has it now


async def test_a_system_that_is_not_set_up_is_told_of_in_the_log(world: World) -> None:
    case, _, _ = await reported(world, "kintone")
    await world.say(e.CaseStarted(case_id=case, by=person(SATO)))
    log = await world.settled(case, ticket=State.FAILED)
    assert [n["code"] for n in log if n["channel"] == "ticket"] == ["not-set-up"]
