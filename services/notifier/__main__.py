"""`python -m services.notifier [api] [worker]`; both when none is named. `vapid` prints a new key pair for web push."""

import sys

import uvloop

from services.notifier import api, worker
from services.notifier.channels import vapid
from services.notifier.settings import Settings
from shared.runtime import service
from shared.runtime.settings import read

if __name__ == "__main__":
    if sys.argv[1:2] == ["vapid"]:
        private, public = vapid.fresh()
        sys.exit(print(f"TASUKI_VAPID_PRIVATE_KEY={private}\n# public key: {public}"))
    uvloop.run(service.run("notifier", read(Settings), api.build, worker.build, sys.argv[1:]))
