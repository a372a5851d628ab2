"""`python -m services.notifier [api] [worker]`; both when none is named."""

import sys

import uvloop

from services.notifier import api, worker
from services.notifier.settings import Settings
from shared.runtime import service
from shared.runtime.settings import read

if __name__ == "__main__":
    uvloop.run(service.run("notifier", read(Settings), api.build, worker.build, sys.argv[1:]))
