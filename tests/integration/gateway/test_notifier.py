"""A page by telephone without a vendor: ledger → gateway → SIP → a key → the notifier's own route → acknowledged."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio

from sandbox import Sandbox
from sandbox import Settings as SandboxSettings
from shared.contracts.signature import sign
from shared.contracts.vocabulary import Channel
from shared.runtime.db import Database
from tests import ports
from tests.integration.gateway.conftest import SECRET, TOKEN, Gateway, Make
from tests.integration.gateway.far_end import Handset, handset
from tests.integration.gateway.hearing import samples, spoken_seconds
from tests.integration.notifier.conftest import (
    CONTACTS,
    NAME,
    SATO,
    World,
    assigned,
    running,
    serving,
    settings_for,
)
from tests.integration.notifier.intake import TOKEN as SERVICE_TOKEN
from tests.integration.notifier.intake import Intake


@dataclass
class Office:
    """The notifier, its gateway, and the telephone of the person on duty."""

    world: World
    gateway: Gateway
    phone: Handset

    async def page(self) -> str:
        """Page Sato by telephone about a new case."""
        case_id = await self.world.submitted()
        await self.world.say(assigned(case_id, SATO, channels=(Channel.PHONE,)))
        return case_id

    async def call(self, case_id: str) -> dict[str, Any]:
        """The telephone's line of the delivery log."""
        return next(n for n in await self.world.log(case_id) if n["channel"] == "phone" and n["recipient"] == SATO)

    async def settled(self, case_id: str, *states: str) -> dict[str, Any]:
        """Wait until the call is in one of these states."""

        async def there() -> Any:
            call = await self.call(case_id)
            return call if call["state"] in states else None

        found: dict[str, Any] = await self.world.until(there, 30)
        return found


def by(gateway: Gateway) -> dict[str, str]:
    """The variables that have the telephone go by this gateway."""
    return {
        "TASUKI_SIP_URL": str(gateway.http.base_url),
        "TASUKI_SIP_TOKEN": TOKEN,
        "TASUKI_SIP_SIGNING_SECRET": SECRET,
    }


@contextlib.asynccontextmanager
async def opened(
    database: Callable[[str], Awaitable[Database]],
    make: Make,
    folder: Path,
    order: str,
    *,
    alone: bool = False,
    trunk: str = "",
    lines: int = 2,
) -> AsyncIterator[Office]:
    """Real Postgres, a real gateway, a real handset, and unless it is `alone` a telephone company beside it; intake only listens.

    Calls go to the handset, or by a `trunk` (the SIP address of a far end).
    """
    db, port, intake = await database("notifier"), ports.port(), Intake()
    url = f"http://127.0.0.1:{port}"
    async with (
        handset(folder / "handset") as phone,
        make(
            sip_account=f"sip:tasuki@{(trunk or phone.sip).partition('@')[2]}", sip_register_seconds=0, lines=lines
        ).up() as gateway,
        Sandbox.run(settings=SandboxSettings(public_url=url)) as sandbox,
        serving(intake.app(), ports.port()) as intake_url,
    ):
        with pytest.MonkeyPatch.context() as patch:
            for name, value in by(gateway).items():
                patch.setenv(name, value)
            ours = replace(settings_for(sandbox, url, port, intake_url, "", ""), provider_order=order)
            ours = replace(ours, twilio_account="") if alone else ours
            async with (
                running(db, ours) as (process, handling),
                httpx.AsyncClient(base_url=url, headers={"authorization": f"Bearer {SERVICE_TOKEN}"}) as http,
            ):
                (await http.put("/v1/contacts", json=CONTACTS)).raise_for_status()
                yield Office(World(sandbox, intake, process, handling, url, http), gateway, phone)


@pytest_asyncio.fixture(scope="module")
async def office(
    database: Callable[[str], Awaitable[Database]], make: Make, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Office]:
    """An office whose only telephone goes by the gateway."""
    async with opened(database, make, tmp_path_factory.mktemp("office"), "sip", alone=True) as office:
        yield office


async def test_pressing_one_acknowledges_and_the_answer_is_spoken(office: Office) -> None:
    calls = len(office.phone.told("CALL_ESTABLISHED"))
    case_id = await office.page()
    await office.phone.established(calls + 1)
    await office.settled(case_id, "answered")
    office.phone.press("1")
    async with asyncio.timeout(15):
        await office.world.intake.heard.wait()
    assert office.world.intake.taken[-1]["case_id"] == case_id
    assert office.world.intake.taken[-1]["by"] == {"id": SATO, "name": NAME[SATO]}
    assert office.world.intake.taken[-1]["via"] == "phone"
    call = await office.settled(case_id, "acknowledged")
    await office.phone.closed(calls + 1)
    assert spoken_seconds(samples(office.phone.recordings()[-1])) > 3
    assert [a["outcome"] for a in call["attempts"]] == ["acknowledged"]
    assert len(office.phone.told("CALL_ESTABLISHED")) == calls + 1

    async def over() -> bool:
        return bool((await office.gateway.show(call["attempts"][0]["provider_id"]))["state"] == "ended")

    await office.world.until(over)  # the far end hears of the end before the gateway does


