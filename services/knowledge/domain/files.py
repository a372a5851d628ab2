"""Files of an article: for whom each is, and how much of them there may be."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal, TypeAlias
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.knowledge.domain.article import Refusal
from shared.contracts.plan import Person

# What the front door makes of a file by its content; nothing else comes in.
Kind: TypeAlias = Literal["image/jpeg", "image/png", "image/webp", "application/pdf", "text/plain"]
LARGEST = 10 * 1024 * 1024  # bytes of one file
MOST, LARGEST_ALL = 20, 50 * 1024 * 1024  # of one version: files, and bytes of them together
MOST_KEPT, LARGEST_KEPT = 200, 200 * 1024 * 1024  # of all versions of one article


class File(BaseModel):
    """A file of an article without its bytes; `size` in bytes."""

    model_config = ConfigDict(frozen=True)
    id: UUID
    name: str
    kind: Kind
    size: int
    public: Annotated[bool, Field(description="For readers outside too, where the article is")]
    by: Person
    at: datetime
    gone: Annotated[bool, Field(description="Taken away for good: an older version had it")] = False


@dataclass(frozen=True)
class Room:
    """What is taken already: files of all versions of an article and their bytes, and the bytes of all articles; `most` may be taken."""

    files: int
    size: int
    everywhere: int
    most: int


def fit(one: int, shown: Sequence[File], room: Room) -> None:
    """Whether a file of so many bytes fits beside those of the newest version. Raises Refusal."""
    bounded([*(file.size for file in shown), one])
    if room.files >= MOST_KEPT or room.size + one > LARGEST_KEPT:
        raise Refusal("files-kept")
    if room.everywhere + one > room.most:
        raise Refusal("files-no-room")


def bounded(sizes: Sequence[int]) -> None:
    """Whether a version may have files of these sizes. Raises Refusal."""
    if len(sizes) > MOST or sum(sizes) > LARGEST_ALL:
        raise Refusal("files-too-many")
