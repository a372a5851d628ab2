"""The texts in force: the standard ones, and those that an organisation has put in their place."""

from collections.abc import Mapping
from typing import Any

from jinja2 import Template

from services.notifier.domain.contact import Language
from services.notifier.domain.mistakes import Mistake, empty
from services.notifier.domain.templates import fill, read
from services.notifier.domain.texts import known

Key = tuple[Language, str]


class Book:
    """Texts by (language, name), each read once. A changed text that cannot be used gives way to the standard one."""

    def __init__(self, standard: Mapping[Key, str]) -> None:
        self.standard = standard
        self.changed: Mapping[Key, str] = {}
        self.broken: dict[Key, Mistake] = {}
        self._read: dict[Key, tuple[str, Template]] = {}

    def take(self, changed: Mapping[Key, str]) -> None:
        """Use these changed texts from now on, and no others; what is broken is remembered until it is changed."""
        self.broken = {key: why for key, why in self.broken.items() if changed.get(key) == self.changed.get(key)}
        self.changed = changed
        for key in changed:
            if key in self.standard:
                self._try(key)

    def write(self, key: Key, facts: Mapping[str, Any]) -> tuple[str, Mistake | None]:
        """Fill in a text; gives what is wrong with the changed one as well, when the standard one had to be used."""
        if key in self.changed:
            try:
                written = fill(self._template(key, self.changed[key]), facts)
                if not written.strip():
                    raise empty()
                return written, None
            except Mistake as problem:
                self.broken[key] = problem
        return fill(self._template(key, self.standard[key]), facts, ours=True), self.broken.get(key)

    def _try(self, key: Key) -> None:
        try:
            self._template(key, self.changed[key])
        except Mistake as problem:
            self.broken[key] = problem

    def _template(self, key: Key, source: str) -> Template:
        kept = self._read.get(key)
        if kept is None or kept[0] != source:
            kept = self._read[key] = source, read(source, known(key[1]))
        return kept[1]
