"""A mapping of a payload of any form to the fields of a case, and all that can be wrong with one: `check`."""

import json
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from functools import lru_cache
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from services.intake.domain.expressions import Expression, Wrong, parse

TEXTS = (
    "idempotency_key", "dedup_key", "title", "facts", "note", "product", "company", "wanted", "by", "links", "labels",
)  # fmt: skip
WORDS = {  # what the words of a field may become
    "action": ("trigger", "ack", "resolve"),
    "severity": ("critical", "error", "warning", "info"),
    "impact": ("all", "some", "one"),
    "kind": ("outage", "defect", "complaint", "refund", "harassment", "other"),
}
TIME = "occurred_at"
FIELDS = (*TEXTS, *WORDS, TIME)
PARTS = {"expr", "map", "default", "format", "tz"}
LARGEST = 20_000
MOST_WORDS = 200
LONGEST_WORD = 200
_FORMAT = re.compile(r"(%[aAdbBmyYHIpMSfzZjT%]|[^%])+")


@dataclass(frozen=True)
class Flaw:
    """What is wrong with a mapping, and at which key ("severity.map.1"); "" is the mapping as a whole."""

    key: str
    ja: str
    en: str


@dataclass(frozen=True)
class Rule:
    """How one field is found: an expression, the words that what it finds is read as, and how a time is written."""

    expression: Expression
    words: Mapping[str, str] = field(default_factory=dict)
    default: str | None = None
    format: str = ""
    zone: tzinfo = UTC


def check(mapping: object) -> list[Flaw]:
    """Everything that is wrong with a mapping, in the order of its keys; nothing when it may be saved."""
    return read(mapping)[1]


@lru_cache(64)
def of_text(text: str) -> tuple[Mapping[str, Rule], tuple[Flaw, ...]]:
    """The rules of a mapping that is kept as JSON, and what is wrong with it."""
    try:
        mapping = json.loads(text) if len(text) <= LARGEST else None
    except (ValueError, RecursionError):
        mapping = None
    rules, flaws = read(mapping)
    return MappingProxyType(rules), tuple(flaws)


def read(mapping: object) -> tuple[dict[str, Rule], list[Flaw]]:
    """The rules that are sound, and what is wrong with the others."""
    if not isinstance(mapping, dict):
        text = f"対応表は {LARGEST} 文字までの JSON のオブジェクトです。"
        return {}, [Flaw("", text, f"A mapping is a JSON object of {LARGEST} characters at most.")]
    rules: dict[str, Rule] = {}
    flaws: list[Flaw] = []
    for key, given in mapping.items():
        if key == "lang":
            if given != "jmespath":
                flaws.append(Flaw(key, "「jmespath」だけが使えます。", 'Only "jmespath" is known.'))
        elif key not in FIELDS:
            known = ", ".join(FIELDS)
            flaws.append(
                Flaw(str(key)[:80], f"この項目はありません。使える項目：{known}", f"No such key. Known: {known}")
            )
        else:
            rule, wrong = _rule(key, given)
            flaws += wrong
            if rule and not wrong:
                rules[key] = rule
    if not {"title", "facts"} & set(mapping):
        flaws.append(Flaw("title", "title か facts のどちらかが必要です。", "Either title or facts is needed."))
    return rules, flaws


def _rule(key: str, given: object) -> tuple[Rule | None, list[Flaw]]:
    parts: dict[str, Any] = given if isinstance(given, dict) else {"expr": given}
    flaws = [
        Flaw(f"{key}.{str(part)[:80]}", "この項目はありません。", "No such key.") for part in parts if part not in PARTS
    ]
    expression = parse(parts.get("expr"))
    if isinstance(expression, Wrong):
        return None, [*flaws, Flaw(f"{key}.expr" if given is parts else key, expression.ja, expression.en)]
    words, default = parts.get("map", {}), parts.get("default")
    flaws += _wrong_words(key, words, default)
    zone = _zone(parts.get("tz", "UTC"))
    flaws += _wrong_time(key, parts, zone)
    if flaws:
        return None, flaws
    read_as = {folded(word): became for word, became in words.items()}
    return Rule(expression, read_as, default, parts.get("format", ""), zone or UTC), []


def _wrong_words(key: str, words: object, default: object) -> Iterable[Flaw]:
    if not isinstance(words, dict) or len(words) > MOST_WORDS:
        yield Flaw(
            f"{key}.map",
            f"{MOST_WORDS} 個までの対応を書いてください。",
            f"Write an object of {MOST_WORDS} words at most.",
        )
        words = {}
    pairs = [(f"{key}.map.{str(word)[:80]}", became) for word, became in words.items()]
    for place, became in [*pairs, *([] if default is None else [(f"{key}.default", default)])]:
        allowed = WORDS.get(key, ())
        if not isinstance(became, str) or len(became) > LONGEST_WORD or (allowed and became not in allowed):
            ja, en = (", ".join(allowed), ", ".join(allowed)) if allowed else ("文字列", "text")
            yield Flaw(place, f"次のどれかにしてください：{ja}", f"Must be one of: {en}")


def _wrong_time(key: str, parts: dict[str, Any], zone: tzinfo | None) -> Iterable[Flaw]:
    if key != TIME:
        for part in ("format", "tz"):
            if part in parts:
                yield Flaw(f"{key}.{part}", f"{TIME} だけで使えます。", f"Only {TIME} has it.")
        return
    form = parts.get("format", "")
    if not isinstance(form, str) or len(form) > 100 or (form and not _is_format(form)):
        yield Flaw(f"{key}.format", "日時の書式として読み取れません。例：%Y/%m/%d %H:%M:%S", "No format of a time.")
    if zone is None:
        yield Flaw(f"{key}.tz", "時間帯の名前ではありません。例：Asia/Tokyo", "No time zone, such as Asia/Tokyo.")


def _is_format(form: str) -> bool:
    """Tell whether times can be read by it; a part that stands there twice cannot."""
    if not _FORMAT.fullmatch(form):
        return False
    try:
        datetime.strptime("", form).replace(tzinfo=UTC)
    except ValueError:
        pass  # "" is no time
    except (re.error, LookupError, TypeError):
        return False
    return True


def _zone(name: object) -> tzinfo | None:
    try:
        return ZoneInfo(name) if isinstance(name, str) and re.fullmatch(r"[\w+/-]{1,60}", name, re.ASCII) else None
    except (ValueError, LookupError, OSError):
        return None


def folded(word: str) -> str:
    """The form in which words are compared: one width, one case."""
    return unicodedata.normalize("NFKC", word).casefold().strip()
