"""Who is paged by one assignment, by which channels, and what the ticket and the team are told of it."""

from collections.abc import Mapping
from dataclasses import replace

from services.notifier.domain import rules
from services.notifier.domain.contact import Contact
from services.notifier.domain.content import Content, about, names
from services.notifier.domain.notification import Wish, rank
from services.notifier.domain.preferences import RuleStep
from services.notifier.domain.recipients import team_of, ticket_of
from shared.contracts import events as e
from shared.contracts.case import RESPONSE, Case
from shared.contracts.ids import notification_id
from shared.contracts.plan import Reason, Responder
from shared.contracts.vocabulary import Channel, Priority, Purpose

Directory = Mapping[str, Contact]
TEAM_HEARS_OF = (Priority.P1, Priority.P2)
FIRST_ASKED = ("submitted", "reopened", "reassessed")
NO_TICKET = Reason(
    ja="元のチケットに書き込めないため、メールでお知らせしています。",
    en="There is no ticket to write to, so this comes by e-mail.",
)
DRILLED_TICKET = Reason(
    ja="訓練ではチケットに書き込まないため、メールでお知らせしています。",
    en="A drill writes to no ticket, so this comes by e-mail.",
)


def concerned(case: Case, event: e.EscalationAssigned) -> set[str]:
    """The ids that `assignment` looks up in the directory."""
    return {*_team(case, event), *(r.person.id for r in event.responders)}


def assignment(case: Case, event: e.EscalationAssigned, known: Directory) -> list[Wish]:
    """The pages of one assignment, of which `case` knows already: nobody who is paged in another round or has answered.

    Each of the others hears by each of their ways, the ticket and the team once. A change of shift is no news for the
    ticket, unless nothing else tells whoever is asked now. Whom the weekly digest will tell of it is not paged.
    """
    new = tuple(r for r in event.responders if case.is_awaited(r.person.id, event.round))
    if not new:
        return []
    page = _content(case, event, new)
    ticket = ticket_of(case.submitted.external)
    others = replace(page, what="assigned")
    pages = [w for r in new for w in _to_person(case, event, r, page, known.get(r.person.id))]
    if Channel.TICKET in event.channels and ticket and (event.cause != "shift" or not pages):
        pages.append(_page(event, ticket, "", Channel.TICKET, others))
    teams = [team for team in _team(case, event) if team in known and known[team].has(Channel.CHAT)]
    return [*pages, *(_page(event, team, known[team].name, Channel.CHAT, others) for team in teams)]


def _team(case: Case, event: e.EscalationAssigned) -> tuple[str, ...]:
    return team_of(case) if event.priority in TEAM_HEARS_OF and not _weekly(case) else ()


def _content(case: Case, event: e.EscalationAssigned, new: tuple[Responder, ...]) -> Content:
    """What is asked, and by when: the clock that this assignment sets, or the one that goes on."""
    name, report = RESPONSE[event.track], case.submitted.report
    clock = next((d for d in event.deadlines if d.name is name), case.deadlines.get(name))
    asked = new if event.cause == "shift" else event.responders
    return about(
        case,
        "page",
        priority=str(event.priority),
        asked=names(tuple(r.person for r in asked)),
        due=clock.due if clock else None,
        reasons=tuple((r.ja, r.en) for r in event.reasons),
        facts=report.facts,
        wanted=report.wanted,
        level=event.level,
    )


def _to_person(
    case: Case, event: e.EscalationAssigned, asked: Responder, page: Content, contact: Contact | None
) -> list[Wish]:
    if _in_digest(case, event):
        return []
    who, content = asked.person, page.because(asked.reason) if asked.reason.ja else page
    ways = rules.ways(event.channels, contact, event.priority)
    pages = [_by(event, who.id, who.name, way, content, ways[:i]) for i, way in enumerate(ways)]
    no_ticket = Channel.TICKET in event.channels and ticket_of(case.submitted.external) is None
    if no_ticket and Channel.EMAIL not in {*event.channels, *(way.channel for way in ways)}:
        why = DRILLED_TICKET if content.drill else NO_TICKET
        pages.append(_page(event, who.id, who.name, Channel.EMAIL, content.because(why)))
    return pages


def _by(
    event: e.EscalationAssigned, recipient: str, name: str, way: RuleStep, content: Content, before: list[RuleStep]
) -> Wish:
    """One way of a person; what goes by a channel a second time has an id of its own."""
    page = _page(event, recipient, name, way.channel, content)
    times = sum(earlier.channel is way.channel for earlier in before) + 1
    id_ = page.id if times == 1 else notification_id(event.case_id, event.round, recipient, f"{way.channel}/{times}")
    return replace(page, id=id_, address=way.address, delay=way.delay)


def _in_digest(case: Case, event: e.EscalationAssigned) -> bool:
    """Whether those who are asked wait for the weekly digest: at first, and who takes their place before it goes out."""
    first = event.cause in FIRST_ASKED or (event.cause == "shift" and event.level == 1)
    return first and event.not_before is not None and _weekly(case)


def _weekly(case: Case) -> bool:
    """Whether the weekly digest tells of this case."""
    return case.plan is not None and case.plan.load == 3


def _page(event: e.EscalationAssigned, recipient: str, name: str, channel: Channel, content: Content) -> Wish:
    return Wish(
        id=notification_id(event.case_id, event.round, recipient, channel),
        case_id=event.case_id,
        purpose=Purpose.PAGE,
        channel=channel,
        recipient=recipient,
        name=name,
        rank=rank(event.priority, Purpose.PAGE, content.drill),
        content=content,
        round=event.round,
        after=event.after,
        track=event.track,
        need=event.acknowledge,
        not_before=event.not_before,
    )
