"""Two processes of every service, of one release or another, replaced one after the other as a rolling upgrade does."""

import asyncio
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from bench.stack import Stack, installed, stack_of
from deploy.local import supervisor
from deploy.local.layout import ROOT
from deploy.local.parts import Part, wanted
from deploy.local.processes import exclusively, start, stop
from deploy.local.ready import answers
from deploy.local.services import SECRETS, Surroundings, service

FIRST_PORT = 24200
SECOND = 100  # by which the ports of the second process of a service lie higher
SERVICES = tuple(SECRETS)
READY_SECONDS = 60.0
AT_REST = 5.0  # seconds from one that is ready to the next: minReadySeconds of deploy/k8s/base


def previous() -> str:
    """The commit before the one that last added a migration, so that an upgrade from it changes the schema."""
    paths = [*(f"services/{name}/migrations" for name in SERVICES), "shared/runtime/migrations"]
    last = subprocess.run(
        ["git", "log", "-1", "--no-merges", "--diff-filter=A", "--format=%h", "--", *paths],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout.strip()  # fmt: skip
    return f"{last}^"


@contextmanager
def release(ref: str) -> Iterator[Path]:
    """The code of a commit, in a folder of its own."""
    folder = Path(tempfile.mkdtemp(prefix="tasuki-release-"))
    try:
        archive = subprocess.run(["git", "archive", ref], cwd=ROOT, capture_output=True, check=True).stdout
        subprocess.run(["tar", "-x", "-C", str(folder)], input=archive, check=True)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@dataclass(frozen=True)
class Replaced:
    """One process that was replaced: from when, until it was gone, until the new one was ready (UTC seconds)."""

    part: str
    began: float
    gone: float
    ready: float


@dataclass(frozen=True)
class Replicas:
    """A stack whose services run twice each; nothing restarts what dies, for the bench itself does that."""

    stack: Stack
    before: Path
    given: dict[str, Part]  # by service, as the release before starts it

    @property
    def doors(self) -> list[str]:
        """The addresses of the front door."""
        return [self._part("intake", number, self.before).ready.removesuffix("/readyz") for number in (1, 2)]

    async def replace_all(self, root: Path) -> list[Replaced]:
        """Replace every process by one of this code: stop, wait until it is gone, start, wait until it is ready."""
        told: list[Replaced] = []
        for name in SERVICES:
            for number in (1, 2):
                part, began = self._part(name, number, root), time.time()
                await asyncio.to_thread(self._stop, part.name)
                gone = time.time()
                await self._start(part)
                told.append(Replaced(part.name, began, gone, time.time()))
                await asyncio.sleep(AT_REST)
        return told

    async def second(self) -> None:
        """Make two of each, without names of their own in the groups, as the pods of a cluster."""
        for name in SERVICES:
            await asyncio.to_thread(self._stop, name)
            for number in (1, 2):
                await self._start(self._part(name, number, self.before))

    def migrate(self, root: Path) -> None:
        """What comes before the first new process: the migrations that the old code can live with."""
        for name in SERVICES:
            part = self._part(name, 1, root)
            env = {**os.environ, **part.env}
            subprocess.run([*part.argv, "migrate"], cwd=root, env=env, check=True, capture_output=True)

    def _part(self, name: str, number: int, root: Path) -> Part:
        part = self.given[name]
        if root != self.before:
            env = part.env
            around = Surroundings(env["TASUKI_KAFKA"], {}, env["TASUKI_TRACES"], env["TASUKI_TRACES_URL"])
            policy = Path(self.given["router"].env["TASUKI_POLICY_DIR"])
            part = service(self.stack.layout, name, replace(around, policy=policy))
        more = SECOND if number == 2 else 0
        ports = {key: str(int(part.env[key]) + more) for key in part.env if key.endswith("_PORT")}
        return replace(
            part,
            name=name if number == 1 else f"{name}-2",
            env={**part.env, **ports, "TASUKI_INSTANCE": ""},
            cwd=str(root),
            ready=part.ready.replace(str(part.port), str(part.port + more)),
            port=part.port + more,
        )

    async def _start(self, part: Part) -> None:
        with exclusively(self.stack.layout):
            start(self.stack.layout, part)
        async with asyncio.timeout(READY_SECONDS):
            while not await answers(part):
                await asyncio.sleep(0.1)

    def _stop(self, name: str) -> None:
        with exclusively(self.stack.layout):
            stop(self.stack.layout, name)


@contextmanager
def replicated(before: Path) -> Iterator[Replicas]:
    """Start the stack of a release by its own code; nothing of it is kept."""
    with installed(root=before, first_port=FIRST_PORT, more={"TASUKI_SANDBOX_SPEECH_RATE": "0"}) as layout:
        with exclusively(layout):
            stop(layout, supervisor.NAME)
        given = {part.name: part for part in wanted(layout) if part.name in SERVICES}
        yield Replicas(stack_of(layout, bundle_after=0), before, given)
