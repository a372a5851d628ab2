"""Salesforce's contract."""

from sandbox import Sandbox, salesforce
from services.notifier.domain.result import Accepted, Permanent, Retryable
from shared.contracts.vocabulary import Channel
from tests.contracts.channels.spec import Means, Spec


def _env(sandbox: Sandbox) -> dict[str, str]:
    return {
        "TASUKI_SALESFORCE_URL": f"{sandbox.http_url}/salesforce",
        "TASUKI_SALESFORCE_CLIENT": salesforce.CLIENT,
        "TASUKI_SALESFORCE_SECRET": salesforce.SECRET,
    }


SPEC = Spec(
    name="salesforce",
    channel=Channel.TICKET,
    env=_env,
    to="5005g00000BBBB1AAC",
    unset={"TASUKI_SALESFORCE_SECRET": ""},
    nowhere=lambda _: {"TASUKI_SALESFORCE_URL": "http://127.0.0.1:9"},
    wrong={"TASUKI_SALESFORCE_SECRET": "revoked"},
    bad="5005g00000BBBB1404",
    means={
        "down": Means(Retryable),  # it is asked for a token first, and that writes nothing
        "expired": Means(Accepted),
        "limit": Means(Retryable, after=60),
        "disabled": Means(Permanent, "account"),
        "row-locked": Means(Retryable),
        "unavailable": Means(Retryable),
        "gone": Means(Permanent, "target"),
        "deleted": Means(Permanent, "target"),
        "approval": Means(Permanent, "target"),
        "forbidden": Means(Permanent, "target"),
        "storage": Means(Permanent, "account"),
        "no-comments": Means(Permanent, "channel"),
        "precondition": Means(Retryable),
    },
    asked=True,
)
