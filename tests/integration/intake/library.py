"""A knowledge service on its own database behind the front door of a test, which hears what the front door says."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

import httpx

from tests.integration.intake.desk import Desk
from tests.integration.intake.office import behind
from tests.integration.knowledge import conftest as knowledge
from tests.integration.log import Opened


@dataclass
class Library:
    """The knowledge service, and how far it has heard."""

    desk: Desk
    known: knowledge.Desk
    heard: int = 0

    async def hear(self) -> None:
        """Take in all that the front door has said."""
        await self.desk.log.drain()
        news, self.heard = self.desk.log.said[self.heard :], len(self.desk.log.said)
        for event in news:
            await self.known.log.tell(event)

    async def answer(self, request: httpx.Request) -> httpx.Response:
        """What the services behind say, the knowledge service by itself."""
        if request.url.host != "knowledge.test":
            return behind(request)
        headers = {**request.headers, "authorization": f"Bearer {knowledge.TOKEN}", "host": "knowledge"}
        await self.known.library.refresh()
        return await self.known.http.request(
            request.method,
            str(request.url.copy_with(host="knowledge")),
            headers=headers,
            content=request.content,
        )

    async def resolved(self, title: str, **resolution: str) -> str:
        """A case that was reported, taken and resolved, and that the archive knows."""
        case_id: str = (await self.desk.submit(title=title, facts=title))["id"]
        await self.desk.act(case_id, "acknowledge", by="sato.hanako")
        said = {
            "handling": "端末を再起動し、回線を切り替えました。",
            "result": "使えるようになりました。",
            **resolution,
        }
        answer = await self.desk.act(case_id, "resolve", by="sato.hanako", **said)
        assert answer.status_code == 200, answer.text
        await self.hear()
        return case_id


@asynccontextmanager
async def library(desk: Desk, database: Opened) -> AsyncIterator[Library]:
    """A library with nothing in it."""
    async for known in knowledge.opened(database):
        known.log.clock.at = datetime.now(UTC)
        await known.process.db.pool.execute(
            "TRUNCATE inbox, folds, archive, archive_history, articles, article_versions, article_steps, article_cases,"
            " article_files, article_file_bytes, synonyms, learned, searches, uses, decided CASCADE"
        )
        made = Library(desk, known)
        desk.others.answer = made.answer  # type: ignore[assignment]
        yield made
