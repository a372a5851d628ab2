"""What is left of a case when what is personal in it is erased: times, decisions and counts, and who handled it."""

from shared.contracts import events as e
from shared.contracts.plan import Person
from shared.contracts.report import Report
from shared.contracts.vocabulary import Purpose

NOBODY = e.Actor(kind="anonymous", id="anonymous")


def report(given: Report) -> Report:
    """A report that names no customer."""
    return given.model_copy(update={"customer": given.customer.model_copy(update={"name": ""})})


def submitted(event: e.CaseSubmitted, reporter: bool) -> e.CaseSubmitted:
    """The beginning of a case without the customer's name and any address, and without who reported it when asked for."""
    gone = {"report": report(event.report), "reachable": False}
    return event.model_copy(update={**gone, **({"by": NOBODY} if reporter else {})})


def change(event: e.CaseSubmitted, followers: tuple[Person, ...], reporter: bool) -> dict[str, object]:
    """What changes in a case that is erased."""
    still = tuple(f for f in followers if not reporter or f.id != event.by.id)
    return {"submitted": submitted(event, reporter), "followers": still}


def joined(event: e.Event, report: str, told: str) -> e.Event:
    """An event of a case that this report was linked to, as that case's history keeps it.

    `told` is the id of who was told there of the report as its reporter, and is forgotten; "" for nobody.
    """
    if isinstance(event, e.NotificationAttempted) and event.purpose in (Purpose.PROGRESS, Purpose.RESULT):
        return event.model_copy(update={"recipient": NOBODY.id}) if told and event.recipient == told else event
    if not isinstance(event, e.EscalationJoined) or event.joined != report:
        return event
    return event.model_copy(update={"by": NOBODY, "reachable": False})


def told(event: e.Event, reporter: e.Actor | None) -> e.Event:
    """An event of the case as its history keeps it; `reporter` is who is forgotten, or nobody.

    Of what this release cannot read nobody knows what is personal in it: nothing is left of it.
    """
    if isinstance(event, e.Strange):
        return type(event)(case_id=event.case_id)
    if isinstance(event, e.CaseSubmitted):
        return submitted(event, reporter is not None)
    if isinstance(event, e.NotificationAttempted) and reporter is not None and event.recipient == reporter.id:
        return event.model_copy(update={"recipient": NOBODY.id})
    by = getattr(event, "by", None)
    same = reporter is not None and isinstance(by, e.Actor) and (by.kind, by.id) == (reporter.kind, reporter.id)
    if isinstance(event, e.CaseFollowed) and reporter is not None and event.follower.id == reporter.id:
        gone = event.follower.model_copy(update={"id": NOBODY.id, "name": ""})
        return event.model_copy(update={"follower": gone, **({"by": NOBODY} if same else {})})
    return event.model_copy(update={"by": NOBODY}) if same else event
