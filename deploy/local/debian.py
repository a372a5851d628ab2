"""Debian packages that a few tests need beside Python: found, or installed when that is possible without asking anybody."""

import os
import shutil
import subprocess

from deploy.local.language import Problem
from deploy.local.screen import Screen

WAIT = ("-o", "DPkg::Lock::Timeout=300")  # seconds; another installation may be under way


def ensure(*packages: str) -> None:
    """Have these packages of Debian installed; nothing is asked of the network when they are there already.

    Raises Problem when one is missing and cannot be installed, with what a person can do about it.
    """
    missing = [package for package in packages if not installed(package)]
    if not missing:
        return
    names = " ".join(missing)
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        raise Problem(
            (f"必要なプログラムがありません: {names}", f"these programs are missing: {names}"),
            (f"管理者として実行してください: apt-get install --no-install-recommends {names}",
             f"run as an administrator: apt-get install --no-install-recommends {names}"),
        )  # fmt: skip
    with Screen().step(f"Debian のパッケージを入れます: {names}", f"installing packages of Debian: {names}"):
        _apt("update")
        _apt("install", "-y", "--no-install-recommends", *missing)
    if left := [package for package in missing if not installed(package)]:
        raise _failed(" ".join(left), "")


def installed(package: str) -> bool:
    """Tell whether a package is installed; False where there is no dpkg."""
    if shutil.which("dpkg-query") is None:
        return False
    asked = ["dpkg-query", "--show", "--showformat=${db:Status-Status}", package]
    return subprocess.run(asked, capture_output=True, text=True).stdout == "installed"


def _apt(*arguments: str) -> None:
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    done = subprocess.run(["apt-get", "-q", *WAIT, *arguments], capture_output=True, text=True, env=env)
    if done.returncode:
        raise _failed(" ".join(arguments), done.stderr[-800:])


def _failed(what: str, said: str) -> Problem:
    return Problem(
        (f"apt-get でインストールできません: {what}", f"apt-get cannot install: {what}"),
        ("パッケージの取得先と空き容量を確かめてください", "look at the package sources and the free space"),
        said,
    )
