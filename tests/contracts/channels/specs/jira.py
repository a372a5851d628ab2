"""Jira's contract."""

from sandbox import Sandbox, jira
from services.notifier.domain.result import Permanent, Retryable
from shared.contracts.vocabulary import Channel
from tests.contracts.channels.spec import Means, Spec


def _env(sandbox: Sandbox) -> dict[str, str]:
    return {
        "TASUKI_JIRA_URL": f"{sandbox.http_url}/jira",
        "TASUKI_JIRA_USER": jira.USER,
        "TASUKI_JIRA_TOKEN": jira.TOKEN,
    }


SPEC = Spec(
    name="jira",
    channel=Channel.TICKET,
    env=_env,
    to="OPS-482",
    unset={"TASUKI_JIRA_TOKEN": ""},
    nowhere=lambda _: {"TASUKI_JIRA_URL": "http://127.0.0.1:9"},
    wrong={"TASUKI_JIRA_TOKEN": "revoked"},
    bad="OPS-404",
    means={
        "gone": Means(Permanent, "target"),
        "forbidden": Means(Permanent, "target"),
        "denied": Means(Permanent, "account"),
        "conflict": Means(Retryable),
        "too-large": Means(Permanent, "channel"),
        "invalid": Means(Permanent, "target"),
        "overloaded": Means(Retryable, after=0.3),
    },
    asked=True,
)
