"""What a command is given in a file, or at its input."""

import sys
from pathlib import Path

from cli.door import Refused


def text(file: str | Path) -> str:
    """What a file says, or the input for "-"; a mark that Windows puts before it is no part of it. Raises Refused."""
    try:
        said = sys.stdin.read() if str(file) == "-" else Path(file).read_text(encoding="utf-8")
    except UnicodeDecodeError as problem:
        raise Refused(f"{file}: UTF-8 ではありません (not UTF-8 at byte {problem.start + 1})") from problem
    return said.removeprefix("\ufeff")
