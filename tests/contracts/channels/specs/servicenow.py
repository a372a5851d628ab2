"""ServiceNow's contract."""

from sandbox import Sandbox, servicenow
from services.notifier.domain.result import Permanent, Retryable
from shared.contracts.vocabulary import Channel
from tests.contracts.channels.spec import Means, Spec


def _env(sandbox: Sandbox) -> dict[str, str]:
    return {
        "TASUKI_SERVICENOW_URL": f"{sandbox.http_url}/servicenow",
        "TASUKI_SERVICENOW_USER": servicenow.USER,
        "TASUKI_SERVICENOW_PASSWORD": servicenow.PASSWORD,
    }


SPEC = Spec(
    name="servicenow",
    channel=Channel.TICKET,
    env=_env,
    to="9c573169c611228700193229fff72400",
    unset={"TASUKI_SERVICENOW_PASSWORD": ""},
    nowhere=lambda _: {"TASUKI_SERVICENOW_URL": "http://127.0.0.1:9"},
    wrong={"TASUKI_SERVICENOW_PASSWORD": "revoked"},
    bad="9c573169c611228700193229fff72404",
    means={
        "gone": Means(Permanent, "target"),
        "forbidden": Means(Permanent, "target"),
        "rule": Means(Permanent, "target"),
        "table": Means(Permanent, "channel"),
        "conflict": Means(Retryable),
        "maintenance": Means(Retryable, after=0.3),
    },
    asked=True,
)
