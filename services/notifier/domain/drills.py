"""What every message of a drill says besides, before anything else, whatever the texts of the organisation say."""

from services.notifier.domain.contact import Language
from services.notifier.domain.notification import Notification
from shared.contracts.drill import marked

_ASKED = (
    "これは訓練です。実際の障害ではありません。修理やお客様への連絡は要りません。受け取ったことだけ、お返事ください。",
    "This is a drill and no real trouble. Nothing has to be repaired, and nobody outside is to be told. "
    "Please only confirm that this has reached you.",
)
_TOLD = (
    "これは訓練のお知らせです。何もする必要はありません。",
    "This is about a drill. There is nothing for you to do.",
)
_SAID_FIRST = (
    "これは訓練です。修理は要りません。受け取ったことだけ、お知らせください。",
    "This is a drill. Nothing has to be repaired. Please only confirm that this has reached you.",
)
_SAID = ("訓練です。", "This is a drill.")


def subject(n: Notification, written: str, language: Language) -> str:
    """The first line of a message; of a drill it says so first."""
    return marked(written, language) if n.content.drill else written


def body(n: Notification, written: str, language: Language) -> str:
    """The text of a message; of a drill it says first what is to be done, and what is not."""
    if not n.content.drill:
        return written
    note = (_ASKED if n.answerable else _TOLD)[language == "en"]
    return f"{note}\n\n{written}".strip()


def speech(n: Notification, what: str, written: str, language: Language) -> str:
    """What the telephone says; of a drill that comes first, each time."""
    if not n.content.drill:
        return written
    said = (_SAID_FIRST if what == "page" else _SAID)[language == "en"]
    return f"{said} {written}" if language == "en" else f"{said}{written}"
