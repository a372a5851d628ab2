"""One article to be taken in, with where it stands in what was given, or why it cannot be taken."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from services.knowledge.domain.article import Content, clean

FIELDS = {
    "id": "external_id", "external_id": "external_id", "番号": "external_id", "ID": "external_id",
    "question": "question", "title": "question", "質問": "question", "タイトル": "question", "件名": "question",
    "answer": "answer", "body": "answer", "回答": "answer", "本文": "answer", "内容": "answer",
    "phrasings": "phrasings", "言い換え": "phrasings", "聞き方": "phrasings",
    "questions": "phrasings", "variants": "phrasings",
    "cause": "cause", "原因": "cause", "internal": "internal", "社内メモ": "internal", "社内向け": "internal",
    "audience": "audience", "公開範囲": "audience", "language": "language", "locale": "language", "言語": "language",
    "product": "product", "製品": "product", "商品": "product", "kind": "kind", "種類": "kind",
    "review_by": "review_by", "見直し日": "review_by", "expires_on": "expires_on", "公開期限": "expires_on",
    "tasuki_version": "version",  # other systems have a `version` of their own
}  # fmt: skip
_VERSION = re.compile(r"\d{1,9}", re.ASCII)
AUDIENCES = {"公開": "public", "社外": "public", "社内": "internal", "非公開": "internal"}


@dataclass(frozen=True)
class Row:
    """`line` counts from 1; `problem` is set, in both languages, exactly when there is no content.

    `named` are the fields of the content that the file has a place for, also an empty one; `version` is the one of the article
    that an export wrote beside it.
    """

    line: int
    name: str
    external_id: str = ""
    content: Content | None = None
    problem: tuple[str, str] = ("", "")
    named: frozenset[str] = frozenset()
    version: int | None = None


def row_of(line: int, name: str, given: Mapping[str, Any]) -> Row:
    """Read named values, as any of our formats or another system's table has them. What does not fit is a bad row."""
    values: dict[str, Any] = {}
    named = set[str]()
    for key, value in given.items():
        field = FIELDS.get(str(key).strip(), FIELDS.get(str(key).strip().casefold()))
        named |= {field} & Content.model_fields.keys() if field else set()
        if field and value not in (None, "", [], ()):
            values.setdefault(field, value)
    external_id = clean(str(values.pop("external_id", "")))[:200]
    version = _VERSION.fullmatch(str(values.pop("version", "")).strip())
    for field, value in values.items():
        if isinstance(value, str):
            values[field] = clean(value)
    if isinstance(ways := values.get("phrasings"), str):
        values["phrasings"] = tuple(dict.fromkeys(w.strip() for w in ways.replace("|", "\n").split("\n") if w.strip()))
    if "audience" in values:
        values["audience"] = AUDIENCES.get(str(values["audience"]), values["audience"])
    if "language" in values:
        values["language"] = str(values["language"])[:2].casefold()
    try:
        content = Content.model_validate(values)
    except ValidationError as error:
        return Row(line, name, external_id, None, _why(error))
    if not content.answer:
        return Row(line, name, external_id, None, ("回答がありません。", "There is no answer."))
    of_version = int(version[0]) if version else None
    return Row(
        line, name, external_id or name or content.question[:200], content, ("", ""), frozenset(named), of_version
    )


def bad(line: int, name: str, ja: str, en: str) -> Row:
    """Something that cannot be read at all."""
    return Row(line, name, problem=(ja, en))


def _why(error: ValidationError) -> tuple[str, str]:
    first = error.errors(include_url=False, include_input=False)[0]
    place = ".".join(map(str, first["loc"])) or "row"
    if first["type"] == "missing":
        return f"{place} がありません。", f"There is no {place}."
    return f"{place}：値が正しくありません。", f"{place}: {first['msg']}"
