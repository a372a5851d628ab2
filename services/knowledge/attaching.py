"""Files of an article: attached, marked for readers outside, taken away. Each is a new version; the old ones keep what they had."""

from dataclasses import replace
from uuid import UUID

from services.knowledge import articles, editing, files
from services.knowledge.domain.article import Article, Refusal, Verb, edited
from services.knowledge.domain.files import File, fit
from services.knowledge.editing import Missing, Outdated
from shared.contracts.plan import Person
from shared.runtime import telemetry
from shared.runtime.clock import Clock
from shared.runtime.db import Transaction

log = telemetry.logger(__name__)


async def attach(
    tx: Transaction,
    id_: str,
    file: File,
    body: bytes,
    clock: Clock,
    *,
    most: int,
    expected: int | None = None,
    publish: bool = False,
) -> Article:
    """Attach a file, in the name of who brought it; the same file again changes nothing. `most` is the room for all in bytes.

    Raises Missing, Outdated and Refusal.
    """
    article = await editing.locked(tx, id_, None)
    there = await files.has(tx, article, file.id)
    if there is False:
        raise Refusal("file-removed")
    if there is None:
        _as_expected(article, expected)
        shown = [one for one in await files.of_version(tx, id_, article.version) if not one.gone]
        room = await files.room(tx, article, most)
        if room.everywhere + file.size > most:
            log.error("no room for files of articles", bytes=room.everywhere, most=most)
        fit(file.size, shown, room)
        article = await _written(tx, article, "attach", file.by, clock)
        await files.add(tx, article, file, body)
    return await editing.go_on(tx, article, Verb.PUBLISH, file.by, clock) if publish and there is None else article


async def mark(
    tx: Transaction,
    id_: str,
    file: UUID,
    public: bool,
    by: Person,
    clock: Clock,
    *,
    expected: int | None = None,
    publish: bool = False,
) -> Article:
    """Have a file be for readers outside too, or no more. Raises Missing, Outdated and Refusal."""
    article = await editing.locked(tx, id_, expected)
    known = await _shown(tx, article, file)
    if known.public is not public:
        article = await _written(tx, article, "mark", by, clock)
        await files.mark(tx, article, file, public)
    return await editing.go_on(tx, article, Verb.PUBLISH, by, clock) if publish else article


async def detach(
    tx: Transaction,
    id_: str,
    file: UUID,
    by: Person,
    clock: Clock,
    *,
    expected: int | None = None,
    publish: bool = False,
    for_good: bool = False,
) -> Article:
    """Take a file away; `for_good` also from the versions that had it, and at once from what readers see.

    What is taken away already stays so. Of an article that is part of another, which has no new versions, a file may
    be taken `for_good` alone. Raises Missing, Outdated and Refusal.
    """
    article = await editing.locked(tx, id_, expected)
    there = await files.has(tx, article, file)
    if there is None:
        raise Missing
    if there and not (for_good and article.merged_into):
        article = await _written(tx, article, "detach", by, clock, stays=for_good)
        await files.close(tx, article, file)
    if for_good:
        await files.forget(tx, file)
        await articles.step(tx, replace(article, changed_at=clock.now()), "forget", by=by)
    return await editing.go_on(tx, article, Verb.PUBLISH, by, clock) if publish else article


async def _shown(tx: Transaction, article: Article, file: UUID) -> File:
    for one in await files.of_version(tx, article.id, article.version):
        if one.id == file and not one.gone:
            return one
    raise Missing


def _as_expected(article: Article, expected: int | None) -> None:
    if expected is not None and expected != article.version:
        raise Outdated(article)


async def _written(
    tx: Transaction, article: Article, verb: str, by: Person, clock: Clock, stays: bool = False
) -> Article:
    """A new version that says the same, and is seen at once where the old one was and it `stays` so. Raises Refusal."""
    after = edited(article, article.content, by, clock.now())
    if stays and article.live == article.version:
        after = replace(after, state=article.state, live=after.version)
    await articles.save(tx, after, verb)
    return after
