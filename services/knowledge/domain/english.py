"""Words of text in Latin letters: splitting, words that carry no topic, light stemming."""

import re
import unicodedata

# Runs of Latin letters and digits; inner marks keep codes and compounds together (e-mail, wi-fi, err_502, 1,000).
LATIN = re.compile(r"[a-z0-9\u00c0-\u024f]+(?:[-_.,/'’][a-z0-9\u00c0-\u024f]+)*")
_MARKS = re.compile(r"[-_./]")

_STOP_WORDS = (
    "a an and any are as at be been but by can could did do does for from get had has have he help her his how i if"
    " in into is it its just like made make me my no not of on one or our out over please she should so some that the"
    " their them then there these they this to too tell up us want was we were what when where which while who why"
    " will with would you your cannot never unable s t re ve ll d m"
)
STOP_WORDS = frozenset(_STOP_WORDS.split())
_NEGATIONS = {
    "cant": "cannot",
    "can't": "cannot",
    "couldn't": "cannot",
    "unable": "cannot",
    "nothing": "not",
    "n't": "not",  # as it stands in "does n't"
}
_VOWELS = frozenset("aeiouy")


def split(run: str) -> list[str]:
    """Split one run into words as people would write them apart, none empty, the joined form last when there are several.

    "e-mail" gives e, mail, email; "can't" gives cannot; "doesn't" gives does, not; "1,000" gives 1000.
    """
    plain = _without_accents(run).replace("’", "'")
    if plain in _NEGATIONS:
        return [_NEGATIONS[plain]]
    if plain.endswith("n't"):
        return [plain[:-3], "not"]
    plain = re.sub(r"'[a-z]*", "", plain)
    plain = re.sub(r"(?<=\d),(?=\d{3})", "", plain)
    words: list[str] = []
    for piece in plain.split(","):
        parts = [part for part in _MARKS.split(piece) if part]
        words += parts if len(parts) < 2 else [*parts, "".join(parts)]
    return words


def stem(word: str) -> str:
    """Cut plural and verb endings so that pay, pays, paying and failed, failing, fails meet. Not a linguistic root."""
    if not word.isascii() or not word.isalpha() or len(word) < 3:
        return word
    for ending, instead in (("ies", "y"), ("sses", "ss"), ("ing", ""), ("ed", ""), ("es", ""), ("s", "")):
        if not word.endswith(ending):
            continue
        rest = word[: -len(ending)] + instead
        if _may_cut(ending, rest):
            word = rest
        break
    if len(word) > 2 and word.endswith("e"):
        word = word[:-1]
    return word[:-1] if len(word) > 3 and word[-1] == word[-2] and word[-1] not in _VOWELS else word


def _may_cut(ending: str, rest: str) -> bool:
    if len(rest) < (3 if ending == "s" else 2) or not _VOWELS & set(rest):
        return False
    if ending == "ed":
        return not rest.endswith("e")
    if ending == "es":
        return rest.endswith(("s", "x", "z", "ch", "sh", "o")) or rest[-1] not in _VOWELS
    return ending != "s" or not rest.endswith(("s", "u", "i"))


def _without_accents(text: str) -> str:
    if text.isascii():
        return text
    return "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
