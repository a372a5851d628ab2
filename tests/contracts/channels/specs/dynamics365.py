"""Dynamics 365's contract."""

from sandbox import Sandbox, dynamics365
from services.notifier.domain.result import Permanent, Retryable
from shared.contracts.vocabulary import Channel
from tests.contracts.channels.spec import Means, Spec


def _env(sandbox: Sandbox) -> dict[str, str]:
    return {
        "TASUKI_DYNAMICS365_URL": f"{sandbox.http_url}/dynamics365",
        "TASUKI_DYNAMICS365_LOGIN": f"{sandbox.http_url}/dynamics365/login",
        "TASUKI_DYNAMICS365_TENANT": dynamics365.TENANT,
        "TASUKI_DYNAMICS365_CLIENT": dynamics365.CLIENT,
        "TASUKI_DYNAMICS365_SECRET": dynamics365.SECRET,
    }


SPEC = Spec(
    name="dynamics365",
    channel=Channel.TICKET,
    env=_env,
    to="6d81597f-0000-e711-8122-000d3aa20001",
    unset={"TASUKI_DYNAMICS365_SECRET": ""},
    nowhere=lambda _: {"TASUKI_DYNAMICS365_LOGIN": "http://127.0.0.1:9"},
    wrong={"TASUKI_DYNAMICS365_SECRET": "revoked"},
    bad="6d81597f-0000-e711-8122-000d3aa20404",
    means={
        "down": Means(Retryable),  # it is asked for a token first, and that writes nothing
        "limit": Means(Retryable, after=7),
        "gone": Means(Permanent, "target"),
        "privilege": Means(Permanent, "account"),
        "conflict": Means(Retryable),
        "invalid": Means(Permanent, "target"),
        "method": Means(Permanent, "channel"),
    },
    asked=True,
    again=True,
)
