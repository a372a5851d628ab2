"""Signed webhooks to other programs."""

import base64

from sandbox.webhook import OLD_SECRET, SECRET
from services.notifier.domain.result import Accepted, Permanent, Retryable
from shared.contracts.vocabulary import Channel
from tests.contracts.channels.spec import Means, Spec

SPEC = Spec(
    "webhook",
    Channel.WEBHOOK,
    env=lambda sandbox: {
        "TASUKI_WEBHOOK_SECRETS": f"{SECRET},{OLD_SECRET}",
        "TASUKI_WEBHOOK_ALLOW": "127.0.0.0/8",
    },
    to="",
    address=lambda sandbox: f"{sandbox.http_url}/hooks/sato",
    unset={"TASUKI_WEBHOOK_SECRETS": ""},
    wrong={"TASUKI_WEBHOOK_SECRETS": "whsec_" + base64.b64encode(b"somebody else's secret key").decode()},
    bad="http://169.254.169.254/latest/meta-data/",
    means={
        **dict.fromkeys(("gone", "moved", "refused", "teapot"), Means(Permanent, "target")),
        "throttled": Means(Retryable, after=0.3),
        "gateway": Means(Retryable),
        "html": Means(Accepted),  # whatever a receiver says with a 2xx, it has it
    },
    again=True,
)
