"""The contract of our own telephone gateway."""

from sandbox import Sandbox, sip
from services.notifier.domain.result import Permanent, Retryable
from shared.contracts.vocabulary import Channel
from tests.contracts.channels.spec import Means, Spec


def _env(sandbox: Sandbox) -> dict[str, str]:
    return {
        "TASUKI_SIP_URL": f"{sandbox.http_url}/sip",
        "TASUKI_SIP_TOKEN": sip.TOKEN,
        "TASUKI_SIP_SIGNING_SECRET": sip.SECRET,
    }


SPEC = Spec(
    name="sip",
    channel=Channel.PHONE,
    env=_env,
    to="+819000000101",
    unset={"TASUKI_SIP_SIGNING_SECRET": ""},
    nowhere=lambda _: {"TASUKI_SIP_URL": "http://127.0.0.1:9"},
    wrong={"TASUKI_SIP_TOKEN": "revoked"},
    bad="110",
    means={
        "busy": Means(Retryable, after=0.3),
        "not-dialable": Means(Permanent, "account"),
        "unauthorized": Means(Permanent, "account"),
        "conflict": Means(Permanent, "channel"),
    },
    asked=True,
    again=True,
)
