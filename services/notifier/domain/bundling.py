"""When a message to somebody who gets many waits for a digest, and what the digest says of it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from services.notifier.domain.content import CaseLine, Content
from services.notifier.domain.notification import URGENT, Notification, Wish
from services.notifier.domain.recipients import REPORTER
from shared.contracts.case import Case
from shared.contracts.vocabulary import Channel, Purpose, Status

WINDOW = timedelta(minutes=10)
SOON, LATER = timedelta(seconds=20), timedelta(seconds=60)  # the first digest of a P2; of all below
GAPS = (timedelta(), timedelta(minutes=5), timedelta(minutes=15))  # before the first, the second, all further digests
QUIET = timedelta(minutes=30)  # without a digest for so long the storm is over
BUNDLED = frozenset(Channel) - {Channel.TICKET}  # every ticket hears of its own case only
CALLS = 1  # two calls at once do not reach one person
LONGEST_TEXT = 200


@dataclass(frozen=True)
class Lately:
    """What a recipient gets by one channel around a moment.

    `after` is how many messages come one by one (0: all), `got` how many there were within the window, `waiting` when
    the next digest goes out, `digests` when the last ones did, the oldest first.
    """

    after: int
    got: int
    waiting: datetime | None = None
    digests: tuple[datetime, ...] = ()

    def with_one(self, digest: datetime | None) -> "Lately":
        """The same once another message is planned: by itself, or for a digest."""
        if digest is None:
            return replace(self, got=self.got + 1)
        return replace(self, waiting=digest if self.waiting is None else min(self.waiting, digest))


def is_single(wish: Wish) -> bool:
    """Whether its recipient hears of one case only, so that there is nothing to put together: a ticket, or a reporter."""
    return wish.channel not in BUNDLED or wish.recipient.startswith(REPORTER)


def digest_at(wish: Wish, at: datetime, lately: Lately) -> datetime | None:
    """When a digest brings what could go out `at`; None when it goes by itself.

    What is urgent always goes by itself. A page waits no longer than half of the time until its answer is due.
    """
    if wish.rank < URGENT or is_single(wish) or not wish.case_id or not lately.after:
        return None
    if lately.got < (min(lately.after, CALLS) if wish.channel is Channel.PHONE else lately.after):
        return None
    due = at + (SOON if wish.rank < URGENT + 10 else LATER)
    if lately.digests:
        due = max(due, lately.digests[-1] + GAPS[min(len(lately.digests), len(GAPS) - 1)])
    if wish.purpose is Purpose.PAGE and wish.content.due:
        due = min(due, max(at + SOON, at + (wish.content.due - at) / 2))
    return due if lately.waiting is None or lately.waiting < at else min(due, lately.waiting)


def line(n: Notification, case: Case | None) -> CaseLine:
    """What a digest says of one notification, as the log has told of its case by now."""
    c = n.content
    text = " ".join((c.result or c.text).split())
    return CaseLine(
        case_id=n.case_id,
        number=c.number,
        headline=c.headline,
        priority=c.priority,
        status=case.status if case else Status.RECEIVED,
        owner=case.owner.name if case and case.owner else "",
        due=c.due,
        round=n.round if n.answerable else 0,
        what=c.what,
        text=text if len(text) <= LONGEST_TEXT else f"{text[:LONGEST_TEXT]}…",
    )


def content(n: Notification, lines: Sequence[CaseLine]) -> Content:
    """What a digest of several says; the telephone reads the first of them."""
    minutes = int(WINDOW.total_seconds()) // 60
    why = (
        f"{minutes}分間のお知らせが多くなったため、{len(lines)}件をまとめてお送りします。",
        f"Because there was much to tell within {minutes} minutes, {len(lines)} come together.",
    )
    return replace(n.content, what="storm", occasion="storm", reasons=(why,), cases=tuple(lines), further=0)


def variants(cases: Sequence[CaseLine]) -> list[tuple[bool, tuple[CaseLine, ...]]]:
    """The same list, ever shorter: whether each case has its link, and its lines. Numbers and titles are always there."""
    bare = tuple(replace(c, due=None, text="") for c in cases)
    short = tuple(replace(c, headline=c.headline if len(c.headline) <= 20 else f"{c.headline[:19]}…") for c in bare)
    return [(True, tuple(cases)), (False, tuple(cases)), (False, bare), (False, short)]
