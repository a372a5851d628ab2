"""Which mails no person wrote to ask for help: answers of machines, bounces, traffic of lists, and what we sent ourselves.

A monitor writes by machine too, and is to be heard: what says only that it was made by a machine is a report, unless it
answers something.
"""

import re
from typing import Literal

from services.intake.domain.mails import Mail
from services.intake.domain.replies import is_marked, may_be_told

What = Literal["", "ours", "bounce", "auto-reply", "list"]
_ROBOT = re.compile(r"(?:mailer-daemon|postmaster|majordomo|listserv|bounces?)(?:[-+.].*)?@.*")
_RETURNED = re.compile(
    r"\s*(?:undeliver(?:ed|able)|mail delivery (?:failed|failure|status|system)|delivery (?:status notification|failure)|"
    r"failure notice|returned mail|mail system error|配信不能|配信できません|送信できませんでした|メール(?:の)?配信(?:エラー|失敗))",
    re.IGNORECASE,
)
_RE = re.compile(r"\s*(?:re|aw|返信|自動返信)\s*(?:\[\d+\])?\s*[:：]", re.IGNORECASE)
_OURS = re.compile(r"case-(c_[0-7][0-9a-hjkmnp-tv-z]{25})@")
_NO = {"", "no", "none", "false", "0"}


def made_by(mail: Mail, sender: str, loop: str) -> What:
    """What machine a mail is from; "" for what is to be taken. `sender` is of the envelope, `loop` a domain of our own."""
    had = mail.headers
    submitted = had.get("auto-submitted", "").partition(";")[0].partition("(")[0].strip().casefold()
    precedence = had.get("precedence", "").strip().casefold()
    if "x-tasuki-notification" in had or _is_loop(had.get("x-loop", ""), loop):
        return "ours"
    answers = bool(mail.earlier) or _RE.match(mail.subject) is not None
    is_returned = _RETURNED.match(mail.subject) is not None
    nobody = sender.strip() in ("", "<>") or had.get("return-path", "-").strip() in ("", "<>")
    if mail.type in ("multipart/report", "message/delivery-status") or "x-failed-recipients" in had:
        return "bounce"
    if _ROBOT.fullmatch(mail.author) and (is_returned or nobody):
        return "bounce"
    if nobody and is_returned:
        return "bounce"
    answers = answers or bool(answered(mail))
    marked = is_marked(mail.subject) and (answers or not may_be_told(mail.subject))
    if nobody or submitted in ("auto-replied", "auto-notified") or marked:
        return "auto-reply"
    if any(
        had.get(name, "").strip().casefold() not in _NO for name in ("x-autoreply", "x-autorespond", "x-autoresponder")
    ):
        return "auto-reply"
    if precedence in ("auto_reply", "auto-reply", "junk"):
        return "auto-reply"
    suppresses = had.get("x-auto-response-suppress", "").strip().casefold() not in _NO
    if (submitted not in _NO or suppresses) and answers:
        return "auto-reply"
    if precedence in ("list", "bulk") or "list-id" in had or "mailing-list" in had:
        return "list"
    return ""


def answered(mail: Mail) -> tuple[str, ...]:
    """The cases about which we wrote the mails that it answers, the nearest first; anybody may write such a line."""
    return tuple(found[1] for id_ in mail.earlier if (found := _OURS.match(id_)))


def _is_loop(named: str, loop: str) -> bool:
    """Whether a mail has been here before."""
    return bool(loop) and named.strip().casefold().rpartition("@")[2] == loop.casefold()
