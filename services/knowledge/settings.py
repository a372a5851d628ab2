"""What the knowledge service needs to be told."""

from dataclasses import dataclass

from shared.runtime.settings import ServiceSettings


@dataclass(frozen=True, kw_only=True)
class Settings(ServiceSettings):
    """`zone` says when a day begins: by it articles end and are looked at again, and weeks are counted."""

    zone: str = "Asia/Tokyo"
