"""Mattermost by a bot."""

from sandbox.mattermost import TOKEN
from services.notifier.domain.result import Permanent
from shared.contracts.vocabulary import Channel
from tests.contracts.channels.spec import Means, Spec

SPEC = Spec(
    name="mattermost",
    channel=Channel.CHAT,
    env=lambda sandbox: {"TASUKI_MATTERMOST_URL": sandbox.http_url, "TASUKI_MATTERMOST_TOKEN": TOKEN},
    to="j6j53p28k6urx15fpcgsr20psq",
    bad="nobodys-channel",
    unset={"TASUKI_MATTERMOST_TOKEN": ""},
    wrong={"TASUKI_MATTERMOST_TOKEN": "revoked"},
    nowhere=lambda sandbox: {"TASUKI_MATTERMOST_URL": "http://127.0.0.1:9"},
    means={
        "revoked": Means(Permanent, "account"),
        "not-in-channel": Means(Permanent, "target"),
        "no-channel": Means(Permanent, "target"),
        "bad-channel-id": Means(Permanent, "target"),
        "bad-post": Means(Permanent, "channel"),
    },
    asked=True,
    again=True,
    changes=True,
)
