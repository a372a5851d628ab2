"""What the timer needs to be told."""

from dataclasses import dataclass

from shared.runtime.settings import ServiceSettings


@dataclass(frozen=True, kw_only=True)
class Settings(ServiceSettings):
    """`grace` is how many seconds after `due` a breach is said."""

    grace: float = 0.3
