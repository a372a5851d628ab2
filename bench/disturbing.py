"""Questions as people type them in a hurry: what the learned ranking is trained on beside clean ones."""

import random
from collections.abc import Callable

from services.knowledge.domain.tokens import Analyser, Token

_OPENINGS = (
    "お世話になります。", "突然のご連絡失礼いたします。", "いつもありがとうございます。", "少し伺いたいことがあります。", "急いでいます。",
    "どこに聞けばよいか分からず、こちらに書いています。", "先週引っ越してきたばかりの者です。", "母の代わりに質問しています。", "Hello, ", "すみません、",
)  # fmt: skip
_ENDINGS = (
    "よろしくお願いいたします。", "お手数をおかけします。", "なるべく早く返事をいただけると助かります。", "以上です。", "ご確認ください。",
    "昼間は電話に出られません。", "よろしくです", "Thank you.",
)  # fmt: skip
_HIRAGANA = {chr(code + 0x60): chr(code) for code in range(0x3041, 0x3097)}


def hiragana(text: str) -> str:
    """Write katakana as hiragana."""
    return "".join(_HIRAGANA.get(letter, letter) for letter in text)


def keywords(text: str, tokens: list[Token], chance: random.Random) -> str:
    """A few of the telling words, as in a search box."""
    telling = [token.surface for token in tokens if token.content and token.weight == 1]
    kept = sorted(chance.sample(range(len(telling)), min(len(telling), chance.choice((2, 3)))))
    return " ".join(telling[place] for place in kept) or text


def wordy(text: str, tokens: list[Token], chance: random.Random) -> str:
    """The question inside a letter."""
    return "".join(chance.sample(_OPENINGS, chance.choice((1, 2)))) + text + chance.choice(_ENDINGS)


def cut(text: str, tokens: list[Token], chance: random.Random) -> str:
    """Not typed to the end."""
    return text[: max(4, int(len(text) * chance.uniform(0.4, 0.8)))]


def slipped(text: str, tokens: list[Token], chance: random.Random) -> str:
    """One or two letters lost, doubled or swapped."""
    letters = list(text)
    for _ in range(chance.choice((1, 2))):
        at = chance.randrange(max(len(letters) - 1, 1))
        match chance.randrange(3):
            case 0:
                del letters[at : at + 1]
            case 1:
                letters[at:at] = letters[at : at + 1]
            case _:
                letters[at : at + 2] = reversed(letters[at : at + 2])
    return "".join(letters)


def sounded(text: str, tokens: list[Token], chance: random.Random) -> str:
    """Some words, or all, not turned into kanji."""
    share = chance.choice((0.3, 1.0))
    return "".join(hiragana(t.reading) if t.reading and chance.random() < share else t.surface for t in tokens)


WAYS: tuple[Callable[[str, list[Token], random.Random], str], ...] = (keywords, wordy, cut, slipped, sounded)


def disturbed(text: str, analyser: Analyser, chance: random.Random) -> list[str]:
    """The question once in each way."""
    tokens = analyser.tokens(text)
    return [way(text, tokens, chance) for way in WAYS]
