"""What the watchdog needs to be told; at least one path of alarm must be set."""

from dataclasses import dataclass
from pathlib import Path

import httpx

from shared.runtime.settings import BadSettings, Secret
from watchdog.relay import relay

NONE = Secret("")


@dataclass(frozen=True, kw_only=True)
class Settings:
    """`watchdog_token` is that of the token named `watchdog`; `watchdog_webhook_secret` is the `whsec_…` that notifier signs by.

    Seconds: a canary every `_period`, late after `_late`, an alarm again after `_repeat`, doubling up to `_repeat_longest`.
    `_services` are `name=http://…` by comma, asked for `/readyz` where an address stands. Paths of alarm: mail (`_smtp_url`, `_mail_to`), a webhook
    (`_alarm_url`), a call (`_twilio_…`, `_call_to`); none of them is shared with notifier. `_heartbeat_url` is outside.
    """

    watchdog_token: Secret
    watchdog_webhook_secret: Secret
    watchdog_data: Path
    public_url: str
    watchdog_http_host: str = "127.0.0.1"
    watchdog_http_port: int = 8750
    watchdog_period: float = 45.0
    watchdog_late: float = 45.0
    watchdog_repeat: float = 300.0
    watchdog_repeat_longest: float = 3600.0
    watchdog_services: str = ""
    watchdog_smtp_url: str = (
        ""  # smtp://user:password@host:587, smtps://user:password@host, smtp://host without a login
    )
    watchdog_smtp_password: Secret = NONE
    watchdog_mail_from: str = "watchdog@localhost"
    watchdog_mail_to: str = ""
    watchdog_alarm_url: str = ""
    watchdog_alarm_token: Secret = NONE
    watchdog_twilio_url: str = "https://api.twilio.com"
    watchdog_twilio_account: str = ""
    watchdog_twilio_key: str = ""
    watchdog_twilio_secret: Secret = NONE
    watchdog_twilio_from: str = ""
    watchdog_call_to: str = ""
    watchdog_heartbeat_url: str = ""
    log_level: str = "info"

    @property
    def services(self) -> dict[str, str]:
        """The services by name, with their addresses."""
        pairs = (part.strip().partition("=") for part in self.watchdog_services.split(",") if part.strip())
        return {name: url.rstrip("/") for name, _, url in pairs if url}


def checked(settings: Settings) -> Settings:
    """The settings, if a watchdog can bark by them and in time. Raises `BadSettings`."""
    s = settings
    paths = (s.watchdog_smtp_url and s.watchdog_mail_to, s.watchdog_alarm_url, s.watchdog_call_to)
    if not any(paths):
        raise BadSettings(
            "settings: a path of alarm is needed: TASUKI_WATCHDOG_SMTP_URL with TASUKI_WATCHDOG_MAIL_TO, "
            "TASUKI_WATCHDOG_ALARM_URL, or TASUKI_WATCHDOG_CALL_TO with TASUKI_WATCHDOG_TWILIO_…"
        )
    _whole(s)
    if min(s.watchdog_period, s.watchdog_late, s.watchdog_repeat) <= 0 or s.watchdog_period + s.watchdog_late > 110:
        raise BadSettings(
            "settings: TASUKI_WATCHDOG_PERIOD and TASUKI_WATCHDOG_LATE must be more than 0 and at most 110 seconds "
            "together, so that a dead pipeline is known within two minutes"
        )
    addresses = {
        "PUBLIC_URL": s.public_url,
        "WATCHDOG_ALARM_URL": s.watchdog_alarm_url,
        "WATCHDOG_HEARTBEAT_URL": s.watchdog_heartbeat_url,
        "WATCHDOG_TWILIO_URL": s.watchdog_twilio_url,
        **{f"WATCHDOG_SERVICES, {name}": url for name, url in s.services.items()},
    }
    for name, url in addresses.items():
        if url and not _is_address(url):
            raise BadSettings(f"settings: TASUKI_{name} must be an address of the web, https://…")
    return s


def _whole(s: Settings) -> None:
    """Each path that is begun has what it needs: half of one tells nobody, and is not missed while another one works."""
    if bool(s.watchdog_smtp_url) != bool(s.watchdog_mail_to):
        raise BadSettings("settings: TASUKI_WATCHDOG_SMTP_URL and TASUKI_WATCHDOG_MAIL_TO need each other")
    if s.watchdog_smtp_url:
        try:
            relay(s.watchdog_smtp_url)
        except ValueError:  # what it says may hold a part of the password
            raise BadSettings(
                "settings: TASUKI_WATCHDOG_SMTP_URL must be smtp://user:password@host:587 or smtps://… "
                "(in a user or a password, %2F stands for /, %40 for @, %3A for :)"
            ) from None
    if s.watchdog_call_to and not (s.watchdog_twilio_account and s.watchdog_twilio_secret and s.watchdog_twilio_from):
        raise BadSettings(
            "settings: TASUKI_WATCHDOG_CALL_TO needs TASUKI_WATCHDOG_TWILIO_ACCOUNT, TASUKI_WATCHDOG_TWILIO_SECRET "
            "and TASUKI_WATCHDOG_TWILIO_FROM"
        )


def _is_address(url: str) -> bool:
    try:
        read = httpx.URL(url)
    except httpx.InvalidURL:
        return False
    return read.scheme in ("http", "https") and bool(read.host)
