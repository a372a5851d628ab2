"""Text messages by Twilio."""

from sandbox.twilio_sms import SENDER, STOPPED
from services.notifier.domain.result import Accepted, Permanent
from shared.contracts.vocabulary import Channel
from tests.contracts.channels.spec import Means, Spec

SPEC = Spec(
    "twilio_sms",
    Channel.SMS,
    env=lambda sandbox: {"TASUKI_TWILIO_SMS_FROM": SENDER},
    to="+819000000101",
    unset={"TASUKI_TWILIO_SMS_FROM": ""},
    nowhere=lambda sandbox: {"TASUKI_TWILIO_URL": "http://127.0.0.1:9"},
    wrong={"TASUKI_TWILIO_SECRET": "wrong"},
    bad=STOPPED,
    means={
        **dict.fromkeys(("invalid", "geo", "stop", "landline"), Means(Permanent, "target")),
        "sender": Means(Permanent, "channel"),
        "suspended": Means(Permanent, "account"),
        **dict.fromkeys(("undelivered", "failed"), Means(Accepted)),
    },
    asked=True,
)
