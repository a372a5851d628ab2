"""Intercom's contract."""

from sandbox import Sandbox, intercom
from services.notifier.domain.result import Permanent, Retryable
from shared.contracts.vocabulary import Channel
from tests.contracts.channels.spec import Means, Spec


def _env(sandbox: Sandbox) -> dict[str, str]:
    return {
        "TASUKI_INTERCOM_URL": f"{sandbox.http_url}/intercom",
        "TASUKI_INTERCOM_TOKEN": intercom.TOKEN,
        "TASUKI_INTERCOM_ADMIN": intercom.ADMIN,
    }


SPEC = Spec(
    name="intercom",
    channel=Channel.TICKET,
    env=_env,
    to="215470000000001",
    unset={"TASUKI_INTERCOM_TOKEN": ""},
    nowhere=lambda _: {"TASUKI_INTERCOM_URL": "http://127.0.0.1:9"},
    wrong={"TASUKI_INTERCOM_TOKEN": "revoked"},
    bad="90404",
    means={
        "gone": Means(Permanent, "target"),
        "forbidden": Means(Permanent, "target"),
        "plan": Means(Permanent, "account"),
        "conflict": Means(Retryable),
        "invalid": Means(Permanent, "target"),
        "type": Means(Permanent, "channel"),
    },
    asked=True,
)
