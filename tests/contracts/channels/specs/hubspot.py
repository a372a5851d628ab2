"""HubSpot's contract."""

from sandbox import Sandbox, hubspot
from services.notifier.domain.result import Permanent, Retryable
from shared.contracts.vocabulary import Channel
from tests.contracts.channels.spec import Means, Spec


def _env(sandbox: Sandbox) -> dict[str, str]:
    return {
        "TASUKI_HUBSPOT_URL": f"{sandbox.http_url}/hubspot",
        "TASUKI_HUBSPOT_TOKEN": hubspot.TOKEN,
    }


SPEC = Spec(
    name="hubspot",
    channel=Channel.TICKET,
    env=_env,
    to="912345678",
    unset={"TASUKI_HUBSPOT_TOKEN": ""},
    nowhere=lambda _: {"TASUKI_HUBSPOT_URL": "http://127.0.0.1:9"},
    wrong={"TASUKI_HUBSPOT_TOKEN": "revoked"},
    bad="912345404",
    means={
        "burst": Means(Retryable, after=10),
        "daily": Means(Permanent, "account"),
        "gone": Means(Permanent, "target"),
        "invalid": Means(Permanent, "target"),
        "scopes": Means(Permanent, "account"),
        "expired": Means(Permanent, "account"),
        "conflict": Means(Retryable),
        "locked": Means(Retryable),
        "moving": Means(Retryable, after=0.3),
    },
    asked=True,
)
