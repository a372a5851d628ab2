"""What the rules of a mapping find in a payload, what it becomes, and why: `find`."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from services.intake.domain.expressions import shown
from services.intake.domain.mappings import LARGEST, LONGEST_WORD, TIME, WORDS, Rule, folded


@dataclass(frozen=True)
class Found:
    """What a rule made of a payload: what was found, the text that it became, and why."""

    key: str
    expression: str
    found: str
    text: str
    ja: str
    en: str


def find(rules: Mapping[str, Rule], document: Any, known: Mapping[str, Mapping[str, str]]) -> dict[str, Found]:
    """What every rule makes of a payload; `known` are the words that a field is understood in without being told."""
    return {key: _find(key, rule, rule.expression.look_up(document), known.get(key, {})) for key, rule in rules.items()}


def _find(key: str, rule: Rule, value: Any, known: Mapping[str, str]) -> Found:
    seen, text = shown(value) if value is not None else "", as_text(value, "\n")

    def found(becomes: str, ja: str, en: str) -> Found:
        return Found(key, rule.expression.text, seen, becomes, ja, en)

    word = folded(text)
    if word in rule.words:
        return found(rule.words[word], "対応表で読み替えました。", "Read as the map says.")
    if key in WORDS and (understood := _understood(word, known)):
        return found(understood, "よく使われる言葉として読み取りました。", "Understood as a usual word.")
    if rule.default is not None and (key in WORDS or not text):
        return found(rule.default, "対応表にないため、既定値にしました。", "Not in the map: the default is taken.")
    if not text:
        return found("", "見つかりませんでした。", "Nothing was found.")
    if key in WORDS:
        return found("", "知らない言葉です。map に書き足してください。", "An unknown word; add it to the map.")
    if key != TIME:
        return found(text, "そのまま使います。", "Taken as it is.")
    at = _instant(rule, text)
    if at is None:
        return found(
            "", "日時として読み取れません。受け取った時刻を使います。", "No time: the time of arrival is taken."
        )
    return found(at.isoformat(), "日時として読み取りました。", "Read as a time.")


def _understood(word: str, known: Mapping[str, str]) -> str:
    """A word, or the last part of a name with dots that is one: "case.resolved.v1"."""
    parts = [word, *reversed(word.split(".")[:20])] if len(word) <= LONGEST_WORD else []
    return next((known[part] for part in parts if part in known), "")


def _instant(rule: Rule, text: str) -> datetime | None:
    form = text[:100]
    try:
        if rule.format:
            at = datetime.strptime(form, rule.format)  # noqa: DTZ007 - its zone follows
        elif re.fullmatch(r"[0-9]{1,13}(\.[0-9]{1,9})?", form):
            at = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=float(form) / (1000 if float(form) > 1e11 else 1))
        else:
            at = datetime.fromisoformat(form)
        return (at if at.tzinfo else at.replace(tzinfo=rule.zone)).astimezone(UTC)
    except (ValueError, ArithmeticError, LookupError, re.error):
        return None


def as_text(value: Any, between: str) -> str:
    """A value as text: of a list its parts, of an object its names and values; what holds more is left out."""
    if isinstance(value, dict):
        value = [f"{name}={as_text(held, ' ')}" for name, held in list(value.items())[:50] if is_plain(held)]
    if isinstance(value, list):
        return between.join(as_text(one, " ") for one in value[:50] if is_plain(one))
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value)[:LARGEST] if isinstance(value, str | int | float) else ""


def is_plain(value: object) -> bool:
    """Tell whether a value is text, a number, or true or false."""
    return isinstance(value, str | int | float)
