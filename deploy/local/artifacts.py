"""Fetches the pinned jars of Kafka, PostgreSQL and Zipkin from Maven Central, and checks every byte of them."""

import fcntl
import hashlib
import os
import ssl
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from deploy.local.language import Problem

LOCK = Path(__file__).with_name("jars.lock")
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Jar:
    """One line of the lock: `group`, its Maven coordinate, SHA-256 in hex, size in bytes."""

    group: str
    coordinate: str
    sha256: str
    size: int

    @property
    def path(self) -> Path:
        """Return where a Maven repository keeps it, relative to the repository."""
        owner, name, version, *classifier = self.coordinate.split(":")
        file = "-".join([name, version, *classifier]) + ".jar"
        return Path(*owner.split("."), name, version, file)


def locked(group: str) -> list[Jar]:
    """Return the jars of one group of `jars.lock`, in class path order."""
    lines = (line.split() for line in LOCK.read_text().splitlines() if line and not line.startswith("#"))
    return [Jar(g, coordinate, sha, int(size)) for g, sha, size, coordinate in lines if g == group]


def cache() -> Path:
    """Return the user's folder of downloads; one that can be written is always found."""
    home = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    for folder in (Path(home) / "tasuki", Path(__file__).resolve().parents[2] / ".local" / "cache"):
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError:
            continue
        if os.access(folder, os.W_OK):
            return folder
    raise Problem(
        (f"ダウンロードの置き場所に書けません: {home}", f"no folder for downloads can be written: {home}"),
        ("XDG_CACHE_HOME に書けるフォルダーを指定してください", "set XDG_CACHE_HOME to a folder that can be written"),
    )


def present(jar: Jar, folder: Path) -> bool:
    """Tell whether the jar is there whole; a damaged or half-fetched one is removed."""
    path = folder / jar.path
    if not path.exists():
        return False
    with path.open("rb") as file:
        if path.stat().st_size == jar.size and hashlib.file_digest(file, "sha256").hexdigest() == jar.sha256:
            return True
    path.unlink()
    return False


@contextmanager
def one_at_a_time(folder: Path) -> Iterator[None]:
    """Let one process of this machine change a folder; the others wait."""
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def fetch(group: str, progress: Progress, folder: Path | None = None) -> list[Path]:
    """Return the jars of a group, fetching those that are missing; no network is used when all are there.

    `progress(done, total)` in bytes. Raises Problem when one cannot be had or is not what the lock says.
    """
    repository = folder or cache() / "maven"
    repository.mkdir(parents=True, exist_ok=True)
    jars = locked(group)
    with one_at_a_time(repository):  # a second `make up` elsewhere would take half a jar for damaged
        missing = [jar for jar in jars if not present(jar, repository)]
        if missing:
            _download(missing, repository, progress)
    if wrong := [jar for jar in missing if not present(jar, repository)]:
        raise Problem(
            (f"取得したファイルが jars.lock と一致しません: {wrong[0].coordinate}",
             f"what was fetched is not what jars.lock says: {wrong[0].coordinate}"),
            ("通信が途中で切れたか、途中の機器が内容を変えています。もう一度 make up を実行してください",
             "the connection broke, or something on the way changes files; run make up again"),
        )  # fmt: skip
    return [repository / jar.path for jar in jars]


def system_certificates() -> str | None:
    """Return the system's certificates: an organisation's own authority is among them, not in Python's bundle."""
    usual = ("/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem")
    candidates = (os.environ.get("SSL_CERT_FILE"), ssl.get_default_verify_paths().cafile, *usual)
    return next((path for path in candidates if path and Path(path).is_file()), None)


def _download(missing: list[Jar], repository: Path, progress: Progress) -> None:
    from jgo.maven import MavenContext, PythonResolver  # 0.3 s to import; not needed once everything is in the cache

    if certificates := system_certificates():
        os.environ.setdefault("REQUESTS_CA_BUNDLE", certificates)
    total, done, lock = sum(jar.size for jar in missing), 0, threading.Lock()

    def came(count: int) -> None:
        nonlocal done
        with lock:
            done += count
        progress(done, total)

    @contextmanager
    def counted(name: str, size: int) -> Iterator[Callable[[int], None]]:
        yield came

    maven = MavenContext(
        resolver=PythonResolver(progress_callback=counted), repo_cache=repository, local_repos=[], timeout=60
    )

    def get(jar: Jar) -> None:
        owner, name, version, *classifier = jar.coordinate.split(":")
        maven.project(owner, name).at_version(version).artifact(*classifier).resolve()

    progress(0, total)
    with ThreadPoolExecutor(4) as pool:
        try:
            list(pool.map(get, missing))
        except (OSError, RuntimeError) as error:  # requests' errors are OSErrors
            pool.shutdown(cancel_futures=True)
            raise Problem(
                (f"ダウンロードできません ({total / 1e6:.0f} MB)", f"cannot download ({total / 1e6:.0f} MB)"),
                ("初回だけネットワーク (Maven Central) が必要です。プロキシは HTTPS_PROXY、社内の証明書は "
                 f"REQUESTS_CA_BUNDLE で指定します。jar を {repository} に置いてもかまいません\n"
                 "自前のサーバーは TASUKI_KAFKA と TASUKI_POSTGRES_URL で使えます",
                 "the network (Maven Central) is needed the first time only: HTTPS_PROXY names a proxy, "
                 f"REQUESTS_CA_BUNDLE certificates of your own; or put the jars into {repository}\n"
                 "servers of your own are used with TASUKI_KAFKA and TASUKI_POSTGRES_URL"),
                said=str(error),
            ) from error  # fmt: skip
