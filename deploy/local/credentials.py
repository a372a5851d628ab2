"""The secrets of a local installation: made once, one a file, readable by the owner only."""

import secrets
from collections.abc import Callable
from pathlib import Path

from deploy.local.layout import Layout, write

# name of the file → how it is made; Twilio's have the shape that its libraries expect
MADE: dict[str, Callable[[], str]] = {
    "postgres-admin": lambda: secrets.token_urlsafe(24),
    "service-token": lambda: secrets.token_urlsafe(32),
    "link-key": lambda: secrets.token_urlsafe(32),
    "data-key": lambda: secrets.token_urlsafe(32),
    "slack-token": lambda: f"xoxb-{secrets.token_hex(16)}",
    "slack-signing-secret": lambda: secrets.token_hex(16),
    "twilio-account": lambda: f"AC{secrets.token_hex(16)}",
    "twilio-key": lambda: f"SK{secrets.token_hex(16)}",
    "twilio-secret": lambda: secrets.token_urlsafe(24),
    "twilio-auth-token": lambda: secrets.token_hex(16),
    "zendesk-token": lambda: secrets.token_urlsafe(30),
    "zendesk-webhook-secret": lambda: secrets.token_urlsafe(32),
    "alertmanager-token": lambda: secrets.token_urlsafe(24),
}


def secret(layout: Layout, name: str) -> str:
    """Return a secret, making it the first time."""
    path = secret_file(layout, name)
    return path.read_text()


def secret_file(layout: Layout, name: str) -> Path:
    """Return the file of a secret, making it the first time; `database-<role>` is made too."""
    path = layout.secrets / name
    if not path.exists():
        write(path, MADE.get(name, lambda: secrets.token_urlsafe(24))())
    return path
