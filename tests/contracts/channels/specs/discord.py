"""Discord by a webhook that no application owns."""

from sandbox.discord import address
from services.notifier.domain.result import Permanent, Retryable
from shared.contracts.vocabulary import Channel
from tests.contracts.channels.spec import Means, Spec

SPEC = Spec(
    name="discord",
    channel=Channel.CHAT,
    env=lambda sandbox: {"TASUKI_DISCORD": "on", "TASUKI_WEBHOOK_ALLOW": "127.0.0.0/8"},
    to="",
    unset={"TASUKI_DISCORD": ""},
    address=lambda sandbox: address(sandbox.http_url),
    means={
        "limited": Means(Retryable, after=61.25),
        "banned": Means(Retryable, after=3600),
        "webhook-deleted": Means(Permanent, "target"),
        "bad-token": Means(Permanent, "target"),
        "forbidden": Means(Permanent, "target"),
        "bad-body": Means(Permanent, "channel"),
    },
    changes=True,
)
