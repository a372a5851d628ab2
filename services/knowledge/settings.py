"""What the knowledge service needs to be told."""

from dataclasses import dataclass

from shared.runtime.settings import ServiceSettings


@dataclass(frozen=True, kw_only=True)
class Settings(ServiceSettings):
    """What every service needs, and how much room there is.

    `zone` says when a day begins: by it articles end and are looked at again, and weeks are counted.
    """

    article_files_gb: int = 5  # room for the files of all articles, in all of their versions; GiB
    zone: str = "Asia/Tokyo"

    @property
    def room(self) -> int:
        """How many bytes all files of articles may have together."""
        return self.article_files_gb * 1024**3
