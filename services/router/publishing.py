"""Putting a policy into force: one at a time, never over the head of somebody else, and by whose files."""

from datetime import datetime

from services.router import store
from services.router.reading import Draft
from shared.contracts.plan import Person
from shared.runtime import telemetry
from shared.runtime.db import Transaction

log = telemetry.logger(__name__)
FILES = Person(id="", name="files")
AT_START = "read at start"


class Outdated(Exception):
    """Somebody else has published meanwhile; `newest` is in force."""

    def __init__(self, newest: store.Entry) -> None:
        super().__init__(f"version {newest.number} is in force")
        self.newest = newest


async def publish(
    tx: Transaction,
    draft: Draft,
    by: Person,
    why: str,
    now: datetime,
    expected: int | None = None,
    restores: int | None = None,
) -> tuple[store.Version, bool]:
    """Put a policy into force on behalf of somebody; gives the version, and whether it is new.

    The same files again make no new version. Raises `Outdated` when the newest is not the `expected` one.
    """
    await store.lock(tx)
    newest = await store.newest(tx)
    if newest is not None and expected not in (None, newest.number):
        raise Outdated(newest)
    if newest is not None and newest.readable and newest.files_digest == store.digest_of(draft.files):
        return newest, False
    number = newest.number if newest else 0
    return await store.add(tx, draft, number, "api", by, why, now, restores), True


async def publish_files(tx: Transaction, draft: Draft, now: datetime) -> store.Version:
    """Put the files of the installation into force, if they are the ones that decide; gives the version in force.

    They decide until somebody publishes by another road: what was published on purpose is not undone by a restart, not
    even of a release that cannot read it.
    """
    await store.lock(tx)
    newest, known = await store.newest(tx), await store.deciding(tx)
    if newest is None or known is None or (known.number != newest.number and newest.origin == "files"):
        if newest is not None:
            log.warning("the version in force cannot be read any more; the files are used", version=newest.number)
        return await store.add(tx, draft, newest.number if newest else 0, "files", FILES, AT_START, now, None)
    if known.number != newest.number:
        log.error("a newer release has published the policy; one before decides here", version=known.number)
        return known
    newest = known
    digest = store.digest_of(draft.files)
    if digest in (newest.files_digest, await store.files_published_last(tx)):
        return newest
    if newest.origin == "files":
        return await store.add(tx, draft, newest.number, "files", FILES, AT_START, now, None)
    log.warning(
        f"方針のファイルは変わっていますが、使われません。版 {newest.number} が {newest.by.name} により公開されているためです。"
        f"使うには `python -m cli policy publish` で公開してください / the policy files have changed and are not used, "
        f"because version {newest.number} was published by {newest.by.name}; publish them to use them",
        version=newest.number,
    )
    return newest
