"""Apache Kafka on this machine: one node that is broker and controller, reachable from this machine only."""

import base64
import json
import os
import subprocess
import uuid
from collections.abc import Mapping
from pathlib import Path

from deploy.local.language import Problem
from deploy.local.layout import Layout
from deploy.local.parts import LOCALE, Part

PROPERTIES = """\
process.roles=broker,controller
node.id=1
listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller}
advertised.listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller}
controller.listener.names=CONTROLLER
controller.quorum.bootstrap.servers=127.0.0.1:{controller}
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
log.dirs={data}
auto.create.topics.enable=false
num.partitions=6
offsets.topic.num.partitions=6
offsets.topic.replication.factor=1
transaction.state.log.num.partitions=6
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
share.coordinator.state.topic.num.partitions=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
group.initial.rebalance.delay.ms=0
group.min.session.timeout.ms=1000
offsets.retention.minutes=525600
# after kill -9 a broker is let in again only when its old session is over
broker.session.timeout.ms=3000
broker.heartbeat.interval.ms=1000
# an idle controller otherwise writes twice a second
metadata.max.idle.interval.ms=5000
# one broker alone has no other that knows what it answered for: without this a power cut loses what had been handled
log.flush.interval.messages=1
"""

LOGGING = """\
rootLogger.level=INFO
rootLogger.appenderRef.out.ref=out
appender.out.type=Console
appender.out.name=out
appender.out.layout.type=PatternLayout
appender.out.layout.pattern=%d{ISO8601} %p %c{1} %m%n
logger.config.name=org.apache.kafka.common.config.AbstractConfig
logger.config.level=WARN
"""


NOBODY: Mapping[str, str] = {}


def prepare(layout: Layout, java: str, jars: list[Path], more: str = "", users: Mapping[str, str] = NOBODY) -> Part:
    """Write the configuration, format the storage the first time, and return the process.

    `more` is added to the properties; `users` are let in by SCRAM-SHA-512, name → password.
    """
    folder = layout.folder / "kafka"
    data = folder / "data"
    data.mkdir(parents=True, exist_ok=True)
    settings = PROPERTIES.format(
        port=layout.port("kafka"), controller=layout.port("kafka-controller"), data=as_java_reads(str(data))
    )
    (folder / "server.properties").write_text(settings + more)
    (folder / "log4j2.properties").write_text(LOGGING)
    run = (
        java,
        "-XX:TieredStopAtLevel=1",
        "-XX:+UseSerialGC",
        "-XX:+ExitOnOutOfMemoryError",
        "-Xmx512m",
        f"-Dlog4j2.configurationFile={folder}/log4j2.properties",
        "-cp",
        ":".join(map(str, jars)),
    )
    if not (data / "meta.properties").exists():
        _format(run, folder, users)
    return Part(
        name="kafka",
        argv=(*run, "kafka.Kafka", f"{folder}/server.properties"),
        env={"LC_ALL": LOCALE},
        ready="kafka",
        port=layout.port("kafka"),
    )


def as_java_reads(value: str) -> str:
    """Write a value of a properties file, which is ISO 8859-1: the rest as UTF-16 units, and every backslash twice."""
    return json.dumps(value)[1:-1]


def _format(run: tuple[str, ...], folder: Path, users: Mapping[str, str]) -> None:
    cluster = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
    done = subprocess.run(
        [*run, "kafka.tools.StorageTool", "format", "--standalone", "--ignore-formatted",
         f"--cluster-id={cluster}", "-c", f"{folder}/server.properties",
         *(f"--add-scram=SCRAM-SHA-512=[name={name},password={password}]" for name, password in users.items())],
        capture_output=True,
        text=True,
        env={**os.environ, "LC_ALL": LOCALE},
    )  # fmt: skip
    if done.returncode:
        raise Problem(
            ("Kafka の保存領域を作れません", "Kafka's storage cannot be made"),
            (f"空き容量と {folder} の権限を確認し、make clean の後にもう一度 make up を実行してください",
             f"check free space and the permissions of {folder}, then make clean and make up"),
            said=(done.stderr or done.stdout)[-800:],
        )  # fmt: skip
