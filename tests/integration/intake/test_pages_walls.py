"""Every page and every call with a session: nothing of another team's case on any, and nothing done without a page's own proof."""

import json
import re
from collections.abc import Iterator
from uuid import UUID

import httpx
import pytest

from services.intake.domain.roles import ROLES
from services.intake.pages.console.deeds import DEEDS
from tests.integration.intake.desk import Desk, hidden
from tests.integration.intake.people import ADMIN, SITE, log_in
from tests.integration.intake.stands import STANDS
from tests.integration.intake.teams import MARK, NOBODYS, theirs
from tests.integration.intake.test_access import OPERATIONS, Operation

pytestmark = [pytest.mark.security, pytest.mark.timeout(300)]
SAFE = ("GET", "HEAD", "OPTIONS")
# Whoever holds the link comes in, or nobody at all is asked for: no session is made use of.
WITHOUT = {
    "/report",
    "/report/solved",
    "/a/{token}",
    "/r/{token}",
    "/r/{token}/files/{file}/remove",
    "/login/once/{secret}",
}
SIGNED = STANDS["who holds the signed link, or signs the call"]
PAGES = [
    o for o in OPERATIONS if o.road is None and not o.path.startswith(("/v1/", "/v2/", "/livez", "/readyz", "/metrics"))
]
READ = [
    o
    for o in PAGES
    if o.method == "GET" and o.path not in ("/cases/stream", "/assets/{name}", "/login/start", "/login/callback")
]
SENT = [o for o in PAGES if o.method not in SAFE and o.path not in WITHOUT]
CALLS = [o for o in OPERATIONS if o.path.startswith("/v1/") and o.method not in SAFE and o.name not in SIGNED]
IDS = ("1", str(UUID(int=1)), "a_1", f"d_{'0' * 16}", f"s_{'0' * 24}", "0" * 12, "x")
VERBS = ("test", "accept", "publish")
WORDS = {"how": "tick", "answer": "accept", "priority": "P1", "place": "0-1", "chat": "slack"}
WITH_FILES = ("/knowledge/import", "/cases/{ref}/files", "/knowledge/articles/{id}/files")
TYPED = {
    "key": "0" * 32, "text": "x", "reason": "x", "to": "mai", "handling": "x", "result": "x", "urgency": "low", "lead": "1",
    "deadline": "resolution", "more": "1h", "texts": "x", "other": "1",
}  # fmt: skip


def filled(operation: Operation, ref: str, id_: str = "1") -> Iterator[str]:
    """The addresses of a page about a case; one for each thing that can be done to it."""
    of_case = operation.path.startswith("/cases")
    values = {"file": str(UUID(int=1)), "step": str(UUID(int=1)), **WORDS, **({"ref": ref} if of_case else {})}
    for verb in (DEEDS if of_case else VERBS) if "{verb}" in operation.path else ("",):
        yield re.sub(r"{(\w+)}", lambda name: {**values, "verb": verb}.get(name[1], id_), operation.path)  # noqa: B023


async def post(
    browser: httpx.AsyncClient, operation: Operation, path: str, fields: dict[str, str], headers: dict[str, str] = SITE
) -> httpx.Response:
    """Send a form as browsers do, with a file where the page has room for one."""
    files = {"file": ("a.csv", b"x")} if operation.path in WITH_FILES else None
    return await browser.post(path, data=fields, files=files, headers=headers)


async def standing(desk: Desk) -> dict[str, int]:
    """How much there is of everything that pages change."""
    tables = ("outbox", "timeline", "sources", "source_secrets", "tokens", "grants", "saved_views", "drills", "steps", "attachments", "relations", "login_links")  # fmt: skip
    return {table: await desk.count(table) for table in tables}


