"""Files of articles: read and cleaned here as those of cases are, and kept by the knowledge service; a case's go over as copies."""

import asyncio
import hashlib
from dataclasses import dataclass, replace
from typing import IO, Any
from urllib.parse import unquote
from uuid import UUID, uuid4

import httpx

from services.intake import attaching, behind, filing, relayed, seeing
from services.intake.attaching import Seer
from services.intake.domain import files, readers
from services.intake.domain.files import File
from services.intake.domain.refusals import Refusal
from services.intake.domain.tokens import Principal
from services.intake.door import Door
from shared.contracts.envelope import event_id
from shared.runtime.web import Problem

SECONDS = 15.0  # for a file on its way between two services
KIND = "tasuki-kind"  # in which header the knowledge service says what a file is
UNFIT = (409, 422)


@dataclass(frozen=True)
class Keeping:
    """How a file is kept: for readers outside too, published at once, once for a `key`, made from a version (an entity tag).

    `by` and `by_name` are who does it, where a program does it for them.
    """

    language: str
    public: bool = False
    publish: bool = False
    key: str = ""
    version: str = ""
    by: str = ""
    by_name: str = ""


@dataclass(frozen=True)
class Kept:
    """A file of an article as it is kept: an earlier one of the same `key` stays as it was. `version` is the article's newest."""

    id: UUID
    file: File
    public: bool
    version: int


async def take(here: Door, who: Principal, article: str, name: str, held: IO[bytes], how: Keeping) -> Kept | Refusal:
    """Read a file that was brought, two at once, and have it kept with an article. Raises as `keep` does."""
    async with here.lent:
        async with here.files:
            file = await asyncio.to_thread(lambda: files.read(name, held.read(files.LARGEST + 1)))
        if isinstance(file, Refusal):
            return filing.refused(file, "article")
        return await keep(here, who, article, file, how)


async def keep(here: Door, who: Principal, article: str, file: File, how: Keeping) -> Kept | Refusal:
    """Have a file kept with an article; the same `key` with the same bytes does it once.

    Raises what the knowledge service refuses for another reason than the file, and 502 while it is away.
    """
    content = hashlib.sha256(file.body).hexdigest()
    id_ = event_id("article file", article, who.name, how.key, content) if how.key else uuid4()
    about = {"name": file.name, "kind": file.kind, "public": _said(how.public), "publish": _said(how.publish)}
    about |= {"by": how.by, "by_name": how.by_name} if how.by else {}
    told = {"language": how.language, "version": how.version, "reader": readers.reader(who)}
    path = f"/v1/article-files/{article}/{id_}"
    recorded = here, who, f"/v1/articles/{article}/files/{id_}", "POST /v1/articles"
    await relayed.asked(*recorded)
    heard = await behind.answer(here, "knowledge", "PUT", path, file.body, SECONDS, **about, **told)
    answer = _read(heard, path)
    if heard.is_error:
        return filing.refused(_refusal(heard.status_code, answer), "article")
    await relayed.agreed(*recorded)
    kept: dict[str, Any] = next((one for one in answer.get("files", ()) if one.get("id") == str(id_)), {})
    file = replace(file, name=kept.get("name", file.name))
    return Kept(id_, file, kept.get("public", how.public), int(answer.get("version", 0)))


async def opened(
    here: Door, who: Principal, article: str, id_: UUID, language: str, outside: bool = False
) -> tuple[str, str, bytes]:
    """A file of an article as far as it is for somebody: its name, its kind, its bytes. `outside`: as far as it is for customers.

    Raises 404 for what there is not, and what is not for them; 502 while the knowledge service is away.
    """
    path, more = f"/v1/articles/{article}/files/{id_}", {"audience": "public"} if outside else {}
    told = {"language": language, "reader": readers.reader(who), **more}
    heard = await behind.answer(here, "knowledge", "GET", path, None, SECONDS, **told)
    if heard.status_code == 404:
        raise attaching.unknown_file()
    name, kind = heard.headers.get("content-disposition", "").partition("''")[2], heard.headers.get(KIND)
    if heard.is_error or not name or kind not in files.ENDINGS:
        raise behind.away("knowledge", path, ValueError(f"no file, but {heard.status_code}"))
    return unquote(name), kind, heard.content


async def copy(here: Door, who: Principal, case_id: str, id_: UUID, article: str, how: Keeping) -> Kept | Refusal:
    """Have a file of a case kept with an article too, whatever becomes of the case, two at once; that it was opened is recorded.

    Raises 404 for a case or a file that somebody may not see, and as `keep` does.
    """
    async with here.lent:
        now = here.clock.now()
        async with here.db.transaction() as tx:
            _, case = await seeing.seen(tx, who, case_id, now)
            found, raw = await attaching.opened(tx, Seer(who), case, id_, now)
        return await keep(here, who, article, File(found.name, found.kind, raw), how)


def _read(heard: httpx.Response, path: str) -> dict[str, Any]:
    try:
        answer = heard.json()
    except ValueError as problem:
        raise behind.away("knowledge", path, problem, "PUT") from None
    return answer if isinstance(answer, dict) else {}


def _refusal(status: int, answer: dict[str, Any]) -> Refusal:
    """Why a file was not kept. Raises what has nothing to do with the file."""
    said, code = str(answer.get("title", "")), str(answer.get("code", "refused-behind"))
    if status in UNFIT and "errors" not in answer:
        return Refusal(code, said, said, "file" if status == 422 else "")
    raise Problem(status, code, said, said, **{name: answer[name] for name in ("version", "errors") if name in answer})


def _said(flag: bool) -> str:
    return "true" if flag else "false"
