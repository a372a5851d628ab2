"""JMESPath as a mapping may use it: whatever is written, looking it up ends soon and takes little memory."""

import json
import re
from dataclasses import dataclass
from typing import Any

import jmespath
from jmespath.parser import ParsedResult

LONGEST = 300
DEEPEST = 30
MOST_CHOSEN = 10
LONGEST_SEPARATOR = 10
ARGUMENTS = {
    **dict.fromkeys(("abs", "avg", "ceil", "floor", "keys", "length", "max", "min", "reverse", "sort", "sum"), (1, 1)),
    **dict.fromkeys(("to_array", "to_number", "to_string", "type", "values"), (1, 1)),
    **dict.fromkeys(("contains", "ends_with", "join", "map", "max_by", "min_by", "sort_by", "starts_with"), (2, 2)),
    **dict.fromkeys(("merge", "not_null"), (1, MOST_CHOSEN)),
}
ONCE = ("to_string", "join", "a list or object of choices")  # each makes more of what it is given
_BAD_VALUES = (ValueError, TypeError, AttributeError, LookupError, ArithmeticError, RecursionError)


@dataclass(frozen=True)
class Wrong:
    """Why an expression is not taken."""

    ja: str
    en: str


@dataclass(frozen=True)
class Expression:
    """An expression that may be looked up in anything."""

    text: str
    parsed: ParsedResult

    def look_up(self, document: Any) -> Any:
        """What it finds; None where it finds nothing or does not fit what is there."""
        try:
            return self.parsed.search(document)
        except _BAD_VALUES:
            return None


def parse(text: object) -> Expression | Wrong:
    """Read an expression; one that could take long or grow without end is wrong."""
    if not isinstance(text, str) or not text.strip():
        return Wrong("式を文字列で書いてください。", "Write an expression as text.")
    if len(text) > LONGEST:
        return Wrong(f"式は {LONGEST} 文字までです。", f"An expression has {LONGEST} characters at most.")
    try:
        parsed = jmespath.compile(text)
    except _BAD_VALUES:
        hint = re.search(r'(?<!["\'`\w])[^\x00-\x7f]', text)
        ja, en = (
            ("日本語の項目名は二重引用符で囲みます。", ' Names in Japanese stand in quotes: "件名".')
            if hint
            else ("", "")
        )
        return Wrong(f"JMESPath の式として読み取れません。{ja}", f"This is no expression of JMESPath.{en}")
    return _costly(parsed.parsed) or Expression(text, parsed)


def shown(value: object, longest: int = 200) -> str:
    """What was found, as people read it."""
    if isinstance(value, str):
        return value[:longest]
    try:
        return json.dumps(value, ensure_ascii=False)[:longest]
    except _BAD_VALUES:
        return "…"


def _costly(root: Any) -> Wrong | None:
    """What makes an expression dangerous: depth, unknown functions, and what multiplies its input more than once."""
    uses: dict[str, int] = dict.fromkeys(ONCE, 0)
    level, depth = [root], 0
    while level:
        depth += 1
        if depth > DEEPEST:
            return Wrong(f"式の入れ子は {DEEPEST} 段までです。", f"An expression is nested {DEEPEST} deep at most.")
        for node in level:
            name, parts = _name(node), node["children"]
            if node["type"] == "function_expression" and (wrong := _call(name, parts)):
                return wrong
            if name in uses:
                uses[name] += 1
            if uses.get(name, 0) > 1 or (name == ONCE[2] and len(parts) > MOST_CHOSEN):
                return Wrong(
                    f"to_string、join、[ ] や {{ }} での列挙（{MOST_CHOSEN} 個まで）は、1 つの式に 1 回だけ使えます。",
                    f"to_string, join, and lists in [ ] or {{ }} (of {MOST_CHOSEN} at most) may be used once each.",
                )
        level = [child for node in level for child in node["children"] if isinstance(child, dict)]
    return None


def _name(node: Any) -> str:
    if node["type"] in ("multi_select_list", "multi_select_dict"):
        return ONCE[2]
    return str(node.get("value", "")) if node["type"] == "function_expression" else ""


def _call(name: str, arguments: list[Any]) -> Wrong | None:
    least, most = ARGUMENTS.get(name, (-1, -1))
    if most < 0:
        return Wrong(f"「{name[:40]}」という関数はありません。", f'There is no function "{name[:40]}".')
    if not least <= len(arguments) <= most:
        return Wrong(f"関数「{name}」の引数の数が違います。", f'The function "{name}" has another number of arguments.')
    between = arguments[0]
    if name == "join" and (between["type"] != "literal" or len(str(between["value"])) > LONGEST_SEPARATOR):
        return Wrong(
            f"join の区切りは {LONGEST_SEPARATOR} 文字までの文字列で書いてください。",
            f"The separator of join is a text of {LONGEST_SEPARATOR} characters at most.",
        )
    return None
