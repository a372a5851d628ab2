"""The directory as a table that a spreadsheet opens: read as Excel writes it in Japan, and written so that nothing runs."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from shared.contracts.addresses import KINDS

BOM = "\ufeff"
MOST_LINES = 3000
WRITTEN = tuple(kind for kind in KINDS if kind != "push")
TITLES: dict[str, tuple[str, ...]] = {  # the first is what is written; all of them are read, and the name itself
    "type": ("区分",),
    "id": ("ID", "id"),
    "name": ("名前", "氏名", "お名前"),
    "language": ("言語",),
    "role": ("役割",),
    "member_of": ("所属チーム", "チーム"),
    "phone": ("電話", "電話番号"),
    "email": ("メール", "メールアドレス", "e-mail", "mail"),
    **{kind: (kind,) for kind in WRITTEN if kind not in ("phone", "email")},
}
NEEDED = ("id", "name")
WORDS: dict[str, dict[str, str]] = {
    "type": {"": "person", "人": "person", "個人": "person", "チーム": "team"},
    "language": {"": "ja", "日本語": "ja", "英語": "en", "english": "en", "japanese": "ja"},
    "role": {
        "最終担当": "catch_all",
        "最終担当者": "catch_all",
        "管理担当": "platform_owner",
        "管理者": "platform_owner",
    },
}
SEVERAL = re.compile(r"[|｜\n]")
_RUNS = re.compile(r"[=+\-@\t\r'＝＋－＠]")
_NAMES = {title.casefold(): name for name, titles in TITLES.items() for title in (*titles, name)}


@dataclass(frozen=True)
class Fault:
    """Something wrong with one line, in one column where that can be said; line 0 is the whole."""

    line: int
    column: str
    ja: str
    en: str


class Unreadable(ValueError):
    """It is no such table at all."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.en)
        self.fault = fault


def decode(data: bytes) -> str:
    """The text of a file, in UTF-8 with or without a mark, or in Shift_JIS as Excel writes it. Raises `Unreadable`."""
    for encoding in ("utf-8-sig", "cp932"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    ja = "文字コードは UTF-8 か Shift_JIS にしてください。"
    raise Unreadable(Fault(0, "", ja, "Write it in UTF-8 or Shift_JIS."))


def rows(text: str) -> Iterator[tuple[int, dict[str, str]]]:
    """The lines of a table, each with its number, by our names of the columns; blank ones are left out.

    Raises `Unreadable` where there is no heading or the table breaks off.
    """
    reader, heading, line = csv.reader(io.StringIO(text.removeprefix(BOM), newline=""), strict=True), None, 1
    try:
        for cells in reader:
            number, line = line, reader.line_num + 1
            if not any(cell.strip() for cell in cells):
                continue
            if heading is None:
                heading = _heading(cells, number)
            elif len(cells) > len(heading) and any(cell.strip() for cell in cells[len(heading) :]):
                raise Unreadable(
                    Fault(number, "", "見出しより列が多い行です。", "This line has more columns than the heading.")
                )
            else:
                yield number, {name: plain(cell) for name, cell in zip(heading, cells, strict=False)}
    except csv.Error:
        raise Unreadable(
            Fault(
                line,
                "",
                "ここから先を表として読めません。引用符を確かめてください。",
                "The table cannot be read from here on; check the quotes.",
            )
        ) from None
    if heading is None:
        raise Unreadable(Fault(0, "", "見出しの行がありません。", "There is no heading."))


def _heading(cells: list[str], line: int) -> list[str]:
    names = [_NAMES.get(cell.strip().casefold(), "") for cell in cells]
    for name, cell in zip(names, cells, strict=True):
        shown = cell.strip()[:40]
        if not name:
            raise Unreadable(Fault(line, shown, f"「{shown}」という列はありません。", f"There is no column “{shown}”."))
        if names.count(name) > 1:
            raise Unreadable(
                Fault(line, shown, f"「{shown}」の列が二つあります。", f"The column “{shown}” is there twice.")
            )
    for name in NEEDED:
        if name not in names:
            title = TITLES[name][0]
            raise Unreadable(Fault(line, title, f"「{title}」の列が必要です。", f"The column “{name}” is needed."))
    return names


def plain(cell: str) -> str:
    """A cell as it was meant: without the mark that keeps a spreadsheet from running it."""
    cell = cell.strip(" \u3000\n")
    return cell[1:] if cell.startswith("'") and _RUNS.match(cell[1:]) else cell


def word(column: str, cell: str) -> str:
    """A word of a column in our own."""
    return WORDS[column].get(cell.strip().casefold(), cell.strip())


def several(cell: str) -> list[str]:
    """The values of a cell that may hold more than one: each on a line of its own, or with | between them."""
    return [plain(part) for part in SEVERAL.split(cell) if part.strip()]


def write(lines: Iterable[Mapping[str, Iterable[str]]]) -> str:
    """A table of these lines, which a spreadsheet opens as text: whatever could run as a formula is marked."""
    out = io.StringIO(newline="")
    table = csv.writer(out, lineterminator="\r\n")
    table.writerow([titles[0] for titles in TITLES.values()])
    for line in lines:
        table.writerow(["|".join(_harmless(value) for value in line.get(name, ())) for name in TITLES])
    return BOM + out.getvalue()


def _harmless(value: str) -> str:
    return f"'{value}" if _RUNS.match(value) else value
