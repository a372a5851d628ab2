"""Who was paged, is not needed any more, and cannot see it: their message stays as it was sent."""

from collections.abc import Collection, Sequence

from services.notifier.domain.asked import settled
from services.notifier.domain.closing import closing
from services.notifier.domain.content import about
from services.notifier.domain.notification import Notification, State
from services.notifier.domain.telling import Telling
from shared.contracts import events as e
from shared.contracts.case import Case
from shared.contracts.vocabulary import Purpose, Track

NOT_SENT = (State.PENDING, State.FAILED, State.SKIPPED)


def relieved(
    before: Case | None, case: Case, event: e.Event, pages: Sequence[Notification], changing: Collection[str]
) -> Telling | None:
    """What an acknowledgement tells to the others who were paged for it; `pages` are those of the case, as sent so far.

    Only to those for whom this very event settles it, and none of whose messages says so by itself: `changing` are the
    providers that change a message in its place or hang up; a digest speaks of others too, and stays.
    """
    if not isinstance(event, e.CaseAcknowledged | e.CaseStarted | e.CasePaused):
        return None
    over = [p for p in pages if _is_over(before, case, p)]
    see = {p.recipient for p in over if p.provider in changing and not p.bundled}
    others = tuple(dict.fromkeys(p.recipient for p in over if p.recipient not in see))
    if not others:
        return None
    track = Track.AUTHORITY if closing(case, event).how == "known" else Track.HANDLING
    content = about(case, "relieved", actor=event.by.name or event.by.id)
    return Telling(content, Purpose.PROGRESS, others, ticket=False, but=(event.by.id,), track=track)


def _is_over(before: Case | None, case: Case, page: Notification) -> bool:
    """Whether a page that went out needed an answer, and needs none now. An offer is taken back by whoever made it."""
    sent = page.answerable and page.need != "own" and page.state not in NOT_SENT
    return sent and settled(case, page) and not settled(before, page)
