"""A case, an assignment and a directory to try the rules on."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from services.notifier.domain.contact import contact
from services.notifier.domain.content import Content
from services.notifier.domain.notification import Notification
from shared.contracts import events as e
from shared.contracts.case import Case, evolve
from shared.contracts.plan import Person, Plan, Reason, Responder
from shared.contracts.report import Report
from shared.contracts.vocabulary import Channel, DeadlineName, Path, Priority, Purpose

NOW = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
SATO, TANAKA, ITO = (
    Person(id="sato.hanako", name="佐藤 花子"),
    Person(id="tanaka.minoru", name="田中 実"),
    Person(id="ito.sakura", name="伊藤 さくら"),
)
WHY = Reason(ja="当番のため", en="on duty")
ORDINARY = (Channel.PHONE, Channel.CHAT, Channel.EMAIL, Channel.TICKET)
KNOWN = {
    SATO.id: contact(SATO.id, SATO.name, phone="+819000000101", email="sato@example.co.jp", slack="U0SATO"),
    TANAKA.id: contact(TANAKA.id, TANAKA.name, "en", phone="+819000000103", email="tanaka@example.co.jp"),
    ITO.id: contact(ITO.id, ITO.name, phone="+819000000106"),
    "team:payments": contact("team:payments", "決済チーム", slack="C0PAYMENTS"),
}


def by(person: Person) -> e.Actor:
    """A person as an actor."""
    return e.Actor(kind="person", id=person.id, name=person.name)


def case(*, ticket: bool = True, reporter: Person | None = None, priority: Priority = Priority.P1) -> Case:
    """A planned case."""
    who = by(reporter) if reporter else e.Actor(kind="source", id="zendesk", name="Zendesk")
    submitted = e.CaseSubmitted(
        case_id="c_1", by=who, number=12, source="zendesk",
        report=Report(facts="髙﨑①㈱🔥 の１２３店で\n決済が失敗", wanted="復旧見込み"),
        external=e.External(system="zendesk", id="77") if ticket else None,
    )  # fmt: skip
    plan = Plan(
        policy_version=1, priority=priority, path=Path.FUNCTIONAL, team="payments", levels=(), first_handling="15m",
        resolution="4h", reasons=(WHY,),
    )  # fmt: skip
    made = evolve(evolve(None, submitted, NOW), e.EscalationPlanned(case_id="c_1", plan=plan), NOW)
    assert made is not None
    return made


def assigned(*people: Person, channels: tuple[Channel, ...] = ORDINARY, **more: Any) -> e.EscalationAssigned:
    """An assignment of these people."""
    fields: dict[str, Any] = {
        "case_id": "c_1", "round": 1, "level": 1, "path": Path.FUNCTIONAL, "priority": Priority.P1,
        "cause": "submitted", "after": 0, "reasons": (WHY,),
        "responders": tuple(Responder(person=p, path=Path.FUNCTIONAL, reason=WHY) for p in people),
        "deadlines": (e.DeadlineSet(name=DeadlineName.FIRST_RESPONSE, generation=1, due=NOW + timedelta(minutes=5)),),
    }  # fmt: skip
    return e.EscalationAssigned(channels=channels, **(fields | more))


def told(state: Case | None, *events: e.Event) -> Case:
    """A case after more events."""
    for event in events:
        state = evolve(state, event, NOW)
    assert state is not None
    return state


def took(person: Person) -> e.CaseAcknowledged:
    """Somebody presses 1."""
    return e.CaseAcknowledged(case_id="c_1", by=by(person), via="phone")


def notification(**more: Any) -> Notification:
    """A page to 佐藤 花子 by telephone."""
    content = Content("page", 12, "決済が全店舗で失敗する", "ja", "P1", "Zendesk", asked=((SATO.id, SATO.name),))
    fields: dict[str, Any] = {
        "id": uuid4(), "case_id": "c_1", "purpose": Purpose.PAGE, "channel": Channel.PHONE, "recipient": SATO.id,
        "name": SATO.name, "rank": 10, "content": content, "round": 1, "created_at": NOW, "attempts": 1,
    }  # fmt: skip
    return Notification(**(fields | more))


def uuid(number: int) -> UUID:
    """A fixed id."""
    return UUID(int=number)
