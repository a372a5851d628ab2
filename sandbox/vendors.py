"""The providers that the sandbox plays beside telephone, Slack, mail and Zendesk: one line each."""

from sandbox.chatwork import Chatwork
from sandbox.faults import HTTP, allow
from sandbox.line_messages import Line
from sandbox.line_works import LineWorks
from sandbox.vendor import Vendor

VENDORS: tuple[type[Vendor], ...] = (LineWorks, Line, Chatwork)

for _vendor in VENDORS:
    allow(_vendor.name, (*HTTP, *_vendor.FAULTS))
