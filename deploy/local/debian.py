"""Debian packages that a part needs and Python cannot bring, such as the SIP client of the telephone gateway."""

import os
import shutil
import subprocess

from deploy.local.artifacts import cache, one_at_a_time
from deploy.local.language import Problem
from deploy.local.screen import Screen

SECONDS = 600  # for all packages, on a slow line
LOCK_SECONDS = 300  # another apt may be at work
_updated = False


def ensure(*packages: str, screen: Screen | None = None) -> None:
    """Have these packages installed; installs what is missing when root and apt are there. Raises `Problem`."""
    missing = [package for package in packages if not installed(package)]
    if not missing:
        return
    names = " ".join(missing)
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        raise Problem(
            (f"Debian パッケージがありません: {names}", f"Debian packages are missing: {names}"),
            (f"入れてください: sudo apt-get install {names}", f"install them: sudo apt-get install {names}"),
        )
    with (
        (screen or Screen()).step(f"Debian パッケージを入れています: {names}", f"installing Debian packages: {names}"),
        one_at_a_time(cache()),  # apt itself waits only for who installs, not for who reads the lists anew
    ):
        _update()
        _apt(names, "install", "-y", "--no-install-recommends", *missing)


def installed(package: str) -> bool:
    """Whether dpkg knows the package as installed; False where there is no dpkg."""
    try:
        asked = subprocess.run(
            ["dpkg-query", "-W", "-f", "${db:Status-Status}", package], capture_output=True, text=True, timeout=30
        )
    except (OSError, subprocess.SubprocessError):
        return False
    return asked.returncode == 0 and asked.stdout == "installed"


def _update() -> None:
    """Read the lists of packages anew, once; an old list names files that are gone."""
    global _updated
    if not _updated:
        _apt("apt-get update", "update", "-q")
        _updated = True


def _apt(what: str, *arguments: str) -> None:
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C"}
    try:
        done = subprocess.run(
            ["apt-get", "-o", f"DPkg::Lock::Timeout={LOCK_SECONDS}", *arguments],
            capture_output=True,
            text=True,
            timeout=SECONDS,
            env=env,
            stdin=subprocess.DEVNULL,
        )
    except subprocess.TimeoutExpired:
        raise Problem(
            (f"apt-get が終わりません: {what}", f"apt-get does not end: {what}"),
            (
                "ほかの apt が動いていないか、ネットワークを確認してください",
                "see whether another apt runs, and the network",
            ),
        ) from None
    if done.returncode:
        raise Problem(
            (f"apt-get が失敗しました: {what}", f"apt-get failed: {what}"),
            ("ネットワークとパッケージの取得元を確認してください", "check the network and the sources of packages"),
            said=done.stderr[-500:],
        )
