"""Where things are: the folder of one local installation, and its block of ports."""

import json
import os
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from deploy.local.language import Problem

ROOT = Path(__file__).resolve().parents[2]
PORT_BASE = 8700

# name → (offset in the block, what for: ja, en); the one place where ports are handed out
PORTS: dict[str, tuple[int, str, str]] = {
    "intake": (0, "受付 (API・フォーム)", "intake (API, forms)"),
    "router": (1, "振り分け", "router"),
    "timer": (2, "期限", "timer"),
    "notifier": (3, "通知", "notifier"),
    "knowledge": (4, "ナレッジ", "knowledge"),
    "intake-smtp": (5, "受付 (メール)", "intake (mail)"),
    "sandbox": (10, "電話・チャット・CRM の代役", "provider sandbox"),
    "sandbox-smtp": (11, "メールの代役 (SMTP)", "sandbox mail (SMTP)"),
    "kafka": (20, "Kafka", "Kafka"),
    "kafka-controller": (21, "Kafka コントローラー", "Kafka controller"),
    "postgres": (30, "PostgreSQL", "PostgreSQL"),
    "watchdog": (50, "監視", "watchdog"),
    "zipkin": (40, "トレース表示 (Zipkin)", "trace viewer (Zipkin)"),
}
BLOCK = max(offset for offset, _, _ in PORTS.values()) + 1


@dataclass(frozen=True)
class Layout:
    """One installation: its folder (normally `.local`) and the first port of its block."""

    folder: Path
    port_base: int = PORT_BASE

    def port(self, name: str) -> int:
        """Return the port of an entry of `PORTS`."""
        return self.port_base + PORTS[name][0]

    @cached_property
    def run(self) -> Path:
        """Records of processes, locks, choices remembered."""
        return self._private("run")

    @cached_property
    def logs(self) -> Path:
        """`<name>.log` of every process."""
        return self._private("logs")

    @cached_property
    def secrets(self) -> Path:
        """One secret a file, readable by the owner only."""
        return self._private("secrets")

    def _private(self, name: str) -> Path:
        path = self.folder / name
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.chmod(0o700)
        return path

    def remember(self, **choices: str | int) -> None:
        """Keep choices for the next `up`; they live as long as the folder."""
        path = self.run / "choices.json"
        write(path, json.dumps({**self.choices(), **choices}))

    def choices(self) -> dict[str, str | int]:
        """Return what `remember` kept."""
        path = self.folder / "run" / "choices.json"
        kept: dict[str, str | int] = json.loads(path.read_text()) if path.exists() else {}
        return kept


def write(path: Path, content: str) -> None:
    """Replace a file in one step, mode 0600."""
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    with open(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(content)
    partial.replace(path)


def here(port_base: str | None = None) -> Layout:
    """Return this checkout's installation: ports as given, else PORT_BASE, else as remembered, else 8700."""
    folder = Path(os.environ.get("TASUKI_LOCAL_DIR") or ROOT / ".local").resolve()
    word = port_base or os.environ.get("PORT_BASE") or str(Layout(folder).choices().get("port_base", PORT_BASE))
    highest = 65536 - BLOCK
    if not word.isdecimal() or not 1024 <= int(word) <= highest:
        raise Problem(
            (f"PORT_BASE={word} は使えません", f"PORT_BASE={word} cannot be used"),
            (f"1024 から {highest} の数を指定してください", f"give a number from 1024 to {highest}"),
        )
    return Layout(folder, int(word))
