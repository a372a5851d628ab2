"""kintone's contract."""

from sandbox import Sandbox, kintone
from services.notifier.domain.result import Permanent, Retryable
from shared.contracts.vocabulary import Channel
from tests.contracts.channels.spec import Means, Spec


def _env(sandbox: Sandbox) -> dict[str, str]:
    return {
        "TASUKI_KINTONE_URL": f"{sandbox.http_url}/kintone",
        "TASUKI_KINTONE_TOKEN": kintone.TOKEN,
    }


SPEC = Spec(
    name="kintone",
    channel=Channel.TICKET,
    env=_env,
    to="42:1207",
    unset={"TASUKI_KINTONE_TOKEN": ""},
    nowhere=lambda _: {"TASUKI_KINTONE_URL": "http://127.0.0.1:9"},
    wrong={"TASUKI_KINTONE_TOKEN": "revoked"},
    bad="42:1404",
    means={
        "gone": Means(Permanent, "target"),
        "no-app": Means(Permanent, "target"),
        "forbidden": Means(Permanent, "target"),
        "may-not": Means(Permanent, "account"),
        "conflict": Means(Retryable),
        "locked": Means(Retryable),
        "invalid": Means(Permanent, "target"),
        "maintenance": Means(Retryable),
    },
    asked=True,
)
