"""Kafka and PostgreSQL (and the trace viewer) of one folder: started once, found again when they run."""

import asyncio
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from deploy.local import java, kafka, ports, postgres, zipkin
from deploy.local.artifacts import fetch
from deploy.local.language import Problem
from deploy.local.layout import Layout
from deploy.local.parts import Part
from deploy.local.processes import adopt, alive, exclusively, stop
from deploy.local.processes import start as start_process
from deploy.local.ready import answers, blocking, kafka_answers, postgres_answers, wait
from deploy.local.screen import Screen
from deploy.local.supervisor import NAME as SUPERVISOR

OWN_SERVERS = {"TASUKI_POSTGRES_URL": "PostgreSQL", "TASUKI_KAFKA": "Kafka"}  # the variables that name them


@dataclass(frozen=True)
class Infrastructure:
    """Running servers: `kafka` as host:port, `postgres` as an administrator's URL."""

    kafka: str
    postgres: str
    parts: tuple[Part, ...] = ()
    layout: Layout | None = None
    started: tuple[str, ...] = field(default=())

    def stop(self) -> None:
        """Stop what this call to `start` started; servers that were already running stay."""
        if self.layout:
            for name in reversed(self.started):
                with exclusively(self.layout):
                    stop(self.layout, name)


def start(folder: Path, port_base: int, screen: Screen | None = None) -> Infrastructure:
    """Start Kafka and PostgreSQL below `folder` and return when both answer. Used by the tests; no supervisor.

    TASUKI_KAFKA and TASUKI_POSTGRES_URL name servers to use instead. Raises Problem with advice.
    """
    return bring_up(Layout(folder.resolve(), port_base), screen or Screen(quiet=True), traces=False)


def bring_up(layout: Layout, screen: Screen, traces: bool) -> Infrastructure:
    """Fetch, prepare and start what no own server replaces; what runs already is left alone."""
    own_kafka, own_postgres = os.environ.get("TASUKI_KAFKA", ""), os.environ.get("TASUKI_POSTGRES_URL", "")
    wanted = [n for n, own in (("postgres", own_postgres), ("kafka", own_kafka)) if not own]
    wanted += ["zipkin"] if traces else []
    with exclusively(layout):
        adopt(layout, wanted)
        moved = postgres.rescue(layout) if "postgres" in wanted else None
    if moved:
        screen.say(*moved)
    new = [name for name in wanted if not alive(layout, name)]
    ports.require(layout, new + (["kafka-controller"] if "kafka" in new else []))
    blocking(_own_answer(own_kafka, own_postgres))
    parts = _prepare(layout, wanted, screen)
    servers = own_kafka or f"127.0.0.1:{layout.port('kafka')}"
    admin = own_postgres or postgres.admin_url(layout)
    started = []
    for part in parts:
        with exclusively(layout):
            if start_process(layout, part):
                started.append(part.name)
    infrastructure = Infrastructure(servers, admin, tuple(parts), layout, tuple(started))
    if parts:
        with screen.step(f"応答を待っています: {_names(parts)}", f"waiting for {_names(parts)}"):
            blocking(_wait(layout, parts, servers, admin))
    return infrastructure


def _prepare(layout: Layout, names: Sequence[str], screen: Screen) -> list[Part]:
    parts = []
    if "postgres" in names:
        with screen.step("PostgreSQL を準備しています", "preparing PostgreSQL"):
            parts.append(postgres.prepare(layout, fetch(postgres.jar_group(), screen.download)[0]))
        if Path(postgres.place(layout)).parent != layout.folder:
            screen.say(
                f"PostgreSQL は root では動かないため、データは {postgres.place(layout)} に置きます",
                f"PostgreSQL refuses to run as root: its data is in {postgres.place(layout)}",
            )
    if set(names) & {"kafka", "zipkin"}:
        runtime = java.find()
        if runtime is None:
            with screen.step("Java を取得しています (約 50 MB)", "fetching Java (about 50 MB)"):
                runtime = java.install()
        for name, prepare in (("kafka", kafka.prepare), ("zipkin", zipkin.prepare)):
            if name in names:
                with screen.step(f"{name.capitalize()} を準備しています", f"preparing {name.capitalize()}"):
                    parts.append(prepare(layout, runtime, fetch(name, screen.download)))
    return parts


async def _own_answer(kafka: str, postgres: str) -> None:
    """Try the own servers before anything is built on them. Never shows the URL: there is a password in it."""
    if kafka and not await kafka_answers(kafka):
        raise Problem(
            (f"TASUKI_KAFKA={kafka} が応答しません", f"TASUKI_KAFKA={kafka} does not answer"),
            ("host:port とサーバーの状態を確認してください", "check host:port, and that the server runs"),
        )
    if postgres and not await postgres_answers(postgres):
        raise Problem(
            ("TASUKI_POSTGRES_URL のサーバーに入れません", "the server of TASUKI_POSTGRES_URL does not let us in"),
            ("管理者の URL (postgresql://利用者:パスワード@host:port/postgres) か確認してください",
             "check that it is an administrator's URL: postgresql://user:password@host:port/postgres"),
        )  # fmt: skip


async def _wait(layout: Layout, parts: Sequence[Part], servers: str, admin: str) -> None:
    await asyncio.gather(*(_up(layout, part, servers, admin) for part in parts))


async def _up(layout: Layout, part: Part, servers: str, admin: str) -> None:
    """Wait for one; start it again when it falls over its own remains, as PostgreSQL does just after kill -9."""
    watched = alive(layout, SUPERVISOR) is not None
    for attempt in range(3):
        try:
            await wait(layout, part, lambda: answers(part, servers, admin), deaths=3 if watched else 0)
            return
        except Problem:
            if watched or attempt == 2 or alive(layout, part.name):
                raise
        await asyncio.sleep(0.5)
        with exclusively(layout):
            start_process(layout, part)


def _names(parts: Sequence[Part]) -> str:
    return ", ".join(part.name for part in parts)
