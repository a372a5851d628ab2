"""LINE's contract."""

from sandbox import Sandbox, line_messages
from services.notifier.domain.result import Permanent, Retryable
from shared.contracts.vocabulary import Channel
from tests.contracts.channels.spec import Means, Spec


def _env(sandbox: Sandbox) -> dict[str, str]:
    return {
        "TASUKI_LINE_TOKEN": line_messages.TOKEN,
        "TASUKI_LINE_CHANNEL_SECRET": line_messages.CHANNEL_SECRET,
        "TASUKI_LINE_URL": sandbox.http_url,
    }


SPEC = Spec(
    name="line",
    channel=Channel.CHAT,
    env=_env,
    to="U" + "0" * 30 + "a2",
    unset={"TASUKI_LINE_TOKEN": ""},
    nowhere=lambda _: {"TASUKI_LINE_URL": "http://127.0.0.1:9"},
    wrong={"TASUKI_LINE_TOKEN": "revoked"},
    bad="somebody",
    means={
        "429": Means(Retryable),  # LINE does not say how long
        "monthly": Means(Permanent, "channel"),
        "401": Means(Permanent, "account"),
        "403": Means(Permanent, "account"),
        "not-sent": Means(Permanent, "target"),
        "bad-body": Means(Permanent, "channel"),
    },
    again=True,
)
