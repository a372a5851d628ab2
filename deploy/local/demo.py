"""`make demo`: the story on an installation of its own, with deadlines of seconds; nothing of it touches the other one."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from deploy.local.chosen import forget
from deploy.local.demo_data import client_environment
from deploy.local.infrastructure import OWN_SERVERS
from deploy.local.language import text
from deploy.local.layout import ROOT, Layout
from deploy.local.ports import free_block, free_from
from deploy.local.processes import alive, recorded
from deploy.local.screen import Screen
from deploy.local.up import down, up

FIRST_RESPONSE = "8s"
QUIET = "10"  # seconds to listen for calls that must not come: longer than the first response
PORTS_AWAY = 200


def hurried(folder: Path, first_response: str = FIRST_RESPONSE) -> Path:
    """Copy the policy to `folder` with the first response of a P1 within seconds; everything else as it is."""
    shutil.copytree(ROOT / "policy", folder, dirs_exist_ok=True)
    matrix = (folder / "matrix.yaml").read_text(encoding="utf-8")
    slow = "first_response: 5m"
    assert matrix.count(slow) == 1, f"policy/matrix.yaml has no single `{slow}`"
    (folder / "matrix.yaml").write_text(matrix.replace(slow, f"first_response: {first_response}"), encoding="utf-8")
    return folder


def beside(layout: Layout) -> Layout:
    """Return the installation of the story, which lies in that of the person; its ports are chosen when it is played."""
    return Layout(layout.folder / "demo")


def placed(layout: Layout) -> Layout:
    """Return the installation of the story on the ports of last time, or on others where somebody has taken them since."""
    own = beside(layout)
    if base := int(own.choices().get("port_base", 0)):
        own = Layout(own.folder, base)
        if free_from(base) or any(alive(own, name) for name in recorded(own)):
            return own
    return Layout(own.folder, free_block(layout.port_base + PORTS_AWAY))


def demo(layout: Layout, screen: Screen) -> int:
    """Start the installation beside `layout`, play the story, stop it. Returns the exit code of the story."""
    own = placed(layout)
    for name in OWN_SERVERS:  # those of the person's installation have its data, and its roles
        if layout.choices().get(name):
            os.environ.pop(name, None)
    forget(own)  # a story is played as this shell has it, whatever the last one was played with
    try:
        up(own, screen, policy=hurried(own.folder / "policy"))
        screen.say("物語を演じます", "playing the story")
        env = {"PATH": "", "PYTHONUNBUFFERED": "1", "TASUKI_DEMO_QUIET": QUIET, **client_environment(own)}
        played = subprocess.run([sys.executable, "-m", "cli", "demo"], cwd=ROOT, env=env, timeout=300).returncode
    finally:
        down(own, Screen(quiet=True))
    if played:
        print(text(f"記録は {own.logs} にあります", f"the logs are in {own.logs}"), file=sys.stderr)
    return played
