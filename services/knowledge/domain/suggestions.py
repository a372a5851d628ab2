"""What should be written, changed or joined: read off searches, cases and articles; each can be accepted as it is."""

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from services.knowledge.domain.archive import Archived
from services.knowledge.domain.article import Content
from services.knowledge.domain.lessons import FoundBy, Search, believed
from services.knowledge.domain.likeness import Through, at_once, grams, groups, likeness, opposed, pairs
from services.knowledge.domain.phrasings import folded, is_masked
from services.knowledge.domain.sight import Audience

ALIKE = 0.6
CASES_ALIKE = 0.5
REWORDED_WITHIN = timedelta(minutes=5)
FEWEST_SEARCHERS, FEWEST_CASES, FEWEST_UNSOLVED = 3, 3, 3
WEAK = ("letters", "recent", "none")  # reasons of a best answer that is a guess
SHOWN = 20


class Type(StrEnum):
    """What is suggested."""

    DRAFT_FROM_CASES = "draft-from-cases"
    DRAFT_FROM_SEARCHES = "draft-from-searches"
    ADD_PHRASING = "add-phrasing"
    ADD_SYNONYM = "add-synonym"
    MERGE = "merge"
    CONTRADICTION = "contradiction"
    REVISE = "revise"


@dataclass(frozen=True)
class Suggestion:
    """One thing to do. `weight` is how many people or cases speak for it; the rest is what it is done with.

    `outside` says that readers outside of the organisation use the words as well: only then are they shown to others at once.
    """

    type: Type
    weight: int
    ja: str
    en: str
    cases: tuple[str, ...] = ()
    articles: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    outside: bool = False

    @property
    def id(self) -> str:
        """The same as long as it suggests the same."""
        told = [self.type.value, sorted(self.articles), sorted(self.words), sorted(self.cases)[:1]]
        return "s_" + hashlib.sha256(json.dumps(told).encode()).hexdigest()[:24]


@dataclass(frozen=True)
class Known:
    """What is looked at."""

    searches: Sequence[Search] = ()
    found: Sequence[FoundBy] = ()
    untold: Sequence[Archived] = ()  # cases that no article tells of, the newest first
    articles: Mapping[str, Content] = field(default_factory=dict)
    asked: Mapping[str, frozenset[str]] = field(default_factory=dict)  # by which words an article is asked for already
    feedback: Mapping[str, tuple[int, int]] = field(default_factory=dict)


@dataclass(frozen=True)
class Vain:
    """Words that were searched for in vain: by how many searchers, and how often nothing but a guess was offered."""

    words: str
    searchers: int
    guesses: int
    reworded: str = ""  # what the same people typed next, where that led somewhere


def suggestions(known: Known, through: Through = at_once) -> list[Suggestion]:
    """Everything that is worth doing, most of it first; `through` goes through what there is much of."""
    found = [
        *_from_cases(known.untold, through),
        *_from_searches(known.searches),
        *_phrasings(known),
        *_synonyms(known.searches),
        *_articles(known.articles, through),
        *_revise(known),
    ]
    unique = {suggestion.id: suggestion for suggestion in found}
    return sorted(unique.values(), key=lambda s: (-s.weight, s.type, s.id))


def in_vain(searches: Sequence[Search]) -> list[Vain]:
    """Words after which nothing was opened, by the most searchers first; all who cannot be told apart are one."""
    next_words = {(a.who, a.folded): b.words for a, b in _reworded(searches)}
    missed: dict[str, dict[str, Search]] = defaultdict(dict)
    helped = {(search.who, search.folded) for search in searches if search.opened}
    for search in searches:
        if not search.opened and (search.who, search.folded) not in helped:
            missed[search.folded]["?" if search.who.startswith("?") else search.who] = search
    found = []
    for asked, by in missed.items():
        one = next(iter(by.values()))
        then = Counter(next_words[who, asked] for who in by if (who, asked) in next_words)
        guesses = sum(search.best in WEAK for search in by.values())
        found.append(Vain(one.words, len(by), guesses, then.most_common(1)[0][0] if then else ""))
    return sorted(found, key=lambda vain: (-vain.searchers, -vain.guesses, vain.words))


def _reworded(searches: Sequence[Search]) -> Iterator[tuple[Search, Search]]:
    """A search without a click, and the one that the same person typed within minutes and that led somewhere."""
    last: dict[str, Search] = {}
    for search in searches:
        before = last.get(search.who)
        last[search.who] = search
        if (
            before
            and not before.opened
            and search.opened
            and search.folded != before.folded
            and search.at - before.at <= REWORDED_WITHIN
            and not search.folded.startswith(before.folded)  # typed on, not worded anew
        ):
            yield before, search


def _from_cases(untold: Sequence[Archived], through: Through) -> Iterator[Suggestion]:
    cases = {record.case_id: record for record in untold}
    causes: dict[str, list[str]] = defaultdict(list)
    for record in untold:
        if record.cause:
            causes[folded(record.cause)].append(record.case_id)
    titles = {id_: record.title for id_, record in cases.items()}
    for group in [*causes.values(), *groups(titles, CASES_ALIKE, through)]:
        if len(group) >= FEWEST_CASES:
            title = cases[group[0]].title
            yield Suggestion(
                Type.DRAFT_FROM_CASES,
                len(group),
                f"「{title}」など {len(group)} 件の案件は、同じことを聞いています。記事の下書きを作りませんか。",
                f"{len(group)} cases like “{title}” ask the same: draft an article.",
                cases=tuple(group[:50]),
            )


