"""Apprise, the extra without guarantees."""

from services.notifier.domain.result import Accepted, Retryable
from shared.contracts.vocabulary import Channel
from tests.contracts.channels.spec import Means, Spec

SPEC = Spec(
    "apprise",
    Channel.CHAT,
    env=lambda sandbox: {"TASUKI_APPRISE": "json"},
    to="",
    address=lambda sandbox: f"{sandbox.http_url.replace('http', 'json')}/apprise/sato",
    nobody="json://127.0.0.1:9/nobody",
    away="apprise-failed",
    unset={"TASUKI_APPRISE": ""},
    bad="ntfy://topic-of-somebody",
    means={  # the library tells failure from success and nothing more
        **dict.fromkeys(("429", "500", "timeout-before-accept", "timeout-after-accept", "down"), Means(Retryable)),
        **dict.fromkeys(("html", "huge"), Means(Accepted)),
    },
)
