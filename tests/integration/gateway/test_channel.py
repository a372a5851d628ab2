"""The notifier's channel against a real gateway: once and only once, and every refusal by its right name."""

from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from services.notifier.channels.channel import NOT_SET_UP, Surroundings
from services.notifier.channels.sip import Sip, attempt_of, call_id
from services.notifier.domain.message import Message
from services.notifier.domain.notification import State
from services.notifier.domain.result import Absent, Accepted, Permanent, Retryable, Unaskable
from services.notifier.settings import Settings
from shared.runtime.settings import Secret
from tests import ports
from tests.integration.gateway.conftest import TOKEN, Gateway, Make
from tests.integration.gateway.far_end import NUMBER, handset, refuser, until
from tests.unit.notifier.examples import notification

NOBODY: frozenset[str] = frozenset()


def channel(url: str, http: httpx.AsyncClient, token: str = TOKEN) -> Sip:
    settings = Settings(
        database_url=Secret(""), kafka="", http_port=0, service_token=Secret(""), intake_url="", link_key=Secret(""),
        public_url="http://127.0.0.1:9",
    )  # fmt: skip
    env = {"TASUKI_SIP_URL": url, "TASUKI_SIP_TOKEN": token, "TASUKI_SIP_SIGNING_SECRET": "s"}
    return Sip(Surroundings(settings, http, env))


def message(attempts: int = 1) -> Message:
    n = replace(notification(), attempts=attempts)
    return Message(n, "ja", "件名", "本文", speech="案件番号 ①、㈱髙﨑🔥 です。")


def account(sip: str) -> str:
    return f"sip:tasuki@{sip.partition('@')[2]}"


async def test_sent_twice_it_is_one_call_and_it_is_found(make: Make, tmp_path: Path) -> None:
    async with (
        refuser(tmp_path / "far", "487 Request Terminated", rings=True) as far,
        make(sip_account=account(far.sip), sip_register_seconds=0).up() as gateway,
        httpx.AsyncClient() as http,
    ):
        sip, told = channel(str(gateway.http.base_url), http), message()
        n = told.notification
        assert await sip.find(n, NUMBER, NOBODY) == Absent()
        assert await sip.send(told, NUMBER) == Accepted(call_id(n))
        assert await sip.send(told, NUMBER) == Accepted(call_id(n))
        assert await sip.find(n, NUMBER, NOBODY) == Accepted(call_id(n))
        assert await sip.find(replace(n, attempts=2), NUMBER, NOBODY) == Absent()
        await until(lambda: far.calls == 1, "it rings")
        ringing = replace(n, provider_id=call_id(n), state=State.DELIVERED)
        assert await sip.withdraw(replace(told, notification=ringing), NUMBER) == Accepted(call_id(n))
        await until(lambda: _over(gateway, call_id(n)), "it is taken back")
        assert (await gateway.show(call_id(n)))["outcome"] == "canceled"
        assert far.calls == 1


async def test_a_call_that_the_gateway_broke_off_cannot_be_told_of(make: Make, tmp_path: Path) -> None:
    async with handset(tmp_path / "handset") as phone, httpx.AsyncClient() as http:
        gateway = make(sip_account=account(phone.sip), sip_register_seconds=0)
        told = message()
        async with gateway.up():
            sip = channel(str(gateway.http.base_url), http)
            await sip.send(told, NUMBER)
            await phone.established()
            await gateway.kill()
        assert isinstance(await sip.find(told.notification, NUMBER, NOBODY), Retryable)
        async with gateway.up():
            assert await sip.find(told.notification, NUMBER, NOBODY) == Unaskable()


async def test_every_refusal_has_its_name(gateway: Gateway, make: Make) -> None:
    async with httpx.AsyncClient() as http:
        url = str(gateway.http.base_url)
        assert await channel("", http).send(message(), NUMBER) == NOT_SET_UP
        assert await channel(url, http).send(message(), NUMBER) == Permanent("gateway-not-dialable", "account")
        assert await channel(url, http).send(message(), "110") == Permanent("bad-number", "target")
        assert await channel(url, http, "wrong").send(message(), NUMBER) == Permanent("gateway-unauthorized", "account")
        away = channel(f"http://127.0.0.1:{ports.port()}", http)
        assert await away.send(message(), NUMBER) == Retryable("unreachable")
        assert await away.find(message().notification, NUMBER, NOBODY) == Retryable("unreachable")
        assert await channel(f"{url}/nowhere", http).send(message(), NUMBER) == Permanent(
            "gateway-not-found", "channel"
        )
        assert isinstance(
            await channel(f"{url}/nowhere", http, "x").find(message().notification, NUMBER, NOBODY), Absent
        )


async def test_busy_lines_say_when_to_come_again(make: Make, tmp_path: Path) -> None:
    async with (
        handset(tmp_path / "handset") as phone,
        make(sip_account=account(phone.sip), sip_register_seconds=0, lines=1).up() as gateway,
        httpx.AsyncClient() as http,
    ):
        sip = channel(str(gateway.http.base_url), http)
        for _ in range(2):
            assert isinstance(await sip.send(message(), NUMBER), Accepted)
        assert await sip.send(message(), NUMBER) == Retryable("gateway-busy", 10.0)


@pytest.mark.parametrize("id_", ["", "x", "n", "n-", "n-x", "n-１", "m-1", "n-1-2", "n-1000000"])
def test_a_call_id_of_something_else_has_no_attempt(id_: str) -> None:
    assert attempt_of(id_, "n") is None
    assert attempt_of("n-12", "n") == 12


async def _over(gateway: Gateway, id_: str) -> bool:
    return bool((await gateway.show(id_))["state"] == "ended")
