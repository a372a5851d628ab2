"""`python -m services.notifier [api] [worker]`; both when none is named."""

import asyncio
import sys

from services.notifier import api, worker
from services.notifier.settings import Settings
from shared.runtime import service
from shared.runtime.settings import read

if __name__ == "__main__":
    asyncio.run(service.run("notifier", read(Settings), api.build, worker.build, sys.argv[1:]))
