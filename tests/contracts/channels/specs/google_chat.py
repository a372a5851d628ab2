"""Google Chat by the webhook of a space."""

from sandbox.google_chat import address
from services.notifier.domain.result import Permanent, Retryable
from shared.contracts.vocabulary import Channel
from tests.contracts.channels.spec import Means, Spec

SPEC = Spec(
    name="google_chat",
    channel=Channel.CHAT,
    env=lambda sandbox: {"TASUKI_GOOGLE_CHAT": "on", "TASUKI_WEBHOOK_ALLOW": "127.0.0.0/8"},
    to="",
    unset={"TASUKI_GOOGLE_CHAT": ""},
    address=lambda sandbox: address(sandbox.http_url, "AAAA-payments"),
    means={
        "503": Means(Retryable),
        "webhook-deleted": Means(Permanent, "target"),
        "forbidden": Means(Permanent, "target"),
        "bad-key": Means(Permanent, "target"),
        "bad-message": Means(Permanent, "channel"),
    },
)
