"""`up`: the order in which everything is brought to life, and what is left alone because it lives already."""

import asyncio
import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import asyncpg
from aiokafka.errors import KafkaError

from deploy.local import chosen, ports, supervisor
from deploy.local.demo_data import access_token, import_contacts, watchdog_token
from deploy.local.home import require_own
from deploy.local.infrastructure import OWN_SERVERS, Infrastructure, bring_up
from deploy.local.language import Problem
from deploy.local.layout import PORTS, ROOT, Layout, write
from deploy.local.parts import Part, save_wanted
from deploy.local.processes import adopt, alive, exclusively, recorded, rotate, start, stop
from deploy.local.provision import provision, server_of
from deploy.local.ready import answers, blocking, wait
from deploy.local.screen import Screen
from deploy.local.services import Surroundings, address, open_to_choice, service_parts, watchdog_part
from deploy.local.topics import create_topics
from deploy.local.welcome import welcome


def up(layout: Layout, screen: Screen, policy: Path = ROOT / "policy") -> None:
    """Bring everything up, print where it is, and return; running things stay as they are."""
    require_own(layout)
    _same_ports(layout)
    _same_servers(layout)
    chosen.require(layout, open_to_choice(layout))
    with exclusively(layout):
        adopt(layout, PORTS)
    traces, traces_url = _traces(layout)
    _require_ports(layout, traces_url == _own_zipkin(layout))
    layout.remember(port_base=layout.port_base, home=str(layout.folder))
    for name in set(PORTS) | {supervisor.NAME}:
        if not alive(layout, name):
            rotate(layout, name)
    infrastructure = bring_up(layout, screen, traces=traces_url == _own_zipkin(layout))
    layout.remember(**{name: _named(name, os.environ.get(name, "")) for name in OWN_SERVERS})
    chosen.remember(layout, open_to_choice(layout))
    around = replace(_provision(layout, infrastructure, screen, traces, traces_url), policy=policy)
    services, watching = service_parts(layout, around), watchdog_part(layout)
    known = [watching] if (layout.secrets / "watchdog-token").exists() else []
    _start(layout, [*infrastructure.parts, *services, *known], screen)
    with screen.step("サービスの準備完了を待っています", "waiting until every service is ready"):
        blocking(_ready(layout, services))
    token = access_token(layout, services, screen)
    watchdog_token(layout, services)
    import_contacts(layout, token, screen)
    _start(layout, [*infrastructure.parts, *services, watching], screen)
    blocking(_ready(layout, [watching]))
    print(welcome(layout, token, zipkin=any(part.name == "zipkin" for part in infrastructure.parts)))


def down(layout: Layout, screen: Screen) -> None:
    """Stop everything that was started here: the supervisor, then what uses the servers, then the servers."""
    require_own(layout)
    with exclusively(layout):
        adopt(layout, PORTS)
        names = recorded(layout)
        save_wanted(layout, [])
        servers = ("kafka", "postgres")
        others = [name for name in names if name not in (supervisor.NAME, *servers)]
        for together in ([supervisor.NAME], others, list(servers)):
            _stop_together(layout, [name for name in together if name in names], screen)
    if not names:
        screen.say("動いているものはありません", "nothing is running")


def _stop_together(layout: Layout, names: list[str], screen: Screen) -> None:
    def one(name: str) -> None:
        if stop(layout, name):
            screen.say(f"{name} を停止しました", f"{name} stopped")

    with ThreadPoolExecutor(max(1, len(names))) as pool:
        list(pool.map(one, names))


def _same_ports(layout: Layout) -> None:
    running = [name for name in recorded(layout) if alive(layout, name)]
    remembered = layout.choices().get("port_base", layout.port_base)
    if running and remembered != layout.port_base:
        raise Problem(
            (f"すでにポート {remembered} 番台で動いています", f"it is already running on ports from {remembered}"),
            (
                f"make down && make up PORT_BASE={layout.port_base}",
                f"make down && make up PORT_BASE={layout.port_base}",
            ),
        )


