"""Settings come from TASUKI_* variables, or from the file that TASUKI_*_FILE names; nothing else reads the environment.

What lets us in to the brokers is read from its files whenever a consumer or a producer is made.
"""

import os
import ssl
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")


class Secret(str):
    """Text that must not be printed; `file` is where it came from, and where another one may be put in its place."""

    file: Path | None = None

    def __repr__(self) -> str:
        return "Secret(***)"

    def fresh(self) -> str:
        """What the file says now; what it said at the start where there is no file, or none that can be read."""
        try:
            return self.file.read_text().strip() if self.file else str(self)
        except OSError:
            return str(self)


class Security(str):
    """How Kafka lets us in: `plaintext`; `tls`, by a certificate if we have one; `scram`, by a password over TLS."""

    def __new__(cls, text: str) -> "Security":
        """Check it while the settings are read. Raises ValueError."""
        if text not in ("plaintext", "tls", "scram"):
            raise ValueError("plaintext, tls or scram")
        return super().__new__(cls, text)


PLAINTEXT, NONE = Security("plaintext"), Secret("")


class BadSettings(SystemExit):
    """Settings are missing or wrong; the text names every one of them."""


@dataclass(frozen=True, kw_only=True)
class ServiceSettings:
    """What every service needs."""

    database_url: Secret
    kafka: str
    kafka_security: Security = PLAINTEXT
    kafka_ca: str = ""  # PEM files: whom we believe (without it, whom the system believes), who we are
    kafka_certificate: str = ""
    kafka_key: str = ""
    kafka_user: str = ""  # for SCRAM-SHA-512
    kafka_password: Secret = NONE
    http_host: str = "127.0.0.1"
    http_port: int
    service_token: Secret
    instance: str = ""  # names this replica for good, so that a restart takes its work over at once
    database_connections: int = 12
    traces: str = "none"
    traces_url: str = ""
    log_level: str = "info"


class Broker(str):
    """Addresses of brokers with what lets us in; where a plain text stands for one, nothing is asked for."""

    settings: ServiceSettings

    @property
    def context(self) -> ssl.SSLContext:
        """Whom we believe and who we are, as the files say at this moment. Raises OSError and ssl.SSLError."""
        made = ssl.create_default_context(cafile=self.settings.kafka_ca or None)
        if self.settings.kafka_certificate:
            made.load_cert_chain(self.settings.kafka_certificate, self.settings.kafka_key or None)
        return made


def broker(settings: ServiceSettings) -> Broker:
    """The brokers that the settings name."""
    made = Broker(settings.kafka)
    made.settings = settings
    return made


def access(bootstrap: str) -> dict[str, Any]:
    """What aiokafka must be told so that the brokers let us in."""
    if not isinstance(bootstrap, Broker) or bootstrap.settings.kafka_security == "plaintext":
        return {}
    if bootstrap.settings.kafka_security == "tls":
        return {"security_protocol": "SSL", "ssl_context": bootstrap.context}
    return {
        "security_protocol": "SASL_SSL",
        "ssl_context": bootstrap.context,
        "sasl_mechanism": "SCRAM-SHA-512",
        "sasl_plain_username": bootstrap.settings.kafka_user,
        "sasl_plain_password": bootstrap.settings.kafka_password.fresh(),
    }


def read(cls: type[T], env: Mapping[str, str] | None = None) -> T:
    """Fill a settings dataclass; field `http_port` is TASUKI_HTTP_PORT. Raises `BadSettings` with all that is wrong."""
    env = os.environ if env is None else env
    values: dict[str, Any] = {}
    wrong: list[str] = []
    for field in fields(cls):  # type: ignore[arg-type]
        name = f"TASUKI_{field.name.upper()}"
        try:
            text = Path(env[f"{name}_FILE"]).read_text() if f"{name}_FILE" in env else env.get(name)
            if text is not None:
                text = text.strip()  # a secret that was made from a file ends in a newline
                values[field.name] = value = field.type(text) if callable(field.type) else text
                if isinstance(value, Secret) and f"{name}_FILE" in env:
                    value.file = Path(env[f"{name}_FILE"])
            elif field.default is MISSING:
                wrong.append(f"{name} is not set")
        except (OSError, ValueError) as problem:
            wrong.append(f"{name}: {problem}")
    if wrong:
        raise BadSettings("settings: " + "; ".join(wrong))
    return cls(**values)
