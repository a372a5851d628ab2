"""What a key pressed in a call comes to, whoever carries the call."""

from typing import NamedTuple

from services.notifier.desk import Desk
from services.notifier.domain import twiml
from services.notifier.domain.notification import Notification
from services.notifier.store import Known

PRESSES = 6  # "say it again" is granted so often in one call


class Reply(NamedTuple):
    """What is said, and whether it is the page, which asks for a key once more; `heeds`: a key pressed into it counts."""

    text: str
    asks: bool
    heeds: bool = False


async def pressed(
    desk: Desk, n: Notification, known: Known, key: str, times: int, attempt: int | None = None, call_id: str = ""
) -> Reply:
    """1 acknowledges, 2 passes on, anything else says it again. No `key` is a page that was said in vain.

    `times` is how often it was said already; `attempt` and `call_id` are the call's, where it tells them.
    """
    if key == "1":
        return Reply(await desk.spoken(n, known, await desk.take(n, known, "phone")), asks=False)
    if key == "2":
        heard = await desk.decline(n, attempt, call_id)
        if not heard and desk.needless(n, known):
            return Reply(desk.taken(n, known), asks=False)
        return Reply(desk.speech("declined" if heard else "refused", n, known), asks=False)
    if desk.needless(n, known):
        return Reply(desk.taken(n, known), asks=False)
    if times >= (PRESSES if key else twiml.REPEATS):
        return Reply(desk.speech("goodbye", n, known), asks=False, heeds=not key)
    return Reply(await desk.page(n, known), asks=True)
