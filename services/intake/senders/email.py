"""E-mail: whoever knows the address may write; a mail becomes a report, and a reply in its thread a reply on its case.

Options: `from` are the addresses and domains that may write (all if it is missing), `authenticated_by` the name of the mail
server in front whose finding `dmarc=pass` is needed, `receipts` whether an author that is known by one of these hears of the
case by mail (yes where `from` is given and `monitor` is not), `lists=yes` takes the traffic of mailing lists too, `monitor=yes`
takes mails that say "it has happened" and "it is over" before the same words for one case, `mapping` reads a mail
otherwise; without one, `urgency`, `impact`, `kind` and `product` are what a mail is that does not say so itself.
"""

import json
import re
from dataclasses import replace
from datetime import datetime, timedelta
from email.utils import format_datetime
from typing import Any

from services.intake.domain import enclosed, mail_text, mails, reachable
from services.intake.domain.machines import answered, made_by
from services.intake.domain.mails import Attached, Mail
from services.intake.domain.mappings import LONGEST_WORD, folded
from services.intake.domain.words import measure
from services.intake.senders import mapped, terms
from services.intake.senders.given import is_one_of, line, listed, paragraph
from services.intake.senders.guides import EMAIL as GUIDE
from services.intake.senders.sender import (
    Machine,
    Malformed,
    Reading,
    Rejected,
    Request,
    Sender,
    Source,
    Thread,
    Trigger,
    Trusted,
    Unmapped,
)
from shared.contracts import events as e

FROM, TO = "x-envelope-from", "x-envelope-to"  # of the envelope, as headers of a request
LONGEST = 4000  # characters of the text in a report; what is told of the sender and of attachments must have room
KEPT = 256 * 1024  # bytes of a mail that stay with its delivery
_MARK = re.compile(r"[【\[［〔《<＜(（]\s*([^】\]］〕》>＞)）]{1,40}?)\s*[】\]］〕》>＞)）]")
_LEAD = re.compile(r"\s*(?:(?:re|fw|fwd|aw|返信|転送)\s*(?:\[\d+\])?\s*[:：]\s*)+", re.IGNORECASE)
_FIRST = re.compile(r"\s*([^\s:：!！]{1,20})\s*[:：!！]")
_ALERT = re.compile(r"(\S{1,20}?)(?:\s+in\s[^:：]{1,40})?\s*[:：]\s*")  # "Resolved in 5m 3s: Disk full"
_WORD = re.compile(r"(\S{1,20})\s+")  # "** RECOVERY Service Alert: web/HTTP is OK **", as Nagios writes
_STATE = re.compile(r"\s+is\s+(?:OK|UP|DOWN|WARNING|CRITICAL|UNKNOWN|UNREACHABLE)!?$")
_URGENT = {
    **terms.SEVERITY,
    **dict.fromkeys(("大至急", "緊急連絡", "緊急対応", "緊急事態", "urgent"), "critical"),
    **dict.fromkeys(("重要", "important", "優先"), "error"),
}
_IMPORTANCE = {"high": "error", "urgent": "error", "1": "error", "2": "error", "low": "info", "5": "info"}
_KINDS = {folded(word): kind.value for word, kind in terms.KIND.items()}
_IMPACTS = {folded(word): impact.value for word, impact in terms.IMPACT.items()}


def verify(request: Request, source: Source) -> Trusted | Rejected:
    """Check the secret of the address, then who wrote."""
    if not is_one_of(request.headers.get("x-tasuki-path-secret", ""), source.secrets):
        return Rejected("address")
    if not (_authors(source) or _server(source)):
        return Trusted()
    doubt = _doubt(source, *mails.author_of(request.raw))
    return Rejected(doubt) if doubt else Trusted()


def read(request: Request, source: Source) -> tuple[Reading] | Malformed:
    """Read a mail by the mapping of its source; what machines write by themselves is told apart first."""
    mail = _unsecret(mails.read(request.raw), source)
    delivery = mapped.digest("mail", mail.id)
    by = e.Actor(kind="source", id=source.id, name=line(mail.name or mail.author, 100) or source.id)
    loop = request.headers.get(TO, "").rpartition("@")[2]
    what = made_by(mail, request.headers.get(FROM, "-"), loop)
    own, quoted = mail_text.said(mail.text)
    reply = paragraph(_with_rest(own or mail.subject, mail, quoted, kept=what in ("", "list")))
    automatic = what not in ("", "list") or _is_generated(mail)
    thread = Thread(_external(mail.id), tuple(map(_external, mail.earlier)), reply, automatic, answered(mail))
    if what and not (what == "list" and terms.means_yes(source.options.get("lists", ""))):
        return (Machine(delivery, what, by, thread),)
    if not (mail.subject or mail.text or mail.attached):
        return (Unmapped(delivery, "件名も本文も空のメールです。", "The mail has neither a subject nor a text."),)
    document = _document(mail, request.now)
    mapping = source.options.get("mapping") or _usual(source)
    asked = replace(source, options={**source.options, "mapping": mapping})
    found = mapped.try_out(document, request.raw, asked, "email", request.now, delivery).reading
    if not isinstance(found, Trigger):
        return (found,)
    facts = paragraph(_with_rest(found.report.facts, mail, 0, author=True))
    product = found.report.product or line(source.options.get("product"))
    report = found.report.model_copy(update={"facts": facts, "product": product})
    answer_to = "" if what or automatic else _answer_to(mail, source)
    return (replace(found, report=report, by=by, note=found.note or reply, thread=thread, answer_to=answer_to),)


