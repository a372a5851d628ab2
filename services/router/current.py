"""The policy in force, as one process of the router knows it."""

import asyncio

from services.router import reading, store
from services.router.settings import Settings
from shared.runtime import telemetry
from shared.runtime.loop import every
from shared.runtime.service import Process

log = telemetry.logger(__name__)


class Current:
    """Holds the newest version; `open` loads it once, and a loop takes over what another replica publishes."""

    def __init__(self) -> None:
        self._version: store.Version | None = None

    @property
    def version(self) -> store.Version:
        """The version in force."""
        assert self._version is not None, "open() comes first"
        return self._version

    async def open(self, process: Process) -> None:
        """Publish the policy of the files when it is new, and load the one in force. A bad file never replaces a good policy."""
        if self._version is not None:
            return
        settings = process.settings
        assert isinstance(settings, Settings)
        async with process.db.transaction() as tx:
            try:
                policy = await asyncio.to_thread(reading.read, settings.policy_dir)
                self._version = await store.publish(tx, policy, "files", "read at start", process.clock.now())
            except reading.BadPolicy as problem:
                self._version = await store.newest(tx)
                if self._version is None:
                    raise SystemExit(f"the policy in {settings.policy_dir} cannot be used:\n{problem}") from problem
                log.error("the policy files are not used", version=self._version.number, mistakes=str(problem))

        async def refresh() -> None:
            async with process.db.reading() as tx:
                self._version = await store.newest(tx) or self._version

        process.loops["policy"] = lambda: every(2.0, refresh)
