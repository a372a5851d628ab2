"""`python -m services.knowledge [api] [worker]`."""

import asyncio
import sys

from services.knowledge import api, worker
from services.knowledge.settings import Settings
from shared.runtime import service
from shared.runtime.settings import read

if __name__ == "__main__":
    asyncio.run(service.run("knowledge", read(Settings), api.build, worker.build, sys.argv[1:]))
