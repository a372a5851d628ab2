"""Whether a reply was written by a person or by a machine (RFC 3834, and what mail programs do beside it).

Nothing is guessed: a customer who writes "the automatic reply never came" is a person.
"""

import re
import unicodedata
from collections.abc import Mapping

_COMMENT = re.compile(r"\([^()]*\)")
_PRECEDENCE = {"bulk", "junk", "auto_reply", "auto-reply"}
_NO = {"", "no", "none", "false", "0"}
_ENDS = r"(?=$|\s*[:;()\[\]【】」』〉》>|/!.。、-]|\s+(?:to|re|until|from|for)\b|\s*(?:です|の?(?:お知らせ|ご案内|ご?連絡)))"
# What monitors and forms put before what they tell of themselves, and machines before an answer.
_TOLD = re.compile(r"[\s【〔『「〈《\[(<*※■◆●★-]*自動(?:配信|送信|通知|受付)?(?!返|応|回)")
_MARKED = re.compile(
    r"[\s【〔『「〈《\[(<*※■◆●★-]*"
    r"(?:自動(?:返信|応答|配信|送信|回答|通知|受付)?(?=[】〕』」〉》\])>])"
    r"|(?:自動(?:返信|応答|配信|送信|回答|返答)(?:メール|メッセージ)?"
    r"|(?:長期)?不在(?:時)?の?(?:お知らせ|ご連絡|ご案内|連絡|通知|返信|応答)|(?:長期|夏季|冬季|年末年始)?休[暇業]中?の(?:お知らせ|自動返信)"
    r"|out of (?:the )?office(?: auto-?reply| reply| message| notification)?"
    r"|automat(?:ic|ed) (?:reply|response|e-?mail)|auto[- ]?(?:reply|response|responder)"
    r"|(?:vacation|away) (?:reply|response|message|notice))" + _ENDS + ")"
)


def is_automatic(headers: Mapping[str, str], text: str = "") -> bool:
    """Tell whether headers, the subject among them, or else the first line of the text say that a machine wrote.

    Names of headers are in any case; a header with an empty value is not the same as none (`Return-Path: <>`).
    """
    given = {
        name.strip().casefold(): unicodedata.normalize("NFKC", v).strip().casefold() for name, v in headers.items()
    }
    submitted = _COMMENT.sub("", given.get("auto-submitted", "")).partition(";")[0].strip()
    return (
        submitted not in _NO
        or any(given.get(name, "") not in _NO for name in ("x-autoreply", "x-autorespond"))
        or given.get("x-auto-response-suppress", "") not in _NO
        or given.get("precedence", "") in _PRECEDENCE
        or given.get("return-path") in ("", "<>")
        or is_marked(given.get("subject", ""))
        or is_marked(next((line for line in text.splitlines() if line.strip()), ""))
    )


def may_be_told(line: str) -> bool:
    """Tell whether the mark of a line is one that a monitor uses too (【自動通知】, 【自動送信】), so that it is no answer for sure."""
    return _TOLD.match(unicodedata.normalize("NFKC", line[:300]).casefold()) is not None


def is_marked(line: str) -> bool:
    """Tell whether a line begins with what machines put before their answers; "Re: 自動返信" is a person's answer to one."""
    return _MARKED.match(unicodedata.normalize("NFKC", line[:300]).casefold()) is not None
