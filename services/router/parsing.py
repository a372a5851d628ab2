"""Policy text to plain data: a small part of YAML, read in one pass, with the place of everything and bounds on all of it."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import yaml

from services.router.domain.policies.findings import Check, Finding, Place

FILES = ("matrix.yaml", "rules.yaml", "teams.yaml", "schedules.yaml", "calendars.yaml", "cases.yaml")
LARGEST_FILE = 1024 * 1024
LARGEST = 2 * 1024 * 1024
DEEPEST = 20
MOST_NODES = 50_000
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_INT = re.compile(r"-?(0|[1-9]\d{0,17})", re.ASCII)
_FLOAT = re.compile(r"-?\d{1,15}\.\d{1,15}", re.ASCII)
_PLAIN: dict[str, Any] = {"": None, "~": None, "null": None, "true": True, "false": False}
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the C one is ten times as fast

MISSING = Check(
    "file-missing", "error", "ファイルがありません", "the file is missing",
    "{missing} を加えてください（何もなければ、空の一覧を書きます）", "add {missing}; where there is nothing to say, write an empty list",
)  # fmt: skip
UNKNOWN = Check(
    "file-unknown", "error", "方針のファイルではありません", "this is not a file of the policy",
    "名前を確かめてください（{known}）", "check its name ({known})",
)  # fmt: skip
TOO_LARGE = Check(
    "file-too-large", "error", "大きすぎます（{size} バイト、{most} バイトまで）", "too large ({size} bytes, {most} at most)",
    "要らない部分を消してください", "remove what is not needed",
)  # fmt: skip
NOT_UTF8 = Check(
    "not-utf-8", "error", "UTF-8 ではありません（{byte} バイト目）", "not UTF-8 at byte {byte}",
    "文字コードを UTF-8 にして保存してください", "save the file as UTF-8",
)  # fmt: skip
CONTROL = Check(
    "control-characters", "error", "制御文字 U+{code} があります", "there is a control character, U+{code}",
    "その文字を消してください", "remove the character",
)  # fmt: skip
SYNTAX = Check(
    "yaml-syntax", "error", "YAML として読み取れません: {problem}", "this is not YAML: {problem}",
    "字下げ、かっこと引用符の閉じ忘れ、全角の空白・コロン・ハイフンを確かめてください",
    "check the indentation, brackets and quotes that are not closed, and full-width spaces, colons and hyphens",
)  # fmt: skip
ANCHOR = Check(
    "yaml-anchor", "error", "アンカー（&）と参照（*）は使えません", "anchors (&) and aliases (*) are not used here",
    "同じ内容をそのまま書いてください。* や & で始まる文字列は引用符で囲みます", "write the content out; quote a text that begins with * or &",
)  # fmt: skip
MERGE = Check(
    "yaml-merge", "error", "マージ（<<）は使えません", "merge keys (<<) are not used here",
    "同じ内容をそのまま書いてください", "write the content out",
)  # fmt: skip
TAG = Check(
    "yaml-tag", "error", "タグ {tag} は使えません。ファイルを取り込むことはできません", "the tag {tag} is not used here; files cannot include files",
    "タグを消し、内容をそのまま書いてください。! で始まる文字列は引用符で囲みます", "remove the tag and write the content out; quote a text that begins with !",
)  # fmt: skip
DOCUMENTS = Check(
    "yaml-documents", "error", "一つのファイルに文書が二つあります", "there are two documents in one file",
    "区切りの --- を消してください", "remove the --- between them",
)  # fmt: skip
TOO_DEEP = Check(
    "yaml-too-deep", "error", "入れ子が深すぎます（{most} 段まで）", "nested too deeply ({most} levels at most)",
    "字下げとかっこを確かめてください", "check the indentation and the brackets",
)  # fmt: skip
TOO_MANY = Check(
    "yaml-too-many", "error", "項目が多すぎます（全部で {most} 個まで）", "too many entries ({most} in all)",
    "要らない部分を消してください", "remove what is not needed",
)  # fmt: skip
TWICE = Check(
    "key-twice", "error", "{key} が二度書かれています", "{key} stands twice",
    "どちらか一方を消してください", "remove one of them",
)  # fmt: skip
ODD_KEY = Check(
    "key-not-plain", "error", "項目の名前が文字列ではありません", "the name of an entry is not plain text",
    "名前だけを書いてください", "write only a name",
)  # fmt: skip
NOT_A_MAPPING = Check(
    "not-a-mapping", "error", "「名前: 値」の形になっていません", "this is not of the form “name: value”",
    "いちばん外側は matrix: や rules: のような項目にしてください", "the outermost part has to be entries such as matrix: or rules:",
)  # fmt: skip


@dataclass
class Parsed:
    """The data of all files together, where each part of it stands, and what was wrong."""

    data: dict[str, Any] = field(default_factory=dict)
    spots: dict[Place, tuple[str, int, int]] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    whole: bool = True  # whether every file could be read to its end
    nodes: int = 0

    def located(self, finding: Finding) -> Finding:
        """The finding with file, line and column of the nearest place that stands in a file."""
        for length in range(len(finding.place), 0, -1):
            if (spot := self.spots.get(finding.place[:length])) is not None:
                return replace(finding, file=spot[0], line=spot[1], column=spot[2])
        return finding if finding.file else replace(finding, file="policy", line=1, column=1)


class _Refused(Exception):
    def __init__(self, check: Check, mark: Any, **values: Any) -> None:
        super().__init__(check.code)
        self.check, self.mark, self.values = check, mark, values


def parse(files: Mapping[str, str | bytes]) -> Parsed:
    """Read the files of a policy. Nothing is raised: what is wrong stands in `findings`, each with its line."""
    parsed = Parsed()
    if sum(map(_size, files.values())) > LARGEST:
        parsed.findings.append(_at("policy", 1, 1, TOO_LARGE, size=sum(map(_size, files.values())), most=LARGEST))
        parsed.whole = False
        return parsed
    for name in files:
        if name not in FILES:
            parsed.findings.append(_at(name[:100], 1, 1, UNKNOWN, known=", ".join(FILES)))
    for name in FILES:
        good = _parse_one(name, files[name], parsed) if name in files else _missing(name, parsed)
        parsed.whole = parsed.whole and good
        if parsed.nodes > MOST_NODES:
            break
    return parsed


def _parse_one(name: str, text: str | bytes, parsed: Parsed) -> bool:
    """Add one file; tells whether it could be read to its end."""
    found = parsed.findings
    if _size(text) > LARGEST_FILE:
        found.append(_at(name, 1, 1, TOO_LARGE, size=_size(text), most=LARGEST_FILE))
        return False
    try:
        text = (text.decode("utf-8") if isinstance(text, bytes) else text).removeprefix("\ufeff")
    except UnicodeDecodeError as problem:
        found.append(_at(name, 1, 1, NOT_UTF8, byte=problem.start + 1))
        return False
    if odd := _CONTROL.search(text):
        line, column = text.count("\n", 0, odd.start()) + 1, odd.start() - text.rfind("\n", 0, odd.start())
        found.append(_at(name, line, column, CONTROL, code=f"{ord(odd[0]):04X}"))
        return False
    try:
        _Reading(name, yaml.parse(text, _Loader), parsed).document()
    except _Refused as refused:
        found.append(_at(name, refused.mark.line + 1, refused.mark.column + 1, refused.check, **refused.values))
        return False
    except yaml.YAMLError as problem:
        mark = getattr(problem, "problem_mark", None)
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        found.append(_at(name, line, column, SYNTAX, problem=getattr(problem, "problem", None) or "?"))
        return False
    return True


class _Reading:
    """One file: events of the YAML parser to plain data, with every key's and item's place."""

    def __init__(self, file: str, events: Iterator[Any], parsed: Parsed) -> None:
        self._file, self._events, self._parsed = file, events, parsed

    def document(self) -> None:
        """Add the entries of the file to the data."""
        for event in self._events:
            if isinstance(event, yaml.DocumentStartEvent):
                break
        else:
            return
        first = next(self._events)
        if isinstance(first, yaml.MappingStartEvent):
            self._mapping(first, (), self._parsed.data)
        elif not (isinstance(first, yaml.ScalarEvent) and self._scalar(first) is None):
            raise _Refused(NOT_A_MAPPING, first.start_mark)
        for event in self._events:
            if isinstance(event, yaml.DocumentStartEvent):
                raise _Refused(DOCUMENTS, event.start_mark)

    def _value(self, event: Any, place: Place) -> Any:
        self._allowed(event, place)
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event)
        if isinstance(event, yaml.MappingStartEvent):
            return self._mapping(event, place, {})
        items: list[Any] = []
        while not isinstance(item := next(self._events), yaml.SequenceEndEvent):
            here = (*place, len(items))
            self._stands(here, item.start_mark)
            items.append(self._value(item, here))
        return items

    def _mapping(self, event: Any, place: Place, into: dict[str, Any]) -> dict[str, Any]:
        self._allowed(event, place)
        while not isinstance(key := next(self._events), yaml.MappingEndEvent):
            self._allowed(key, place)
            if not isinstance(key, yaml.ScalarEvent):
                raise _Refused(ODD_KEY, key.start_mark)
            name: str = key.value
            if name == "<<":
                raise _Refused(MERGE, key.start_mark)
            here = (*place, name)
            if name in into:
                mark: Any = key.start_mark
                self._parsed.findings.append(_at(self._file, mark.line + 1, mark.column + 1, TWICE, key=name[:80]))
            else:
                self._stands(here, key.start_mark)
            value = self._value(next(self._events), here)
            into.setdefault(name, value)
        return into

    def _stands(self, place: Place, mark: Any) -> None:
        self._parsed.spots.setdefault(place, (self._file, mark.line + 1, mark.column + 1))

    def _allowed(self, event: Any, place: Place) -> None:
        self._parsed.nodes += 1
        if isinstance(event, yaml.AliasEvent) or event.anchor is not None:
            raise _Refused(ANCHOR, event.start_mark)
        if event.tag is not None and event.tag != "!":
            raise _Refused(TAG, event.start_mark, tag=event.tag[:40])
        if len(place) > DEEPEST:
            raise _Refused(TOO_DEEP, event.start_mark, most=DEEPEST)
        if self._parsed.nodes > MOST_NODES:
            raise _Refused(TOO_MANY, event.start_mark, most=MOST_NODES)

    @staticmethod
    def _scalar(event: Any) -> Any:
        """Text stays text: 18:00 is no number of seconds, `no` is not false, a date is no timestamp."""
        text: str = event.value
        if not event.implicit[0]:  # in quotes, or a block of text
            return text
        if text in _PLAIN:
            return _PLAIN[text]
        if _INT.fullmatch(text):
            return int(text)
        return float(text) if _FLOAT.fullmatch(text) else text


def _missing(name: str, parsed: Parsed) -> bool:
    parsed.findings.append(_at(name, 1, 1, MISSING, missing=name))
    return False


def _at(file: str, line: int, column: int, check: Check, **values: Any) -> Finding:
    return replace(check.at((), **values), file=file, line=line, column=column)


def _size(text: str | bytes) -> int:
    return len(text) if isinstance(text, bytes) else len(text.encode("utf-8", "surrogatepass"))
