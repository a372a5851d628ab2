"""`python -m services.notifier [api] [worker]`; both when none is named.

`bounce [address]` hands a mail over; `vapid` prints a new key pair for web push.
"""

import sys

import uvloop

from services.notifier import api, bounced, worker
from services.notifier.channels import vapid
from services.notifier.settings import Settings
from shared.runtime import service
from shared.runtime.settings import read

if __name__ == "__main__":
    if sys.argv[1:2] == ["bounce"]:
        to = sys.argv[2] if len(sys.argv) > 2 else ""
        sys.exit(bounced.hand_over(read(bounced.BounceSettings), to, sys.stdin.buffer))
    if sys.argv[1:2] == ["vapid"]:
        private, public = vapid.fresh()
        sys.exit(print(f"TASUKI_VAPID_PRIVATE_KEY={private}\n# public key: {public}"))
    uvloop.run(service.run("notifier", read(Settings), api.build, worker.build, sys.argv[1:]))
