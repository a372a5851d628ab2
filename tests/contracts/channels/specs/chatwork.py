"""Chatwork's contract."""

from sandbox import Sandbox, chatwork
from services.notifier.domain.result import Permanent, Retryable
from shared.contracts.vocabulary import Channel
from tests.contracts.channels.spec import Means, Spec


def _env(sandbox: Sandbox) -> dict[str, str]:
    return {
        "TASUKI_CHATWORK_TOKEN": chatwork.TOKEN,
        "TASUKI_CHATWORK_WEBHOOK_TOKEN": chatwork.WEBHOOK_TOKEN,
        "TASUKI_CHATWORK_URL": sandbox.http_url,
    }


SPEC = Spec(
    name="chatwork",
    channel=Channel.CHAT,
    env=_env,
    to="567890123:123456",
    unset={"TASUKI_CHATWORK_TOKEN": ""},
    nowhere=lambda _: {"TASUKI_CHATWORK_URL": "http://127.0.0.1:9"},
    wrong={"TASUKI_CHATWORK_TOKEN": "revoked"},
    bad=chatwork.NOWHERE,
    means={
        "429": Means(Retryable, after=0.8),
        "400": Means(Permanent, "target"),
        "401": Means(Permanent, "account"),
        "403": Means(Permanent, "target"),
        "404": Means(Permanent, "target"),
    },
    asked=True,
    changes=True,
)
