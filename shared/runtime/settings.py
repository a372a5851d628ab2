"""Settings come from TASUKI_* variables, or from the file that TASUKI_*_FILE names; nothing else reads the environment."""

import os
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")


class Secret(str):
    """Text that must not be printed."""

    def __repr__(self) -> str:
        return "Secret(***)"


class BadSettings(SystemExit):
    """Settings are missing or wrong; the text names every one of them."""


@dataclass(frozen=True, kw_only=True)
class ServiceSettings:
    """What every service needs."""

    database_url: Secret
    kafka: str
    http_host: str = "127.0.0.1"
    http_port: int
    service_token: Secret
    instance: str = ""  # names this replica for good, so that a restart takes its work over at once
    database_connections: int = 12
    traces: str = "none"
    traces_url: str = ""
    log_level: str = "info"


def read(cls: type[T], env: Mapping[str, str] | None = None) -> T:
    """Fill a settings dataclass; field `http_port` is TASUKI_HTTP_PORT. Raises `BadSettings` with all that is wrong."""
    env = os.environ if env is None else env
    values: dict[str, Any] = {}
    wrong: list[str] = []
    for field in fields(cls):  # type: ignore[arg-type]
        name = f"TASUKI_{field.name.upper()}"
        try:
            text = Path(env[f"{name}_FILE"]).read_text().strip() if f"{name}_FILE" in env else env.get(name)
            if text is not None:
                values[field.name] = field.type(text) if callable(field.type) else text
            elif field.default is MISSING:
                wrong.append(f"{name} is not set")
        except (OSError, ValueError) as problem:
            wrong.append(f"{name}: {problem}")
    if wrong:
        raise BadSettings("settings: " + "; ".join(wrong))
    return cls(**values)
