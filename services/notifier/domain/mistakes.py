"""What is wrong with a text, where, and in both languages."""

import re
from dataclasses import dataclass

_SYNTAX = (
    (r"Encountered unknown tag '(.+?)'", "「{0}」という命令はありません。"),
    (r"[Uu]nexpected end of template", "閉じていない {{% if %}} か {{% for %}} があります。"),
    (r"unexpected char (.+?) at", "ここに {0} は書けません。"),
    (r"expected token '(.+?)', got '(.+?)'", "ここには {0} が必要ですが、{1} があります。"),
    (r"unexpected '(.+?)'", "ここに {0} は書けません。"),
    (r"No filter named '(.+?)'", "「{0}」という加工はありません。"),
    (r"No test named '(.+?)'", "「{0}」という条件はありません。"),
)


@dataclass(eq=False)
class Mistake(Exception):
    """Why a text cannot be used; `line` is 0 when it is about the whole text."""

    code: str
    line: int
    ja: str
    en: str


def syntax(line: int, said: str) -> Mistake:
    """What the reader of templates says (in English), in both languages."""
    for pattern, ja in _SYNTAX:
        if found := re.search(pattern, said):
            return Mistake("syntax", line, ja.format(*found.groups()), f"{said[:300]}")
    return Mistake("syntax", line, f"書き方に誤りがあります（{said[:300]}）。", said[:300])


def unknown(line: int, name: str) -> Mistake:
    """A variable that there is not."""
    return Mistake(
        "unknown-variable", line, f"「{name}」という変数はありません。", f"There is no variable “{name}” here."
    )


_SIGNS = {"mul": "*", "pow": "**", "div": "/", "floordiv": "//", "mod": "%", "call": "…(…)", "getitem": "…[…]"}
_SIGNS |= {"pair": "{…: …}", "dict": "{…}", "list": "[…]", "tuple": "(…, …)", "const": "0.0"}


def forbidden(line: int, what: str) -> Mistake:
    """Something that a template could do and a text must not; `what` is a part of a template or how it is written."""
    what = _SIGNS.get(what, what)
    return Mistake("not-allowed", line, f"テンプレートでは使えません：{what}", f"Not allowed in a text: {what}")


def failing(line: int, said: str) -> Mistake:
    """Something that went wrong while the text was filled in."""
    return Mistake("failing", line, f"差し込みに失敗しました：{said[:300]}", f"It cannot be filled in: {said[:300]}")


def endless(line: int) -> Mistake:
    """Too much work or too many letters."""
    return Mistake(
        "too-much", line, "文章が長くなりすぎるか、繰り返しが多すぎます。", "It grows too long, or repeats too often."
    )


def unwritable(kind: str) -> Mistake:
    """A value that is no text and no number."""
    return Mistake(
        "not-text",
        0,
        f"ここに入れられるのは文字と数だけです（{kind} は入れられません）。",
        f"Only text and numbers can be written here, not {kind}.",
    )


def no_list(kind: str) -> Mistake:
    """Something gone through that is no list."""
    return Mistake("not-a-list", 0, f"一覧ではありません（{kind}）。", f"This is no list ({kind}).")


def too_deep(line: int) -> Mistake:
    """Brackets or blocks inside each other without end."""
    return Mistake("too-deep", line, "入れ子が深すぎます。", "It is nested too deeply.")


def too_long(most: int) -> Mistake:
    """A text that is too large to be kept."""
    return Mistake("too-long", 0, f"文章は {most} kB までです。", f"A text may have {most} kB.")


def empty() -> Mistake:
    """A text that becomes nothing, so that a message has no subject."""
    return Mistake(
        "empty",
        1,
        "一行目（件名）が空になることがあります。",
        "The first line, which is the subject, can become empty.",
    )


def missing(ja: str, en: str) -> Mistake:
    """Something that this text must say."""
    return Mistake("missing", 0, f"次のものが必要です：{ja}", f"This must be in it: {en}")


def unheard(most: int) -> Mistake:
    """Something that this text must say, and says after the telephone has stopped."""
    return Mistake(
        "missing",
        0,
        f"電話で読み上げるのは {most:,} 字までです。番号やキーの案内がそれより後になることがあるので、先に述べるか、短くしてください。",
        f"The telephone reads no more than {most:,} letters, and the number or the keys can come after that: say them first, or less.",
    )
