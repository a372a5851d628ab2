"""The doors through which providers report back, one file and one line each; intake relays to them, the one public door.

A door trusts nothing but the provider's signature, never raises for what comes in, and hands what it read to the desk.
"""

from collections.abc import Callable

from fastapi import FastAPI

from services.notifier.channels.channel import Surroundings
from services.notifier.desk import Desk
from services.notifier.doors import (
    bounce,
    chatwork,
    discord,
    line,
    line_works,
    link,
    mattermost,
    push,
    sip,
    slack,
    twilio,
    twilio_sms,
)

DOORS: tuple[Callable[[FastAPI, Desk, Surroundings], None], ...] = (
    twilio.add,
    sip.add,
    slack.add,
    mattermost.add,
    discord.add,
    line_works.add,
    line.add,
    chatwork.add,
    bounce.add,
    twilio_sms.add,
    link.add,
    push.add,
)


def add_all(app: FastAPI, desk: Desk, around: Surroundings) -> None:
    """Add every door under /callbacks/<provider>."""
    for add in DOORS:
        add(app, desk, around)
