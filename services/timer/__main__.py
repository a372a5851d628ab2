"""`python -m services.timer [api] [worker]`."""

import sys

import uvloop

from services.timer import api, worker
from services.timer.settings import Settings
from shared.runtime import service
from shared.runtime.settings import read

if __name__ == "__main__":
    uvloop.run(service.run("timer", read(Settings), api.build, worker.build, sys.argv[1:]))
