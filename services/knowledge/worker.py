"""The knowledge service's loop over the log."""

from services.knowledge.handlers import HANDLERS
from shared.contracts import topics
from shared.runtime.service import Process


async def build(process: Process) -> None:
    """Add the loop."""
    process.consume(HANDLERS, topics.CASES)
