"""The knowledge service's loops: over the log, and over what use teaches."""

from services.knowledge import learning
from services.knowledge.handlers import HANDLERS
from services.knowledge.local import local
from services.knowledge.moving import Mover
from shared.contracts import topics
from shared.runtime import loop
from shared.runtime.service import Process

TEACHING_SECONDS = 60
LINGER = 0.25  # seconds; a resolved case is to be found within one


async def build(process: Process) -> None:
    """Add the loops."""

    here = local(process)

    async def teach() -> None:
        await learning.teach(here.db, here.clock)

    process.forget_canaries()
    process.loops["moving"] = Mover(here.db, here.clock).run
    process.loops["learning"] = lambda: loop.every(TEACHING_SECONDS, teach)
    process.consume(HANDLERS, topics.CASES, linger=LINGER)
