"""What a process of the installation is: everything needed to start it, watch it and stop it."""

import hashlib
import json
import platform
import signal
from dataclasses import asdict, dataclass, field
from pathlib import Path

from deploy.local.layout import Layout, write

# Of the servers. In plain C, pg_trgm finds no Japanese, and Java no file below a folder that has a Japanese name.
LOCALE = "en_US.UTF-8" if platform.system() == "Darwin" else "C.UTF-8"


@dataclass(frozen=True)
class Part:
    """One process.

    `env` is all it gets besides PATH, HOME and the locale. `user` is who it runs as when root starts it.
    `ready` is an http:// address that answers 200, or "kafka", "postgres", "none". `nice` is by how much it steps back
    (0–19) when the processor is wanted by others. `release` marks the code that it runs; servers have none of ours.
    """

    name: str
    argv: tuple[str, ...]
    ready: str
    port: int = 0
    env: dict[str, str] = field(default_factory=dict)
    cwd: str = "/"
    user: str | None = None
    stop_signal: int = signal.SIGTERM
    stop_seconds: float = 10.0
    nice: int = 0
    release: str = ""

    @property
    def digest(self) -> str:
        """Return what changes when the process must be started anew to follow its settings, or to run another release."""
        told = [self.argv, sorted(self.env.items()), self.user, self.release]
        return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:16]


def save_wanted(layout: Layout, parts: list[Part]) -> None:
    """Tell the supervisor which processes are to be kept running."""
    write(_path(layout), json.dumps([asdict(part) for part in parts], indent=1))


def wanted(layout: Layout) -> list[Part]:
    """Return the processes that are to be kept running; empty before the first `up` and after `down`."""
    if not _path(layout).exists():
        return []
    return [Part(**{**kept, "argv": tuple(kept["argv"])}) for kept in json.loads(_path(layout).read_text())]


def _path(layout: Layout) -> Path:
    return layout.run / "wanted.json"
