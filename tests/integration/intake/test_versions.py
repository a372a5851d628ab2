"""A case has a version: what is known already is not sent again, and who acts on what they have not seen is told."""

from datetime import timedelta

from shared.contracts import events as e
from shared.contracts.vocabulary import DeadlineName
from tests.integration.intake.desk import Desk
from tests.integration.intake.test_acting import asked


async def test_what_is_known_already_is_not_sent_again(desk: Desk) -> None:
    case = await desk.submit()
    path, reading = f"/v1/cases/{case['id']}", {"authorization": f"Bearer {desk.token}", "accept-language": "ja"}
    first = await desk.client.get(path, headers=reading)
    tag = first.headers["etag"]
    again = await desk.client.get(path, headers={**reading, "if-none-match": f'"other", W/{tag}'})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    english = await desk.client.get(path, headers={**reading, "accept-language": "en", "if-none-match": tag})
    assert english.status_code == 200, "it is another text"
    await desk.act(case["id"], "acknowledge")
    assert (await desk.client.get(path, headers={**reading, "if-none-match": tag})).status_code == 200


async def test_reading_an_event_of_ours_back_from_the_log_is_no_change(desk: Desk) -> None:
    case = await desk.submit()
    done = await desk.act(case["id"], "acknowledge")
    await desk.log.drain()
    assert (await desk.get(f"/v1/cases/{case['id']}")).headers["etag"] == done.headers["etag"]


async def test_acting_on_what_has_changed_meanwhile_is_refused_with_how_it_stands(desk: Desk) -> None:
    case = await desk.submit(urgency="critical", impact="all")
    await asked(desk, case["id"], 1, "sato")
    path = f"/v1/cases/{case['id']}"
    old = (await desk.get(path)).headers["etag"]
    await desk.act(case["id"], "acknowledge")
    said = await desk.said()
    body = {"by": {"id": "suzuki", "name": "鈴木㈱"}, "handling": "再起動", "result": "直った"}
    stale = await desk.post(f"{path}/resolve", body, if_match=old)
    assert (stale.status_code, stale.json()["code"]) == (412, "case-changed")
    assert stale.json()["now"]["owner"] == {"id": "sato", "name": "satoさん"}
    assert await desk.said() == said
    fresh = (await desk.get(path, language="en")).headers["etag"]
    assert stale.headers["etag"] != old
    done = await desk.post(f"{path}/resolve", body, if_match=f'"x", {fresh}')
    assert done.status_code == 200, "read in another language, it is the same case"


async def test_clocks_that_are_set_anew_after_an_action_are_in_the_way_of_nothing_but_an_extension(desk: Desk) -> None:
    case = await desk.submit(urgency="critical", impact="all")
    await asked(desk, case["id"], 1, "sato")
    path, by = f"/v1/cases/{case['id']}", {"by": {"id": "sato", "name": "satoさん"}}
    await desk.act(case["id"], "acknowledge")
    noted = await desk.post(f"{path}/notes", {**by, "text": "調べています"})
    due = e.DeadlineSet(name=DeadlineName.RESOLUTION, generation=2, due=desk.clock.now() + timedelta(hours=4))
    await desk.log.tell(e.EscalationRescheduled(case_id=case["id"], deadlines=(due,), reasons=()))
    seen = noted.headers["etag"]
    assert (await desk.get(path)).headers["etag"] != seen
    more = {"deadline": "resolution", "more": "2h", "reason": "部品待ち"}
    assert (await desk.post(f"{path}/extend", {**by, **more}, if_match=seen)).status_code == 412
    done = await desk.post(f"{path}/resolve", {**by, "handling": "再起動", "result": "直った"}, if_match=seen)
    assert done.status_code == 200


async def test_a_repeat_of_what_was_done_is_no_conflict(desk: Desk) -> None:
    case = await desk.submit()
    path = f"/v1/cases/{case['id']}"
    tag = (await desk.get(path)).headers["etag"]
    for _ in range(2):
        noted = await desk.post(f"{path}/notes", {"text": "髙﨑①"}, idempotency_key="once", if_match=tag)
        assert noted.status_code == 200
    await desk.log.drain()
    late = await desk.post(f"{path}/notes", {"text": "髙﨑①"}, idempotency_key="once", if_match=tag)
    assert late.status_code == 200


async def test_an_acknowledgement_is_taken_whatever_has_changed(desk: Desk) -> None:
    case = await desk.submit()
    path = f"/v1/cases/{case['id']}"
    old = (await desk.get(path)).headers["etag"]
    await desk.post(f"{path}/notes", {"text": "x"})
    taken = await desk.post(f"{path}/acknowledge", {"by": {"id": "sato", "name": "佐藤"}}, if_match=old)
    assert taken.status_code == 200
