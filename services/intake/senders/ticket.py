"""A ticket of a CRM, its fields under the words of our template, becomes a report, a take-over, an end, or an echo."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any, Literal, TypeAlias

from pydantic import ValidationError

from services.intake.domain.alerts import Alert
from services.intake.senders import terms
from services.intake.senders.given import EARLIEST, instant, is_ours, is_person, line, listed, mapping, paragraph, plain
from services.intake.senders.sender import Cleared, Echo, Reading, Source, Taken, Trigger, Unmapped
from services.intake.senders.terms import means_yes, word
from shared.contracts import events as e
from shared.contracts.report import Customer, Report
from shared.contracts.vocabulary import Impact, Kind, Urgency

WORDS = (
    "ticket_id", "title", "description", "latest_comment", "author", "status", "solved", "updated_at", "updated_by",
    "taken_by", "assignee", "reporter", "requester", "organization", "plan", "product", "group", "priority", "impact",
    "kind", "tags", "url", "done_already", "difficulty", "wanted", "wanted_by", "amount", "personal_data",
)  # fmt: skip
NOTHING: tuple[object, ...] = (None, "", [], {})
NOBODY = {"", "-1", "0"}  # what a CRM calls itself, or nobody
System: TypeAlias = Literal[
    "zendesk", "salesforce", "hubspot", "jira", "servicenow", "freshdesk", "kintone", "intercom", "dynamics365"
]


@dataclass(frozen=True)
class Desk:
    """One CRM: what it is called, how its tickets are named, and the words it has beside those of `terms`.

    Options of its sources: `ours` are the CRM's users under whose name we write there, `people` says who of ours its
    users are (`6401=sato,6402=tanaka`), `solved` names more states that mean "done", `field.<word>` where a word stands.
    `standing`: who has a ticket stands in it all the time, so that it says something else beside; see `readings`.
    """

    system: System
    name: str
    id: re.Pattern[str]
    urgency: Mapping[str, Urgency] = field(default_factory=dict)
    impact: Mapping[str, Impact] = field(default_factory=dict)
    standing: bool = False


def words(given: Mapping[str, Any], source: Source, names: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """A CRM's fields under our words: the one that an option names, else the first of `names` that says something.

    Where several hold comments, one of ours counts only if there is no other: which is the newest, none of them tells.
    """
    found = {}
    for one in WORDS:
        named = source.options.get(f"field.{one}", "").strip()
        said = [given[n] for n in ((named,) if named else (*names.get(one, ()), one)) if n in given]
        said = sorted((value for value in said if value not in NOTHING), key=_is_ours)
        if said:
            found[one] = said[0]
    return found


def readings(desk: Desk, ticket: Mapping[str, Any], delivery: str, source: Source) -> tuple[Reading, ...]:
    """Say what a ticket asks for, and then who stands in it, also where that is by us: only then is the next one known as new."""
    asked = reading(desk, ticket, delivery, source)
    if not (desk.standing and isinstance(asked, Trigger | Echo)):
        return (asked,)
    taken = _taken(desk, ticket, f"{delivery[:190]}.taken", source)
    if taken is None:
        return (asked,)
    return (replace(asked, holder=taken.by.id) if isinstance(asked, Trigger) else asked, taken)


def reading(desk: Desk, ticket: Mapping[str, Any], delivery: str, source: Source) -> Reading:
    """Say what a ticket asks for; only what names no ticket or says nothing at all cannot be mapped.

    A person there may have changed something after our own comment, so an end and a take-over are never an echo; nor is
    anything else that somebody else has done for certain, but then the comment is not news. `said_now`: it is what is told.
    """
    id_ = line(ticket.get("ticket_id"))
    if not desk.id.fullmatch(id_):
        return Unmapped(delivery, "ticket_id がありません。", "There is no ticket_id.")
    if _is_by_us(ticket, source):
        return Echo(delivery)
    external, at = _external(desk, ticket), instant(ticket.get("updated_at"))
    if is_solved(ticket, source):
        return _cleared(desk, ticket, delivery, external, {"ticket": Alert(at, firing=False)})
    if not desk.standing and (taken := _taken(desk, ticket, delivery, source)):
        return taken
    by_customer = word(ticket.get("author")) in terms.CUSTOMER
    title, comment = line(ticket.get("title")), paragraph(ticket.get("latest_comment"))
    described = paragraph(ticket.get("description"))
    if is_echo := _is_ours(ticket.get("latest_comment")) and not by_customer:
        if ticket.get("said_now") or not _is_anothers(ticket, source) or not (title or described):
            return Echo(delivery)
        comment = ""
    if not (title or comment or described):
        return Unmapped(delivery, "title も latest_comment も空です。", "Both title and latest_comment are empty.")
    parts = dict.fromkeys(part for part in (described, comment) if part)
    try:
        report = _report(desk, ticket, title, paragraph("\n\n".join(parts)) or title, source.zone)
    except ValidationError as problem:
        wrong = ", ".join("/".join(map(str, error["loc"])) for error in problem.errors(include_input=False))
        return Unmapped(delivery, f"報告に変換できません：{wrong}", f"It does not make a report: {wrong}")
    known = {} if at == EARLIEST else {"ticket": Alert(at, firing=True)}
    by, note = _reporter(desk, ticket, source), "" if is_echo else comment or described or title
    return Trigger(delivery, external, report, by, note, known, by_customer=by_customer and bool(comment))


def _external(desk: Desk, ticket: Mapping[str, Any]) -> e.External:
    return e.External(system=desk.system, id=line(ticket.get("ticket_id")), url=https(ticket.get("url")))


def _taken(desk: Desk, ticket: Mapping[str, Any], delivery: str, source: Source) -> Taken | None:
    taker, at = _person(desk, ticket.get("taken_by"), source), instant(ticket.get("updated_at"))
    if taker is None:
        return None
    moved = id_of(ticket.get("taken_by")) in _people(source) and _is_anothers(ticket, source)
    return Taken(delivery, _external(desk, ticket), taker, at, moved, desk.standing, _is_by_us(ticket, source))


def _is_by_us(ticket: Mapping[str, Any], source: Source) -> bool:
    return id_of(ticket.get("updated_by")) in listed(source.options.get("ours", ""))


def _is_anothers(ticket: Mapping[str, Any], source: Source) -> bool:
    """Whether somebody else than we made the change: known only where the source says who we are there."""
    ours = listed(source.options.get("ours", ""))
    return bool(ours) and id_of(ticket.get("updated_by")) not in ours | NOBODY


def id_of(user: object) -> str:
    """How a CRM names one of its users, given as such or as an object with an `id`."""
    return line(user.get("id") if isinstance(user, dict) else user)


def https(given: object) -> str:
    """An address for a browser; without a scheme it is https, and any other scheme is none."""
    address = line(given)
    if not address or re.match(r"https://", address):
        return address
    return "" if ":" in address.split("/")[0] else f"https://{address}"


def is_solved(ticket: Mapping[str, Any], source: Source) -> bool:
    """What the CRM says outright counts, then the states that the source names, then the usual words."""
    said, status = ticket.get("solved"), word(ticket.get("status"))
    if said is True or word(said) in {"true", "yes", "はい"}:
        return True
    named = {word(one) for one in listed(source.options.get("solved", ""))}
    return status in named or (said is not False and status in terms.SOLVED)


def _cleared(
    desk: Desk, ticket: Mapping[str, Any], delivery: str, external: e.External, over: Mapping[str, Alert]
) -> Cleared:
    status = line(ticket.get("status"), 50)
    result = "" if _is_ours(ticket.get("latest_comment")) else paragraph(ticket.get("latest_comment"))
    if not result and status:
        result = f"チケットの状態が「{status}」になりました / The ticket is now “{status}”"
    by = e.Actor(kind="source", id=desk.system, name=_name(ticket.get("assignee")) or desk.name)
    handling = f"{desk.name} 上で対応済み（自動連携） / Handled in {desk.name}, which told us so"
    return Cleared(delivery, external, by, handling, result or "チケットが完了しました / The ticket is closed", over)


def _is_ours(comment: object) -> bool:
    """Our mark stands at the end of what may be long, so the comment is looked at as it came."""
    return isinstance(comment, str) and is_ours(plain(comment))


def _report(desk: Desk, ticket: Mapping[str, Any], title: str, facts: str, zone: tzinfo) -> Report:
    marks = terms.tags(ticket.get("tags"))
    urgency, reason = _urgency(desk, ticket.get("priority"))
    given = _name(ticket.get("kind"))
    kind = terms.KIND.get(word(given))
    unknown = "" if kind or word(given) in terms.UNSAID else given
    marked = next((terms.KIND[mark] for mark in marks if mark in terms.KIND), Kind.OTHER)
    return Report(
        kind=marked if kind in (None, Kind.OTHER) else kind,
        urgency=urgency,
        urgency_reason=line(reason),
        impact=_impact(desk, word(ticket.get("impact")), marks),
        title=title,
        customer=Customer(
            company=_name(ticket.get("organization")),
            plan=line(ticket.get("plan")),
            name=_name(ticket.get("requester")),
        ),
        product=line(ticket.get("product") or ticket.get("group")),
        facts=terms.with_kind(facts, unknown),
        done_already=paragraph(ticket.get("done_already")),
        difficulty=paragraph(ticket.get("difficulty")),
        wanted=paragraph(ticket.get("wanted")),
        wanted_by=_due(ticket.get("wanted_by"), zone),
        amount=_amount(ticket.get("amount")),
        personal_data="personal_data" in marks or means_yes(ticket.get("personal_data")),
    )


def _due(given: object, zone: tzinfo) -> datetime | None:
    """By when something is wanted, in UTC; of a day alone it is the end of that day where the organisation is."""
    try:
        day = date.fromisoformat(line(given))
        return datetime.combine(day + timedelta(days=1), time(), zone).astimezone(UTC)
    except (ValueError, OverflowError):
        at = instant(given)
        return None if at == EARLIEST else at


def _urgency(desk: Desk, priority: object) -> tuple[Urgency, str]:
    """What a priority means and, where it was guessed, why; a word that we do not know must not make a case small."""
    given = word(priority)
    if given in desk.urgency:
        return desk.urgency[given], ""
    if given in terms.URGENCY:
        return terms.URGENCY[given], ""
    if given in terms.UNSAID:
        return (
            Urgency.MEDIUM,
            f"{desk.name} の優先度が未設定のため「中」として扱っています / No priority is set: medium",
        )
    said = line(priority, 40)
    return Urgency.HIGH, f"優先度「{said}」は未登録のため「高」として扱っています / Unknown priority “{said}”: high"


def _impact(desk: Desk, given: str, marks: Sequence[str]) -> Impact:
    if given not in terms.UNSAID:
        known = {**terms.IMPACT, **desk.impact}
        return known.get(given, Impact.SOME)  # a word we do not know must not make a case small
    return next((impact for impact in Impact if f"impact_{impact}" in marks), Impact.ONE)


def _amount(given: object) -> int | None:
    if isinstance(given, float) and given.is_integer():
        given = int(given)
    if isinstance(given, str):
        digits = re.sub(r"[,，円¥￥\s]", "", given)
        given = int(digits) if re.fullmatch(r"\d{1,12}", digits) else None
    return given if isinstance(given, int) and not isinstance(given, bool) and 0 <= given <= 10**12 else None


def _reporter(desk: Desk, ticket: Mapping[str, Any], source: Source) -> e.Actor:
    """The person of ours who reports, where the ticket names one; otherwise the CRM, in the assignee's name."""
    reporter = ticket.get("reporter")
    named = _person(desk, reporter, source) if isinstance(reporter, dict) else None
    return named or e.Actor(kind="source", id=desk.system, name=_name(ticket.get("assignee")) or desk.name)


def _person(desk: Desk, given: object, source: Source) -> e.Actor | None:
    """Who of ours a user of the CRM is; the CRM's own id where nothing else is set up."""
    id_ = _people(source).get(id_of(given), id_of(given))
    if not is_person(id_):
        return None
    nameless = f"{desk.name} {id_}" if id_.isdecimal() else id_
    return e.Actor(kind="person", id=id_, name=line(mapping(given).get("name")) or nameless)


def _people(source: Source) -> dict[str, str]:
    pairs = (pair.partition("=") for pair in listed(source.options.get("people", "")))
    return {there.strip(): here.strip() for there, _, here in pairs}


def _name(given: object) -> str:
    return line(given.get("name") if isinstance(given, dict) else given)
