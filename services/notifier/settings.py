"""What the notifier needs to be told; a provider without an address is a channel that is not set up."""

from dataclasses import dataclass

from services.notifier.domain.masking import UNSAFE
from shared.runtime.settings import Secret, ServiceSettings

NONE = Secret("")


@dataclass(frozen=True, kw_only=True)
class Settings(ServiceSettings):
    """`public_url` is where people and providers reach us; `link_key` signs acknowledge links and buttons."""

    public_url: str
    callback_url: str = ""  # where providers reach us, if that is not where people do
    intake_url: str
    link_key: Secret
    zone: str = "Asia/Tokyo"
    unsafe_channels: str = ",".join(sorted(UNSAFE))  # channels and providers that get personal data masked only
    provider_order: str = ""  # names of providers by a comma; among those of one kind the first is preferred
    provider_rates: str = ""  # messages a second that were agreed with providers: slack=50, twilio=5
    roll_call_hour: int = 10  # from when on (0 to 23, in `zone`) it is looked once a day whom nothing reaches at P1
    smtp_url: Secret = NONE  # smtp://user:password@host:587, or smtps://
    mail_from: str = "Tasuki <tasuki@localhost>"
    slack_url: str = "https://slack.com"
    slack_token: Secret = NONE
    slack_signing_secret: Secret = NONE
    twilio_url: str = "https://api.twilio.com"
    twilio_account: str = ""
    twilio_key: str = ""
    twilio_secret: Secret = NONE
    twilio_auth_token: Secret = NONE
    twilio_from: str = ""
    zendesk_url: str = ""
    zendesk_user: str = ""
    zendesk_token: Secret = NONE

    @property
    def called_back(self) -> str:
        """The address that providers are told to report to."""
        return self.callback_url or self.public_url

    @property
    def unsafe(self) -> frozenset[str]:
        """The channels and providers on which personal data is masked."""
        return frozenset(filter(None, (name.strip() for name in self.unsafe_channels.split(","))))
