"""The texts over HTTP: those in force, changing one, going back, and seeing beforehand what comes of it."""

import asyncio
import re
from collections.abc import Callable
from typing import Annotated, TypeVar

from fastapi import APIRouter, Depends, Path, Query, Request, Response

from services.notifier import texts
from services.notifier.domain.book import Key
from services.notifier.domain.mistakes import Mistake
from services.notifier.domain.samples import DIGESTS
from services.notifier.domain.texts import segments
from services.notifier.routes import shown as show
from services.notifier.settings import Settings
from services.notifier.wording import LANGUAGES, Wording
from shared.contracts.report import Id, Line
from shared.runtime.service import Process
from shared.runtime.web import Problem, language, require_token

T = TypeVar("T")
NEWEST = 2**31 - 1
Cursor = Annotated[int, Query(ge=1, le=NEWEST)]
Name = Annotated[str, Path(max_length=60)]


def add(process: Process, wording: Wording) -> None:
    """Add every route of the texts, and the loop that keeps this process's own up to date."""
    assert process.app is not None
    process.loops["texts of the api"] = texts.following(process.db, wording)
    process.app.include_router(routes(process, wording))


def routes(process: Process, wording: Wording) -> APIRouter:
    """Every route of the texts."""
    settings, db, clock, one = process.settings, process.db, process.clock, asyncio.Semaphore(1)
    assert isinstance(settings, Settings)

    def admitted(request: Request) -> None:
        require_token(request, settings.service_token)

    def named(language_: Annotated[str, Path(alias="language", max_length=2)], name: Name) -> Key:
        found = next(((tongue, name) for tongue in LANGUAGES if tongue == language_), None)
        if found not in wording.book.standard or found is None:
            raise Problem(
                404, "unknown-text", f"「{language_}/{name[:60]}」という文面はありません。", "There is no such text."
            )
        return found

    def acting(by: Annotated[Id, Query()], by_name: Annotated[Line, Query()] = "") -> show.By:
        """Who does it, where a request has no body for that."""
        return show.By(id=by, name=by_name)

    found = APIRouter(tags=["texts"], dependencies=[Depends(admitted)])
    this = Annotated[Key, Depends(named)]

    async def beside(do: Callable[[], T]) -> T:
        """Work on one text at a time, beside everything else that goes on."""
        async with one:
            return await asyncio.to_thread(do)

    async def fit(key: Key, text: str) -> None:
        """Try a text on every sample. Raises 422 with the line."""
        try:
            await beside(lambda: wording.check(*key, text))
        except Mistake as problem:
            raise _refused(problem, text) from None

    async def full(request: Request, response: Response, key: Key, change: texts.Change | None) -> show.Full:
        response.headers["etag"] = f'"{change.version if change else 0}"'
        standard = wording.book.standard[key]
        text = change.body if change and change.body is not None else standard
        problem = await _problem(key, change)
        said = show.shown(*key, change, show.broken(problem, text, language(request)))
        return show.Full(**said, text=text, standard=standard, variables=show.variables(key[1], language(request)))

    async def _problem(key: Key, change: texts.Change | None) -> Mistake | None:
        """What is wrong with a changed text now, or was when it was to be sent."""
        if change is None or change.body is None:
            return None
        body = change.body
        try:
            await beside(lambda: wording.check(*key, body))
        except Mistake as problem:
            return problem
        return change.broken

    async def changed(
        request: Request,
        response: Response,
        key: Key,
        body: str | None,
        what: tuple[show.By, str],
        expected: int | None,
        restores: int | None = None,
    ) -> show.Full:
        """Put a text into force, at once in this process; gives it as it is then. Raises 412."""
        by, why = what
        try:
            async with db.transaction() as tx:
                done = await texts.change(tx, key, body, by.person(), why, clock.now(), expected, restores)
        except texts.Outdated as problem:
            raise _outdated(problem.newest) from None
        return await full(request, response, key, done[0])

    @found.get("/v1/texts")
    async def all_texts(request: Request) -> show.All:
        """Every text: whether it was changed, by whom and when, and whether it can still be used."""
        async with db.reading() as tx:
            changes = {(c.language, c.name): c for c in await texts.in_force(tx)}
        data = []
        for key in sorted(wording.book.standard, key=lambda key: (LANGUAGES.index(key[0]), key[1])):
            change = changes.get(key)
            problem = await _problem(key, change)
            text = (change.body if change else None) or ""
            data.append(show.Shown(**show.shown(*key, change, show.broken(problem, text, language(request)))))
        return show.All(data=data)

    @found.get("/v1/texts/{language}/{name}")
    async def one_text(request: Request, response: Response, key: this) -> show.Full:
        """The text in force, the standard one, and what it may use; its ETag is what changing it needs."""
        async with db.reading() as tx:
            change = await texts.newest(tx, key)
        return await full(request, response, key, change)

    @found.put("/v1/texts/{language}/{name}")
    async def change_text(request: Request, response: Response, key: this, wanted: show.NewText) -> show.Full:
        """Put another text into force. Needs If-Match; with any mistake nothing changes, and the line is named."""
        expected = _expected(request, needed=True)
        await fit(key, wanted.text)
        return await changed(request, response, key, wanted.text, (wanted.by, wanted.why), expected)

    @found.delete("/v1/texts/{language}/{name}")
    async def reset_text(
        request: Request,
        response: Response,
        key: this,
        by: Annotated[show.By, Depends(acting)],
        why: Annotated[Line, Query()] = "",
    ) -> show.Full:
        """Go back to the standard text."""
        return await changed(request, response, key, None, (by, why), _expected(request, needed=False))

    @found.post("/v1/texts/{language}/{name}/rollback")
    async def roll_back_text(request: Request, response: Response, key: this, wanted: show.Restoration) -> show.Full:
        """Put an old version into force as a new one, checked anew."""
        async with db.reading() as tx:
            old = await texts.version(tx, key, wanted.to)
        if old is None:
            raise Problem(404, "unknown-version", f"版 {wanted.to} はありません。", f"There is no version {wanted.to}.")
        if old.body is not None:
            await fit(key, old.body)
        expected = _expected(request, needed=False)
        return await changed(request, response, key, old.body, (wanted.by, wanted.why), expected, wanted.to)

    @found.get("/v1/texts/{language}/{name}/history")
    async def text_history(
        key: this, cursor: Cursor = NEWEST, limit: Annotated[int, Query(ge=1, le=200)] = 50
    ) -> show.History:
        """Who changed it when and why, and what stood there before."""
        async with db.reading() as tx:
            entries = await texts.history(tx, key, cursor, limit + 1)
        more = str(entries[limit - 1].version) if len(entries) > limit else None
        return show.History(data=[show.past(entry) for entry in entries[:limit]], next_cursor=more)

    @found.post("/v1/texts/{language}/{name}/preview")
    async def preview_text(key: this, wanted: show.Trial) -> show.Tried:
        """What a draft, or the text in force, makes of a sample case; nothing is changed and nothing is sent."""
        if wanted.text is not None:
            await fit(key, wanted.text)
        async with db.reading() as tx:
            change = await texts.newest(tx, key)
        source = wanted.text if wanted.text is not None else change.body if change else None
        sample = wanted.sample or ("digest" if key[1] in DIGESTS else "outage")
        masked = wording.unsafe(wanted.channel, wanted.provider)
        try:
            made = await beside(lambda: wording.preview(*key, sample, source, wanted.channel, masked))
        except Mistake as problem:
            raise _refused(problem, source or "") from None
        parts = made.speech if key[1].endswith(".speech") else f"{made.subject}\n{made.body}".strip()
        return show.Tried(
            sample=sample,
            subject=made.subject,
            body=made.body,
            speech=made.speech,
            masked=masked,
            segments=segments(parts) if wanted.segments else None,
        )

    return found


