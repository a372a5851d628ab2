"""HTTP of the knowledge service, for the other services: they say for whom they ask."""

from services.knowledge import editing
from services.knowledge.handlers import HANDLERS
from services.knowledge.library import Library
from services.knowledge.local import local
from services.knowledge.routes import articles, due, figures, files, finding, learning, moving, using
from services.knowledge.routes.asking import Gate
from shared.runtime import loop, operated
from shared.runtime.service import Process

EXPIRY_SECONDS = 60


async def build(process: Process, library: Library | None = None) -> None:
    """Add the routes, the loop that keeps the index level, and the one that ends what is over."""
    assert process.app is not None
    library, gate = library or Library(process.db), Gate(process.settings.service_token)
    here = local(process)
    process.loops["library"] = library.run
    process.loops["expiry"] = lambda: loop.every(EXPIRY_SECONDS, lambda: editing.expire(here.db, here.clock))
    process.checks["index"] = library.check
    finding.add(here, library, gate)
    using.add(here, library, gate)
    learning.add(here, gate)
    figures.add(here, gate)
    moving.add(here, gate)
    due.add(here, gate)
    articles.add(here, library, gate)
    files.add(here, library, gate)
    operated.add(process, HANDLERS)
