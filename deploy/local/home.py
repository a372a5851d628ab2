"""Whose folder this is: in one that was copied or moved here, pids and the place of the data are still another one's."""

import hashlib
import shlex
import shutil
from pathlib import Path

from deploy.local.language import Problem
from deploy.local.layout import Layout

OURS = "tasuki-"  # begins the name of a folder of ours among those of others


def name_elsewhere(layout: Layout) -> str:
    """Return the name of the folder that is this installation's alone, where its data cannot be below its own."""
    return f"{OURS}{hashlib.sha256(str(layout.folder).encode()).hexdigest()[:12]}"


def data_elsewhere(layout: Layout) -> Path | None:
    """Return where the data were put that could not be below the folder, or None."""
    kept = Path(str(layout.choices().get("postgres", "")))
    return kept if kept.is_absolute() and kept.name.startswith(OURS) else None


def forget_data_elsewhere(layout: Layout) -> None:
    """Delete the data that are not below the folder, if they are this installation's."""
    kept = data_elsewhere(layout)
    if kept and kept.name == name_elsewhere(layout):
        shutil.rmtree(kept, ignore_errors=True)


def require_own(layout: Layout) -> None:
    """Raise Problem, with what can be done, when what the folder has noted is of one that stands elsewhere."""
    home, elsewhere = _home(layout), data_elsewhere(layout)
    if home is None or home.resolve() == layout.folder.resolve():
        return
    folder, run = shlex.quote(str(layout.folder)), shlex.quote(str(layout.folder / "run"))
    copied = f"cp -a {elsewhere} {elsewhere.with_name(name_elsewhere(layout))} && " if elsewhere else ""
    along = f"{copied}rm -f {run}/*.process {run}/choices.json && make up"
    raise Problem(
        (f"{layout.folder} は {home} からコピーまたは移動したものです。記録されているプロセスとデータは {home} のものなので、何もしていません",
         f"{layout.folder} was copied or moved from {home}, whose processes and data are noted in it: nothing was done"),
        (f"データを引き継ぐ: {home} で make down をしてからコピーし（移動した場合は、元に戻して make down）、ここで {along}\n"
         f"空の状態から始める: rm -r {folder} && make up（移動した場合は、データも消えます）",
         f"to take the data along: make down in {home} before copying (if it was moved: put it back for that), then here {along}\n"
         f"to begin anew: rm -r {folder} && make up (if it was moved, the data go too)"),
    )  # fmt: skip


def _home(layout: Layout) -> Path | None:
    """Where the folder was when its notes were made; None where an older release has not said it."""
    choices = layout.choices()
    if home := choices.get("home"):
        return Path(str(home))
    kept = Path(str(choices.get("postgres", "")))
    return kept.parent if kept.is_absolute() and not data_elsewhere(layout) else None
