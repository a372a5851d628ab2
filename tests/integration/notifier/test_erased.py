"""A case is erased: who reported it stands in nothing that was told of it, and it can still be worked on."""

from shared.contracts import events as e
from shared.contracts.vocabulary import Channel
from tests.integration.notifier.conftest import NAME, SATO, YAMADA, World, assigned, person


async def names(world: World, case: str) -> list[str]:
    rows = await world.process.db.pool.fetch("SELECT content FROM notifications WHERE case_id = $1", case)
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
