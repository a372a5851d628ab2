"""The installation that is broken: two of what pages people, proxies on the ways between, a small disk, clocks that can be set.

It is brought up as people do it; then its parts are given other addresses and started anew.
"""

import asyncio
import random
import shutil
import struct
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from chaos.proxy import Way
from deploy.local import postgres
from deploy.local.layout import BLOCK, Layout, write
from deploy.local.parts import Part, save_wanted, wanted
from deploy.local.processes import exclusively, stop
from deploy.local.provision import SERVICES
from deploy.local.ready import answers

TWINS = ("router", "timer", "notifier")  # run twice
TWIN_PORTS = BLOCK + 20  # by which the ports of the second lie higher
LISTENERS = BLOCK + 12  # where the broker listens for what comes through a proxy
STORES = ("kafka", "postgres")
READY_SECONDS = 240.0
DISK_MEGABYTES = 700


@dataclass(frozen=True)
class Ground:
    """Where it is, the ways by name ("timer-kafka"), whether the disk is a small one, and whether clocks can be set."""

    layout: Layout
    ways: dict[str, Way]
    disk: bool
    clocks: bool

    def clock(self, part: str) -> Path:
        """The file that says by how much the clock of a part is wrong."""
        return _clock(self.layout, part)


@asynccontextmanager
async def prepared(layout: Layout, dice: random.Random) -> AsyncIterator[Ground]:
    """Put the proxies in and start everything anew; they end with the block."""
    targets = _targets(layout)
    ways = {
        name: Way(layout.port_base + BLOCK + number, target, random.Random(dice.getrandbits(32)))
        for number, (name, target) in enumerate(targets.items())
    }
    for way in ways.values():
        await way.open()
    clocks = _compiled(layout)
    parts = [_smaller_log(part) for part in wanted(layout)]
    services = [_given(layout, part, ways) for part in parts if part.name in SERVICES]
    twins = [_given(layout, _twin(layout, part), ways) for part in parts if part.name in TWINS]
    others = [part for part in parts if part.name not in SERVICES]
    for part in (*services, *twins):
        set_clock(_clock(layout, part.name), 0)
    disk = await asyncio.to_thread(_anew, layout, [*others, *services, *twins], ways)
    async with asyncio.timeout(READY_SECONDS):
        for part in (*services, *twins):
            while not await answers(part):
                await asyncio.sleep(0.2)
    try:
        yield Ground(layout, ways, disk, clocks)
    finally:
        for way in ways.values():
            await way.close()


def set_clock(file: Path, seconds: float) -> None:
    """Let the clock that reads this file be wrong by so much; it is read where it lies, so nothing is put in its place."""
    with file.open("r+b" if file.exists() else "wb") as clock:
        clock.write(struct.pack("=q", int(seconds * 1e9)))


def small_disk(layout: Layout) -> Path:
    """Where the disk of PostgreSQL's data is mounted."""
    return postgres.place(layout) / "data"


def tidy(folder: Path, disk: Path) -> None:
    """Remove the disk, when everything is down, and what lies below it."""
    if disk.is_mount():
        subprocess.run(["umount", "-l", f"{disk}"], check=True)
        shutil.rmtree(folder)


def _anew(layout: Layout, parts: list[Part], ways: dict[str, Way]) -> bool:
    """Stop everything, change what it stands on, and leave it to the supervisor; whether the disk is a small one."""
    with exclusively(layout):
        for part in reversed(wanted(layout)):
            if part.name in (*SERVICES, *STORES):
                stop(layout, part.name)
        with (layout.folder / "kafka" / "server.properties").open("a") as properties:
            properties.write(_listeners(layout, ways))
        small = _mount(small_disk(layout))
        save_wanted(layout, parts)
    return small


