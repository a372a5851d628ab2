"""Progress on the screen: one line per step, with the seconds it took."""

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

from deploy.local.language import text


class Screen:
    """Prints steps; a download shows its size and how much has come."""

    def __init__(self, stream: TextIO | None = None, quiet: bool = False) -> None:
        self._stream = stream or sys.stdout
        self._quiet = quiet
        self._began = time.monotonic()
        self._lock = threading.Lock()
        self._last = 0.0

    def say(self, ja: str, en: str) -> None:
        """Print one step with the seconds since the start."""
        seconds = time.monotonic() - self._began
        body = text(ja, en).replace("\n", "\n         ")
        self._print(f"[{seconds:5.1f}s] {body}\n")

    @contextmanager
    def step(self, ja: str, en: str) -> Iterator[None]:
        """Print the step when it begins and the seconds when it ends well."""
        began = time.monotonic()
        self.say(ja + " …", en + " …")
        yield
        self._print(f"         ✓ {time.monotonic() - began:.1f}s\n")

    def download(self, done: int, total: int) -> None:
        """Show bytes fetched so far; rewrites the line on a terminal, otherwise a line every three seconds."""
        with self._lock:
            now, finished = time.monotonic(), done >= total
            terminal = self._stream.isatty()
            if not finished and now - self._last < (0.1 if terminal else 3.0):
                return
            self._last = now
        line = f"         ↓ {done / 1e6:6.1f} / {total / 1e6:.1f} MB ({100 * done // max(total, 1)}%)"
        self._print(f"\r{line}" + ("\n" if finished else "") if terminal else f"{line}\n")

    def _print(self, line: str) -> None:
        if not self._quiet:
            self._stream.write(line)
            self._stream.flush()
