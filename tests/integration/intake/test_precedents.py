"""Who is asked about a case sees how the same trouble was solved before: what they may see, nothing restricted, and never in the way."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import pytest_asyncio

from shared.contracts import events as e
from tests.integration.intake.desk import SERVICE_TOKEN, Desk, link, two_taps
from tests.integration.intake.library import Library, library
from tests.integration.intake.people import give, words
from tests.integration.intake.test_acting import PLAN
from tests.integration.log import Opened

TITLE, FACTS = "ニシン端末でカード決済ができません", "ニシン端末のカード決済がエラーになります。"
HANDLING = "〔証明書〕を更新し、端末を再起動しました。"


@pytest_asyncio.fixture
async def shelf(desk: Desk, database: Opened) -> AsyncIterator[Library]:
    """A library with nothing in it."""
    async with library(desk, database) as made:
        yield made


async def planned(shelf: Library, case_id: str, team: str) -> None:
    """A case is planned for a team, and everybody hears of it."""
    await shelf.hear()
    plan = e.EscalationPlanned(case_id=case_id, plan=PLAN.model_copy(update={"team": team}))
    await shelf.desk.log.tell(plan)
    await shelf.known.log.tell(plan)


async def finished(shelf: Library, team: str = "payments", handling: str = HANDLING, **report: Any) -> int:
    """The number of a case that was solved."""
    made = await shelf.desk.submit(**{"title": TITLE, "facts": FACTS, **report})
    await planned(shelf, made["id"], team)
    await shelf.desk.act(made["id"], "acknowledge", by="ken")
    said = {"handling": handling, "result": "決済できるようになりました。", "evaluation": "期限を監視に加えます。"}
    assert (await shelf.desk.act(made["id"], "resolve", by="ken", **said)).status_code == 200
    await shelf.hear()
    return int(made["number"])


async def asked(shelf: Library, team: str = "payments", **report: Any) -> str:
    """A new case of the same trouble."""
    made = await shelf.desk.submit(**{"title": "ニシン端末のカード決済ができない", "facts": FACTS, **report})
    await planned(shelf, made["id"], team)
    return str(made["id"])


async def told(desk: Desk, case_id: str, person: str = "sato", shared: bool = False) -> list[int] | None:
    """The numbers that the notifier may tell a person."""
    path = f"/v1/cases/{case_id}/precedents?person={person}&shared={shared}"
    data = (await desk.get(path, token=SERVICE_TOKEN)).raise_for_status().json()["data"]
    return None if data is None else [one["number"] for one in data]


def searches(desk: Desk) -> int:
    return sum(request.url.path.endswith("/similar") for request in desk.others.asked)


async def test_behind_the_link_stands_how_it_was_solved_and_the_page_itself_asks_nobody(
    desk: Desk, shelf: Library
) -> None:
    number = await finished(shelf)
    await finished(shelf, title="ニシン端末の請求書の宛名を変えてほしい", facts="請求書が旧社名のままとのことです。")
    path = link(desk, await asked(shelf))
    before = searches(desk)
    first = await desk.client.get(path)
    assert f'href="{path}/similar?lang=ja"' in first.text
    assert searches(desk) == before
    page = await desk.client.get(f"{path}/similar")
    for said in ("似た案件はこう解決しました", f"No. {number} {TITLE}", HANDLING, "決済できるように", "期限を監視"):
        assert said in words(page)
    assert f'href="/cases/{number}"' in page.text
    assert "請求書" not in page.text
    english = await desk.client.get(f"{path}/similar?lang=en")
    for said in ("How similar cases were solved", "What was done", "Result", "Evaluation"):
        assert said in words(english)
    assert "case.acknowledged.v1" not in (await desk.said())[-1:]


async def test_restricted_reopened_and_unlike_cases_are_never_shown(desk: Desk, shelf: Library) -> None:
    number = await finished(shelf)
    await finished(shelf, kind="harassment")
    await finished(shelf, personal_data=True)
    again = await finished(shelf)
    opened = (await desk.get(f"/v1/cases?number={again}")).json()["data"]
    assert [one["number"] for one in opened][:1] == [again] or opened
    case_id = await asked(shelf)
    await give(desk, "sato", ("leader", "*"))
    id_of_again = next(c["id"] for c in (await desk.get("/v1/cases?limit=50")).json()["data"] if c["number"] == again)
    assert (await desk.act(id_of_again, "reopen", by="ken", reason="まだ直っていません")).status_code == 200
    assert await told(desk, case_id) == [number]
    assert await told(desk, case_id, shared=True) == [number]
    later = await finished(shelf)
    at = next(c["id"] for c in (await desk.get("/v1/cases?limit=50")).json()["data"] if c["number"] == later)
    restricted = PLAN.model_copy(update={"restricted": True})
    await desk.log.tell(e.EscalationPlanned(case_id=at, plan=restricted))  # which the archive has not heard of
    assert await told(desk, case_id) == [number]


async def test_a_person_is_told_what_they_may_see_and_a_room_what_the_whole_team_may(
    desk: Desk, shelf: Library
) -> None:
    ours, theirs = await finished(shelf), await finished(shelf, team="stores")
    case_id = await asked(shelf)
    assert sorted(await told(desk, case_id) or []) == [ours, theirs]  # nobody was ever given a role
    assert await told(desk, case_id, shared=True) == [ours]
    await give(desk, "sato", ("responder", "payments"))
    await give(desk, "mai", ("responder", "stores"))
    assert await told(desk, case_id) == await told(desk, case_id, shared=True) == [ours]
    assert await told(desk, case_id, "mai") == [theirs]
    assert await told(desk, case_id, "mai", shared=True) == []
    assert await told(desk, case_id, "rei") == []
    hidden = await asked(shelf, kind="harassment")
    assert await told(desk, hidden, shared=True) == []


async def test_three_at_most_in_short_and_without_what_is_personal(desk: Desk, shelf: Library) -> None:
    for _ in range(4):
        await finished(shelf, handling="山田様（090-1234-5678）に連絡。" + "手順のとおり再起動。" * 40)
    case_id = await asked(shelf)
    path = f"/v1/cases/{case_id}/precedents?person=sato&shared=false"
    data = (await desk.get(path, token=SERVICE_TOKEN)).json()["data"]
    assert len(data) == 3
    assert all(len(one["handling"]) == 160 and "1234" not in one["handling"] for one in data)


async def test_only_our_notifier_is_told_in_the_name_of_others(desk: Desk, shelf: Library) -> None:
    case_id = await asked(shelf)
    assert (await desk.get(f"/v1/cases/{case_id}/precedents?person=sato")).status_code == 403
    assert (await desk.get("/v1/cases/c_0/precedents?person=sato", token=SERVICE_TOKEN)).status_code == 404


@pytest.mark.parametrize("status", [503, 404, 200])
async def test_without_the_search_nothing_is_missing_but_the_list(desk: Desk, shelf: Library, status: int) -> None:
    await finished(shelf)
    case_id = await asked(shelf)
    path = link(desk, case_id)
    desk.others.answer = lambda _: httpx.Response(status, json=[])
    assert await told(desk, case_id) is None
    assert "いまは見つかりません" in words(await desk.client.get(f"{path}/similar"))
    assert "引き受けました" in words(await two_taps(desk, path, case_id))


async def test_who_has_it_goes_on_seeing_it_and_who_is_no_longer_asked_does_not(desk: Desk, shelf: Library) -> None:
    number = await finished(shelf)
    case_id = await asked(shelf)
    mine, other = link(desk, case_id), link(desk, case_id, "mai")
    assert f"{mine}/similar" in (await two_taps(desk, mine, case_id)).text
    assert f"No. {number}" in words(await desk.client.get(f"{mine}/similar"))
    assert f"{other}/similar" not in (await desk.client.get(other)).text
    assert f"No. {number}" not in words(await desk.client.get(f"{other}/similar"))
    assert (await desk.client.get("/a/x/similar")).status_code == 410
