"""The sources that are set up: which sender each is, and its secrets."""

from services.intake.senders.given import is_one_of
from services.intake.senders.sender import Source
from services.intake.settings import Settings


def find(settings: Settings, id_: str) -> Source | None:
    """The source of this id; None while it has no secret. Two secrets stand side by side while one is being replaced."""
    found = {
        "zendesk": settings.zendesk_webhook_secret,
        "alertmanager": settings.alertmanager_token,
        "pagerduty": settings.pagerduty_routing_key,
        "opsgenie": settings.opsgenie_api_key,
    }.get(id_, "")
    secrets = tuple(part.strip() for part in found.split(",") if part.strip())
    return Source(id_, id_, secrets) if secrets else None


def by_key(here: Settings, sender: str, key: str) -> Source | None:
    """The source of this sender whose key this is; None when it is nobody's."""
    source = find(here, sender)
    return source if source and is_one_of(key, source.secrets) else None
