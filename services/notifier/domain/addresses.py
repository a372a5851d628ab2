"""Where the telephone company reports back to. The ids in the query let every party sort what it sees by case."""

from urllib.parse import urlencode
from uuid import UUID


def voice(door: str, id_: UUID, case_id: str, times: int) -> str:
    """The address that gets the digits pressed; `times` counts how often the prompt was said."""
    return _address(door, "voice", id_, case_id, times=times)


def status(door: str, id_: UUID, case_id: str, attempt: int) -> str:
    """The address that gets the progress of one call."""
    return _address(door, "status", id_, case_id, attempt=attempt)


def sms(door: str, id_: UUID, case_id: str, attempt: int) -> str:
    """The address that gets the progress of one text message."""
    return _address(door, "sms-status", id_, case_id, attempt=attempt)


def sip(door: str, id_: UUID, case_id: str) -> str:
    """The address that gets everything that happens in a call of the gateway."""
    query = urlencode({"case_id": case_id, "notification_id": str(id_)})
    return f"{door.rstrip('/')}/callbacks/sip/{id_}?{query}"


def _address(door: str, kind: str, id_: UUID, case_id: str, **more: int) -> str:
    query = urlencode({"case_id": case_id, "notification_id": str(id_), **more})
    return f"{door.rstrip('/')}/callbacks/twilio/{kind}/{id_}?{query}"
