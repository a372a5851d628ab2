"""Reports in a talk, by questions and answers: keeps where each talk stands, and sends the report at its end."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from secrets import token_hex

from services.notifier.domain import guided
from services.notifier.domain.draft import Draft, Teller
from services.notifier.domain.guided import KEPT, VALUE, Button, Talk, Turn
from services.notifier.domain.report_words import say
from services.notifier.domain.said import Written
from services.notifier.reporting import Chat, Reporting
from services.notifier.sql import SQL
from shared.contracts.envelope import event_id
from shared.runtime.consume import SEEN

FORGET_SECONDS = 60.0
PLANNED_SECONDS = 4.0


@dataclass(frozen=True)
class Talks:
    """The talks of a process, in whichever chat. The key of a row hides who talks, and it goes when the talk ends."""

    reporting: Reporting

    async def hear(self, chat: Chat, written: Written) -> Turn | None:
        """Take what somebody said one step further, once for each event; None when there is nothing to say."""
        if written.value and not written.value.startswith(f"{VALUE}:"):
            return None  # it is about something else
        teller = await self.reporting.teller(chat, written.user)
        key, now = self.reporting.hidden(chat, "talk", written.user), self.reporting.clock.now()
        once = event_id("said in a talk", self.reporting.hidden(chat, "event", written.event))
        async with self.reporting.db.transaction() as tx:
            if not await tx.fetch(SEEN, [once], now):
                return None
            await tx.execute(SQL["hold_talk"], key)
            row = await tx.fetchrow(SQL["lock_talk"], key)
            before = _read(row["talk"]) if row else None
            talk, turn = guided.hear(before, written.text, written.value, teller, now, lambda: token_hex(8))
            if talk is not None:
                await tx.execute(SQL["save_talk"], key, _written(talk), now)
            elif before is not None:
                await tx.execute(SQL["end_talk"], key, before.id)
        return turn

    async def send(self, chat: Chat, user: str, talk: Talk) -> tuple[str, Sequence[Button]]:
        """Send the report of a talk; what to say then. Sent again, as after a crash, it is the same case."""
        draft, language = talk.draft, talk.language
        known = None if draft.anonymous else await self.reporting.teller(chat, user)
        teller = Teller(language, known.person if known else None)
        received = await self.reporting.send(chat, draft, teller, talk.id)
        if isinstance(received, str):
            return say(f"talk.{received}", language), guided.question(talk).buttons
        async with self.reporting.db.transaction() as tx:
            await tx.execute(SQL["end_talk"], self.reporting.hidden(chat, "talk", user), talk.id)
        lines = await self.reporting.lines(received.case_id, teller, PLANNED_SECONDS)
        keep = say("page.keep" if draft.anonymous else "page.hint", language)
        said = say("thanks.again" if received.again else "thanks", language)
        number = say("number", language, number=received.number)
        return "\n".join([said, "", number, *lines, "", say("page", language), received.page, keep]), ()

    async def forget(self) -> None:
        """Let go of what nobody went on with."""
        async with self.reporting.db.transaction() as tx:
            await tx.execute(SQL["forget_talks"], self.reporting.clock.now() - KEPT)


def _written(talk: Talk) -> str:
    return json.dumps(asdict(talk), ensure_ascii=False, default=lambda at: at.isoformat())


def _read(text: str) -> Talk:
    told = json.loads(text)
    talk = Talk(**{**told, "at": datetime.fromisoformat(told["at"])})
    return replace(talk, draft=Draft(**told["draft"]))
