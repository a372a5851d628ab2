"""What all the stories have left in the log, kills and outages included, breaks no rule of the model's judge."""

from collections import defaultdict
from uuid import UUID

from aiokafka import AIOKafkaConsumer

from shared.contracts import envelope, topics
from shared.contracts import events as e
from tests.e2e.conftest import Installation
from tests.model import judge


async def test_every_case_in_the_log_keeps_the_rules(installation: Installation) -> None:
    kafka = f"127.0.0.1:{installation.layout.port('kafka')}"
    cases: dict[str, list[tuple[UUID, e.Event]]] = defaultdict(list)
    async with AIOKafkaConsumer(topics.CASES, bootstrap_servers=kafka, auto_offset_reset="earliest") as consumer:
        ends = await consumer.end_offsets(consumer.assignment())
        for partition, end in ends.items():
            while await consumer.position(partition) < end:
                record = await consumer.getone(partition)
                headers = {name: value.decode() for name, value in record.headers}
                event = envelope.decode(headers["ce_type"], record.value)
                cases[event.case_id].append((UUID(headers["ce_id"]), event))
    assert cases
    for case_id, log in cases.items():
        told = judge.once(log)
        assert judge.wrong(told) == "", (case_id, [x.type for x in told])
