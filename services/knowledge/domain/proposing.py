"""Questions proposed while somebody types: those that go on as typed, by letters or by sound."""

from bisect import bisect_left, insort
from collections.abc import Iterator
from dataclasses import dataclass

from services.knowledge.domain.kana import sound

_READ = 200  # questions that begin alike and are looked at for one key stroke


@dataclass(frozen=True, slots=True)
class Proposal:
    """A question to ask instead, the record that answers it, and whether it goes on as typed."""

    id: str
    question: str
    goes_on: bool


class Beginnings:
    """Questions in the order of their letters, so that those that begin alike stand together."""

    def __init__(self) -> None:
        self._entries: list[tuple[str, int, int]] = []  # how it begins, slot, which of its questions

    def add(self, key: str, slot: int, place: int) -> None:
        if key:
            insort(self._entries, (key, slot, place))

    def remove(self, key: str, slot: int, place: int) -> None:
        at = bisect_left(self._entries, (key, slot, place))
        if self._entries[at : at + 1] == [(key, slot, place)]:
            del self._entries[at]

    def same(self, typed: str) -> Iterator[tuple[int, int]]:
        """Slot and place of questions that are what was typed."""
        at = bisect_left(self._entries, (typed, -1, -1))
        for key, slot, place in self._entries[at : at + _READ]:
            if key != typed:
                return
            yield slot, place

    def going_on(self, typed: str) -> Iterator[tuple[int, int]]:
        """Slot and place of questions that begin with what was typed, at most so many as are worth looking at."""
        at = bisect_left(self._entries, (typed, -1, -1))
        for key, slot, place in self._entries[at : at + _READ]:
            if not key.startswith(typed):
                return
            yield slot, place


def letters(text: str) -> str:
    """Normalised text as it is compared while being typed: without spaces and marks."""
    return "".join(letter for letter in text if letter.isalnum() or letter == "ー")


def sounds(readings: str) -> str:
    """The same by how it is heard."""
    return sound(letters(readings))
