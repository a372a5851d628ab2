"""The policy in force, as one process of the router knows it."""

import asyncio
from datetime import datetime

from services.router import attendance, publishing, reading, store
from services.router.domain.climb.in_force import InForce
from services.router.domain.duty.attendance import Attendance
from services.router.domain.policies.lint import Known
from services.router.settings import Settings
from shared.runtime import telemetry
from shared.runtime.db import Database
from shared.runtime.loop import every
from shared.runtime.service import Process

log = telemetry.logger(__name__)


class Current:
    """Holds the newest version and attendance; `open` loads them, and loops take over what another replica changes."""

    def __init__(self) -> None:
        self._version: store.Version | None = None
        self._in_force: InForce | None = None
        self._attendance = Attendance()
        self._changes = -1
        self._looked_at = 0
        self._beside = False  # another release was at work too when that was looked at last

    @property
    def version(self) -> store.Version:
        """The version in force."""
        assert self._version is not None, "open() comes first"
        return self._version

    @property
    def in_force(self) -> InForce:
        """What decides now."""
        assert self._in_force is not None, "open() comes first"
        return self._in_force

    def take(self, version: store.Version) -> None:
        """Use a version from now on; an older one is left alone."""
        if self._version is None or version.number > self._version.number:
            self._version = version
            self._in_force = InForce(version.number, version.policy, self._attendance)

    def attend(self, number: int, known: Attendance) -> None:
        """Use the attendance after so many changes from now on; an older one is left alone."""
        if number > self._changes:
            self._changes, self._attendance = number, known
            if self._in_force is not None:
                self._in_force = self._in_force.attended(known)

    async def hear(self, db: Database, now: datetime) -> None:
        """Read the attendance anew, if anything of it was changed."""
        async with db.reading() as tx:
            number = await attendance.number(tx)
            if number > self._changes:
                self.attend(number, await attendance.load(tx, now - attendance.BACK, now))

    async def open(self, process: Process) -> None:
        """Publish the policy of the files if they decide, and load the one in force. A bad file never replaces a good policy."""
        if self._version is not None:
            return
        settings = process.settings
        assert isinstance(settings, Settings)
        draft = await asyncio.to_thread(_draft, settings, Known(now=process.clock.now()))
        async with process.db.transaction() as tx:
            self._beside = await store.is_beside_another_release(tx)
            if isinstance(draft, reading.Draft):
                self.take(await publishing.publish_files(tx, draft, process.clock.now()))
            elif (known := await store.deciding(tx)) is not None:
                self.take(known)
        if isinstance(draft, reading.BadPolicy):
            if self._version is None:
                raise SystemExit(f"the policy in {settings.policy_dir} cannot be used:\n{draft}")
            log.error("the policy files are not used", version=self._version.number, findings=str(draft))

        await self.hear(process.db, process.clock.now())
        if isinstance(draft, reading.Draft):
            process.loops["files"] = lambda: every(20.0, lambda: self.outlive(process, draft))
        process.loops["policy"] = lambda: every(2.0, lambda: self._refresh(process))
        process.loops["attendance"] = lambda: every(0.5, lambda: self.hear(process.db, process.clock.now()))

    async def outlive(self, process: Process, draft: reading.Draft) -> None:
        """Publish the files again when the last process of another release has gone: it may have published its own meanwhile.

        So after an upgrade the newer files decide and after a way back the older ones, whoever was started last.
        """
        async with process.db.transaction() as tx:
            was, self._beside = self._beside, await store.is_beside_another_release(tx)
            if was and not self._beside:
                self.take(await publishing.publish_files(tx, draft, process.clock.now()))

    async def _refresh(self, process: Process) -> None:
        async with process.db.reading() as tx:
            number = await store.newest_number(tx)
            if number <= max(self.version.number, self._looked_at):
                return
            known, self._looked_at = await store.deciding(tx), number
        if known is None or known.number < number:
            log.error("the newest version of the policy cannot be read", version=number)
        if known is not None:
            self.take(known)


def _draft(settings: Settings, known: Known) -> reading.Draft | reading.BadPolicy:
    try:
        return reading.draft(reading.folder(settings.policy_dir), known)
    except reading.BadPolicy as problem:
        return problem
