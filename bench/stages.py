"""Where a case spends its time: when each of its events was in the log, by the broker's clock."""

from collections.abc import Iterable

from aiokafka import AIOKafkaConsumer
from aiokafka.structs import TopicPartition

from shared.contracts.topics import CASES

Stages = dict[str, float]  # type of event → UTC seconds when the broker had the first of it


async def ends(bootstrap: str) -> dict[TopicPartition, int]:
    """Where the log of the cases ends now."""
    async with AIOKafkaConsumer(CASES, bootstrap_servers=bootstrap) as consumer:
        found: dict[TopicPartition, int] = await consumer.end_offsets(consumer.assignment())
        return found


async def stages(bootstrap: str, since: dict[TopicPartition, int], cases: Iterable[str]) -> dict[str, Stages]:
    """Case id → its stages, as the log tells them from `since` until where it ends now."""
    found = {case: Stages() for case in cases}
    async with AIOKafkaConsumer(CASES, bootstrap_servers=bootstrap) as consumer:
        end = await consumer.end_offsets(list(since))
        for partition, offset in since.items():
            consumer.seek(partition, offset)
        while any([await consumer.position(partition) < end[partition] for partition in since]):
            for records in (await consumer.getmany(timeout_ms=500)).values():
                for record in records:
                    headers = dict(record.headers)
                    case, type_ = headers.get("ce_subject", b"").decode(), headers.get("ce_type", b"").decode()
                    if case in found:
                        found[case].setdefault(type_, record.timestamp / 1000)
    return found
