"""What the front door must be told."""

from dataclasses import dataclass

from shared.runtime.settings import Secret, ServiceSettings

CLOSED = Secret("")


@dataclass(frozen=True, kw_only=True)
class Settings(ServiceSettings):
    """Settings of intake; a webhook without its secret is closed."""

    router_url: str
    notifier_url: str
    knowledge_url: str
    public_url: str
    link_key: Secret
    audit_key: Secret = CLOSED
    zendesk_webhook_secret: Secret = CLOSED
    alertmanager_token: Secret = CLOSED
    zone: str = "Asia/Tokyo"
