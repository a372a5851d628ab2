"""Freshdesk's contract."""

from sandbox import Sandbox, freshdesk
from services.notifier.domain.result import Permanent, Retryable
from shared.contracts.vocabulary import Channel
from tests.contracts.channels.spec import Means, Spec


def _env(sandbox: Sandbox) -> dict[str, str]:
    return {
        "TASUKI_FRESHDESK_URL": f"{sandbox.http_url}/freshdesk",
        "TASUKI_FRESHDESK_KEY": freshdesk.KEY,
    }


SPEC = Spec(
    name="freshdesk",
    channel=Channel.TICKET,
    env=_env,
    to="90321",
    unset={"TASUKI_FRESHDESK_KEY": ""},
    nowhere=lambda _: {"TASUKI_FRESHDESK_URL": "http://127.0.0.1:9"},
    wrong={"TASUKI_FRESHDESK_KEY": "revoked"},
    bad="90404",
    means={
        "gone": Means(Permanent, "target"),
        "forbidden": Means(Permanent, "target"),
        "suspended": Means(Permanent, "account"),
        "conflict": Means(Retryable),
        "invalid": Means(Permanent, "target"),
        "method": Means(Permanent, "channel"),
    },
    asked=True,
)
