"""A client of Tasuki: `Tasuki(url, token).submit_case({"facts": "…"})`."""

from tasuki_client.api import Tasuki
from tasuki_client.transport import Refused

__all__ = ["Refused", "Tasuki"]
