"""The words of a mail: lines that were broken on the way are whole again, HTML is read, and what is quoted is set apart."""

import html
import re
from contextlib import suppress

LONGEST_HTML = 200_000  # characters that are looked at
_BLOCK = re.compile(r"(?i)<(?:br|/?p|/?div|/li|/tr|/h[1-6]|/table|/blockquote|hr)(?:\s[^<>]*|/)?>")
_QUOTE = re.compile(r"(?i)<blockquote(?:\s[^<>]*)?>")
_CELL = re.compile(r"(?i)</t[dh]\s*>")
_ITEM = re.compile(r"(?i)<li(?:\s[^<>]*)?>")
_UNSEEN = (
    ("<!--", "-->"),
    ("<head>", "</head>"),
    ("<head ", "</head>"),
    ("<style", "</style>"),
    ("<script", "</script>"),
)
_TAG = re.compile(r"<[/!?a-zA-Z][^<>]*>")
_NAME = r"(?:From|Sent|To|Date|Subject|差出人|送信日時|送信日|宛先|件名|日時)"
_HEAD = re.compile(  # the line that a mail program puts before what it quotes
    r"[\s>]*(?:"
    r"-{2,}\s*(?:Original Message|Original Appointment|元のメッセージ|Reply message)\s*-{2,}.{0,200}"
    r"|On .{5,200}(?:wrote|writes):"
    r"|\d{4}[年/-]\s?\d{1,2}[月/-]\s?\d{1,2}日?.{0,200}(?:[:：]|のメール[:：]?|書きました[。.]?|wrote:)"
    r"|.{1,120}(?:さん|様)?(?:は|が)書きました[:：]"
    r"|_{20,}"
    r")\s*"
)
_NAMED = re.compile(r"[^\s<>]@[^\s<>]|(?:wrote|writes):\s*$")  # a date and a colon alone may be what somebody says
_LABEL = re.compile(rf"[\s>]*\*?{_NAME}\*?\s*[:：]\s*\S.*")
_AUTHOR = re.compile(r"[\s>]*\*?(?:From|差出人)\*?\s*[:：]")
_FORWARDED = re.compile(
    r"(?i)^[-\s]*(?:forwarded message|begin forwarded message|転送メッセージ|転送されたメッセージ|---+ ?転送)"
)


def flowed(text: str, joins_words: bool) -> str:
    """Make the lines of format=flowed whole (RFC 3676); `joins_words` is its DelSp."""
    told: list[str] = []
    depth_before, goes_on = 0, False
    for given in text.split("\n"):
        content = given.lstrip(">")
        depth = len(given) - len(content)
        content = content.removeprefix(" ")
        flows = content.endswith(" ") and content != "-- "
        part = content[:-1] if flows and joins_words else content
        if goes_on and depth == depth_before and content != "-- ":
            told[-1] += part
        else:
            told.append(f"{'>' * depth} {part}" if depth else part)
        depth_before, goes_on = depth, flows
    return "\n".join(told)


def of_html(markup: str) -> str:
    """The words of a page, a line for each block and "> " before what it quotes; what is not shown is left out."""
    words = markup[:LONGEST_HTML]
    for begin, end in _UNSEEN:
        words = _without(words, begin, end)
    words = " ".join(words.split())
    words = _CELL.sub(" ", _ITEM.sub("\n・", _QUOTE.sub("\n> ", _BLOCK.sub("\n", words))))
    words = _TAG.sub("", words)
    with suppress(ValueError):  # a character by a number of thousands of digits
        words = html.unescape(words)
    lines = [line.strip() for line in words.replace("\xa0", " ").replace("\u200b", "").split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def said(text: str) -> tuple[str, int]:
    """What a reply says by itself, and how many lines it quotes; a text that answers between the lines is left whole."""
    lines = text.split("\n")
    start = _start(lines)
    if start is None:
        return text, 0
    own, quoted = "\n".join(lines[:start]).strip(), sum(bool(line.strip()) for line in lines[start:])
    return (own, quoted) if own else (text, 0)


def _start(lines: list[str]) -> int | None:
    """The line at which the quotation begins; None where there is none, or more is said after it."""
    for number, line in enumerate(lines):
        if _FORWARDED.match(line):
            return None
        after = lines[number + 1 : number + 6]
        if line.startswith(">"):
            return number if all(not rest.strip() or rest.startswith(">") for rest in lines[number:]) else None
        headed = sum(_LABEL.fullmatch(one) is not None for one in [line, *after])
        if _AUTHOR.match(line) and headed >= 3:
            return number
        if len(line) <= 300 and _HEAD.fullmatch(line):
            if line.strip().startswith("_") and headed < 2:
                continue
            follows = next((one for one in lines[number + 1 :] if one.strip()), "")
            if follows.startswith(">"):
                rest = lines[number + 1 :]
                return number if all(not one.strip() or one.startswith(">") for one in rest) else None
            if line.strip().startswith(("-", "_")) or _NAMED.search(line):
                return number
    return None


def _without(text: str, begin: str, end: str) -> str:
    """Leave out everything from `begin` to the next `end`; in one walk, however often either is there."""
    folded, told, place = text.lower(), [], 0
    if len(folded) != len(text):  # a letter that is longer in small: then nothing would stand where it was found
        folded = text
    while (at := folded.find(begin, place)) >= 0:
        told.append(text[place:at])
        place = folded.find(end, at)
        if place < 0:
            return "".join(told)
        place += len(end)
    told.append(text[place:])
    return "".join(told)
