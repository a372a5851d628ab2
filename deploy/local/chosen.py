"""What variables of the shell have chosen stays chosen: in a shell that does not name it any more, nothing is started."""

import os
from collections.abc import Iterable
from dataclasses import fields
from importlib import import_module

from deploy.local.language import Problem
from deploy.local.layout import ROOT, Layout
from deploy.local.parts import wanted
from shared.runtime.settings import ServiceSettings

KEY = "chosen"  # names alone are noted: values may be secret
WATCHDOG_RHYTHM = tuple(f"TASUKI_WATCHDOG_{name}" for name in ("PERIOD", "LATE", "REPEAT"))
# Variables of which a part is always told, and what it is told where nobody has chosen.
USUAL = {
    "TASUKI_MAIL_IN_DOMAIN": "in.tasuki.localhost",
    "TASUKI_FORM_MAIL": "*",
    "TASUKI_POLICY_DIR": str(ROOT / "policy"),
    "TASUKI_TRACES": "zipkin",
    "TASUKI_LOG_LEVEL": "info",
    "TASUKI_SANDBOX_SPEECH_RATE": "8",
    "TASUKI_WEBHOOK_ALLOW": "127.0.0.0/8",  # the notifier alone, whose webhooks go to the sandbox
}
WORKED_OUT = ("TASUKI_TRACES_URL", "TASUKI_TRACE_LINK")  # likewise, but from the ports
OURS = (*USUAL, *WORKED_OUT, *WATCHDOG_RHYTHM, "TASUKI_SANDBOX_KEEP")


def given(*names: str) -> dict[str, str]:
    """Those of the variables that the shell names; an empty one is not chosen."""
    return {name: os.environ[name] for name in names if os.environ.get(name)}


def usual(name: str) -> str:
    """A variable as it is chosen, or what is told in its place."""
    return os.environ.get(name) or USUAL[name]


def free(service: str, fixed: Iterable[str]) -> list[str]:
    """The settings of a service that the shell may choose, by value or by file: those that are not fixed."""
    settings: type[ServiceSettings] = import_module(f"services.{service}.settings").Settings
    names = [f"TASUKI_{field.name.upper()}" for field in fields(settings)]
    open_ones = [name for name in names if not _both(name) & set(fixed)]
    return [*open_ones, *(f"{name}_FILE" for name in open_ones)]


def require(layout: Layout, names: Iterable[str]) -> None:
    """Raise Problem when one of these names was chosen until now and is not set, by value or by file, nor empty on purpose."""
    lost = sorted(name for name in _before(layout, names) if not _both(name) & os.environ.keys())
    if not lost:
        return
    told, emptied = "、".join(lost), " ".join(f"{name}=" for name in lost)
    where = layout.run / "wanted.json"
    raise Problem(
        (f"これまで設定されていた {told} が、今は設定されていません。既定値ではデータが消えたりログインできなくなったりすることがあるので、何もしていません",
         f"{', '.join(lost)}: set until now, and not set any more. With the defaults data may be deleted and people locked out, "
         "so nothing was done"),
        (f"同じ値を設定して、もう一度実行してください（動いている間の値は {where} にあります）\n"
         f"既定値に戻すなら: {emptied} make up",
         f"set the same values and run this again (while it runs, they stand in {where})\n"
         f"to go back to the defaults: {emptied} make up"),
    )  # fmt: skip


def remember(layout: Layout, names: Iterable[str]) -> None:
    """Note which of these names the shell has set; another time they are required."""
    layout.remember(**{KEY: " ".join(sorted(given(*names)))})


def forget(layout: Layout) -> None:
    """Require nothing of what was chosen until now."""
    layout.remember(**{KEY: ""})


def _both(name: str) -> set[str]:
    """The two ways to set a variable."""
    plain = name.removesuffix("_FILE")
    return {plain, f"{plain}_FILE"}


def _before(layout: Layout, names: Iterable[str]) -> Iterable[str]:
    """What was noted; where a release before this one has noted nothing, what its processes were told."""
    noted = layout.choices().get(KEY)
    if noted is not None:
        return str(noted).split()
    told = {pair for part in wanted(layout) for pair in part.env.items()}
    return {name for name, value in told if name in {*names} - {*WORKED_OUT} and value != USUAL.get(name)}
