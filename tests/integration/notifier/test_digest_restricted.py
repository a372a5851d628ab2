"""The page of a digest after one of its cases was restricted: whoever followed it reads no more of it there."""

import re

from shared.contracts import events as e
from shared.contracts.plan import Person
from shared.contracts.vocabulary import Kind, Priority
from tests.integration.notifier.conftest import ITO, NAME, SATO, World, person
from tests.integration.notifier.test_storms import time_passes, to


async def test_what_was_restricted_since_stands_there_no_more_for_who_followed_it(world: World) -> None:
    await world.process.db.pool.execute("TRUNCATE notifications CASCADE")
    await world.process.db.pool.execute("UPDATE bundling SET after = 1")
    since, cases = world.sandbox.journal.cursor, list[str]()
    for number in range(3):
        cases.append(await world.submitted(external=False, priority=Priority.P3))
        follower = Person(id=ITO, name=NAME[ITO])
        await world.say(e.CaseFollowed(case_id=cases[-1], by=person(SATO), follower=follower))
        note = e.CaseNoted(case_id=cases[-1], by=person(SATO), text=f"経過その{number}", internal=False)
        await world.say(note)
    await time_passes(world)

    async def digest() -> str:
        found = [link for text in to(world, ITO, since) for link in re.findall(r"/digests/[A-Za-z0-9_.-]+", text)]
        return found[0] if found else ""

    place = await world.until(digest)
    before = (await world.http.get(place)).text
    assert ("経過その1" in before, "経過その2" in before) == (True, True)
    corrected = e.CaseCorrected(case_id=cases[2], by=person(SATO), reason="本人の訴え", kind=Kind.HARASSMENT)
    await world.say(corrected)
    page = (await world.http.get(place)).text
    assert ("経過その1" in page, "経過その2" in page) == (True, False)
    assert "ほかの 1 件" in page
