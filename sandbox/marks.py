"""Finds the case id and the notification id that a service has put on what it sends."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

CASE = ("case_id", "case", "tasuki_case_id", "x-tasuki-case-id", "x-tasuki-case")
NOTIFICATION = (
    "notification_id",
    "ntf_id",
    "notification",
    "ntf",
    "n",
    "tasuki_notification_id",
    "x-tasuki-notification-id",
    "x-tasuki-notification",
)
IN_LINK = re.compile(r"/cases/([A-Za-z0-9][A-Za-z0-9_.:-]*)")

Ids = tuple[str | None, str | None]


def find(*places: Mapping[str, Any], text: str = "") -> Ids:
    """(case id, notification id), each None when no place names it; names are compared without case."""
    case = notification = None
    for place in places:
        lowered = {str(name).lower(): value for name, value in place.items()}
        case = case or _first(lowered, CASE)
        notification = notification or _first(lowered, NOTIFICATION)
    if case is None and (link := IN_LINK.search(text)):
        case = link[1]
    return case, notification


def query(url: str) -> dict[str, str]:
    """The query of a URL, the first value of each name."""
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}


def _first(place: Mapping[str, Any], names: tuple[str, ...]) -> str | None:
    return next((str(place[name]) for name in names if place.get(name)), None)
