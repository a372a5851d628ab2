"""Whether a page is still to be answered, by the log's account of its case."""

from collections.abc import Collection

from services.notifier.domain.notification import Wish
from shared.contracts.answered import is_answered, is_last
from shared.contracts.case import Case
from shared.contracts.circle import is_restricted
from shared.contracts.owning import yields
from shared.contracts.plan import Person
from shared.contracts.vocabulary import Purpose, Track

HANDED_ON = ("reassigned", "handed")


def still_wanted(case: Case | None, page: Wish) -> bool:
    """Whether a page is to be sent now: exactly while its person is awaited in its round.

    A page that came by the direct road is ahead of the log; then the log will ask unless somebody has answered that
    track since the page was decided. An offer is wanted exactly while it stands. A team's line that had to wait is wanted
    while its round waits for an answer. Whom maintenance kept from hearing of it is asked as long as anybody's answer is
    waited for, however far the climb went.
    """
    if case is None:
        return True
    if page.need == "own":
        return case.is_offered(page.recipient) and case.offers == page.after
    asking = case.asking(page.track)
    if page.held_by is not None:
        open_ = asking.awaiting and not case.is_over
        return open_ and (page.instead_of or page.recipient) not in asking.acknowledged
    if case.round < page.round:
        return not is_answered(case, page.recipient, page.track, page.round, page.after)
    if ":" in page.recipient:
        return page.held is None or (asking.awaiting and asking.round == page.round)
    return case.is_awaited(page.instead_of or page.recipient, page.round)


def is_overheard(case: Case | None, wish: Wish) -> bool:
    """Whether what, as is known by now, only those concerned may read would be told to others: a team's room, a former follower.

    Who is asked may be ahead of the log, and whoever had the case hears that they have it no more.
    """
    if case is None or not is_restricted(case):
        return False
    if ":" in wish.recipient:
        return wish.recipient.startswith("team:")
    told = wish.purpose in (Purpose.PROGRESS, Purpose.RESULT) and wish.content.what not in HANDED_ON
    return told and wish.recipient not in _concerned(case)


def _concerned(case: Case) -> set[str]:
    """Who may hear of a restricted case: whoever has reported it, has it or follows it, and who was ever asked."""
    people = (p.id for p in (case.owner, case.offered, *case.followers) if p is not None)
    return {*people, *case.told, *(j.by.id for j in case.joined), case.submitted.by.id, case.offered_by}


def settled(case: Case | None, page: Wish) -> bool:
    """Whether an answer to a page would change nothing any more.

    Somebody whose level was left behind by the climb is no longer called, but may still answer.
    """
    if case is None or page.need == "own" or case.round < page.round:
        return not still_wanted(case, page)
    person = page.instead_of or page.recipient
    asked = (case.asking(track) for track in _tracks(case, page, person))
    return not any(a.awaiting and person not in a.acknowledged for a in asked)


def is_nobody_left(case: Case | None, page: Wish) -> bool:
    """Whether nobody is asked instead when the person of a page passes it on."""
    return case is not None and page.need != "own" and is_last(case, page.instead_of or page.recipient, page.track)


def answers_all(case: Case | None, page: Wish, by: Collection[str]) -> bool:
    """Whether the answers of these people, which the log may not show yet, leave nothing to be answered by a page's person.

    Their own answers all that they are asked. Somebody else's answers the page's track, and of the other one, which the
    page may stand for as well, no more than that person was asked too.
    """
    if not by or case is None or page.recipient in by:
        return bool(by)
    other = Track.AUTHORITY if page.track is Track.HANDLING else Track.HANDLING
    asking = case.asking(other)
    answered = asking.need == "any" and not set(by).isdisjoint(asking.told)
    return answered or not case.is_awaited(page.instead_of or page.recipient, page.round, (other,))


def owner_after(case: Case | None, page: Wish, person: Person) -> Person | None:
    """Who has the case once this person has answered a page: who was asked to decide only, does not take it."""
    if page.need == "own" and still_wanted(case, page):
        return person
    handles = Track.HANDLING in _tracks(case, page, person.id)
    if case is not None and case.owner is not None and not (handles and yields(case)):
        return case.owner
    return person if handles else None


def _tracks(case: Case | None, page: Wish, person: str) -> list[Track]:
    """What an answer by this person answers, as the fold has it."""
    return [t for t in Track if case is not None and person in case.asking(t).told] or [page.track]
