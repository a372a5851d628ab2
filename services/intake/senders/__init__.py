"""Who may send us what: one file for each vendor, and one line for it here."""

from services.intake.senders.alertmanager import ALERTMANAGER
from services.intake.senders.cloudevents import CLOUDEVENTS
from services.intake.senders.datadog import DATADOG
from services.intake.senders.generic import GENERIC
from services.intake.senders.grafana import GRAFANA
from services.intake.senders.opsgenie import OPSGENIE
from services.intake.senders.pagerduty import PAGERDUTY
from services.intake.senders.sender import Sender
from services.intake.senders.sentry import SENTRY
from services.intake.senders.standard_webhooks import STANDARD_WEBHOOKS
from services.intake.senders.zendesk import ZENDESK

SENDERS: dict[str, Sender] = {
    sender.name: sender
    for sender in (
        ZENDESK,
        ALERTMANAGER,
        GRAFANA,
        DATADOG,
        SENTRY,
        CLOUDEVENTS,
        STANDARD_WEBHOOKS,
        GENERIC,
        PAGERDUTY,
        OPSGENIE,
    )
}
