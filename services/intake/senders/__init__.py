"""Who may send us what: one file for each vendor, and one line for it here."""

from services.intake.senders.alertmanager import ALERTMANAGER
from services.intake.senders.cloudevents import CLOUDEVENTS
from services.intake.senders.datadog import DATADOG
from services.intake.senders.dynamics365 import DYNAMICS365
from services.intake.senders.email import EMAIL
from services.intake.senders.freshdesk import FRESHDESK
from services.intake.senders.generic import GENERIC
from services.intake.senders.grafana import GRAFANA
from services.intake.senders.hubspot import HUBSPOT
from services.intake.senders.intercom import INTERCOM
from services.intake.senders.jira import JIRA
from services.intake.senders.kintone import KINTONE
from services.intake.senders.opsgenie import OPSGENIE
from services.intake.senders.pagerduty import PAGERDUTY
from services.intake.senders.salesforce import SALESFORCE
from services.intake.senders.salesforce_flow import SALESFORCE_FLOW
from services.intake.senders.sender import Sender
from services.intake.senders.sentry import SENTRY
from services.intake.senders.servicenow import SERVICENOW
from services.intake.senders.sns import SNS
from services.intake.senders.standard_webhooks import STANDARD_WEBHOOKS
from services.intake.senders.zendesk import ZENDESK

SENDERS: dict[str, Sender] = {
    sender.name: sender
    for sender in (
        ZENDESK,
        ALERTMANAGER,
        HUBSPOT,
        JIRA,
        INTERCOM,
        SALESFORCE,
        SALESFORCE_FLOW,
        FRESHDESK,
        SERVICENOW,
        DYNAMICS365,
        KINTONE,
        GRAFANA,
        DATADOG,
        SENTRY,
        SNS,
        CLOUDEVENTS,
        STANDARD_WEBHOOKS,
        GENERIC,
        EMAIL,
        PAGERDUTY,
        OPSGENIE,
    )
}
