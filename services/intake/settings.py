"""What the front door must be told."""

from dataclasses import dataclass

from services.intake import vault
from shared.runtime.settings import Secret, ServiceSettings

CLOSED = Secret("")


class DataKeys(Secret):
    """Master keys for what is kept sealed, by a comma; the first one seals. Raises ValueError for one that is too short."""

    def __new__(cls, text: str) -> "DataKeys":
        """Check them while the settings are read, so that a start without them is refused."""
        vault.split(text)
        return super().__new__(cls, text)


@dataclass(frozen=True, kw_only=True)
class Settings(ServiceSettings):
    """Settings of intake; a webhook without its secret is closed, and no mail comes in without a domain."""

    router_url: str
    notifier_url: str
    knowledge_url: str
    public_url: str
    link_key: Secret
    data_key: DataKeys
    audit_key: Secret = CLOSED
    zendesk_webhook_secret: Secret = CLOSED
    alertmanager_token: Secret = CLOSED
    pagerduty_routing_key: Secret = CLOSED
    opsgenie_api_key: Secret = CLOSED
    mail_in_domain: str = ""
    mail_in_host: str = "127.0.0.1"
    mail_in_port: int = 2525
    mail_in_certificate: str = ""
    mail_in_key: str = ""
    zone: str = "Asia/Tokyo"
