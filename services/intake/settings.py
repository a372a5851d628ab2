"""What the front door must be told."""

from dataclasses import dataclass
from typing import cast

from services.intake import vault
from services.intake.domain import retention
from shared.contracts.numbers import KINDS, Kind
from shared.runtime.settings import Secret, ServiceSettings

CLOSED = Secret("")


class DataKeys(Secret):
    """Master keys for what is kept sealed, by a comma; the first one seals. Raises ValueError for one that is too short."""

    def __new__(cls, text: str) -> "DataKeys":
        """Check them while the settings are read, so that a start without them is refused."""
        vault.split(text)
        return super().__new__(cls, text)


class Masked(str):
    """The kinds of personal data that are masked on the way in, by a comma. Raises ValueError for an unknown one."""

    kinds: frozenset[Kind]

    def __new__(cls, text: str) -> "Masked":
        """Check them while the settings are read."""
        made = super().__new__(cls, text)
        named = frozenset(filter(None, map(str.strip, text.split(","))))
        if named - set(KINDS):
            raise ValueError(f"kinds are {', '.join(KINDS)}")
        made.kinds = cast(frozenset[Kind], named)
        return made


class Retention(str):
    """How long what is personal is kept: days by name, by a comma. Raises ValueError for anything else."""

    spans: retention.Spans

    def __new__(cls, text: str) -> "Retention":
        """Check it while the settings are read."""
        made = super().__new__(cls, text)
        made.spans = retention.read(text)
        return made


EVERY_KIND = Masked(",".join(KINDS))
USUAL = Retention("")


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
    masked: Masked = EVERY_KIND
    retention: Retention = USUAL
    zone: str = "Asia/Tokyo"
