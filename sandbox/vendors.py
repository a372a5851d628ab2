"""The providers that the sandbox plays beside telephone, Slack, mail and Zendesk: one line each."""

from sandbox.apprise import Apprise
from sandbox.chatwork import Chatwork
from sandbox.discord import Discord
from sandbox.dynamics365 import Dynamics365
from sandbox.faults import HTTP, allow
from sandbox.freshdesk import Freshdesk
from sandbox.google_chat import GoogleChat
from sandbox.hubspot import HubSpot
from sandbox.intercom import Intercom
from sandbox.jira import Jira
from sandbox.kintone import Kintone
from sandbox.line_messages import Line
from sandbox.line_works import LineWorks
from sandbox.mattermost import Mattermost
from sandbox.push_service import PushService
from sandbox.salesforce import Salesforce
from sandbox.servicenow import ServiceNow
from sandbox.sip import Sip
from sandbox.teams import Teams
from sandbox.twilio_sms import TwilioSms
from sandbox.vendor import Vendor
from sandbox.webhook import Webhook

VENDORS: tuple[type[Vendor], ...] = (
    Teams,
    GoogleChat,
    Mattermost,
    Discord,
    Salesforce,
    HubSpot,
    Jira,
    ServiceNow,
    Freshdesk,
    Kintone,
    Intercom,
    Dynamics365,
    LineWorks,
    Line,
    Chatwork,
    TwilioSms,
    Webhook,
    PushService,
    Apprise,
    Sip,
)

for _vendor in VENDORS:
    allow(_vendor.name, (*HTTP, *_vendor.FAULTS))
