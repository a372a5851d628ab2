"""What a mapping makes of a document: a report, somebody who has taken it, or its end; with why each field is as it is."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from services.intake.domain import mappings
from services.intake.domain.alerts import Alert
from services.intake.domain.lookup import Found, find
from services.intake.senders import groups, terms
from services.intake.senders.given import EARLIEST, is_person, line, moment, paragraph, url
from services.intake.senders.sender import Cleared, Reading, Source, Taken, Trigger, Unmapped
from shared.contracts import events as e
from shared.contracts.report import Customer, Report
from shared.contracts.vocabulary import Impact, Kind, Urgency

ACTION = {
    **dict.fromkeys(("trigger", "triggered", "firing", "alerting", "problem", "open", "opened", "created"), "trigger"),
    **dict.fromkeys(("escalated", "down", "alarm", "alert", "障害", "発生"), "trigger"),
    **dict.fromkeys(("ack", "acknowledge", "acknowledged", "acknowledgement", "taken", "対応中"), "ack"),
    **dict.fromkeys(("resolve", "resolved", "recovered", "recovery", "ok", "closed", "close", "up"), "resolve"),
    **dict.fromkeys(("復旧", "解消", "解決", "完了", "回復"), "resolve"),
}
KNOWN: Mapping[str, Mapping[str, str]] = {
    "severity": terms.SEVERITY,
    "action": ACTION,
    "impact": {word: impact.value for word, impact in terms.IMPACT.items()},
    "kind": {word: kind.value for word, kind in terms.KIND.items()},
}
ENVELOPE = json.dumps({  # for what names its type and holds its data, as CloudEvents and Standard Webhooks do
    "dedup_key": "data.dedup_key || data.key || subject || data.id",
    "title": "data.title || data.summary || data.message || type",
    "facts": "data.facts || data.description || data.text",
    "severity": "data.severity || data.urgency || data.priority",
    "impact": "data.impact",
    "kind": "data.kind",
    "action": "data.action || data.status || type",
    "product": "data.product || data.service",
    "by": "data.by || data.user",
    "links": "data.url || data.link",
    "labels": "data",
    "occurred_at": "time || timestamp",
})  # fmt: skip
BUCKET = 600
System = Literal["generic", "cloudevents", "standard_webhooks", "email"]


@dataclass(frozen=True)
class Trial:
    """What a payload would become, and what every rule of the mapping made of it."""

    reading: Reading
    fields: tuple[Found, ...]


def try_out(document: Any, raw: bytes, source: Source, system: System, now: datetime, delivery: str = "") -> Trial:
    """Read a document by the mapping of its source; `delivery` is its identity where the sender gives one."""
    text = source.options.get("mapping") or ("" if system == "generic" else ENVELOPE)
    rules, flaws = mappings.of_text(text)
    found = find(rules, document, KNOWN)
    said = {key: one.text for key, one in found.items()}
    delivery = delivery or _delivery(said.get("idempotency_key", ""), raw, now)
    if flaws:
        where = ", ".join(flaw.key for flaw in flaws)
        reading: Reading = Unmapped(
            delivery, f"対応表に誤りがあります：{where or '全体'}", f"The mapping is wrong: {where or 'as a whole'}"
        )
    else:
        reading = _reading(said, found, delivery, source, system, now)
    return Trial(reading, tuple(found.values()))


def digest(*parts: str) -> str:
    """A short name for what is named by texts of any length."""
    return hashlib.sha256("\n".join(parts).encode("utf-8", "replace")).hexdigest()[:32]


def of_body(raw: bytes, now: datetime) -> str:
    """A name for a body that names nothing: the same for what is repeated within ten minutes."""
    return digest(hashlib.sha256(raw).hexdigest(), str(int(now.timestamp()) // BUCKET))


def taker(name: str, system: str) -> e.Actor:
    """Who has taken an alert over elsewhere; the system itself stands for whom it does not name."""
    known = line(name) or system
    return e.Actor(kind="person", id=known if is_person(known) else system, name=known)


def _delivery(key: str, raw: bytes, now: datetime) -> str:
    """The sender's own key, or else the body: the same within ten minutes is a repeat."""
    if key:
        return digest("key", key)
    return of_body(raw, now)


def _reading(
    said: dict[str, str], found: dict[str, Found], delivery: str, source: Source, system: System, now: datetime
) -> Reading:
    title, facts = line(said.get("title")), paragraph(said.get("facts"))
    key, action = said.get("dedup_key", ""), said.get("action") or "trigger"
    if not key and action != "trigger":
        return Unmapped(
            delivery, "dedup_key がないため、どの案件か分かりません。", "Without dedup_key no case is named."
        )
    if not (title or facts) and action == "trigger":
        return Unmapped(delivery, "title も facts も空です。", "Both title and facts are empty.")
    links = [url(one) for one in said.get("links", "").splitlines() if url(one)][:10]
    external = e.External(system=system, id=digest(key or delivery), url=links[0] if links else "")
    name = line(said.get("by"))
    by = e.Actor(kind="source", id=source.id, name=name or source.id)
    since = moment(said.get("occurred_at"), now, EARLIEST if action == "resolve" else None)
    alerts = {"alert": Alert(since, action != "resolve")}
    match action:
        case "ack":
            return Taken(delivery, external, taker(name, source.id))
        case "resolve":
            return Cleared(delivery, external, by, groups.HANDLING, facts or title or groups.CLEARED, alerts)
        case _:
            report = _report(said, found, title, facts, links)
            return Trigger(delivery, external, report, by, paragraph(said.get("note")), alerts)


def _report(said: dict[str, str], found: dict[str, Found], title: str, facts: str, links: list[str]) -> Report:
    severity = said.get("severity", "")
    unknown, unknown_kind = (
        line(found[key].found, 80) if key in found and not said.get(key) else "" for key in ("severity", "kind")
    )
    more = paragraph("\n".join([said.get("labels", ""), *links]), 3000)
    return Report(
        kind=Kind(said.get("kind") or Kind.OTHER),
        urgency=terms.LEVELS.get(severity, Urgency.MEDIUM),
        urgency_reason=f"深刻度「{unknown}」を読み取れないため「中」として扱っています" if unknown else "",
        impact=Impact(said.get("impact") or Impact.SOME),
        title=title,
        customer=Customer(company=line(said.get("company"))),
        product=line(said.get("product")),
        facts=terms.with_kind(f"{facts or paragraph(said.get('title'))}\n{more}", unknown_kind),
        wanted=paragraph(said.get("wanted")),
    )
