"""The policy over HTTP: the one in force, its history, what a draft would change, and publishing."""

import asyncio
import re
from typing import Annotated

import httpx
from fastapi import APIRouter, Depends, Path, Query, Request, Response

from services.router import contacts, publishing, reading, store
from services.router.current import Current
from services.router.domain.policies.lint import Known
from services.router.domain.trial import diff
from services.router.routes import shown as show
from services.router.settings import Settings
from shared.contracts.keys import first
from shared.contracts.plan import Reason
from shared.runtime.service import Process
from shared.runtime.web import Problem, language, require_token

LARGEST_BODY = 2 * 1024 * 1024
MOST_VERSIONS = 2**31 - 1  # what the table counts to
NOT_PUBLISHED = Reason(ja="誤りが {count} 件あるため、公開しません。", en="Not published: {count} errors.")
Number = Annotated[int, Query(ge=1, le=10**9)]


class Desk:
    """What the routes stand on: the version in force, the database, and one draft under examination at a time."""

    def __init__(self, current: Current, process: Process, http: httpx.AsyncClient) -> None:
        assert isinstance(process.settings, Settings)
        self.settings: Settings = process.settings
        self.current, self.db, self.clock, self.http = current, process.db, process.clock, http
        self._one = asyncio.Semaphore(1)

    async def known(self) -> Known:
        """What the checks may look at beside the policy."""
        reachable = await contacts.reachable(self.http, self.settings.notifier_url, first(self.settings.service_token))
        now, absences = self.clock.now(), self.current.in_force.attendance.absences
        return Known(now, reachable, frozenset(absence.person for absence in absences if absence.until > now))

    async def draft(self, files: dict[str, str], known: Known) -> reading.Draft:
        """Read and check a draft beside everything else that goes on. Raises `BadPolicy`."""
        async with self._one:
            return await asyncio.to_thread(reading.draft, files, known)

    async def fit(
        self, request: Request, files: dict[str, str], known: Known, refusal: Reason = NOT_PUBLISHED
    ) -> reading.Draft:
        """A draft without errors. Raises 422 with every finding; `refusal` says what is not done, with `{count}`."""
        try:
            return await self.draft(files, known)
        except reading.BadPolicy as problem:
            raise _refused(problem, language(request), refusal) from None

    async def version(self, number: int) -> store.Version:
        """One version with its files. Raises 404."""
        async with self.db.reading() as tx:
            found = await store.version(tx, number) if abs(number) <= MOST_VERSIONS else None
        if found is None:
            raise Problem(404, "unknown-version", f"版 {number} はありません。", f"There is no version {number}.")
        return found

    async def content(self, version: store.Version) -> reading.Draft:
        """The content of a version as it can be compared. Raises 409 when it cannot be read any more."""
        kept = await asyncio.to_thread(reading.stored, version.files) if version.files else None
        if kept is None and version.readable is None:
            ja, en = (
                f"版 {version.number} は今の書式では読み取れません。",
                f"Version {version.number} can no longer be read.",
            )
            raise Problem(409, "unreadable-version", ja, en)
        return kept or reading.Draft({}, version.policy, ())

    async def publish(
        self,
        request: Request,
        files: dict[str, str],
        what: show.Reasoned,
        expected: int | None,
        restores: int | None = None,
    ) -> tuple[show.Published, int]:
        """Check and publish; gives the answer and the number in force. Raises 412 and 422."""
        if expected not in (None, self.current.version.number):
            async with self.db.reading() as tx:
                newest = await store.newest(tx)
            if newest is not None and newest.number != expected:
                raise _outdated(newest)
        before = await self.version(self.current.version.number)
        draft = await self.fit(request, files, await self.known())
        try:
            async with self.db.transaction() as tx:
                now = self.clock.now()
                new, changed = await publishing.publish(tx, draft, what.by.person(), what.why, now, expected, restores)
        except publishing.Outdated as problem:
            raise _outdated(problem.newest) from None
        self.current.take(new)
        old = await self.content(before)
        said = diff.changes(old.policy, draft.policy, old.rows, draft.rows) if changed else ()
        answer = show.Published(
            **show.shown(new),
            changed=changed,
            changes=[show.difference(change, language(request)) for change in said],
            findings=[show.found(finding, language(request)) for finding in draft.findings],
        )
        return answer, new.number


