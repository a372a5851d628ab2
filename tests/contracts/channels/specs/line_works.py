"""LINE WORKS' contract."""

from sandbox import Sandbox, line_works
from services.notifier.domain.result import Accepted, Permanent, Retryable
from shared.contracts.vocabulary import Channel
from tests.contracts.channels.spec import Means, Spec


def _env(sandbox: Sandbox) -> dict[str, str]:
    return {
        "TASUKI_LINE_WORKS_CLIENT_ID": line_works.CLIENT_ID,
        "TASUKI_LINE_WORKS_CLIENT_SECRET": line_works.CLIENT_SECRET,
        "TASUKI_LINE_WORKS_SERVICE_ACCOUNT": line_works.SERVICE_ACCOUNT,
        "TASUKI_LINE_WORKS_PRIVATE_KEY": line_works.PRIVATE_KEY,
        "TASUKI_LINE_WORKS_BOT_ID": line_works.BOT_ID,
        "TASUKI_LINE_WORKS_BOT_SECRET": line_works.BOT_SECRET,
        "TASUKI_LINE_WORKS_URL": sandbox.http_url,
        "TASUKI_LINE_WORKS_AUTH_URL": sandbox.http_url,
    }


def _nowhere(_: Sandbox) -> dict[str, str]:
    return dict.fromkeys(("TASUKI_LINE_WORKS_URL", "TASUKI_LINE_WORKS_AUTH_URL"), "http://127.0.0.1:9")


SPEC = Spec(
    name="line_works",
    channel=Channel.CHAT,
    env=_env,
    to="c72af563-0000-4736-11e4-045237110001",
    unset={"TASUKI_LINE_WORKS_PRIVATE_KEY": ""},
    nowhere=_nowhere,
    wrong={"TASUKI_LINE_WORKS_CLIENT_SECRET": "revoked"},
    bad="unknown.person",
    means={
        "429": Means(Retryable, after=7.0),
        "400": Means(Permanent, "target"),
        "401": Means(Accepted),  # once: a new token is fetched
        "403": Means(Permanent, "target"),
        "404": Means(Permanent, "target"),
        "scope": Means(Permanent, "account"),
    },
)
