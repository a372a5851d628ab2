"""`python -m services.knowledge [api] [worker]`."""

import sys

import uvloop

from services.knowledge import api, worker
from services.knowledge.settings import Settings
from shared.runtime import service
from shared.runtime.settings import read

if __name__ == "__main__":
    uvloop.run(service.run("knowledge", read(Settings), api.build, worker.build, sys.argv[1:]))
