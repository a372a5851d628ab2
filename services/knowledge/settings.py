"""What the knowledge service needs to be told."""

from dataclasses import dataclass

from shared.runtime.settings import ServiceSettings


@dataclass(frozen=True, kw_only=True)
class Settings(ServiceSettings):
    """Nothing beyond what every service needs."""
