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
    """Settings of intake; a webhook without its secret is closed."""

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
    zone: str = "Asia/Tokyo"
    webhook_allow: str = ""  # networks and hosts inside that subscriptions may be sent to, by a comma
    rate_limit: int = 60_000  # requests a minute of one token in one process; 0 for no limit
