"""The knowledge service's loop over the log."""

from services.knowledge.handlers import HANDLERS
from shared.contracts import topics
from shared.runtime.service import Process

LINGER = 0.25  # seconds; a resolved case is to be found within one


async def build(process: Process) -> None:
    """Add the loop."""
    process.consume(HANDLERS, topics.CASES, linger=LINGER)
