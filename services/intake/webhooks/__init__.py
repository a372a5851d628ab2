"""Who may send us what: one file for each vendor, and one line for it here."""

from services.intake.webhooks.alertmanager import ALERTMANAGER
from services.intake.webhooks.delivery import Webhook
from services.intake.webhooks.zendesk import ZENDESK

WEBHOOKS: dict[str, Webhook] = {webhook.name: webhook for webhook in (ZENDESK, ALERTMANAGER)}
