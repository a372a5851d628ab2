"""Any of the services that the Apprise library knows, as an extra: best effort, no guarantee that it arrives (到達保証なし).

The library says only whether it believes to have sent. It blocks, so it runs in a few threads of its own, and nobody
waits for one longer than `seconds`.
"""

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Literal

from services.notifier.channels.channel import NOT_SET_UP, Surroundings
from services.notifier.domain.fitting import fit
from services.notifier.domain.message import Message
from services.notifier.domain.notification import Notification
from services.notifier.domain.result import Accepted, Ambiguous, Lookup, Permanent, Result, Retryable, Unaskable

THREADS = 4
TITLE, BODY = 200, 1500  # letters; what a single service takes less of, the library cuts
NOTE = {"ja": "※到達保証のない経路でお送りしています。", "en": "Sent on a best-effort path: it may not arrive."}
TALKATIVE = ("apprise", "urllib3", "requests")  # their lines hold addresses, and the addresses are secrets
Said = Literal["sent", "failed", "bad-address"]


@dataclass(frozen=True)
class AppriseSettings:
    """ "on", or the schemas that may be used, by comma (`ntfy,pushover`); empty where Apprise is not used."""

    apprise: str = ""


class Apprise:
    """Addresses are Apprise URLs. They hold secrets, so neither results nor lines of the log repeat them."""

    seconds = 10.0

    def __init__(self, around: Surroundings) -> None:
        allowed = around.read(AppriseSettings).apprise.lower()
        self._schemas = frozenset(filter(None, (part.strip() for part in allowed.split(","))))
        self._threads = ThreadPoolExecutor(THREADS, "apprise")
        self.set_up = bool(self._schemas) and find_spec("apprise") is not None

    async def send(self, message: Message, to: str) -> Result:
        """Hand a message to the library and wait for a bounded time."""
        if not self.set_up:
            return NOT_SET_UP
        if not ({"on", to.partition("://")[0].lower()} & self._schemas):
            return Permanent("schema-not-allowed", "target")
        n, language = message.notification, message.language
        body = f"{fit(message.text, BODY, message.link)}\n\n{NOTE[language]}"
        work = self._threads.submit(partial(_notify, to, fit(message.subject, TITLE), body))
        waiting = asyncio.wrap_future(work)
        waiting.add_done_callback(_seen)
        await asyncio.wait([waiting], timeout=self.seconds)
        if work.cancel() or work.cancelled():
            return Retryable("apprise-busy")  # all threads are held up, it has not begun
        if not work.done():
            return Ambiguous("no-answer-from-provider")
        return _meant("failed" if work.exception() else work.result(), str(n.id))

    async def find(self, n: Notification, to: str, others: frozenset[str]) -> Lookup:
        """Nothing can be asked."""
        return Unaskable()

    async def withdraw(self, message: Message, to: str) -> Result:
        """What was sent stays."""
        return Accepted(message.notification.provider_id, "nothing-to-do")

    async def close(self) -> None:
        """Begin nothing more."""
        self._threads.shutdown(wait=False, cancel_futures=True)


def _seen(waiting: "asyncio.Future[Said]") -> None:
    """Look at what was raised, however late: nobody else may write it down, for it may hold the address."""
    if not waiting.cancelled():
        waiting.exception()


def _meant(said: Said, id_: str) -> Result:
    match said:
        case "sent":
            return Accepted(id_, "best-effort")
        case "bad-address":
            return Permanent("bad-address", "target")
    return Retryable("apprise-failed")


def _notify(to: str, title: str, body: str) -> Said:
    """Runs in a thread; the library is only loaded where it is used."""
    library: Any = import_module("apprise")
    for name in TALKATIVE:
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    sender = library.Apprise()
    if not sender.add(to):
        return "bad-address"
    return "sent" if sender.notify(body=body, title=title) else "failed"
