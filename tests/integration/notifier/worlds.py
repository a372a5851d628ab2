"""Worlds whose providers need variables of their own, which name the sandbox's addresses."""

import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any

import httpx
import pytest

from sandbox import Sandbox
from sandbox import Settings as SandboxSettings
from shared.runtime.db import Database
from tests import ports
from tests.integration.notifier.conftest import World, running, serving, settings_for
from tests.integration.notifier.intake import TOKEN, Intake


@contextlib.asynccontextmanager
async def world_with(
    database: Callable[[str], Awaitable[Database]],
    env: Callable[[Sandbox], Mapping[str, str]],
    everybody: Callable[[Sandbox], dict[str, Any]],
    order: str = "",
    dial_delay: float = SandboxSettings.dial_delay,
) -> AsyncIterator[World]:
    """A notifier that reads these variables, with this directory; `order` names the providers that it prefers.

    Calls begin to ring after `dial_delay` seconds.
    """
    db, port, intake = await database("notifier"), ports.port(), Intake()
    url = f"http://127.0.0.1:{port}"
    async with Sandbox.run(settings=SandboxSettings(public_url=url, dial_delay=dial_delay)) as sandbox:
        with pytest.MonkeyPatch.context() as patch:
            for name, value in env(sandbox).items():
                patch.setenv(name, value)
            async with (
                serving(intake.app(), ports.port()) as intake_url,
                running(db, replace(settings_for(sandbox, url, port, intake_url, "", ""), provider_order=order)) as (
                    process,
                    handling,
                ),
                httpx.AsyncClient(base_url=url, headers={"authorization": f"Bearer {TOKEN}"}, trust_env=False) as http,
            ):
                (await http.put("/v1/contacts", json=everybody(sandbox))).raise_for_status()
                yield World(sandbox, intake, process, handling, url, http)
