"""One of the two shells as a process that tests can start, stop and kill, and what it has handled."""

import asyncio
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import asyncpg

from tests.integration.runtime.waiting import eventually

ROOT = Path(__file__).parents[3]
SCHEMAS = {"aiokafka": "timer", "faust": "router"}  # two inboxes, as two services would have
TABLE = "CREATE TABLE IF NOT EXISTS handled (event_id uuid, case_id text, text text, log_offset bigint)"


@dataclass
class Reader:
    """One shell: its process, what it printed, and what it has handled."""

    shell: str
    url: str
    kafka: str
    folder: Path
    instance: str = "one"
    settings: Mapping[str, str] = field(default_factory=dict)
    process: asyncio.subprocess.Process | None = None
    lines: list[str] = field(default_factory=list)
    listening: asyncio.Task[None] | None = None

    async def start(self) -> None:
        self.lines = []
        self.process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "tests.integration.runtime.reader",
            *(self.shell, self.url, self.kafka, self.instance),
            cwd=self.folder,
            env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "HOME": str(self.folder), **self.settings},
            stdout=asyncio.subprocess.PIPE,
        )
        self.listening = asyncio.create_task(self._listen(self.process))

    async def _listen(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdout is not None
        async for line in process.stdout:
            self.lines.append(line.decode(errors="replace").strip())

    async def end(self, kill: bool = False) -> int:
        """Stop it, by force or by SIGTERM, and return how it ended."""
        assert self.process is not None
        assert self.listening is not None
        if self.process.returncode is None:
            self.process.kill() if kill else self.process.terminate()
        async with asyncio.timeout(15):
            code = await self.process.wait()
            await self.listening
        return code

    def tell_to_stop(self) -> None:
        """Send SIGTERM."""
        assert self.process is not None
        self.process.terminate()

    async def gone(self, seconds: float = 30) -> int:
        """Wait until it leaves by itself, and return how it ended."""
        assert self.process is not None
        async with asyncio.timeout(seconds):
            return await self.process.wait()

    async def printed(self, line: str, seconds: float = 30) -> None:
        async def there() -> bool:
            return line in self.lines

        assert await eventually(there, seconds), "\n".join(self.lines[-30:])

    async def handled(self, wish: str, count: int = 1, seconds: float = 30) -> list[asyncpg.Record]:
        """Wait until that many events with this text are handled, then see that there are no more of them."""
        connection = await asyncpg.connect(self.url)
        query = "SELECT * FROM handled WHERE text = $1 ORDER BY case_id, log_offset"

        async def rows() -> list[asyncpg.Record]:
            found = await connection.fetch(query, f"{self.shell}:{wish}")
            return found if len(found) >= count else []

        try:
            found = await eventually(rows, seconds if count else 0)
            await asyncio.sleep(0.3)
            assert len(found) == len(await rows()) == count, "\n".join(self.lines[-30:])
        finally:
            await connection.close()
        return list(found)
