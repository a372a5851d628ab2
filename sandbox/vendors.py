"""The providers that the sandbox plays beside telephone, Slack, mail and Zendesk: one line each."""

from sandbox.discord import Discord
from sandbox.faults import HTTP, allow
from sandbox.google_chat import GoogleChat
from sandbox.mattermost import Mattermost
from sandbox.teams import Teams
from sandbox.vendor import Vendor

VENDORS: tuple[type[Vendor], ...] = (Teams, GoogleChat, Mattermost, Discord)

for _vendor in VENDORS:
    allow(_vendor.name, (*HTTP, *_vendor.FAULTS))
