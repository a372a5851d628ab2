"""A case is erased: who reported it stands in nothing that was told of it, and it can still be worked on."""

from shared.contracts import erased
from shared.contracts import events as e
from shared.contracts.vocabulary import Channel
from tests.integration.notifier.conftest import NAME, SATO, YAMADA, World, assigned, person
from tests.integration.notifier.test_tidings import linked, resolved


async def names(world: World, case: str) -> list[str]:
    rows = await world.process.db.pool.fetch("SELECT content || name FROM notifications WHERE case_id = $1", case)
    folds = await world.process.db.pool.fetch("SELECT state FROM folds WHERE key = $1", case)
    assert rows
    return [text for (text,) in [*rows, *folds] if NAME[YAMADA] in text or f'"{YAMADA}"' in text]


async def test_who_reported_is_forgotten_when_that_was_asked_for(world: World) -> None:
    case = await world.submitted(by=YAMADA, external=False)
    await world.say(assigned(case, SATO, channels=(Channel.CHAT,)))
    assert await names(world, case)
    await world.say(e.CaseErased(case_id=case, by=person(SATO)))
    assert await names(world, case)
    await world.say(e.CaseErased(case_id=case, by=person(SATO), reporter=True))
    assert await names(world, case) == []
    await world.say(e.CaseAcknowledged(case_id=case, by=person(SATO), via="phone"))
    assert await world.log(case)


async def test_nor_are_they_named_or_told_where_their_report_is_handled(world: World) -> None:
    lead = await world.submitted()
    case = await linked(world, lead, by=YAMADA)
    await world.say(e.CaseStarted(case_id=lead, by=person(SATO)))
    assert await names(world, lead)
    await world.say(e.CaseErased(case_id=case, by=person(SATO), reporter=True))
    gone = e.EscalationJoined(case_id=lead, joined=case, joined_number=1, by=erased.NOBODY)
    await world.say(gone)
    assert (await names(world, lead), await names(world, case)) == ([], [])
    await world.say(resolved(lead))
    told = "SELECT recipient FROM notifications WHERE case_id = $1 AND purpose = 'result'"
    recipients = [row["recipient"] for row in await world.process.db.pool.fetch(told, lead)]
    assert recipients
    assert YAMADA not in recipients
    waiting = "SELECT count(*) FROM notifications WHERE recipient = $1 AND state = 'pending'"
    assert await world.process.db.pool.fetchval(waiting, YAMADA) == 0