def routes(desk: Desk) -> APIRouter:
    """Every route of the policy."""

    def admitted(request: Request) -> None:
        require_token(request, desk.settings.service_token)

    found = APIRouter(tags=["policy"], dependencies=[Depends(admitted)])

    @found.get("/v1/policy")
    async def policy_in_force(response: Response) -> show.InForce:
        """The policy in force; its ETag is what publishing needs."""
        version = desk.current.version
        response.headers["etag"] = f'"{version.number}"'
        return show.InForce(**show.shown(version), policy=version.policy)

    @found.put("/v1/policy")
    async def publish_policy(request: Request, response: Response, wanted: show.Publication) -> show.Published:
        """Put a policy into force. Needs If-Match with the version it was made from; with any error nothing changes."""
        answer, number = await desk.publish(request, wanted.files, wanted, _expected(request, needed=True))
        response.headers["etag"] = f'"{number}"'
        return answer

    @found.post("/v1/policy/rollback")
    async def roll_back(request: Request, response: Response, wanted: show.Restoration) -> show.Published:
        """Put an old version into force as a new one, checked anew."""
        old = await desk.version(wanted.to)
        if old.files is None:
            raise Problem(
                409, "no-files", "この版のファイルは残っていません。", "The files of this version were not kept."
            )
        answer, number = await desk.publish(request, old.files, wanted, _expected(request, needed=False), wanted.to)
        response.headers["etag"] = f'"{number}"'
        return answer

    @found.post("/v1/policy/lint")
    async def lint_policy(request: Request, wanted: show.Files) -> show.Linted:
        """Everything that is to be said about a draft; nothing is changed."""
        known = await desk.known()
        try:
            findings, good = (await desk.draft(wanted.files, known)).findings, True
        except reading.BadPolicy as problem:
            findings, good = problem.findings, False
        said = [show.found(finding, language(request)) for finding in findings]
        return show.Linted(ok=good, contacts_checked=known.reachable is not None, findings=said)

    @found.get("/v1/policy/versions")
    async def policy_versions(cursor: Number = 10**9, limit: Annotated[int, Query(ge=1, le=200)] = 50) -> show.History:
        """Who put which version into force, when and why."""
        async with desk.db.reading() as tx:
            entries = await store.history(tx, cursor, limit + 1)
        more = str(entries[limit - 1].number) if len(entries) > limit else None
        data = [show.Shown(**show.shown(entry)) for entry in entries[:limit]]
        return show.History(data=data, next_cursor=more)

    @found.get("/v1/policy/versions/{number}")
    async def policy_version(number: Annotated[int, Path(ge=1, le=10**9)]) -> show.Full:
        """One version with its files as they were written."""
        version = await desk.version(number)
        return show.Full(**show.shown(version), policy=version.readable, files=version.files)

    @found.get("/v1/policy/diff")
    async def policy_diff(
        request: Request, to: Number | None = None, since: Annotated[Number | None, Query(alias="from")] = None
    ) -> show.Differences:
        """What changed from one version to another; without numbers, with the newest one."""
        new = await desk.version(to or desk.current.version.number)
        old = await desk.version(since or max(new.number - 1, 1))
        return await _compared(request, old, await desk.content(new), new.number)

    @found.post("/v1/policy/diff")
    async def draft_diff(request: Request, wanted: show.Files) -> show.Differences:
        """What a draft would change of the policy in force."""
        draft = await asyncio.to_thread(reading.stored, wanted.files)
        if draft is None:
            draft = await desk.fit(request, wanted.files, Known())
        return await _compared(request, await desk.version(desk.current.version.number), draft, None)

    async def _compared(
        request: Request, old: store.Version, new: reading.Draft, number: int | None
    ) -> show.Differences:
        before = await desk.content(old)
        said = diff.changes(before.policy, new.policy, before.rows, new.rows)
        changes = [show.difference(change, language(request)) for change in said]
        return show.Differences(old=old.number, new=number, changes=changes)

    return found


def _expected(request: Request, needed: bool) -> int | None:
    """The version that If-Match names. Raises 428 when it is needed and missing, 412 when it can be no version of ours."""
    given = request.headers.get("if-match", "").strip()
    if not given or given == "*":
        if needed:
            ja = "If-Match に、もとにした版（GET /v1/policy の ETag）を書いてください。"
            raise Problem(
                428, "version-needed", ja, "Name the version this was made from in If-Match (ETag of GET /v1/policy)."
            )
        return None
    match = re.fullmatch(r'"(\d{1,9})"', given, re.ASCII)
    return int(match[1]) if match else -1


def _outdated(newest: store.Entry) -> Problem:
    ja = f"そのあいだに {newest.by.name} さんが版 {newest.number} を公開しました。差分を確かめてから、もう一度公開してください。"
    en = (
        f"{newest.by.name} has published version {newest.number} meanwhile. Look at the difference, then publish again."
    )
    problem = Problem(412, "outdated", ja, en, version=newest.number)
    problem.headers = {"etag": f'"{newest.number}"'}
    return problem


def _refused(problem: reading.BadPolicy, reader: str, title: Reason) -> Problem:
    """All findings at once; nothing was changed."""
    found = [show.found(finding, reader) for finding in problem.findings]
    errors = [
        {**f.model_dump(), "pointer": "/" + f.place.replace(".", "/"), "detail": f.reason, "type": f.code}
        for f in found
    ]
    count = sum(f.severity == "error" for f in found)
    return Problem(422, "policy-refused", title.ja.format(count=count), title.en.format(count=count), errors=errors)
