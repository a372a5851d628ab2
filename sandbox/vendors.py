"""The providers that the sandbox plays beside telephone, Slack, mail and Zendesk: one line each."""

from sandbox.chatwork import Chatwork
from sandbox.discord import Discord
from sandbox.faults import HTTP, allow
from sandbox.freshdesk import Freshdesk
from sandbox.google_chat import GoogleChat
from sandbox.hubspot import HubSpot
from sandbox.jira import Jira
from sandbox.kintone import Kintone
from sandbox.line_messages import Line
from sandbox.line_works import LineWorks
from sandbox.mattermost import Mattermost
from sandbox.salesforce import Salesforce
from sandbox.servicenow import ServiceNow
from sandbox.sip import Sip
from sandbox.teams import Teams
from sandbox.vendor import Vendor

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
    LineWorks,
    Line,
    Chatwork,
    Sip,
)

for _vendor in VENDORS:
    allow(_vendor.name, (*HTTP, *_vendor.FAULTS))
