"""Bodies that come slowly or not at all: whoever proves nothing keeps nobody else out, and silence is ended."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest

from services.intake.gate import Limits
from shared.contracts.links import make_followup
from tests.integration.intake.desk import LINK_KEY, TEXT, Desk, hidden
from tests.integration.intake.office import behind
from tests.integration.intake.people import SITE, log_in
from tests.unit.intake.pictures import jpeg

pytestmark = pytest.mark.security
KEY = "0123456789abcdef" * 2
PHOTO = [("files", ("a.jpg", jpeg(behind=bytes(300_000)), "image/jpeg"))]
FORM = {"content-type": "multipart/form-data; boundary=x"}


class Silent:
    """A body of which one part comes, and then nothing until it is let go."""

    def __init__(self) -> None:
        self.begun, self.let_go = asyncio.Event(), asyncio.Event()

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield b"--x\r\n"
        self.begun.set()
        await self.let_go.wait()


@pytest.fixture(autouse=True)
def _behind(desk: Desk) -> None:
    desk.others.answer = behind


@pytest.mark.parametrize("type_", [FORM, {"content-type": "application/x-www-form-urlencoded"}])
async def test_strangers_who_say_nothing_keep_no_photo_of_others_out(desk: Desk, type_: dict[str, str]) -> None:
    browser, case_id = await log_in(desk, "sato", ("manager", "*")), (await desk.submit())["id"]
    desk.door.limits = Limits(uploads=2)
    desk.door.__post_init__()
    body = Silent()
    silent = asyncio.create_task(desk.client.post("/report", content=body, headers=type_))
    await body.begun.wait()
    report = {"mode": "short", "facts": TEXT, "impact": "all", "key": KEY}
    assert (await desk.client.post("/report", data=report, files=PHOTO)).status_code == 503
    assert (await desk.client.post("/report", data=report)).status_code == 303, "what is small waits for nobody"
    by_link = f"/r/{make_followup(LINK_KEY, case_id)}"
    for who, path, fields in ((browser, "/report", report | {"key": KEY[::-1]}), (desk.client, by_link, {"key": KEY})):
        answer: httpx.Response = await who.post(path, data=fields, files=PHOTO)
        assert answer.status_code == 303, answer.text
    page = f"/cases/{(await desk.get(f'/v1/cases/{case_id}')).json()['number']}"
    given = {"csrf": hidden((await browser.get(page)).text, "csrf"), "key": KEY}
    assert (await browser.post(f"{page}/files", data=given, files=PHOTO, headers=SITE)).status_code == 303
    body.let_go.set()
    assert (await silent).status_code in (400, 422)


@pytest.mark.parametrize("limits", [Limits(body=0.05), Limits(body=0.05, uploading=0.1, slowest=0.001)])
@pytest.mark.parametrize(
    "path", ["/report", "/v1/cases/{}/attachments", "/report/solved", "/policy/edit", "/v2/enqueue"]
)
async def test_silence_is_ended_at_every_door(desk: Desk, path: str, limits: Limits) -> None:
    case_id = (await desk.submit())["id"]
    desk.door.limits = limits
    desk.door.__post_init__()
    type_ = "application/octet-stream" if path.startswith("/v1/") else "application/x-www-form-urlencoded"
    headers = {"content-type": type_, "authorization": f"Bearer {desk.token}"}
    answer = await desk.client.post(path.format(case_id), content=Silent(), headers=headers)
    assert answer.status_code == 408, answer.text
