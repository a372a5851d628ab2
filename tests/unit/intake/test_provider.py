"""The company's login provider does not answer: whoever logs in meanwhile hears so within the time of one question."""

import asyncio

import httpx
import pytest

from services.intake.provider import Away, Provider
from services.intake.settings import DataKeys, Issuer, Settings
from shared.runtime.clock import Clock
from shared.runtime.settings import Secret

SETTINGS = Settings(
    database_url=Secret(""), kafka="", http_port=0, service_token=Secret(""), router_url="", notifier_url="",
    knowledge_url="", public_url="https://tasuki.example.jp", link_key=Secret("k"), data_key=DataKeys("AA" * 32),
    oidc_issuer=Issuer("https://login.example.jp"), oidc_client_id="tasuki",
)  # fmt: skip


async def test_many_who_wait_for_a_provider_that_does_not_answer_wait_no_longer_than_one() -> None:
    asked: list[str] = []
    silent = asyncio.Event()

    async def outside(request: httpx.Request) -> httpx.Response:
        asked.append(str(request.url))
        await silent.wait()
        raise httpx.ReadTimeout("nobody", request=request)

    async with httpx.AsyncClient(transport=httpx.MockTransport(outside)) as http:
        provider = Provider(SETTINGS, http, Clock())
        waiting = [asyncio.create_task(provider.address("state", "nonce", "verifier")) for _ in range(10)]
        while not asked:
            await asyncio.sleep(0)
        silent.set()
        came = await asyncio.gather(*waiting, return_exceptions=True)
        assert [type(one) for one in came] == [Away] * 10
        assert len(asked) == 1
        with pytest.raises(Away):
            await provider.address("state", "nonce", "verifier")
        assert len(asked) == 2, "who comes later asks anew"
