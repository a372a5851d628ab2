"""`python -m services.timer [api] [worker]`."""

import asyncio
import sys

from services.timer import api, worker
from services.timer.settings import Settings
from shared.runtime import service
from shared.runtime.settings import read

if __name__ == "__main__":
    asyncio.run(service.run("timer", read(Settings), api.build, worker.build, sys.argv[1:]))
