"""A real browser is sent to a real OpenID provider, comes back logged in, and leaves by both doors."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import httpx
import pytest

from services.intake.settings import GroupRoles, Issuer
from shared.runtime.settings import Secret
from tests import ports
from tests.integration.browser import chromium
from tests.integration.intake.desk import Desk
from tests.integration.intake.people import running

pytestmark = pytest.mark.timeout(300)  # the first run may have to install the browser
PEOPLE = (
    {"sub": "sato.hanako", "name": "佐藤 花子①", "groups": ["tasuki-admins"]},
    {"sub": "visitor", "name": "髙﨑 健", "groups": ["guests"]},
)


@asynccontextmanager
async def provider() -> AsyncIterator[str]:
    """The address of a provider that knows these people, in a process of its own."""
    port = ports.port()
    known = [part for person in PEOPLE for part in ("--user-claims", json.dumps(person))]
    command = (sys.executable, "-W", "ignore", "-m", "oidc_provider_mock", "-p", str(port), *known)
    quiet = asyncio.subprocess.DEVNULL
    process = await asyncio.create_subprocess_exec(*command, stdout=quiet, stderr=quiet)
    address = f"http://127.0.0.1:{port}"
    try:
        async with httpx.AsyncClient(trust_env=False) as http, asyncio.timeout(30):
            while True:
                with suppress(httpx.ConnectError):
                    await http.get(f"{address}/.well-known/openid-configuration")
                    break
                await asyncio.sleep(0.05)
        yield address
    finally:
        process.terminate()
        await process.wait()


async def test_a_person_logs_in_and_out_and_who_has_no_role_is_told_so(desk: Desk, tmp_path: Path) -> None:
    async with provider() as issuer, httpx.AsyncClient(trust_env=False) as http:
        desk.door.http = http
        given = {
            "oidc_issuer": Issuer(issuer),
            "oidc_client_id": "tasuki",
            "oidc_client_secret": Secret("any"),
            "oidc_roles": GroupRoles("tasuki-admins=admin:*"),
        }
        async with running(desk, **given) as address, chromium(tmp_path, language="ja") as browser:
            await browser.open(f"{address}/admin/quarantine")
            assert (await browser.address()).startswith(f"{address}/login?next=/admin/quarantine")
            await browser.click((await browser.found("//a[normalize-space()='会社のアカウントでログイン']"))[0])
            assert (await browser.address()).startswith(issuer)
            await browser.press("sato.hanako")
            assert await browser.address() == f"{address}/admin/quarantine"
            assert "佐藤 花子①" in await browser.read(".who")
            await browser.press("ログアウト")
            async with asyncio.timeout(20):
                while not (await browser.address()).startswith(f"{issuer}/oauth2/end_session"):
                    await asyncio.sleep(0.05)
            await browser.open(f"{address}/admin/sources")
            assert "/login" in await browser.address()
            await browser.open(f"{address}/login/start")
            await browser.press("visitor")
            told = await browser.read("main")
            assert "役割がまだありません" in told
            assert "visitor" in told
            await browser.open(f"{address}/admin/sources")
            assert "/login" in await browser.address()
