"""Articles as one file: what is asked for, how the file is called, and how the pieces become it."""

import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

FORMATS = {"csv": "text/csv; charset=utf-8", "markdown": "application/zip", "json": "application/x-ndjson"}
ENDS = {"csv": "csv", "markdown": "zip", "json": "json"}
AUDIENCES = ("", "public", "internal")
LANGUAGES = ("", "ja", "en")
MARK = "\ufeff"  # by which spreadsheets know what a CSV is


@dataclass(frozen=True)
class Wanted:
    """Which articles, and as what; "" means all."""

    form: str
    audience: str = ""
    language: str = ""

    @property
    def media_type(self) -> str:
        """What the file is."""
        return FORMATS[self.form]

    @property
    def filters(self) -> dict[str, str]:
        """What the knowledge service is asked for."""
        given = {"audience": self.audience, "language": self.language}
        return {name: value for name, value in given.items() if value}

    def name(self, today: date) -> str:
        """How the file is called; by it one sees which articles of which day it holds."""
        parts = ("tasuki-articles", self.audience, self.language, today.isoformat())
        return f"{'-'.join(filter(None, parts))}.{ENDS[self.form]}"


def wanted(given: Mapping[str, str]) -> Wanted | None:
    """What a form asks for; None for what there is not."""
    asked = Wanted(given.get("format", "csv"), given.get("audience", ""), given.get("language", ""))
    return asked if asked.form in FORMATS and asked.audience in AUDIENCES and asked.language in LANGUAGES else None


class Packing:
    """Makes the pieces of a file of what comes page by page, so that no file is ever held whole."""

    def __init__(self, form: str) -> None:
        self._out = _Pieces()
        self._zip = zipfile.ZipFile(self._out, "w", zipfile.ZIP_DEFLATED) if form == "markdown" else None
        if form == "csv":
            self._out.write(MARK.encode())

    def add(self, name: str, text: str) -> None:
        """One file of a folder, or the next piece of the only one."""
        if self._zip is not None:
            self._zip.writestr(name, text)
        else:
            self._out.write(text.encode())

    def ready(self) -> bytes:
        """What can be sent by now."""
        return self._out.taken()

    def end(self) -> bytes:
        """The rest."""
        if self._zip is not None:
            self._zip.close()
        return self._out.taken()


class _Pieces(io.RawIOBase):
    """Takes what is written, and cannot go back."""

    def __init__(self) -> None:
        super().__init__()
        self._held: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        piece = bytes(data)  # type: ignore[call-overload]
        self._held.append(piece)
        return len(piece)

    def taken(self) -> bytes:
        held, self._held = b"".join(self._held), []
        return held
