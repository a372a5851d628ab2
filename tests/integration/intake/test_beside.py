"""What people do beside the log is told in the story of the case: to whoever may see it, in its time, until it is forgotten."""

from datetime import timedelta
from typing import Any

import pytest

from shared.contracts.events import Actor
from tests.integration.intake.desk import Desk
from tests.integration.intake.office import behind
from tests.integration.intake.people import log_in, words
from tests.integration.intake.teams import case_of, theirs

SATO = Actor(kind="person", id="sato.hanako", name="佐藤 花子")


@pytest.fixture(autouse=True)
def _behind(desk: Desk) -> None:
    desk.others.answer = behind


async def told(desk: Desk, case_id: str, token: str | None = None, language: str = "ja") -> list[str]:
    answer = await desk.get(f"/v1/cases/{case_id}/timeline", language, token)
    assert answer.status_code == 200, answer.text
    return [line["text"] for line in answer.json()["data"] if line["type"] != "escalation.planned.v1"]


async def step(desk: Desk, method: str, path: str, token: str, **more: Any) -> Any:
    desk.clock.at += timedelta(minutes=1)
    answer = await desk.client.request(
        method, f"/v1/cases/{path}", headers={"authorization": f"Bearer {token}"}, **more
    )
    assert answer.status_code == 200, answer.text
    return answer.json()["data"]


async def test_who_did_which_step_stands_in_the_story_in_its_time_and_not_for_reporters(desk: Desk) -> None:
    mais = await desk.token_for("mais", "all", Actor(kind="person", id="mai", name="麻衣"))
    satos = await desk.token_for("satos", "all", SATO)
    case = await case_of(desk, "sre", mais)
    first, second = await step(
        desk, "POST", f"{case}/steps", satos, json={"texts": ["お客様に折り返し 090-1234-5678", "確かめる"]}
    )
    await step(desk, "POST", f"{case}/steps/{first['id']}/done", satos)
    desk.clock.at += timedelta(minutes=1)
    await desk.act(case, "notes", text="折り返しました")
    await desk.log.drain()
    for method in ("POST", "DELETE", "DELETE"):  # what is so already is not told again
        await step(desk, method, f"{case}/steps/{first['id']}/done", satos)
    await step(desk, "DELETE", f"{case}/steps/{second['id']}", satos)
    masked = first["text"]
    assert "1234" not in masked
    assert (await told(desk, case))[1:] == [
        f"佐藤 花子さんが手順を 2 件追加しました：「{masked}」「確かめる」",
        f"佐藤 花子さんが手順「{masked}」を完了しました",
        "社内メモ：折り返しました",
        f"佐藤 花子さんが手順「{masked}」を未完了に戻しました",
        "佐藤 花子さんが手順「確かめる」を削除しました",
    ]
    assert (await told(desk, case, language="en"))[2] == f"佐藤 花子 did the step “{masked}”"
    reporter = await desk.token_for("reporter", "read", Actor(kind="person", id="mai", name="麻衣"), ("reporter", "x"))
    assert not any("手順" in text for text in await told(desk, case, reporter))
    browser = await log_in(desk, "sato.hanako", ("responder", "sre"))
    for page in ("", "/report", "/postmortem.md"):
        shown = await browser.get(f"/cases/{case}{page}")
        assert "佐藤 花子さんが手順「確かめる」を削除しました" in words(shown), page


async def test_that_cases_are_related_stands_in_both_stories_for_who_may_see_both(desk: Desk) -> None:
    plain, secret, _ = await theirs(desk)
    ours = await case_of(desk, "support")
    numbers = {id_: (await desk.get(f"/v1/cases/{id_}")).json()["number"] for id_ in (plain, secret, ours)}
    for method in ("PUT", "PUT", "DELETE"):
        for other in (plain, secret):
            await step(desk, method, f"{ours}/related/{other}", desk.token)
    both = await desk.token_for("both", "read", None, ("responder", "support"), ("responder", "payments"))
    said = [
        f"crmが No. {numbers[plain]} を関連する案件に加えました",
        f"crmが No. {numbers[plain]} を関連する案件から外しました",
    ]
    assert [text for text in await told(desk, ours, both) if "関連" in text] == said, (
        "the restricted one is not for them"
    )
    assert len([text for text in await told(desk, ours) if "関連" in text]) == 4
    assert f"No. {numbers[ours]} を関連" in "".join(await told(desk, plain, both))
    one = await desk.token_for("one", "read", None, ("leader", "support"))
    assert not any("関連" in text for text in await told(desk, ours, one))


async def test_what_is_erased_names_the_reporter_no_more_and_goes_on_telling_of_the_step(desk: Desk) -> None:
    satos = await desk.token_for("satos", "all", SATO)
    case = await case_of(desk, "sre", satos)
    (one,) = await step(desk, "POST", f"{case}/steps", satos, json={"texts": ["確かめる"]})
    await desk.client.delete(
        f"/v1/cases/{case}/personal?reporter=true", headers={"authorization": f"Bearer {desk.token}"}
    )
    await desk.log.drain()
    assert "匿名の方が手順「確かめる」を追加しました" in await told(desk, case)
    browser = await log_in(desk, "mai", ("leader", "support"))
    assert (await browser.get(f"/cases/{case}/stream")).status_code == 404, "who may not see it hears nothing of it"
    assert one["text"] == "確かめる"
