"""Microsoft Teams by a flow of Workflows."""

from sandbox.teams import address
from services.notifier.domain.result import Permanent
from shared.contracts.vocabulary import Channel
from tests.contracts.channels.spec import Means, Spec

SPEC = Spec(
    name="teams",
    channel=Channel.CHAT,
    env=lambda sandbox: {"TASUKI_TEAMS": "on", "TASUKI_WEBHOOK_ALLOW": "127.0.0.0/8"},
    to="",
    unset={"TASUKI_TEAMS": ""},
    address=lambda sandbox: address(sandbox.http_url, "payments"),
    means={
        "flow-off": Means(Permanent, "target"),
        "owner-left": Means(Permanent, "target"),
        "flow-deleted": Means(Permanent, "target"),
        "gone": Means(Permanent, "target"),
        "bad-card": Means(Permanent, "channel"),
    },
)
