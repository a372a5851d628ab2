"""What the watchdog knows, on disk: written whole, beside the old one, and put in its place."""

import json
import os
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from watchdog.decisions import Alarm, Canary, Watched


def load(path: Path, now: datetime) -> Watched:
    """What was kept; a file that cannot be read is as good as none, since barking matters more."""
    try:
        return _read(json.loads(path.read_text()), now)
    except (OSError, ValueError, KeyError, TypeError):
        return Watched(now)


def save(path: Path, w: Watched) -> None:
    """Keep it. Raises OSError when the disk does not take it."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    partial = path.with_name(f".{path.name}")
    with open(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        json.dump(as_json(w), file)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)


def as_json(w: Watched) -> dict[str, Any]:
    """What is known, in values of JSON; instants as ISO 8601."""
    plain: dict[str, Any] = json.loads(json.dumps(asdict(w), default=datetime.isoformat))
    return plain


def _read(kept: dict[str, Any], now: datetime) -> Watched:
    alarm = kept["alarm"]
    return Watched(
        since=_at(kept.get("since")) or now,
        canaries=tuple(Canary(c["case_id"], datetime.fromisoformat(c["sent_at"]), c["over"]) for c in kept["canaries"]),
        tried_at=_at(kept["tried_at"]),
        key=kept.get("key", ""),
        arrived_at=_at(kept["arrived_at"]),
        took=kept["took"],
        missed=int(kept["missed"]),
        refused_since=_at(kept["refused_since"]),
        down=tuple((name, datetime.fromisoformat(since)) for name, since in kept["down"]),
        alarm=alarm
        and Alarm(
            datetime.fromisoformat(alarm["since"]),
            tuple(alarm["about"]),
            int(alarm["told"]),
            datetime.fromisoformat(alarm["next_at"]),
            tuple(alarm.get("healed", ())),
            _at(alarm.get("again_at")),
        ),
    )


def _at(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
