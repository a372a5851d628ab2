"""The providers that the sandbox plays beside telephone, Slack, mail and Zendesk: one line each."""

from sandbox.apprise import Apprise
from sandbox.faults import HTTP, allow
from sandbox.push_service import PushService
from sandbox.twilio_sms import TwilioSms
from sandbox.vendor import Vendor
from sandbox.webhook import Webhook

VENDORS: tuple[type[Vendor], ...] = (TwilioSms, Webhook, PushService, Apprise)

for _vendor in VENDORS:
    allow(_vendor.name, (*HTTP, *_vendor.FAULTS))
