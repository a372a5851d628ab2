"""Who reports by the form without being in the contact list: told plainly that nothing comes, or by mail where they ask for it."""

from dataclasses import replace

import httpx
import pytest

from services.intake.settings import FormMail
from tests.integration.intake.desk import Desk, hidden
from tests.integration.intake.people import log_in, words
from tests.integration.intake.test_pages import SHORT, fresh_key
from tests.integration.intake.test_personal import nothing_is_left
from tests.integration.intake.test_reporters_mail import submitted, where

MAIL = "tanaka@example.co.jp"
UNLISTED = "社員 ID「tanaka.h」は連絡先に登録されていないため、お知らせは届きません"
MAILED = "入力されたメールアドレスにお送りします"
FIELD = 'name="reporter_mail"'


def contacts(status: int) -> httpx.Response:
    return httpx.Response(status, json={"code": "no-such-person"})


@pytest.fixture
def mailed(desk: Desk) -> Desk:
    """Those of one domain may have it sent to them."""
    desk.door.settings = replace(desk.door.settings, form_mail=FormMail("example.co.jp"))
    desk.others.answer = lambda request: contacts(404)
    return desk


async def sent(desk: Desk, **fields: str) -> httpx.Response:
    return await desk.form("/report", {**SHORT, "key": await fresh_key(desk), **fields})


async def thanks(desk: Desk, **fields: str) -> str:
    answer = await sent(desk, **fields)
    assert answer.status_code == 303, words(answer)
    return words(await desk.client.get(answer.headers["location"]))


@pytest.mark.parametrize(("status", "said"), [(404, True), (200, False), (503, False)])
async def test_the_thanks_say_plainly_that_an_id_is_in_no_contact_list(desk: Desk, status: int, said: bool) -> None:
    desk.others.answer = lambda request: contacts(status)
    assert (UNLISTED in await thanks(desk, reporter_id="tanaka.h")) is said
    assert [r.url.path for r in desk.others.asked if "contacts" in r.url.path] == ["/v1/contacts/tanaka.h"]


async def test_nobody_is_asked_about_who_gave_no_id_and_later_looks_say_it_no_more(desk: Desk) -> None:
    desk.others.answer = lambda request: contacts(404)
    assert "連絡先に登録" not in await thanks(desk, reporter_name="田中")
    assert "連絡先に登録" not in await thanks(desk, mode="anonymous", reporter_id="tanaka.h")
    place = (await sent(desk, reporter_id="tanaka.h")).headers["location"]
    assert UNLISTED not in words(await desk.client.get(place.replace("new=1", "x=1")))
    assert [r.url.path for r in desk.others.asked if "contacts" in r.url.path] == []


@pytest.mark.parametrize("mode", ["short", "full"])
async def test_an_address_that_is_given_is_sealed_and_heard_at(mailed: Desk, mode: str) -> None:
    assert FIELD in (await mailed.client.get(f"/report?mode={mode}")).text
    page = await thanks(mailed, mode=mode, reporter_mail=" Tanaka@Example.co.jp ", reporter_id="tanaka.h")
    assert MAILED in page
    assert UNLISTED not in page
    (told,) = await submitted(mailed)
    assert told.reachable
    assert await where(mailed, told.case_id) == MAIL
    assert MAIL not in page + str(told)
    await nothing_is_left(mailed, MAIL)


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("tanaka", "メールアドレスを 1 つ入力してください"),
        ("a@example.co.jp b@example.co.jp", "メールアドレスを 1 つ入力してください"),
        ("tanaka@example.net", "会社のメールアドレス"),
        ("x" * 300 + "@example.co.jp", "メールアドレスを 1 つ入力してください"),
    ],
)
async def test_an_address_that_cannot_be_written_to_is_said_so_and_nothing_is_lost(
    mailed: Desk, typed: str, why: str
) -> None:
    answer = await sent(mailed, reporter_mail=typed)
    assert answer.status_code == 422
    assert why in words(answer)
    assert SHORT["facts"] in answer.text
    assert await submitted(mailed) == []


async def test_the_anonymous_mode_has_no_such_field_and_takes_none(mailed: Desk) -> None:
    assert FIELD not in (await mailed.client.get("/report?mode=anonymous")).text
    await sent(mailed, mode="anonymous", reporter_mail=MAIL)
    (told,) = await submitted(mailed)
    assert (told.reachable, told.by.kind) == (False, "anonymous")
    assert await where(mailed, told.case_id) == ""


async def test_without_a_domain_nobody_is_asked_for_an_address(desk: Desk) -> None:
    assert FIELD not in (await desk.client.get("/report")).text
    await sent(desk, reporter_mail=MAIL)
    assert [told.reachable for told in await submitted(desk)] == [False]


@pytest.mark.parametrize(("status", "shown"), [(200, False), (404, True), (503, True)])
async def test_whom_the_directory_reaches_is_not_asked(mailed: Desk, status: int, shown: bool) -> None:
    mailed.others.answer = lambda request: contacts(status)
    browser = await log_in(mailed, "sato")
    assert (FIELD in (await browser.get("/report")).text) is shown


async def test_the_same_page_with_another_address_is_no_repeat(mailed: Desk) -> None:
    key = await fresh_key(mailed)
    assert (await sent(mailed, key=key)).status_code == 303
    again = await sent(mailed, key=key, reporter_mail=MAIL)
    assert again.status_code == 409
    assert hidden(again.text, "key") != key


async def test_a_preview_carries_the_address_along(mailed: Desk) -> None:
    page = (await sent(mailed, reporter_mail=MAIL, preview="1")).text
    assert hidden(page, "reporter_mail") == MAIL


def test_domains_are_checked_at_the_start() -> None:
    assert FormMail("Example.co.jp, @example.com").domains == {"example.co.jp", "example.com"}
    assert FormMail("*").domains == {"*"}
    for wrong in ("example", "a@b@example.jp", "例え.jp"):
        with pytest.raises(ValueError, match="domains"):
            FormMail(wrong)
