"""What a run leaves behind for the checker: what went in, what was done to the installation, what came out, and the log."""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from aiokafka import AIOKafkaConsumer

from shared.contracts import envelope
from shared.contracts import events as e
from shared.contracts.topics import CASES


@dataclass(frozen=True)
class Entry:
    """One record of the log: when the broker had it (UTC seconds), its id and what it says."""

    at: float
    id: UUID
    event: e.Event


@dataclass
class Recording:
    """`accepted`: case id → UTC seconds of its 202; `finished`: of the answer to whoever said that it is done. `received` and `calls` are as the sandbox tells them.

    `crashes`: how many pages may have gone out unnoticed, because of what was done.
    `held`: the longest time in seconds for which anything was stopped.
    `left`: urgent cases that were not done in the end, which came when everything had been at rest, or had had its time for that.
    `faults`: by name, how often it was done, and how often that was felt (by a process, a connection, a file, a clock).
    `people`: telephone number → id of the person. `unheard`: how many senders gave up, having tried for minutes.
    """

    accepted: dict[str, float] = field(default_factory=dict)
    finished: dict[str, float] = field(default_factory=dict)
    received: list[dict[str, Any]] = field(default_factory=list)
    calls: list[dict[str, Any]] = field(default_factory=list)
    log: dict[str, list[Entry]] = field(default_factory=dict)
    crashes: int = 0
    held: float = 0.0
    people: dict[str, str] = field(default_factory=dict)
    unheard: int = 0
    left: frozenset[str] = frozenset()
    faults: dict[str, tuple[int, int]] = field(default_factory=dict)

    def evidence(self, problems: list[str]) -> dict[str, list[str]]:
        """What the log holds, people received and was said of each case that a problem names, by itself or by a page."""
        words = {word.strip(":,") for problem in problems for word in problem.split()}
        pages = [
            item | {"what": what} for what, items in (("sent", self.received), ("call", self.calls)) for item in items
        ]
        cases = {item["case_id"] for item in pages if item.get("notification_id") in words} | (words & self.log.keys())
        return {
            case: [
                f"{entry.at:.3f} {entry.id} {entry.event.type} {entry.event.model_dump_json()}"
                for entry in self.log.get(case, [])
            ]
            + [str(item) for item in pages if item["case_id"] == case]
            for case in sorted(cases)
        }

    def note(self, fault: str, felt: int, doubts: int, held: float) -> None:
        """Take down what was done."""
        done, before = self.faults.get(fault, (0, 0))
        self.faults[fault] = (done + 1, before + felt)
        self.crashes += doubts
        self.held = max(self.held, held)


async def read_log(kafka: str) -> dict[str, list[Entry]]:
    """The log of each case as it stands now, in its order."""
    found: dict[str, list[Entry]] = defaultdict(list)
    async with AIOKafkaConsumer(CASES, bootstrap_servers=kafka, auto_offset_reset="earliest") as consumer:
        for partition, end in (await consumer.end_offsets(consumer.assignment())).items():
            while await consumer.position(partition) < end:
                record = await consumer.getone(partition)
                meta = envelope.meta(record.headers)
                event = envelope.decode(meta.type, record.value)
                found[event.case_id].append(Entry(record.timestamp / 1000, meta.id, event))
    return dict(found)
