"""Forms with files: read as they come, with or without files, and what cannot be attached is told line by line."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import IO

from fastapi import Request
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException, MultiPartParser

from services.intake import attaching
from services.intake.attaching import Seer
from services.intake.domain import files
from services.intake.domain.refusals import Refusal
from services.intake.door import Door, media_type
from services.intake.entrance import was_here
from services.intake.gate import Gate
from services.intake.incoming import arriving, is_small
from services.intake.pages import urlencoded
from services.intake.pages.form import Broken, shown_again
from shared.contracts.events import Actor
from shared.runtime.web import TooLarge

AT_ONCE = 20 * 1024 * 1024  # bytes of all files of one form
TEXTS = 3 * 1024 * 1024  # of its texts; a far too long one is answered in words
LARGER_BODIES = {
    "/report": AT_ONCE + TEXTS,
    "/cases/*/files": AT_ONCE + TEXTS,
    "/knowledge/articles/*/files": AT_ONCE + TEXTS,
    "/r/*": AT_ONCE + TEXTS,
}
URLENCODED, MULTIPART = "application/x-www-form-urlencoded", "multipart/form-data"
LONGEST_NAME = 60  # characters of a refused file's name on a page


@dataclass(frozen=True)
class Sent:
    """What a form holds: its fields, of one given twice the last, and the files that were chosen."""

    fields: dict[str, str]
    files: list[UploadFile] = field(default_factory=list)


@dataclass(frozen=True)
class Left:
    """A file that was not attached, and why."""

    name: str
    why: Refusal


def is_form(request: Request) -> bool:
    """Whether a browser sent a form, with files or without."""
    return media_type(request) in (URLENCODED, MULTIPART)


@asynccontextmanager
async def posted(request: Request, here: Door, known: bool = False) -> AsyncIterator[Sent]:
    """A form that was sent, by somebody who is `known` to us or has been logged in, or by a stranger.

    Raises Broken, TooLarge, and 408 or 503 where it cannot be waited for.
    """
    gates: tuple[Gate, ...] = ()
    if not is_small(request):
        gates = (here.uploads,) if known or await was_here(request) else (here.strangers, here.uploads)
    if media_type(request) != MULTIPART:
        yield Sent(await urlencoded.read(request, TEXTS, *gates))
        return
    try:
        async with arriving(here, request, *gates) as parts:
            form = await _Utf8(request.headers, parts, max_part_size=TEXTS).parse()
    except HTTPException as problem:
        raise problem if problem.status_code == 413 else Broken from problem
    except (MultiPartException, UnicodeError) as problem:
        raise Broken from problem
    try:
        pairs = form.multi_items()
        texts = {name: value.replace("\r\n", "\n") for name, value in pairs if isinstance(value, str)}
        chosen = [value for _, value in pairs if not isinstance(value, str)]
        yield Sent(texts, [one for one in chosen if one.filename or one.size])
    finally:
        await form.close()


class _Utf8(MultiPartParser):
    """A form in UTF-8, as our pages send it; of what is written otherwise, nobody could read a word.

    Of files that are too many nothing is kept but their names, which are told.
    """

    spool_max_size = 64 * 1024  # bytes of a file that stay in memory
    texts, filled = 0, 0
    newest: UploadFile | None = None

    def on_part_data(self, data: bytes, start: int, end: int) -> None:
        file = self._current_part.file
        if file is None:
            self.texts += end - start
            if self.texts > TEXTS:
                raise TooLarge(TEXTS)
        elif end > start and file is not self.newest:
            if self.filled == files.MOST:
                return
            self.newest, self.filled = file, self.filled + 1
        super().on_part_data(data, start, end)

    def on_headers_finished(self) -> None:
        (self._current_part.content_disposition or b"").decode()
        super().on_headers_finished()

    def on_part_end(self) -> None:
        self._current_part.data.decode()
        super().on_part_end()


async def attach(
    here: Door, seer: Seer, by: Actor, case_id: str, given: Sequence[UploadFile], key: str, internal: bool = False
) -> list[Left]:
    """Attach the files of a form to a case. The same form sent again attaches nothing twice."""

    async def take(name: str, held: IO[bytes]) -> object:
        return await attaching.take(here, seer, by, case_id, name, held, internal, key)

    return await one_by_one(given, take)


async def one_by_one(given: Sequence[UploadFile], take: Callable[[str, IO[bytes]], Awaitable[object]]) -> list[Left]:
    """Take the files of a form one after the other, and tell which could not be: those for which `take` gives a refusal."""
    left = []
    for number, one in enumerate(given):
        name = one.filename or ""
        why: object = files.TOO_MANY
        if number < files.MOST:
            why = await take(name, one.file)
        if isinstance(why, Refusal):
            left.append(left_out(name, why))
    return left


def left_out(name: str, why: Refusal) -> Left:
    """A file that was not taken, its name as a page can show it."""
    return Left(shown_again({"": " ".join(name.split())})[""][-LONGEST_NAME:] or "?", why)
