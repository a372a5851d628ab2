"""The page of who reported says no more than what is done: who is called and when, or that nobody is, and why."""

from datetime import timedelta

from shared.contracts import events as e
from shared.contracts.links import make_followup
from shared.contracts.plan import Person, Reason, Responder
from shared.contracts.vocabulary import Channel, DeadlineName, Path, Priority, Track
from tests.integration.intake.desk import LINK_KEY, Desk
from tests.integration.intake.people import words
from tests.integration.intake.test_acting import PLAN, WHY, both_asked

NO_INCIDENT = Reason(ja="計画停止のお知らせがあるため <b>", en="a planned stop was announced")
FAQ = "https://faq.example.jp/stops?a=1&b=2"


async def reported(desk: Desk) -> tuple[str, str]:
    """A case, and the address of its reporter's page right after the report."""
    case_id = (await desk.submit())["id"]
    await desk.log.drain()
    return case_id, f"/r/{make_followup(LINK_KEY, case_id)}?new=1"


async def test_of_what_is_only_recorded_it_says_so_with_the_reason_and_the_answer(desk: Desk) -> None:
    case_id, path = await reported(desk)
    recorded = PLAN.model_copy(update={"suppressed": NO_INCIDENT, "faq": FAQ})
    await desk.log.tell(e.EscalationPlanned(case_id=case_id, plan=recorded))
    page = await desk.client.get(path)
    for text in ("受け付けて、記録しました。", "呼び出しは行わず、記録しました", "この報告に加えて記録します。"):
        assert text in page.text
    assert "計画停止のお知らせがあるため &lt;b&gt;" in page.text
    assert '<a href="https://faq.example.jp/stops?a=1&amp;b=2" rel="noreferrer">' in page.text
    assert not [text for text in ("引き継ぎます", "順番に確認します", "担当者に届きます") if text in page.text]
    english = words(await desk.client.get(f"{path}&lang=en"))
    assert "It is recorded; nobody is called" in english
    assert NO_INCIDENT.en in english
    await desk.act(case_id, "acknowledge")
    owned = words(await desk.client.get(path))
    assert ("担当者に届きます" in owned, "呼び出しは行わず、記録しました" in owned) == (True, False)


async def test_who_is_called_later_is_not_being_called(desk: Desk) -> None:
    case_id, path = await reported(desk)
    assert "担当者を探しています" in words(await desk.client.get(path.removesuffix("?new=1")))
    await desk.log.tell(e.EscalationPlanned(case_id=case_id, plan=PLAN))
    later = desk.clock.at + timedelta(hours=9)
    kato, ito = [
        Responder(person=Person(id=name, name=name), path=Path.FUNCTIONAL, reason=WHY) for name in ("加藤", "伊藤")
    ]
    clock = e.DeadlineSet(
        name=DeadlineName.FIRST_RESPONSE, generation=1, due=later + timedelta(hours=1), span="1h", since=later
    )
    asked = e.EscalationAssigned(
        case_id=case_id, round=1, level=1, path=Path.FUNCTIONAL, priority=Priority.P3, cause="submitted", after=0,
        responders=(kato, ito), channels=(Channel.TICKET,), reasons=(WHY,), deadlines=(clock,),
    )  # fmt: skip
    await desk.log.tell(asked)
    page = words(await desk.client.get(path))
    assert ("11月24日 19:00 に加藤さん、伊藤さんへ連絡します" in page, "に連絡しています" in page) == (True, False)
    assert "To be asked, 24 Nov 19:00: 加藤, 伊藤" in words(await desk.client.get(f"{path}&lang=en"))
    now = {"track": Track.AUTHORITY, "round": 2, "responders": (ito,), "deadlines": ()}
    await desk.log.tell(asked.model_copy(update=now))
    page = words(await desk.client.get(path))
    assert "伊藤さんに連絡しています" in page
    assert "に加藤さんへ連絡します" in page
    desk.clock.at = later
    assert "加藤さん、伊藤さんに連絡しています" in words(await desk.client.get(path))


async def test_who_is_asked_on_either_track_is_named_once(desk: Desk) -> None:
    path = f"/r/{make_followup(LINK_KEY, await both_asked(desk))}"
    assert "satoさんさん、managerさんさんに連絡しています" in words(await desk.client.get(path))
