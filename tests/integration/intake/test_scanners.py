"""Programs that open, render and submit everything behind a link acknowledge nothing; a person's two taps do."""

import asyncio
import re
from collections.abc import AsyncIterator, Iterable
from datetime import timedelta
from html import unescape

import pytest

from shared.contracts.vocabulary import Status
from tests.integration.intake.desk import Desk, choice, hidden, link, two_taps

pytestmark = pytest.mark.security

Sent = dict[str, str]
BUTTON = re.compile(r'<button type="submit"(?: name="(\w+)" value="(\w+)")?')


@pytest.fixture
async def path(desk: Desk) -> AsyncIterator[str]:
    """A link to a fresh case; afterwards nobody has acknowledged it, and a person still can."""
    for _ in range(3):
        await desk.submit()  # the numbers of the first cases have one digit
    shown = await desk.submit(urgency="critical")
    way = link(desk, shown["id"])
    yield way
    assert "case.acknowledged.v1" not in await desk.said()
    assert (await desk.get(f"/v1/cases/{shown['id']}")).json()["status"] == Status.RECEIVED
    desk.clock.at += timedelta(minutes=11)
    assert "引き受けました" in (await two_taps(desk, way, shown["id"])).text
    assert (await desk.said()).count("case.acknowledged.v1") == 1


def submissions(html: str) -> list[Sent]:
    """Every way to submit the forms of a page: by each button in turn, and by none."""
    found: list[Sent] = []
    for form in re.findall(r"<form.*?</form>", html, re.S):
        fields = {n: unescape(v) for n, v in re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form)}
        found += [{**fields, **({name: value} if name else {})} for name, value in BUTTON.findall(form)]
        found.append(fields)
    return found


async def numbers(desk: Desk, path: str) -> list[Sent]:
    """The submissions of a fresh page of numbers; the first page's when there is none."""
    first = submissions((await desk.client.get(path)).text)
    if not first:
        return []
    second = submissions((await desk.form(path, first[0])).text)
    desk.clock.at += timedelta(seconds=1.5)
    return second


async def submit(desk: Desk, path: str, all_: Iterable[Sent]) -> None:
    for sent in all_:
        await desk.form(path, sent)


async def test_opening_changes_nothing(desk: Desk, path: str) -> None:
    for _ in range(5):
        assert (await desk.client.head(path)).status_code == 200
        assert (await desk.client.get(path)).status_code == 200
    assert await desk.count("challenges") == 0


@pytest.mark.parametrize("back", [False, True])
async def test_every_form_of_one_page(desk: Desk, path: str, back: bool) -> None:
    everything = await numbers(desk, path)
    assert len(everything) == 7
    await submit(desk, path, reversed(everything) if back else everything)


@pytest.mark.parametrize("back", [False, True])
async def test_every_form_each_from_a_fresh_page(desk: Desk, path: str, back: bool) -> None:
    for place in range(7):
        everything = await numbers(desk, path)
        await submit(desk, path, everything[-1 - place if back else place :][:1])


@pytest.mark.parametrize("back", [False, True])
async def test_every_form_each_from_a_fresh_page_for_hours(desk: Desk, path: str, back: bool) -> None:
    for place in range(7):
        everything = await numbers(desk, path)
        await submit(desk, path, everything[-1 - place if back else place :][:1])
        desk.clock.at += timedelta(minutes=11)


async def test_every_form_of_one_page_at_once(desk: Desk, path: str) -> None:
    await asyncio.gather(*(desk.form(path, sent) for sent in await numbers(desk, path)))


async def test_every_form_each_from_a_fresh_page_at_once(desk: Desk, path: str) -> None:
    pages = [await numbers(desk, path) for _ in range(7)]
    await asyncio.gather(*(desk.form(path, page[place]) for place, page in enumerate(pages)))


async def test_every_form_of_many_pages_that_were_opened_before(desk: Desk, path: str) -> None:
    pages = [await numbers(desk, path) for _ in range(7)]
    await submit(desk, path, (page[place] for place, page in enumerate(pages)))


async def test_everything_again_and_again(desk: Desk, path: str) -> None:
    for _ in range(8):
        await submit(desk, path, await numbers(desk, path))
    answer = await desk.client.get(path)
    assert (answer.status_code, "一時停止中" in answer.text, "<button" in answer.text) == (200, True, False)
    assert "This link is paused" in (await desk.client.get(path + "?lang=en")).text


async def test_another_links_page_of_numbers_is_of_no_use(desk: Desk, path: str) -> None:
    other = await desk.submit()
    theirs = link(desk, other["id"])
    page = (await desk.form(theirs, {"nonce": hidden((await desk.client.get(theirs)).text, "nonce")})).text
    desk.clock.at += timedelta(seconds=2)
    assert (await desk.form(path, choice(page, other["number"]))).status_code == 400


async def test_the_page_of_numbers_tells_the_number_in_no_other_way(desk: Desk) -> None:
    for _ in range(12):
        shown = await desk.submit(title="決済が全店舗で失敗する")
    number, way = shown["number"], link(desk, shown["id"])
    for language in ("ja", "en"):
        answer = await desk.form(
            f"{way}?lang={language}", {"nonce": hidden((await desk.client.get(way)).text, "nonce")}
        )
        rest = re.sub(rf'<button type="submit" name="choice" value="{number}">{number}</button>', "", answer.text)
        assert rest != answer.text
        seen = re.sub(r'value="[0-9a-f]{32}"|action="[^"]+"|\?v=\w+|href="/a/[^"]+"', "", rest)
        assert str(number) not in seen
        assert "決済" not in rest
        assert str(number) not in str(answer.headers.get("location", ""))


async def test_a_person_who_errs_is_told_kindly_and_may_start_again(desk: Desk) -> None:
    shown = await desk.submit()
    way = link(desk, shown["id"])
    page = (await desk.form(way, {"nonce": hidden((await desk.client.get(way)).text, "nonce")})).text
    wrong = next(n for n in re.findall(r'name="choice" value="(\d+)"', page) if n != str(shown["number"]))
    desk.clock.at += timedelta(seconds=2)
    erred = await desk.form(way, choice(page, int(wrong)))
    assert (erred.status_code, "まだ応答を受け付けていません" in erred.text) == (409, True)
    again = await desk.form(way, {"nonce": hidden(erred.text, "nonce")})
    desk.clock.at += timedelta(seconds=2)
    assert "引き受けました" in (await desk.form(way, choice(again.text, shown["number"]))).text
