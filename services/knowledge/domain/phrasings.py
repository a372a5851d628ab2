"""Other ways to ask the same, made by rule from how it is asked: nobody types a question as its author wrote it."""

import re
import unicodedata
from collections.abc import Iterable, Sequence

MOST = 12
_POLITE = re.compile(
    r"(のですが|んですが|のでしょうか|でしょうか|ですか|ますか|ませんか|ください|下さい|たいです|です|ます)?[。．.?？!！\s]*$"
)
_CANNOT = re.compile(r"(?:が|を)?(?:でき|出来)(?:ません|ない)")
_HOW = re.compile(r"(?:の)?(?:方法|やり方|手順|仕方)(?:を|は|が)?(?:教えて|知りたい|わからない|分からない)?.*$")
_WANT = re.compile(r"したい$")
_VERB = re.compile(r"[うくぐすつぬぶむる]$")
_ENDS = (
    ("できません", ("できない", "不可", "エラー")),
    ("できない", ("できません", "エラー")),
    ("わかりません", ("不明", "わからない")),
    ("届きません", ("届かない", "来ない")),
    ("届かない", ("届きません", "来ない")),
    ("つながりません", ("つながらない", "接続できない")),
    ("つながらない", ("接続できない", "繋がらない")),
    ("動きません", ("動かない", "起動しない")),
    ("動かない", ("起動しない", "反応しない")),
    ("失敗する", ("失敗しました", "エラーになる", "できない")),
    ("忘れた", ("忘れました", "わからなくなった")),
    ("遅い", ("重い", "時間がかかる")),
    ("重い", ("遅い", "時間がかかる")),
)
_ENGLISH = (
    (re.compile(r"^(?:how (?:do|can) (?:i|we|customers?|users?)|how to)\s+", re.I), ("", "cannot ", "way to ")),
    (
        re.compile(r"^(?:i |we |customers? |users? )?(?:cannot|can't|can not|unable to)\s+", re.I),
        ("how to ", "failed to "),
    ),
)


def phrasings(question: str, others: Iterable[str] = (), synonyms: Sequence[tuple[str, str]] = ()) -> tuple[str, ...]:
    """Ways to ask a question beside its own and `others`; `synonyms` are pairs of words that mean the same here."""
    known = {folded(text) for text in (question, *others)}
    found: dict[str, str] = {}
    for made in (*_varied(question), *_replaced((question, *others), synonyms)):
        text = made.strip(" 　、。")
        if len(text) > 2 and folded(text) not in known:
            found.setdefault(folded(text), text[:200])
    return tuple(found.values())[:MOST]


def exchanged(texts: Sequence[str], synonyms: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    """The texts once more with words that mean the same here, at most as many as are made by any rule."""
    return tuple(dict.fromkeys(_replaced(texts, synonyms)))[:MOST]


def folded(text: str) -> str:
    """A text as two of them are compared: width, case, blanks and the last mark mean nothing."""
    return re.sub(r"[\s。．.?？!！、,]+", "", unicodedata.normalize("NFKC", text)).casefold()


def is_masked(text: str) -> bool:
    """Whether something of a person stood in a text: nobody else asks so."""
    return "***" in text or "〔" in text


def _varied(question: str) -> Iterable[str]:
    plain = _POLITE.sub("", question)
    yield plain
    for end, instead in _ENDS:
        for base in (question.rstrip("。?？"), plain):
            if base.endswith(end):
                yield from (base.removesuffix(end) + other for other in instead)
    if how := _HOW.search(plain):
        topic = plain[: how.start()]
        yield from (topic, f"{topic}には") if _VERB.search(topic) else (topic, f"{topic}の手順")
        if topic.endswith("する") or not _VERB.search(topic):
            yield from _done(topic.removesuffix("する"))
    if want := _WANT.search(plain):
        topic = plain[: want.start()]
        yield from (f"{topic}する方法", f"{topic}するには", f"{topic}できない")
    if _CANNOT.search(question):
        yield _CANNOT.sub("の方法", question.rstrip("。?？"))
    for start, instead in _ENGLISH:
        if start.search(question):
            yield from (other + start.sub("", question).rstrip("?. ") for other in instead)


def _done(topic: str) -> Iterable[str]:
    """A noun of doing, as who cannot do it and who wants to do it says it."""
    yield from (f"{topic}できない", f"{topic}したい")


def _replaced(texts: Iterable[str], synonyms: Sequence[tuple[str, str]]) -> Iterable[str]:
    for text in texts:
        for one, other in synonyms:
            for here, there in ((one, other), (other, one)):
                if here in text and there not in text:
                    yield text.replace(here, there)
