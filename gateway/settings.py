"""What the gateway needs to be told; without an account it calls SIP addresses directly."""

from dataclasses import dataclass
from pathlib import Path

from shared.runtime.settings import Secret

NONE = Secret("")


@dataclass(frozen=True, kw_only=True)
class Settings:
    """`gateway_data` is a folder for the journal and the lines.

    `gateway_sip_account` is what calls come from and whose domain dials numbers (sip:05012345678@sip.example.jp);
    `gateway_sip_user` and `_password` answer its digest, `_proxy` is where to send to, `_register_seconds` 0 means
    that the trunk knows us by our address. `gateway_national` is the country whose numbers are dialled as 0….
    """

    gateway_token: Secret
    gateway_signing_secret: Secret
    gateway_data: Path
    gateway_http_host: str = "127.0.0.1"
    gateway_http_port: int = 8790
    gateway_lines: int = 2
    gateway_sip_account: str = ""
    gateway_sip_user: str = ""
    gateway_sip_password: Secret = NONE
    gateway_sip_proxy: str = ""
    gateway_sip_register_seconds: int = 600
    gateway_sip_address: str = "127.0.0.1"  # where signalling listens
    gateway_media_address: str = "127.0.0.1"  # where sound comes in and goes out
    gateway_national: str = ""
    log_level: str = "info"
    traces: str = "none"
    traces_url: str = ""
