"""The draft of an article that archived cases make: nobody begins with an empty page."""

import re
from collections.abc import Sequence

from services.knowledge.domain.archive import Archived
from services.knowledge.domain.article import Content
from services.knowledge.domain.phrasings import folded
from services.knowledge.domain.shelving import language_of
from shared.contracts.plan import Person

LINE = 200
_SENTENCE = re.compile(r"[^。！？!?\n]+[！？!?]?")
_NAMES = re.compile(
    r"(?:株式会社|㈱|有限会社|㈲|\(株\)|（株）)\s*[\w一-龥ァ-ヶー]{1,20}|[\w一-龥ァ-ヶー]{1,20}(?:株式会社|㈱)"
)
_PERSON = re.compile(r"[一-龥々ァ-ヶー]{1,8}(?:\s?[一-龥々ァ-ヶー]{1,8})?(?:様|さま|氏)")
_GENERAL = ("お客様", "皆様", "客様", "利用者様", "各位様", "神様", "奥様")
WORDS = {
    "ja": {"handling": "対応したこと", "result": "結果", "evaluation": "評価", "from": "もとの案件 No."},
    "en": {"handling": "What was done", "result": "Result", "evaluation": "Evaluation", "from": "From case No."},
}


def draft_of(records: Sequence[Archived], owner: Person) -> Content:
    """A draft told by the first of these records, asked in the words of all; names of customers are left out.

    The answer is what was done; results and evaluations stand in the internal part, because they tell of one customer.
    """
    first = records[0]
    language = "ja" if language_of(f"{first.title}\n{first.problem}") == "ja" else "en"
    question = _line(first.title)
    asked = (line for record in records for line in (_line(record.title), *_sentences(record.problem)))
    others = {folded(line): line for line in asked if folded(line) != folded(question)}
    return Content(
        question=question,
        phrasings=tuple(others.values())[:20],
        kind=first.kind,
        cause=next((without_names(record.cause) for record in records if record.cause), "")[:5000],
        answer=without_names(first.handling)[:20_000],
        internal="\n\n".join(part for record in records if (part := _inside(record, language)))[:20_000],
        language="ja" if language == "ja" else "en",
        product=first.product,
        cases=tuple(record.case_id for record in records)[:200],
        owner=owner,
    )


def without_names(text: str) -> str:
    """The text with companies and persons named by a title made general."""

    def person(found: re.Match[str]) -> str:
        return found[0] if found[0].replace("さま", "様").endswith(_GENERAL) else "お客様"

    return _PERSON.sub(person, _NAMES.sub("お客様の会社", text))


def _line(text: str) -> str:
    return without_names(text.strip().split("\n", 1)[0])[:LINE] or "?"


def _sentences(problem: str) -> list[str]:
    """The sentences of a problem that can be a question by themselves."""
    found = (without_names(match[0]).strip() for match in _SENTENCE.finditer(problem))
    return [line for line in found if 6 <= len(line) <= 60 and "***" not in line][:3]


def _inside(record: Archived, language: str) -> str:
    words = WORDS[language]
    lines = [f"{words['from']} {record.number} ({record.resolved_at:%Y-%m-%d})"]
    lines += [f"{words[n]}: {text}" for n in ("result", "evaluation") if (text := getattr(record, n))]
    return "\n".join(lines)