def _from_searches(searches: Sequence[Search]) -> Iterator[Suggestion]:
    for vain in in_vain(searches):
        if vain.searchers >= FEWEST_SEARCHERS and vain.guesses * 2 >= vain.searchers and not is_masked(vain.words):
            yield Suggestion(
                Type.DRAFT_FROM_SEARCHES,
                vain.searchers,
                f"「{vain.words}」は {vain.searchers} 人が検索しましたが、答えが見つかっていません。記事を書きませんか。",
                f"{vain.searchers} people searched for “{vain.words}” and found no answer: write an article.",
                words=(vain.words[:200],),
            )


def _phrasings(known: Known) -> Iterator[Suggestion]:
    after: dict[tuple[str, str], set[str]] = defaultdict(set)
    words: dict[str, str] = {}
    outside = set[tuple[str, str]]()
    for before, search in _reworded(known.searches):
        after[search.opened, before.folded].add(before.who)
        words[before.folded] = before.words
        outside |= {(search.opened, before.folded)} if before.audience == Audience.PUBLIC else set()
    for one in known.found:
        if one.searchers > 2 * one.in_vain and not believed(one):
            asked = folded(one.words)
            after[one.target, asked] |= {f"{n}" for n in range(one.searchers)}
            words[asked] = one.words
            outside |= {(one.target, asked)} if one.audience == Audience.PUBLIC else set()
    for (target, asked), who in after.items():
        content = known.articles.get(target)
        if content is None or asked in known.asked.get(target, frozenset()) or is_masked(asked) or len(asked) < 2:
            continue
        kept = content.audience is Audience.PUBLIC and (target, asked) not in outside
        yield Suggestion(
            Type.ADD_PHRASING,
            len(who),
            f"「{words[asked]}」と検索した人が、記事「{content.question}」を開いています。聞き方に加えませんか。"
            + ("社内の人の言葉なので下書きに加え、公開するまで社外には見せません。" if kept else ""),
            f"People who searched for “{words[asked]}” opened “{content.question}”: add it as a phrasing."
            + (
                " Employees typed it: it goes into a draft, and nobody outside sees it until that is published."
                if kept
                else ""
            ),
            articles=(target,),
            words=(words[asked][:200],),
            outside=(target, asked) in outside,
        )


def _synonyms(searches: Sequence[Search]) -> Iterator[Suggestion]:
    speaking: dict[tuple[str, str], set[str]] = defaultdict(set)
    for before, search in _reworded(searches):
        if exchanged := _exchanged(before.words, search.words):
            speaking[exchanged].add(before.who)
    for (one, other), who in speaking.items():
        if len(who) >= 2:
            yield Suggestion(
                Type.ADD_SYNONYM,
                len(who),
                f"「{one}」を「{other}」と言い換えて検索した人が {len(who)} 人います。同義語にしませんか。",
                f"{len(who)} people searched anew with “{other}” instead of “{one}”: make them synonyms.",
                words=(one, other),
            )


def _exchanged(one: str, other: str) -> tuple[str, str] | None:
    """The single word in which two searches differ, where they share the rest."""
    here, there = one.split(), other.split()
    if len(here) == len(there) > 1:
        differing = [(a, b) for a, b in zip(here, there, strict=True) if folded(a) != folded(b)]
        return differing[0] if len(differing) == 1 and min(map(len, differing[0])) > 1 else None
    start = next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), 0)
    end = next((n for n, (a, b) in enumerate(zip(one[::-1], other[::-1], strict=False)) if a != b), 0)
    a, b = one[start : len(one) - end], other[start : len(other) - end]
    shared = start + end
    return (a, b) if shared >= 3 and 2 <= len(a) <= 12 and 2 <= len(b) <= 12 else None


def _articles(articles: Mapping[str, Content], through: Through) -> Iterator[Suggestion]:
    for one, other, _ in pairs({id_: content.question for id_, content in articles.items()}, ALIKE, through):
        a, b = articles[one], articles[other]
        if a.language != b.language or a.audience is not b.audience:
            continue
        alike = likeness(grams(a.answer), grams(b.answer))
        if opposed(a.answer, b.answer):
            yield Suggestion(
                Type.CONTRADICTION,
                3,
                f"「{a.question}」と「{b.question}」の答えが食い違っているようです。担当者に確認を依頼しませんか。",
                f"“{a.question}” and “{b.question}” seem to contradict: ask their owners.",
                articles=(one, other),
            )
        elif alike >= ALIKE or folded(a.question) == folded(b.question):
            yield Suggestion(
                Type.MERGE,
                2,
                f"「{a.question}」と「{b.question}」は、ほぼ同じ内容です。一つにまとめませんか。",
                f"“{a.question}” and “{b.question}” say nearly the same: merge them.",
                articles=(one, other),
            )


def _revise(known: Known) -> Iterator[Suggestion]:
    for target, (solved, unsolved) in known.feedback.items():
        content = known.articles.get(target)
        if content and unsolved >= FEWEST_UNSOLVED and unsolved > solved:
            yield Suggestion(
                Type.REVISE,
                unsolved,
                f"「{content.question}」では {unsolved} 人が解決しませんでした（解決 {solved} 人）。書き直しを依頼しませんか。",
                f"“{content.question}” did not help {unsolved} people (it helped {solved}): ask its owner to revise it.",
                articles=(target,),
            )
