"""Articles in Postgres: the newest version of each, and every version that there was."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from services.knowledge.domain.article import Article, Content, State
from services.knowledge.domain.shelving import Learned
from services.knowledge.pace import apart
from services.knowledge.store import learned_of
from shared.contracts.plan import Person
from shared.runtime.db import Queries, Row, Transaction

SQL = Queries(Path(__file__).with_name("articles.sql"))
LAST = "a_z"  # stands behind every id of an article


@dataclass(frozen=True)
class Shown:
    """An article with what readers see of it (nothing while no version is live), and what use has taught."""

    article: Article
    content: Content | None
    learned: Learned
    changed_at: datetime


@dataclass(frozen=True)
class Step:
    """What was done to an article, or said about it (`comment`)."""

    version: int
    verb: str
    by: Person
    at: datetime
    text: str


@dataclass(frozen=True)
class Due:
    """An article that somebody is to look at, as readers see it: when it is to be confirmed, and when it ends."""

    id: str
    question: str
    owner: Person | None
    review_by: date | None
    expires_on: date | None


@dataclass(frozen=True)
class Filter:
    """Which articles a list holds; None means all."""

    state: str | None = None
    owner: str | None = None
    audience: str | None = None
    language: str | None = None
    product: str | None = None
    due: date | None = None
    live: bool | None = None


async def add(tx: Transaction, article: Article, why: str) -> bool:
    """A new article, with its first version; False when there is one of this id."""
    if await tx.fetchval(SQL["add"], *_columns(article)) is None:
        return False
    await _keep(tx, article, why)
    await step(tx, article, "create", why)
    return True


async def add_all(tx: Transaction, new: Sequence[tuple[Article, Article]], why: str) -> None:
    """New articles, each as it was made and as it is (published, or the same), without cases: `add` and `save` at once."""
    await tx.executemany(SQL["add"], [_columns(now) for _, now in new])
    kept = [(a, why) for a, _ in new] + [(now, "") for _, now in new]
    await tx.executemany(
        SQL["keep_version"],
        [(a.id, a.version, a.content.model_dump_json(), _by(a), a.changed_at, text) for a, text in kept],
    )
    steps = [(a, "create", why) for a, _ in new] + [(now, "publish", "") for _, now in new if now.live]
    await tx.executemany(SQL["step"], [(a.id, a.version, verb, _by(a), a.changed_at, text) for a, verb, text in steps])


async def save(tx: Transaction, article: Article, verb: str, why: str = "") -> None:
    """What an article has become, the version if it is a new one, and what was done."""
    await tx.execute(SQL["save"], *_columns(article))
    await _keep(tx, article, why)
    await step(tx, article, verb, why)


async def step(tx: Transaction, article: Article, verb: str, text: str = "", by: Person | None = None) -> None:
    """Write down what was done to an article or said about it; `by` is who changed it last unless told."""
    who = (by or article.changed_by).model_dump_json()
    await tx.execute(SQL["step"], article.id, article.version, verb, who, article.changed_at, text)


async def comment(tx: Transaction, article: Article, by: Person, text: str, now: datetime) -> None:
    """Write down what somebody says about an article."""
    await tx.execute(SQL["step"], article.id, article.version, "comment", by.model_dump_json(), now, text)


async def one(tx: Transaction, id_: str, lock: bool = False) -> Article | None:
    """An article, locked until the transaction ends when asked."""
    row = await tx.fetchrow(SQL["one_locked" if lock else "one"], id_)
    return _article(row) if row else None


async def of_externals(tx: Transaction, external_ids: Sequence[str]) -> dict[str, Article]:
    """The articles that a file knows by these ids, locked: those of another system, or our own of what was written here.

    Of two that are known by one, which an older release has made of an export, it is the one that is not part of
    another, and rather the one that was written here.
    """
    rows = await tx.fetch(SQL["externals_locked"], list(external_ids))
    best_last = sorted(rows, key=lambda row: (row["merged_into"] is None, row["external_id"] is None))
    return {row["external_id"] or row["id"]: _article(row) for row in best_last}


async def pair(tx: Transaction, one_: str, other: str) -> tuple[Article | None, Article | None]:
    """Two articles, locked."""
    found = {row["id"]: _article(row) for row in await tx.fetch(SQL["pair_locked"], [one_, other])}
    return found.get(one_), found.get(other)


async def listed(tx: Transaction, wanted: Filter, before: str | None, limit: int) -> list[Article]:
    """Articles, the newest first."""
    w = wanted
    what = w.state, w.owner, w.audience, w.language, w.product, w.due, w.live
    return [_article(row) for row in await tx.fetch(SQL["listed"], before or LAST, *what, limit)]


async def falling_due(tx: Transaction, after: str, by: date, limit: int) -> list[Due]:
    """Articles that are to be looked at by a day, or that end within a week of it; in order of id."""
    rows = await tx.fetch(SQL["falling_due"], after, by, limit)
    owners = [json.loads(row["owner"]) if row["owner"] else None for row in rows]
    return [
        Due(row["id"], row["question"], Person(**owner) if owner else None, row["review_by"], row["expires_on"])
        for row, owner in zip(rows, owners, strict=True)
    ]


async def states(tx: Transaction) -> dict[str, int]:
    """How many articles stand where."""
    return {row["state"]: row["many"] for row in await tx.fetch(SQL["states"])}


async def live_page(tx: Transaction, after: str, audience: str | None, language: str | None, limit: int) -> list[Shown]:
    """What readers see, in order of id; null filters mean all."""
    found = await tx.fetch(SQL["live_page"], after, audience, language, limit)
    return await apart(shown_of(row) for row in found)


async def shown(tx: Transaction, ids: Sequence[str]) -> dict[str, Shown]:
    """These articles as readers see them."""
    return {row["id"]: shown_of(row) for row in await rows(tx, ids)} if ids else {}


async def rows(tx: Transaction, ids: Sequence[str]) -> Sequence[Row]:
    """The same as they lie there, each to be read by `shown_of`."""
    return await tx.fetch(SQL["shown"], list(ids))


def shown_of(row: Row) -> Shown:
    """An article as readers see it, of its row. Raises ValidationError for what this release cannot read."""
    article, shown = _article(row), row["shown"]
    same = shown == row["content"]  # as a rule: reading it twice costs a search half a millisecond
    content = article.content if same else Content.model_validate_json(shown) if shown else None
    return Shown(article, content, learned_of(row), row["stamped_at"])


async def stamps_since(tx: Transaction, since: datetime) -> list[tuple[str, tuple[object, ...], datetime]]:
    """Ids that were changed, or taught about by use, at or after an instant; what that depends on; the instant."""
    rows = await tx.fetch(SQL["stamps_since"], since)
    return [(r["id"], (r["live"], r["changed_at"], r["learned_at"]), r["stamped_at"]) for r in rows]


async def version(tx: Transaction, id_: str, number: int) -> Content | None:
    """What one version of an article says."""
    body = await tx.fetchval(SQL["version"], id_, number)
    return Content.model_validate_json(body) if body else None


async def contents(tx: Transaction, wanted: Sequence[tuple[str, int]]) -> dict[tuple[str, int], Content]:
    """What some versions of articles say, by id and version; those that there are."""
    rows = await tx.fetch(SQL["contents"], [id_ for id_, _ in wanted], [n for _, n in wanted]) if wanted else ()
    return {(row["id"], row["version"]): Content.model_validate_json(row["content"]) for row in rows}


async def versions(tx: Transaction, id_: str) -> list[Step]:
    """Who wrote which version when and why, the newest first."""
    rows = await tx.fetch(SQL["versions"], id_)
    return [Step(r["version"], "write", Person.model_validate_json(r["by_whom"]), r["at"], r["why"]) for r in rows]


async def steps(tx: Transaction, id_: str) -> list[Step]:
    """What was done to an article and said about it, the newest first."""
    rows = await tx.fetch(SQL["steps"], id_)
    return [Step(r["version"], r["verb"], Person.model_validate_json(r["by_whom"]), r["at"], r["text"]) for r in rows]


async def merged_from(tx: Transaction, id_: str) -> list[str]:
    """The articles that became part of this one."""
    return [row["id"] for row in await tx.fetch(SQL["merged_from"], id_)]


async def over(tx: Transaction, today: date) -> list[Article]:
    """Articles of which the last day that readers see is over, locked."""
    return [_article(row) for row in await tx.fetch(SQL["over"], today)]


async def of_case(tx: Transaction, case_id: str) -> list[str]:
    """The articles that readers see and that came from this case."""
    return [row["id"] for row in await tx.fetch(SQL["of_case"], case_id)]


async def synonyms(tx: Transaction) -> tuple[tuple[str, str], ...]:
    """Words that mean the same in this organisation."""
    return tuple((row["one"], row["other"]) for row in await tx.fetch(SQL["synonyms"]))


async def add_synonym(tx: Transaction, one_: str, other: str, by: Person, now: datetime) -> None:
    """From now on these words mean the same."""
    await tx.execute(SQL["add_synonym"], *sorted((one_, other)), by.model_dump_json(), now)


async def _keep(tx: Transaction, article: Article, why: str) -> None:
    content = article.content
    by = article.changed_by.model_dump_json()
    await tx.execute(
        SQL["keep_version"], article.id, article.version, content.model_dump_json(), by, article.changed_at, why
    )
    await tx.execute(SQL["unlink"], article.id)
    if content.cases and not article.merged_into:
        await tx.execute(SQL["link"], article.id, list(content.cases))


def _by(article: Article) -> str:
    return article.changed_by.model_dump_json()


def _columns(article: Article) -> tuple[object, ...]:
    content = article.content
    return (
        article.id,
        article.version,
        article.state.value,
        article.live,
        content.model_dump_json(),
        article.merged_into,
        article.external_id,
        content.audience.value,
        content.language,
        content.product,
        content.owner.id if content.owner else "",
        content.review_by,
        content.expires_on,
        article.created_at,
        article.changed_at,
        article.changed_by.model_dump_json(),
    )


def _article(row: Row) -> Article:
    return Article(
        id=row["id"],
        version=row["version"],
        state=State(row["state"]),
        live=row["live"],
        content=Content.model_validate_json(row["content"]),
        created_at=row["created_at"],
        changed_at=row["changed_at"],
        changed_by=Person.model_validate_json(row["changed_by"]),
        merged_into=row["merged_into"],
        external_id=row["external_id"],
    )
