"""`python -m services.notifier [api] [worker]`; both when none is named. `bounce [address]` hands a mail over."""

import sys

import uvloop

from services.notifier import api, bounced, worker
from services.notifier.settings import Settings
from shared.runtime import service
from shared.runtime.settings import read

if __name__ == "__main__":
    if sys.argv[1:2] == ["bounce"]:
        to = sys.argv[2] if len(sys.argv) > 2 else ""
        sys.exit(bounced.hand_over(read(bounced.BounceSettings), to, sys.stdin.buffer))
    uvloop.run(service.run("notifier", read(Settings), api.build, worker.build, sys.argv[1:]))