def parted(request: Request) -> Request:
    """A mail whose files stand beside it; of what it says the first 256 KB stay."""
    attached = mails.read(request.raw).attached
    end = enclosed.before(request.raw, attached, KEPT)
    return replace(request, raw=request.raw[:end], rest=request.raw[end:], files=enclosed.read(attached))


def _authors(source: Source) -> set[str]:
    """The addresses and domains that may write; empty for all."""
    return {one.casefold().removeprefix("@") for one in listed(source.options.get("from", ""))}


def _server(source: Source) -> str:
    """The name of the mail server whose finding is needed; "" where none is."""
    return source.options.get("authenticated_by", "").strip().casefold()


def _is_monitor(source: Source) -> bool:
    """Whether a monitor alone writes to its address."""
    return terms.means_yes(source.options.get("monitor", ""))


def _doubt(source: Source, author: str, results: tuple[str, ...]) -> str:
    """What the options of a source have against an author; "" for nothing."""
    named, server = _authors(source), _server(source)
    if named and author not in named and author.rpartition("@")[2] not in named:
        return "author"
    return "dmarc" if server and not _is_authentic(results, server) else ""


def _answer_to(mail: Mail, source: Source) -> str:
    """Where the author of a mail hears of its case.

    An author whom nothing proves is written to by nobody: anybody may have put the name of somebody else there. Where
    no addresses are named, the mails may be those of customers, who hear only where that was decided; a monitor hears nothing.
    """
    named, wanted = _authors(source), source.options.get("receipts", "")
    known = (named or _server(source)) and not _doubt(source, mail.author, mail.received)
    wants = terms.means_yes(wanted) if wanted.strip() else bool(named) and not _is_monitor(source)
    return reachable.of_person(mail.author) if known and wants else ""


def _usual(source: Source) -> str:
    """How a mail is read where its source says nothing else: each is a case of its own, unless it answers one."""
    words = {name: source.options.get(name, "").strip() for name in ("urgency", "impact", "kind")}
    known = {"urgency": terms.SEVERITY, "impact": _IMPACTS, "kind": _KINDS}
    given = {name: known[name].get(folded(word[:LONGEST_WORD])) for name, word in words.items()}
    rules: dict[str, Any] = {
        "title": "subject",
        "facts": "text || subject || attachments[0].name",
        "occurred_at": "date",
    }
    for key, name in (("severity", "urgency"), ("impact", "impact"), ("kind", "kind")):
        rules[key] = {"expr": name, "default": given[name]} if given[name] else name
    if _is_monitor(source):
        rules |= {"dedup_key": "alert", "action": {"expr": "action", "default": "trigger"}}
        rules["severity"] = {"expr": "urgency", "default": given["urgency"] or "error"}
    return json.dumps(rules, ensure_ascii=False)


def _document(mail: Mail, now: datetime) -> dict[str, Any]:
    """What the expressions of a mapping see."""
    topic = _LEAD.sub("", mail.subject)
    bare = " ".join(_MARK.sub(" ", topic).split())
    marks = [folded(mark) for mark in _MARK.findall(topic)]
    action, alert = _alert(marks, bare)
    marks += [folded(first[1])] if (first := _FIRST.match(_MARK.sub("", topic))) else []
    importance = [mail.headers.get(name, "").strip().casefold()[:1] for name in ("x-priority", "x-msmail-priority")]
    importance = [mail.headers.get("importance", "").strip().casefold(), *importance]
    given = next((_URGENT[mark] for mark in marks if mark in _URGENT), "")
    return {
        "subject": mail.subject,
        "topic": bare or mail.subject,
        "alert": alert or mail.subject,
        "action": action,
        "marks": marks[:20],
        "text": paragraph(mail.text, LONGEST),
        "from": {"name": mail.name, "address": mail.author, "domain": mail.author.rpartition("@")[2]},
        "to": list(mail.to),
        "date": min(mail.at, now).isoformat() if mail.at else "",
        "message_id": mail.id,
        "headers": dict(mail.headers),
        "attachments": [{"name": one.name, "type": one.type, "size": one.size} for one in mail.attached],
        "urgency": given or next((_IMPORTANCE[word] for word in importance if word in _IMPORTANCE), ""),
        "impact": next((_IMPACTS[mark] for mark in marks if mark in _IMPACTS), ""),
        "kind": next((_KINDS[mark] for mark in marks if mark in _KINDS), ""),
    }


