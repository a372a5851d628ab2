"""A whole installation of its own for a measurement: started, measured, stopped, nothing of it kept."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from bench import cpu
from deploy.local.demo import hurried
from deploy.local.demo_data import client_environment
from deploy.local.layout import ROOT, Layout
from deploy.local.ports import free_block
from deploy.local.processes import alive, recorded
from deploy.local.screen import Screen
from deploy.local.up import down

FIRST_PORT = 24000
WATCHERS = ("sandbox", "zipkin", "supervisor")  # the outside world, and what only looks on


@dataclass(frozen=True)
class Stack:
    """Where it is, and the processes that are the system under test (five services, Kafka, PostgreSQL)."""

    intake: str
    sandbox: str
    token: str
    kafka: str
    database_url: str
    layout: Layout

    @property
    def pids(self) -> list[int]:
        """The processes of the system under test."""
        return list(self._under_test().values())

    def spent(self) -> dict[str, float]:
        """CPU seconds of each of them until now, by name."""
        return {name: cpu.seconds([pid]) for name, pid in self._under_test().items()}

    def _under_test(self) -> dict[str, int]:
        found = {name: alive(self.layout, name) for name in recorded(self.layout) if name not in WATCHERS}
        return {name: record.pid for name, record in found.items() if record}


@contextmanager
def running(bundle_after: int = 0) -> Iterator[Stack]:
    """Start a stack whose P3 cases page one person by chat: one page a case at any hour, as with the peers.

    After `bundle_after` messages the others come in digests; 0 lets each come by itself.
    """
    with installed() as layout:
        yield stack_of(layout, bundle_after)


@contextmanager
def installed(
    first_response: str = "",
    root: Path = ROOT,
    first_port: int = FIRST_PORT,
    more: Mapping[str, str] | None = None,
    python: str = sys.executable,
) -> Iterator[Layout]:
    """Bring up the code in `root` by `python` as people do, with `more` in its environment, and remove it in the end.

    A P1 that nobody answers climbs after `first_response` ("30s"), where that is given.

    It is started by a process of its own: what is killed would stay behind as a zombie of this one.
    """
    os.environ.setdefault("TASUKI_PROVIDER_RATES", "slack=1000")  # the provider of a measurement answers at once
    folder = Path(tempfile.mkdtemp(prefix="tasuki-bench-"))
    folder.chmod(0o755)
    layout = Layout(folder, free_block(first_port))
    where = {
        "TASUKI_LOCAL_DIR": folder,
        "TASUKI_POLICY_DIR": _policy(folder, first_response),
        "PORT_BASE": layout.port_base,
    }
    env = {**os.environ, **{name: str(value) for name, value in where.items()}, **(more or {})}
    try:
        subprocess.run([python, "-m", "deploy.local", "up"], cwd=root, env=env, check=True, stdout=subprocess.DEVNULL)
        yield layout
    finally:
        down(layout, Screen(quiet=True))
        shutil.rmtree(folder, ignore_errors=True)


def _policy(folder: Path, first_response: str) -> Path:
    """A copy of the policy by which a P3 pages one person by chat at any hour; gives its folder."""
    policy = folder / "policy"
    if first_response:
        hurried(policy, first_response)
    else:
        shutil.copytree(ROOT / "policy", policy)
    text = (policy / "matrix.yaml").read_text(encoding="utf-8")
    head, p3, rest = text.partition("  P3:")
    assert p3
    rest = rest.replace("channels: [ticket]", "channels: [chat]", 1).replace("load: 2", "load: 1", 1)
    (policy / "matrix.yaml").write_text(head + p3 + rest, "utf-8")
    (policy / "cases.yaml").write_text("cases: []\n", "utf-8")  # its rows speak of the policy as it was
    return policy


def stack_of(layout: Layout, bundle_after: int) -> Stack:
    """Where a running installation is; from now on digests begin after so many messages."""
    where = client_environment(layout)
    token = Path(where["TASUKI_TOKEN_FILE"]).read_text().strip()
    headers = {"authorization": f"Bearer {token}"}
    with httpx.Client(base_url=where["TASUKI_PUBLIC_URL"], headers=headers, trust_env=False) as http:
        http.put("/v1/bundling", json={"after": bundle_after}).raise_for_status()
    return Stack(
        intake=where["TASUKI_PUBLIC_URL"],
        sandbox=where["TASUKI_SANDBOX_URL"],
        token=token,
        kafka=f"127.0.0.1:{layout.port('kafka')}",
        database_url=(layout.secrets / "database-url-intake").read_text().strip(),
        layout=layout,
    )
