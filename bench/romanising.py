"""Writes judged questions in Latin letters, as people of different habits type them: variants for bench.search.

hepburn: Tōkyō ni wa, n'; kunrei: Tôkyô ni wa, si ti tu; bare: long vowels and ʼ left out; method: as typed into an input method,
nn and - and no spaces; loud: capitals, particles joined to their words.
Run: python -m bench.romanising --queries FILE --write FILE
"""

import argparse
import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from services.knowledge.domain.kana import is_kana, katakana
from services.knowledge.domain.tokens import Analyser, Token
from services.knowledge.search import create_analyser

_VOWELS = "aiueo"
_COLUMNS = dict(zip("アイウエオ", _VOWELS, strict=True)) | {
    kana: row + vowel
    for row, line in {
        "k": "カキクケコ", "s": "サシスセソ", "t": "タチツテト", "n": "ナニヌネノ", "h": "ハヒフヘホ", "m": "マミムメモ", "r": "ラリルレロ",
        "g": "ガギグゲゴ", "z": "ザジズゼゾ", "d": "ダヂヅデド", "b": "バビブベボ", "p": "パピプペポ",
    }.items()
    for kana, vowel in zip(line, _VOWELS, strict=True)
} | {"ヤ": "ya", "ユ": "yu", "ヨ": "yo", "ワ": "wa", "ヲ": "wo", "ヴ": "vu"}  # fmt: skip
_SMALL = {"ャ": "a", "ュ": "u", "ョ": "o", "ァ": "a", "ィ": "i", "ゥ": "u", "ェ": "e", "ォ": "o"}
_HEPBURN = (
    ("sy", "sh"), ("ty", "ch"), ("zy", "j"), ("dy", "j"), ("si", "shi"), ("ti", "chi"), ("tu", "tsu"), ("hu", "fu"), ("zi", "ji"),
    ("di", "ji"), ("du", "zu"),
)  # fmt: skip
_SPOKEN = {"ハ": "ワ", "ヘ": "エ", "ヲ": "オ"}
_PARTICLES = frozenset("はがをにでともへのや")
KINDS = ("hepburn", "kunrei", "bare", "method", "loud")


def official(kana: str) -> str:
    """Katakana in the official spelling; ン is N, ッ is Q, ー is -."""
    written = ""
    for one in kana:
        if one in _SMALL and written:
            glide = one in "ャュョ"
            written = written[:-1] + ("y" if glide else "w") + _SMALL[one]
        else:
            written += {"ン": "N", "ッ": "Q", "ー": "-"}.get(one) or _COLUMNS.get(one, one)
    return written


def spelt(kana: str, kind: str) -> str:
    """One word in katakana as people of one habit type it."""
    written = re.sub("hw(?=[aieo])", "f", official(kana))
    if kind != "kunrei":
        for one, other in _HEPBURN:
            written = re.sub(f"(?<![a-z]){one}|(?<=[aiueoNQ-]){one}", other, written)
    written = re.sub("([td])wi", r"\1hi" if kind == "method" else r"\1i", written)
    if kind == "method":
        written = written.replace("N", "nn")
    else:
        written = re.sub("N(?=[aiueoy])", "n" if kind in ("bare", "loud") else "n'", written)
        written = re.sub("N(?=[bpm])", "m" if kind == "hepburn" else "n", written).replace("N", "n")
    written = re.sub("Q(?=ch)", "t" if kind != "method" else "c", written)
    written = re.sub("Q([a-z])", r"\1\1", written).replace("Q", "xtu" if kind == "method" else "")
    match kind:
        case "hepburn" | "kunrei":
            marks = "āīūēō" if kind == "hepburn" else "âîûêô"
            for vowel, mark in zip(_VOWELS, marks, strict=True):
                written = written.replace(f"{vowel}-", mark)
            return re.sub("o[uo]", marks[4], written).replace("uu", marks[2])
        case "bare":
            return re.sub("o[uo]", "o", written.replace("-", "")).replace("uu", "u")
        case "loud":
            return re.sub("([aiueo])-", r"\1\1", written).upper()
    return written


def phrases(tokens: Sequence[Token], kind: str) -> Iterator[list[str]]:
    """Words in katakana or as they are, those that stand together without a space."""
    phrase, parted = list[str](), False
    for place, token in enumerate(tokens):
        particle = not token.content and token.surface in _PARTICLES
        tied = place > 0 and not token.content and is_kana(token.surface)
        tied &= kind in ("loud", "method") or not (particle or parted)
        if phrase and not tied and kind != "method":
            yield phrase
            phrase = []
        kana, parted = katakana(token.reading), particle
        if particle and kind in ("hepburn", "kunrei", "bare"):
            kana = _SPOKEN.get(kana, kana)
        phrase.append(kana or token.surface)
    if phrase:
        yield phrase


def romanised(text: str, kind: str, analyser: Analyser) -> str:
    """A question in Latin letters."""
    written = []
    for phrase in phrases(analyser.tokens(text), kind):
        joined, out = "", ""
        for word in [*phrase, " "]:
            if is_kana(word):
                joined += word
            else:
                out, joined = f"{out}{spelt(joined, kind) if joined else ''} {word} ", ""
        written.append(out.strip())
    return " ".join(re.sub(r"[。、！？!?,]+", " ", " ".join(written)).split())


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m bench.romanising", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--queries", type=Path, required=True)
    parser.add_argument("--write", type=Path, required=True)
    asked = parser.parse_args()
    analyser = create_analyser()
    questions = json.loads(asked.queries.read_text(encoding="utf-8"))
    rows = [
        {"qid": k, "kind": kind, "text": romanised(t, kind, analyser)} for k, t in questions.items() for kind in KINDS
    ]
    asked.write.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")


if __name__ == "__main__":
    main()