def _mount(data: Path) -> bool:
    """Put what PostgreSQL has onto a disk of its own; whether we may."""
    aside, owner = data.with_name("aside"), data.stat()
    size = f"size={DISK_MEGABYTES}m,mode=700,uid={owner.st_uid},gid={owner.st_gid}"
    subprocess.run(["cp", "-a", f"{data}", f"{aside}"], check=True)
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", size, "tmpfs", f"{data}"], capture_output=True)
    if mounted.returncode == 0:
        subprocess.run(["cp", "-a", f"{aside}/.", f"{data}"], check=True)
    shutil.rmtree(aside)
    return mounted.returncode == 0


def _targets(layout: Layout) -> dict[str, int]:
    return {
        **{f"{name}-postgres": layout.port("postgres") for name in SERVICES},
        **{f"{name}-kafka": layout.port_base + LISTENERS + number for number, name in enumerate(SERVICES)},
        "notifier-sandbox": layout.port("sandbox"),
    }


def _listeners(layout: Layout, ways: dict[str, Way]) -> str:
    """One listener for each service, since a broker tells whoever asks where to go on; and the broker's own time."""
    own = {"PLAINTEXT": layout.port("kafka"), "CONTROLLER": layout.port("kafka-controller")}
    real = own | {name.upper(): _targets(layout)[f"{name}-kafka"] for name in SERVICES}
    told = own | {name.upper(): ways[f"{name}-kafka"].port for name in SERVICES}
    return (
        f"listeners={','.join(f'{name}://127.0.0.1:{port}' for name, port in real.items())}\n"
        f"advertised.listeners={','.join(f'{name}://127.0.0.1:{port}' for name, port in told.items())}\n"
        f"listener.security.protocol.map={','.join(f'{name}:PLAINTEXT' for name in real)}\n"
        "log.message.timestamp.type=LogAppendTime\n"
    )


def _given(layout: Layout, part: Part, ways: dict[str, Way]) -> Part:
    """The part with proxies on its ways, and a clock that can be set."""
    name = part.name.removesuffix("-2")
    database = layout.secrets / f"database-url-{name}"
    through = database.with_name(f"{database.name}-through-a-proxy")
    write(through, database.read_text().replace(f":{layout.port('postgres')}/", f":{ways[f'{name}-postgres'].port}/"))
    env = {
        **part.env,
        "TASUKI_DATABASE_URL_FILE": str(through),
        "TASUKI_KAFKA": f"127.0.0.1:{ways[f'{name}-kafka'].port}",
    }
    if name == "notifier":
        sandbox, proxy = f":{layout.port('sandbox')}", f":{ways['notifier-sandbox'].port}"
        env = {key: value.replace(sandbox, proxy) if key.endswith("_URL") else value for key, value in env.items()}
    clock = {"LD_PRELOAD": f"{_shim(layout)}", "CHAOS_CLOCK": f"{_clock(layout, part.name)}"}
    return replace(part, env=env | (clock if _shim(layout).exists() else {}))


def _compiled(layout: Layout) -> bool:
    """Make what lets a process see another wall clock than the others; whether there is a compiler for it."""
    source = Path(__file__).with_name("clock.c")
    try:
        subprocess.run(["cc", "-O2", "-shared", "-fPIC", "-o", f"{_shim(layout)}", f"{source}", "-ldl"], check=True)
    except (OSError, subprocess.CalledProcessError):
        return False
    return True


def _shim(layout: Layout) -> Path:
    return layout.run / "clock.so"


def _twin(layout: Layout, part: Part) -> Part:
    """The second process of a service."""
    port = part.port + TWIN_PORTS
    env = {**part.env, "TASUKI_HTTP_PORT": str(port), "TASUKI_INSTANCE": f"{part.name}-2"}
    return replace(part, name=f"{part.name}-2", env=env, port=port, ready=part.ready.replace(str(part.port), str(port)))


def _smaller_log(part: Part) -> Part:
    """PostgreSQL with a log that finds room on a small disk, and lacks it on a full one."""
    more = ("-c", "max_wal_size=64MB", "-c", "min_wal_size=8MB")
    return replace(part, argv=(*part.argv, *more)) if part.name == "postgres" else part


def _clock(layout: Layout, part: str) -> Path:
    return layout.run / f"clock-{part}"
