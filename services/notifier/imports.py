"""A table into a directory, or every mistake in it by line; and a directory into a table."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, cast

from pydantic import ValidationError

from services.notifier.directory import WRITTEN, Directory, Entry, Everybody
from services.notifier.domain import sheet
from services.notifier.domain.sheet import Fault, Unreadable
from shared.runtime.web import in_words

ROLES = ("catch_all", "platform_owner")
MOST_FAULTS = 500


@dataclass
class Draft:
    """What was read so far: people and teams with their lines, who has a part, every id that was met, and what is wrong."""

    people: dict[str, tuple[int, Entry]] = field(default_factory=dict)
    teams: dict[str, tuple[int, Entry]] = field(default_factory=dict)
    parts: dict[str, tuple[int, str]] = field(default_factory=dict)
    ids: dict[tuple[str, str], int] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def wrong(self, line: int, column: str, ja: str, en: str) -> None:
        """Remember a mistake."""
        self.faults.append(Fault(line, column, ja, en))


def read(data: bytes) -> tuple[Directory | None, list[Fault]]:
    """The directory of a table; or none, and everything that is wrong with it."""
    draft = Draft()
    try:
        for count, (line, cells) in enumerate(sheet.rows(sheet.decode(data))):
            if count >= sheet.MOST_LINES:
                most = sheet.MOST_LINES
                raise Unreadable(Fault(line, "", f"{most} 行までです。", f"{most} lines are the most."))
            _line(draft, line, cells)
    except Unreadable as problem:
        draft.faults.insert(0, problem.fault)
    else:
        _whole(draft)
    if draft.faults:
        return None, draft.faults[:MOST_FAULTS]
    catch_all, owner = (draft.parts.get(role, (0, None))[1] for role in ROLES)
    people, teams = (tuple(entry for _, entry in part.values()) for part in (draft.people, draft.teams))
    try:
        return Directory(people=people, teams=teams, catch_all=cast(str, catch_all), platform_owner=owner), []
    except ValidationError as problem:
        return None, [Fault(0, "", **in_words(dict(error))) for error in problem.errors()]


def _line(draft: Draft, line: int, cells: dict[str, str]) -> None:
    kind = sheet.word("type", cells.get("type", ""))
    if kind not in ("person", "team"):
        draft.wrong(line, "type", "「人」か「チーム」と書いてください。", "Write person or team.")
        return
    known = draft.people if kind == "person" else draft.teams
    id_ = cells.get("id", "").strip()
    where = draft.ids.setdefault((kind, id_), line)
    if where != line:
        draft.wrong(line, "id", f"{where} 行目と同じ ID です。", f"The same id as in line {where}.")
    fields: dict[str, Any] = {name: sheet.several(cells.get(name, "")) for name in (*WRITTEN, "member_of")}
    fields |= {"id": id_, "name": cells.get("name", ""), "language": sheet.word("language", cells.get("language", ""))}
    try:
        known.setdefault(id_, (line, Entry.model_validate(fields)))
    except ValidationError as problem:
        for error in problem.errors():
            draft.wrong(line, str(error["loc"][0]) if error["loc"] else "", **in_words(dict(error)))
    if kind == "team" and fields["member_of"]:
        draft.wrong(line, "member_of", "チームはチームに所属できません。", "A team is in no other team.")
    for role in (sheet.word("role", part) for part in sheet.several(cells.get("role", ""))):
        _part(draft, line, kind, role, id_)


def _part(draft: Draft, line: int, kind: str, role: str, id_: str) -> None:
    if role not in ROLES:
        draft.wrong(line, "role", "「最終担当」か「管理担当」と書いてください。", "Write catch_all or platform_owner.")
    elif kind == "team":
        draft.wrong(line, "role", "役割を持てるのは人だけです。", "Only a person has a part.")
    elif role in draft.parts:
        where = draft.parts[role][0]
        draft.wrong(line, "role", f"{where} 行目の人と重なっています。", f"Line {where} has this part already.")
    else:
        draft.parts[role] = (line, id_)


def _whole(draft: Draft) -> None:
    """What no single line can tell."""
    for line, entry in draft.people.values():
        for team in entry.member_of:
            if team not in draft.teams:
                ja, en = f"「{team}」というチームの行がありません。", f"No line is about a team “{team}”."
                draft.wrong(line, "member_of", ja, en)
    if "catch_all" not in draft.parts:
        ja, en = "役割に「最終担当」と書いた人が一人必要です。", "One person must have the part catch_all."
        draft.wrong(0, "role", ja, en)
    for role, (line, id_) in draft.parts.items():
        if id_ in draft.people and not draft.people[id_][1].contact().reachable:
            ja, en = "この役割の人には連絡先が必要です。", f"Whoever is {role} needs an address."
            draft.wrong(line, "role", ja, en)
    draft.faults.sort(key=lambda fault: fault.line)


def written(everybody: Everybody) -> str:
    """The table of a directory, which `read` understands."""
    return sheet.write(_lines(everybody))


def _lines(everybody: Everybody) -> Iterator[dict[str, list[str]]]:
    parts = {"最終担当": everybody.catch_all, "管理担当": everybody.platform_owner}
    for kind, entries in (("人", everybody.people), ("チーム", everybody.teams)):
        for entry in entries:
            line = {kind_: list(getattr(entry, kind_)) for kind_ in (*WRITTEN, "member_of")}
            roles = [title for title, id_ in parts.items() if kind == "人" and id_ == entry.id]
            yield {
                **line,
                "type": [kind],
                "id": [entry.id],
                "name": [entry.name],
                "language": [entry.language],
                "role": roles,
            }
