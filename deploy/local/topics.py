"""Creates the topics of `shared/contracts/topics.py`."""

from collections.abc import Iterable

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import KafkaError

from shared.contracts.topics import TOPICS, Topic
from shared.runtime.settings import access

PARTITIONS = 6


async def create_topics(kafka: str, topics: Iterable[Topic] = TOPICS, partitions: int = PARTITIONS) -> list[str]:
    """Create what is missing and return its names; three copies where there are three brokers, existing topics are left.

    Raises KafkaError when the broker refuses.
    """
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka, **access(kafka))
    await admin.start()
    try:
        known = set(await admin.list_topics())
        missing = [topic for topic in topics if topic.name not in known]
        copies = min(3, len((await admin.describe_cluster())["brokers"]))
        new = [
            NewTopic(
                name=topic.name,
                num_partitions=partitions,
                replication_factor=copies,
                topic_configs={"cleanup.policy": topic.cleanup, "retention.ms": str(topic.retention_ms)},
            )
            for topic in missing
        ]
        if new:
            answer = await admin.create_topics(new)
            failed = [error for error in answer.topic_errors if error[1] not in (0, 36)]  # 36: somebody was faster
            if failed:
                raise KafkaError(f"topics cannot be created: {failed}")
        return [topic.name for topic in missing]
    finally:
        await admin.close()
