"""What the sandbox is told from outside: the secrets it shares with the services, and how lifelike its timing is."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Settings:
    """Secrets and addresses; the defaults are for tests and open nothing outside this machine.

    `speech_rate` is characters spoken per second (0 = at once), `dial_delay` the seconds between accepting a call and
    dialling, `keep` how many items of each kind are remembered.
    """

    public_url: str = "http://127.0.0.1:8700"
    slack_interactivity_url: str = ""
    twilio_account: str = "AC" + "0" * 32
    twilio_key: str = "SK" + "0" * 32
    twilio_secret: str = "sandbox-twilio-secret"  # noqa: S105 - opens only this sandbox
    twilio_auth_token: str = "sandbox-twilio-auth-token"  # noqa: S105 - opens only this sandbox
    slack_token: str = "xoxb-sandbox"  # noqa: S105 - opens only this sandbox
    slack_signing_secret: str = "sandbox-slack-signing-secret"  # noqa: S105 - opens only this sandbox
    zendesk_user: str = "agent@example.com"
    zendesk_token: str = "sandbox-zendesk-token"  # noqa: S105 - opens only this sandbox
    zendesk_webhook_secret: str = "sandbox-zendesk-webhook-secret"  # noqa: S105 - opens only this sandbox
    alertmanager_token: str = "sandbox-alertmanager-token"  # noqa: S105 - opens only this sandbox
    speech_rate: float = 0.0
    dial_delay: float = 0.02
    keep: int = 20_000

    @property
    def interactivity_url(self) -> str:
        """Where a pressed chat button is reported."""
        return self.slack_interactivity_url or f"{self.public_url.rstrip('/')}/callbacks/slack"


@dataclass(frozen=True)
class Address:
    """Where the sandbox listens; port 0 takes any free one."""

    host: str = "127.0.0.1"
    http_port: int = 8710
    smtp_port: int = 8711


def value(name: str, default: str, environ: Mapping[str, str]) -> str:
    """The variable `name`, or the content of the file that `name_FILE` points to, or the default."""
    if path := environ.get(f"{name}_FILE"):
        return Path(path).read_text(encoding="utf-8").strip()
    return environ.get(name) or default


def from_environment(environ: Mapping[str, str] = os.environ) -> tuple[Settings, Address]:
    """Read settings and address; raises ValueError for a number that is none, OSError for a missing secret file."""
    plain = Settings()

    def read(name: str, default: str) -> str:
        return value(name, default, environ)

    def number(name: str, default: str) -> float:
        text = read(name, default)
        try:
            return float(text)
        except ValueError:
            raise ValueError(f"{name} must be a number, not {text!r}") from None

    settings = Settings(
        public_url=read("TASUKI_PUBLIC_URL", plain.public_url),
        slack_interactivity_url=read("TASUKI_SANDBOX_SLACK_INTERACTIVITY_URL", ""),
        twilio_account=read("TASUKI_TWILIO_ACCOUNT", plain.twilio_account),
        twilio_key=read("TASUKI_TWILIO_KEY", plain.twilio_key),
        twilio_secret=read("TASUKI_TWILIO_SECRET", plain.twilio_secret),
        twilio_auth_token=read("TASUKI_TWILIO_AUTH_TOKEN", plain.twilio_auth_token),
        slack_token=read("TASUKI_SLACK_TOKEN", plain.slack_token),
        slack_signing_secret=read("TASUKI_SLACK_SIGNING_SECRET", plain.slack_signing_secret),
        zendesk_user=read("TASUKI_ZENDESK_USER", plain.zendesk_user),
        zendesk_token=read("TASUKI_ZENDESK_TOKEN", plain.zendesk_token),
        zendesk_webhook_secret=read("TASUKI_ZENDESK_WEBHOOK_SECRET", plain.zendesk_webhook_secret),
        alertmanager_token=read("TASUKI_ALERTMANAGER_TOKEN", plain.alertmanager_token),
        keep=int(number("TASUKI_SANDBOX_KEEP", "20000")),
        speech_rate=number("TASUKI_SANDBOX_SPEECH_RATE", "8"),
    )
    address = Address(
        host=read("TASUKI_SANDBOX_HOST", "127.0.0.1"),
        http_port=int(number("TASUKI_SANDBOX_HTTP_PORT", "8710")),
        smtp_port=int(number("TASUKI_SANDBOX_SMTP_PORT", "8711")),
    )
    return settings, address
