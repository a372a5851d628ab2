"""The drill (訓練): a case that pages real people by the real channels, and is nobody's trouble."""

from shared.contracts.canary import SOURCE as CANARIES
from shared.contracts.canary import is_canary

SOURCE = "tasuki:drill"  # no token and no source can have such a name, so that no sender can hide a case behind it
UNREAL = (CANARIES, SOURCE)
JA, EN = "【訓練】", "[DRILL]"


def is_drill(source: str) -> bool:
    """Whether a case of this source is a drill."""
    return source == SOURCE


def is_real(source: str) -> bool:
    """Whether a case of this source counts: on boards and lists, in figures, in the archive, for what else is alike."""
    return not (is_drill(source) or is_canary(source))


def marked(text: str, language: str) -> str:
    """A text that says first that it belongs to a drill; once only."""
    return f"{EN} {plain(text)}" if language == "en" else f"{JA}{plain(text)}"


def plain(text: str) -> str:
    """The same without the mark."""
    return text.removeprefix(JA).removeprefix(EN).lstrip() if text.startswith((JA, EN)) else text