def _same_servers(layout: Layout) -> None:
    """Raise Problem when a server of one's own was used and is no longer named: another would silently take its place."""
    for name, what in OWN_SERVERS.items():
        if (used := layout.choices().get(name)) and name not in os.environ:
            raise Problem(
                (f"これまで {used} の {what} を使っていましたが、{name} が設定されていません",
                 f"{what} at {used} has been used until now, and {name} is not set"),
                (f"{name} を設定して、もう一度実行してください\n"
                 f"このマシンの {what} に切り替えるなら: {name}= make up（{used} のデータは移りません）",
                 f"set {name} and run this again\n"
                 f"to change to {what} of this machine: {name}= make up (what is at {used} does not come along)"),
            )  # fmt: skip


def _named(name: str, value: str) -> str:
    """What is kept of the address of a server of one's own: no password."""
    return server_of(value) if value and name == "TASUKI_POSTGRES_URL" else value


def _require_ports(layout: Layout, zipkin: bool) -> None:
    """Check the whole block before anything starts, so that nothing is left half started."""
    replaced = {"kafka": "TASUKI_KAFKA", "kafka-controller": "TASUKI_KAFKA", "postgres": "TASUKI_POSTGRES_URL"}
    owner = {"kafka-controller": "kafka", "sandbox-smtp": "sandbox", "intake-smtp": "intake"}
    ports.require(
        layout,
        [
            name
            for name in PORTS
            if not os.environ.get(replaced.get(name, ""))
            and not alive(layout, owner.get(name, name))
            and (zipkin or name != "zipkin")
        ],
    )


def _own_zipkin(layout: Layout) -> str:
    return f"{address(layout, 'zipkin')}/api/v2/spans"


def _traces(layout: Layout) -> tuple[str, str]:
    kind = chosen.usual("TASUKI_TRACES")
    own = _own_zipkin(layout) if kind == "zipkin" else ""
    return kind, os.environ.get("TASUKI_TRACES_URL") or own


def _provision(
    layout: Layout, infrastructure: Infrastructure, screen: Screen, traces: str, traces_url: str
) -> Surroundings:
    with screen.step("データベースとトピックを用意しています", "making the database and the topics"):
        try:
            databases = blocking(provision(infrastructure.postgres, "tasuki", layout.secrets))
            blocking(create_topics(infrastructure.kafka))
        except (asyncpg.PostgresError, KafkaError) as error:
            raise Problem(
                ("データベースかトピックを作れません", "the database or the topics cannot be made"),
                ("自前のサーバーなら、TASUKI_POSTGRES_URL の利用者に CREATEDB と CREATEROLE、Kafka にトピック作成の権限が必要です",
                 "on servers of your own, the user of TASUKI_POSTGRES_URL needs CREATEDB and CREATEROLE, and Kafka must "
                 "let us create topics"),
                said=f"{type(error).__name__}: {error}",
            ) from error  # fmt: skip
    for service, url in databases.items():
        write(layout.secrets / f"database-url-{service}", url)
    return Surroundings(infrastructure.kafka, databases, traces, traces_url, chosen.usual("TASUKI_LOG_LEVEL"))


def _start(layout: Layout, parts: list[Part], screen: Screen) -> None:
    """Start what does not live; start anew what runs with other settings, or another release, than it would be given now."""
    save_wanted(layout, parts)
    kept = {part.name for part in parts} | {supervisor.NAME}
    servers = {"kafka", "postgres", "zipkin"}
    for name in recorded(layout):
        if name not in kept:
            with exclusively(layout):
                stop(layout, name)
            screen.say(f"{name} は不要になったので止めました", f"{name} is no longer wanted: stopped")
    for part in [*parts, supervisor.part(layout)]:
        with exclusively(layout):
            running = alive(layout, part.name)
            if running and running.digest != part.digest and part.name not in servers:
                screen.say(
                    f"{part.name} は設定かプログラムが新しくなったので起動し直します",
                    f"{part.name} has new settings or a new release: restarting it",
                )
                stop(layout, part.name)
            start(layout, part)


async def _ready(layout: Layout, services: list[Part]) -> None:
    async def one(part: Part) -> None:
        await wait(layout, part, lambda: answers(part), deaths=3)

    await asyncio.gather(*(one(part) for part in services))