async def test_no_page_shows_anything_of_a_case_of_another_team(desk: Desk) -> None:
    cases = await theirs(desk)
    desk.others.answer = lambda request: httpx.Response(503)
    browser = await log_in(desk, "mai", *((role, "support") for role in ROLES))
    for case_id in cases:
        number = await desk.db.pool.fetchval("SELECT number FROM cases WHERE id = $1", case_id)
        for operation in READ:
            for ref in (case_id, str(number)):
                (path,) = filled(operation, ref)
                answer = await browser.get(path, params={"q": MARK[:3]})
                told = answer.text.replace(path, "")
                assert answer.status_code != 303 or "/login" not in answer.headers["location"], operation.name
                assert MARK not in told, operation.name
                assert case_id not in told, operation.name
                if operation.path.startswith("/cases/{ref}"):
                    assert answer.status_code == 404, operation.name


async def test_no_form_does_anything_to_a_case_of_another_team(desk: Desk) -> None:
    cases = await theirs(desk)
    desk.others.answer = lambda request: httpx.Response(503)
    browser = await log_in(desk, "mai", *((role, "support") for role in ROLES))
    csrf = hidden((await browser.get("/cases")).text, "csrf")
    before = await standing(desk)
    about = [o for o in SENT if o.path.startswith("/cases/")]
    assert len(about) >= 9
    for case_id in cases:
        for operation in about:
            for path in filled(operation, case_id):
                fields = {**TYPED, "csrf": csrf, "take": case_id, f"case-{case_id}": "1", "name": "x"}
                answer = await post(browser, operation, path, fields)
                assert MARK not in answer.text, path
                if "{ref}" in operation.path:
                    (nobody,) = {
                        p for p in filled(operation, NOBODYS) if p.rpartition("/")[2] == path.rpartition("/")[2]
                    }
                    other = await post(browser, operation, nobody, fields)
                    assert answer.status_code == other.status_code, path
                    assert not answer.is_success, path
    after = await standing(desk)
    assert after == {**before, "saved_views": after["saved_views"]}


@pytest.mark.parametrize("given", ["", "another's", "another site"])
async def test_no_form_is_taken_without_the_proof_of_its_own_session(desk: Desk, given: str) -> None:
    case_id = (await theirs(desk))[0]
    browser, other = await log_in(desk, "sato", *ADMIN, *((r, "*") for r in ROLES)), await log_in(desk, "mai")
    own, others = [hidden((await b.get("/admin/sources")).text, "csrf") for b in (browser, other)]
    csrf = {"": "", "another's": others, "another site": own}[given]
    headers = {"sec-fetch-site": "cross-site"} if given == "another site" else SITE
    before = await standing(desk)
    desk.others.asked.clear()
    otherwise = []
    for operation in SENT:
        refused = set()
        for id_ in IDS:
            for path in filled(operation, case_id, id_):
                answer = await post(browser, operation, path, {**TYPED, "csrf": csrf}, headers)
                assert answer.status_code in (403, 404, 409, 422), path
                refused.add(answer.status_code)
        if not refused & {403, 409}:
            otherwise.append(operation.name)
    assert otherwise == [], "these were refused for another reason"
    assert await standing(desk) == before
    assert [(r.method, r.url.path) for r in desk.others.asked if r.method != "GET"] == []
    assert (await browser.get("/admin/sources")).status_code == 200


async def test_no_call_by_a_session_is_taken_without_the_header_that_pages_send(desk: Desk) -> None:
    case_id = (await theirs(desk))[0]
    browser = await log_in(desk, "sato", *ADMIN, *((r, "*") for r in ROLES))
    before = await standing(desk)
    desk.others.asked.clear()
    otherwise = []
    for operation in CALLS:
        answers = []
        for id_ in IDS:
            values = {**WORDS, "case_id": case_id}
            path = re.sub(r"{(\w+)}", lambda name: values.get(name[1], id_), operation.path)  # noqa: B023
            is_file = operation.path.endswith("/attachments")
            kind = "application/octet-stream" if is_file else "application/json"
            headers = {"content-type": kind, "idempotency-key": "k", **SITE}
            content = json.dumps(operation.body()).encode()
            answers.append(await browser.request(operation.method, path, content=content, headers=headers))
        assert {answer.status_code for answer in answers} <= {403, 404, 422}, operation.name
        if 403 not in {answer.status_code for answer in answers}:
            otherwise.append(operation.name)
    assert otherwise == [], "these were refused for another reason"
    assert await standing(desk) == before
    assert desk.others.asked == []
