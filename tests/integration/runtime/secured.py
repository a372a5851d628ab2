"""A broker that lets nobody in without a certificate on one port, without a password on the other."""

import asyncio
import shutil
import warnings
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from aiokafka.errors import KafkaError

from deploy.local import java
from deploy.local import kafka as local_kafka
from deploy.local.artifacts import fetch
from deploy.local.layout import Layout
from deploy.local.parts import Part
from deploy.local.processes import exclusively, start, stop
from deploy.local.ready import wait
from deploy.local.topics import create_topics
from shared.runtime.kafka import producer
from shared.runtime.settings import Secret, Security, ServiceSettings, broker
from tests import ports
from tests.integration.runtime.certificates import Authority

USER, PASSWORD = "tasuki-timer", "ひみつ-𠮷-42".encode().hex()
LISTENERS = """
listeners=CERTIFICATE://127.0.0.1:{port},PASSWORD://127.0.0.1:{other},CONTROLLER://127.0.0.1:{controller}
advertised.listeners=CERTIFICATE://127.0.0.1:{port},PASSWORD://127.0.0.1:{other},CONTROLLER://127.0.0.1:{controller}
listener.security.protocol.map=CERTIFICATE:SSL,PASSWORD:SASL_SSL,CONTROLLER:PLAINTEXT
inter.broker.listener.name=CERTIFICATE
sasl.enabled.mechanisms=SCRAM-SHA-512
listener.name.certificate.ssl.client.auth=required
listener.name.password.scram-sha-512.sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required;
ssl.keystore.type=PEM
ssl.keystore.location={server}
ssl.truststore.type=PEM
ssl.truststore.location={authority}
"""


@dataclass(frozen=True)
class Secured:
    """The broker, and what a service must be told to be let in by its certificate."""

    layout: Layout
    part: Part
    settings: ServiceSettings

    async def start(self) -> None:
        """Start it, and wait until it lets in who has a certificate."""
        with exclusively(self.layout), warnings.catch_warnings():
            warnings.simplefilter("ignore", ResourceWarning)  # the server is meant to outlive the call
            start(self.layout, self.part)
        await wait(self.layout, self.part, lambda: lets_in(self.settings))

    def stop(self) -> None:
        """Stop it."""
        with exclusively(self.layout):
            stop(self.layout, self.part.name)


@asynccontextmanager
async def opened(authority: Authority, folder: Path) -> AsyncIterator[Secured]:
    """A broker that runs until the end, with its topics."""
    layout = Layout(folder, ports.block())
    runtime = java.find() or java.install()
    server, client = authority.sign("server"), authority.sign("client")
    properties = LISTENERS.format(
        port=layout.port("kafka"), other=layout.port("postgres"), controller=layout.port("kafka-controller"),
        server=server.both, authority=authority.file,
    )  # fmt: skip
    part = local_kafka.prepare(layout, runtime, fetch("kafka", lambda *_: None), properties, {USER: PASSWORD})
    settings = ServiceSettings(
        database_url=Secret(""), http_port=0, service_token=Secret(""), kafka=f"127.0.0.1:{layout.port('kafka')}",
        kafka_security=Security("tls"), kafka_ca=str(authority.file),
        kafka_certificate=str(client.certificate), kafka_key=str(client.key),
    )  # fmt: skip
    made = Secured(layout, part, settings)
    try:
        await made.start()
        await create_topics(broker(settings), partitions=1)
        yield made
    finally:
        made.stop()
        shutil.rmtree(folder, ignore_errors=True)


async def lets_in(settings: ServiceSettings) -> bool:
    """Whether a producer gets to know the cluster by these settings."""
    try:
        async with asyncio.timeout(8), producer(broker(settings)):
            return True
    except (KafkaError, OSError, TimeoutError):
        return False