def _alert(marks: list[str], topic: str) -> tuple[str, str]:
    """Whether a monitor says that something has happened or that it is over ("" where it says neither), and of what."""
    what = _STATE.sub("", topic.strip("* "))
    lead = _ALERT.match(what) or (_WORD.match(what) if what != topic else None)
    first = folded(lead[1]).partition(":")[0] if lead else ""
    said = (*(mark.partition(":")[0] for mark in marks), first)
    action = next((mapped.ACTION[word] for word in said if word in mapped.ACTION), "")
    known = first in mapped.ACTION or first in _URGENT
    return action, what[lead.end() :] if lead and known else what


def _with_rest(text: str, mail: Mail, quoted: int, author: bool = False, kept: bool = True) -> str:
    """A text with what is not in it: how much was quoted, who wrote, and what was attached and is not kept."""
    told = [paragraph(text, LONGEST)]
    if quoted:
        told.append(f"［引用 {quoted} 行を省略 / {quoted} quoted lines left out］")
    if author and mail.author:
        told.append(f"差出人 / From: {line(f'{mail.name} <{mail.author}>' if mail.name else mail.author, 300)}")
    if mail.attached and not kept:
        named = "、".join(_named(one) for one in mail.attached)
        told.append(paragraph(f"添付ファイル（保存していません） / Attached, not kept: {named}", 600))
    return "\n\n".join(told)


def _named(one: Attached) -> str:
    return f"{line(one.name, 100)} ({measure(one.size)}{'以上 or more' if one.more else ''})"


def _external(id_: str) -> str:
    """The external id of what a mail has opened where nothing else names its case."""
    return mapped.digest(mapped.digest("mail", id_))


def _is_generated(mail: Mail) -> bool:
    said = mail.headers.get("auto-submitted", "").partition(";")[0].strip().casefold()
    return said not in ("", "no") or bool(mail.headers.get("x-auto-response-suppress", "").strip())


def _is_authentic(results: tuple[str, ...], server: str) -> bool:
    """Whether the mail server in front, whose finding stands above all others of its name, found the author to be true."""
    for found in results:
        name, _, told = found.partition(";")
        if name.casefold().split()[:1] == [server]:
            parts = _unspoken(told.casefold()).split(";")
            return any(re.match(r"\s*dmarc\s*=\s*pass(?:\s|$)", part) for part in parts)
    return False


def _unspoken(told: str) -> str:
    """A header without its comments and quoted strings (RFC 8601): what a sender may have written stands in them."""
    kept, depth, quoted, escaped = list[str](), 0, False, False
    for letter in told:
        if escaped:
            escaped = False
        elif letter == "\\" and (quoted or depth):
            escaped = True
        elif letter == '"' and not depth:
            quoted = not quoted
        elif letter == "(" and not quoted:
            depth += 1
        elif letter == ")" and depth and not quoted:
            depth -= 1
            kept.append(" ")
        elif not (quoted or depth):
            kept.append(letter)
    return "".join(kept)


def _unsecret(mail: Mail, source: Source) -> Mail:
    """A mail without the secret of the address that it was sent to, wherever it stands."""
    secrets = sorted((s for s in source.secrets if len(s) >= 8), key=len, reverse=True)
    if not secrets:
        return mail
    hidden = re.compile("|".join(map(re.escape, secrets)), re.IGNORECASE)
    return replace(
        mail,
        subject=hidden.sub("***", mail.subject),
        text=hidden.sub("***", mail.text),
        to=tuple(hidden.sub("***", one) for one in mail.to),
        headers={name: hidden.sub("***", value) for name, value in mail.headers.items()},
    )


def sample(source: Source, now: datetime) -> Request:
    """A mail as somebody would write it."""
    at = format_datetime(now.replace(microsecond=0) - timedelta(seconds=1))
    text = (
        f"From: Tasuki <test@tasuki.example>\r\nDate: {at}\r\nMessage-ID: <test.{now.timestamp():.0f}@tasuki.example>\r\n"
        "Subject: テストメール / Test\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
        "設定の確認のためのテストです。\r\nThis is a test of the set-up.\r\n"
    )
    headers = {"x-tasuki-path-secret": source.secrets[0], FROM: "test@tasuki.example", "content-type": "message/rfc822"}
    return Request(text.encode(), headers, now)


EMAIL = Sender("email", verify, read, by_mail=True, guide=GUIDE, sample=sample, parted=parted)
