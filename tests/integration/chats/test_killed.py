"""The notifier is killed in the middle of a talk, on real Kafka and Postgres: the talk goes on where it stood, to one case."""

import asyncio
import signal
from collections.abc import Awaitable, Callable
from typing import cast

from sandbox.line_works import LineWorks
from tests.contracts.channels.specs import SPECS
from tests.integration.chats.conftest import FACTS, WORKS_ID
from tests.integration.notifier.test_killed import notifying


async def test_a_talk_survives(databases: dict[str, str], kafka: str) -> None:
    async with notifying(databases["notifier"], kafka, [lambda s: SPECS["line_works"].env(s)]) as (world, life):
        bot = cast(LineWorks, world.sandbox.vendor("line_works"))

        async def said(words: str) -> str:
            async def there() -> str:
                newest = list(bot.sent.values())[-1:]
                return newest[0].id if newest and words in newest[0].text else ""

            found: str = await world.until(there)
            return found

        async def kill() -> None:
            await life.end(signal.SIGKILL)
            await life.start()

        await bot.say("報告 " + FACTS, WORKS_ID)
        await said("（2/4）")
        await kill()
        await bot.say("全体", WORKS_ID)
        await said("（3/4）")
        await bot.say("はい", WORKS_ID)
        await bot.say("なし", WORKS_ID)
        await bot.say("佐藤", WORKS_ID)
        summary = await said(FACTS)
        world.intake.reports_wait = asyncio.Event()
        sent = await bot.press(summary, "送る", WORKS_ID)
        await world.until(_one(world.intake.reports))
        await kill()  # intake has the report, and the talk does not know
        world.intake.reports_wait = None
        assert (await bot.post(sent.sent_body)).status == 200
        await bot.say("送る", WORKS_ID)
        await said("受付番号：No. 1")
        keys = {report["key"] for report in world.intake.reports}
        assert (len(keys), len(world.intake.reports)) == (1, 2)


def _one(reports: list[dict[str, str]]) -> Callable[[], Awaitable[bool]]:
    async def there() -> bool:
        return bool(reports)

    return there
