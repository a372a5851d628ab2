"""Push to browsers."""

from sandbox import Sandbox
from sandbox.push_service import VAPID_PRIVATE, Browser
from services.notifier.channels.vapid import fresh
from services.notifier.domain.result import Accepted, Permanent, Retryable
from shared.contracts.vocabulary import Channel
from tests.contracts.channels.spec import Means, Spec


def device(sandbox: Sandbox) -> str:
    """The subscription of a browser at this sandbox."""
    return Browser("phone-of-sato").subscription(sandbox.http_url)


SPEC = Spec(
    "web_push",
    Channel.PUSH,
    env=lambda sandbox: {
        "TASUKI_VAPID_PRIVATE_KEY": VAPID_PRIVATE,
        "TASUKI_VAPID_SUBJECT": "mailto:tasuki@example.com",
        "TASUKI_WEBHOOK_ALLOW": "127.0.0.0/8",
    },
    to="",
    address=device,
    nobody=Browser("x").subscription("http://127.0.0.1:9"),
    unset={"TASUKI_VAPID_PRIVATE_KEY": ""},
    wrong={"TASUKI_VAPID_PRIVATE_KEY": fresh()[0]},
    bad='{"endpoint":"http://169.254.169.254/","keys":{"p256dh":"AA","auth":"AA"}}',
    means={
        **dict.fromkeys(("gone", "unknown"), Means(Permanent, "target")),
        "too-large": Means(Permanent, "channel"),
        **dict.fromkeys(("unauthorized", "forbidden"), Means(Permanent, "account")),
        "unavailable": Means(Retryable, after=0.3),
        "html": Means(Accepted),  # a push service has nothing to say but its status
    },
    again=True,
    changes=True,
)
