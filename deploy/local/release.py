"""Which release a process is of: it changes with any file that the process is made of, and with nothing else."""

import hashlib
from functools import cache
from pathlib import Path

from deploy.local.layout import ROOT

SERVICES = ("shared", "services", "gateway", "watchdog", "sandbox", "requirements/run.txt")
SUPERVISOR = ("deploy/local",)


@cache
def release(folders: tuple[str, ...], root: Path = ROOT) -> str:
    """The mark of what stands in these files and folders now; the same for the whole life of who asks."""
    found = hashlib.sha256()
    for path in sorted(path for folder in folders for path in _files(root / folder)):
        raw = path.read_bytes()
        found.update(f"{path.relative_to(root)}\0{len(raw)}\0".encode() + raw)
    return found.hexdigest()[:16]


def _files(place: Path) -> list[Path]:
    if place.is_file():
        return [place]
    return [path for path in place.rglob("*") if "__pycache__" not in path.parts and path.is_file()]