def _expected(request: Request, needed: bool) -> int | None:
    """The version that If-Match names. Raises 428 when it is needed and missing; what can be no version of ours is -1."""
    given = request.headers.get("if-match", "").strip()
    if not given or given == "*":
        if needed:
            ja = "If-Match に、もとにした版（GET の ETag）を書いてください。"
            raise Problem(428, "version-needed", ja, "Name the version this was made from in If-Match (ETag of GET).")
        return None
    match = re.fullmatch(r'"(\d{1,9})"', given, re.ASCII)
    return int(match[1]) if match else -1


def _outdated(newest: texts.Change | None) -> Problem:
    number = newest.version if newest else 0
    ja, en = "まだ変更されていません。版 0 をもとにしてください。", "It was never changed; start from version 0."
    if newest:
        ja = f"そのあいだに {newest.by.name} さんが変更しました（版 {number}）。内容を確かめてから、もう一度保存してください。"
        en = f"{newest.by.name} has changed it meanwhile (version {number}). Look at it, then save again."
    problem = Problem(412, "outdated", ja, en, version=number)
    problem.headers = {"etag": f'"{number}"'}
    return problem


def _refused(problem: Mistake, text: str) -> Problem:
    """What is wrong, with the line and how it is written; nothing was changed."""
    error = {
        "pointer": "/text",
        "line": problem.line,
        "source": show.source_line(text, problem.line),
        "type": problem.code,
        "detail": {"ja": problem.ja, "en": problem.en},
    }
    where_ja, where_en = (f"{problem.line} 行目：", f"Line {problem.line}: ") if problem.line else ("", "")
    return Problem(422, "text-refused", f"{where_ja}{problem.ja}", f"{where_en}{problem.en}", errors=[error])