async def test_pressing_two_passes_it_on(office: Office) -> None:
    calls, taken = len(office.phone.told("CALL_ESTABLISHED")), len(office.world.intake.taken)
    case_id = await office.page()
    await office.phone.established(calls + 1)
    await office.settled(case_id, "answered")
    office.phone.press("2")
    call = await office.settled(case_id, "failed")
    assert call["code"] == "declined"
    await office.phone.closed(calls + 1)
    assert len(office.world.intake.taken) == taken


async def test_hanging_up_is_no_answer_and_mail_goes_out_meanwhile(office: Office) -> None:
    calls = len(office.phone.told("CALL_ESTABLISHED"))
    case_id = await office.page()
    await office.phone.established(calls + 1)
    await office.settled(case_id, "answered")
    office.phone.hang_up()
    call = await office.settled(case_id, "pending")
    assert (call["code"], call["attempts"][0]["outcome"]) == ("hung-up", "retryable")
    log = await office.world.log(case_id)
    assert "email" in {n["channel"] for n in log if n["recipient"] == SATO}


async def tell(office: Office, id_: str, secret: str = SECRET, late: int = 0, **report: Any) -> httpx.Response:
    """Post a report as the gateway does."""
    at = datetime.now(UTC) - timedelta(seconds=late)
    told = {"call_id": f"{id_}-1", "event": "ringing", "at": at.isoformat(), "sequence": 1, **report}
    body = json.dumps(told).encode()
    headers = sign(secret, f"{told['call_id']}.{told['sequence']}", body, at)
    return await office.world.http.post(f"/callbacks/sip/{id_}", content=body, headers=headers)


@pytest.mark.security
async def test_reports_that_are_forged_old_foreign_or_broken_change_nothing(office: Office) -> None:
    calls = len(office.phone.told("CALL_ESTABLISHED"))
    case_id = await office.page()
    await office.phone.established(calls + 1)
    id_ = (await office.settled(case_id, "answered"))["id"]
    taken = len(office.world.intake.taken)
    press: dict[str, Any] = {"event": "key", "key": "1"}
    assert (await tell(office, id_, secret="wrong", **press)).status_code == 403
    assert (await tell(office, id_, secret="", **press)).status_code == 403
    assert (await tell(office, id_, late=301, **press)).status_code == 403
    assert (await tell(office, id_, call_id="00000000-0000-0000-0000-000000000000-1", **press)).status_code == 404
    assert (await tell(office, "00000000-0000-0000-0000-000000000000", **press)).status_code == 404
    assert (await tell(office, id_, event="exploded")).status_code == 400
    assert (await tell(office, id_, event="key", key="12")).status_code == 400
    body = b"\xff not json"
    signed = sign(SECRET, "x", body, datetime.now(UTC))
    assert (await office.world.http.post(f"/callbacks/sip/{id_}", content=body, headers=signed)).status_code == 400
    assert (await office.world.http.post(f"/callbacks/sip/{id_}", content=body)).status_code == 403
    assert (await tell(office, id_, event="ringing")).status_code == 204  # late news move nothing back
    assert (await office.call(case_id))["state"] == "answered"
    assert len(office.world.intake.taken) == taken
    office.phone.hang_up()
    await office.phone.closed(calls + 1)


@pytest.mark.parametrize(
    ("ended", "state", "code"),
    [
        ({"code": "404", "outcome": "target"}, "failed", "sip-404"),
        ({"code": "603", "outcome": "target"}, "failed", "rejected"),
        ({"code": "403", "outcome": "account"}, "failed", "sip-403"),
        ({"code": "486", "outcome": "retryable"}, "pending", "busy"),
        ({"code": "no-answer", "outcome": "retryable"}, "pending", "no-answer"),
        ({"code": "interrupted", "outcome": "interrupted"}, "pending", "interrupted"),
        ({"code": "canceled", "outcome": "canceled"}, "skipped", "canceled"),
    ],
)
async def test_the_end_of_a_call_decides_whether_there_is_a_second(
    office: Office, ended: dict[str, Any], state: str, code: str
) -> None:
    calls = len(office.phone.told("CALL_ESTABLISHED"))
    case_id = await office.page()
    await office.phone.established(calls + 1)
    id_ = (await office.settled(case_id, "answered"))["id"]
    assert (await tell(office, id_, event="ended", sequence=9, **ended)).status_code == 204
    call = await office.call(case_id)
    assert (call["state"], call["code"]) == (state, code)
    assert (call["next_attempt_at"] is not None) == (state == "pending")
    office.phone.hang_up()
    await office.phone.closed(calls + 1)
    await office.world.until(lambda: _over(office, id_))
    assert (await office.call(case_id))["state"] == state  # what really ended afterwards changes nothing


async def _over(office: Office, id_: str) -> bool:
    return bool((await office.gateway.show(f"{id_}-1"))["state"] == "ended")


async def test_a_recording_is_kept_of_nothing_on_our_side(office: Office) -> None:
    """The gateway writes down what it says until it has said it, and never what it hears."""
    await office.world.until(lambda: _quiet(office.gateway.folder), 20)


async def _quiet(folder: Path) -> bool:
    return not list(folder.rglob("*.wav"))
