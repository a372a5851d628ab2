"""Of which articles somebody is reminded, and when: by day, all of one person together, each of its days once."""

from collections import defaultdict
from collections.abc import Iterable, Set
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal, TypeAlias

from pydantic import BaseModel

from shared.contracts.plan import Person

What: TypeAlias = Literal["review", "end"]
Key: TypeAlias = tuple[str, What, date]
AHEAD = timedelta(days=7)  # what falls due within a week stands in the same message, and makes no message of its own
NOTICE = timedelta(days=7)  # so long before readers lose an article
HOURS = range(9, 18)
NOBODY = Person(id="", name="")


class Due(BaseModel):
    """An article that somebody is to look at, as knowledge tells it; nobody sees it from `expires_on` on."""

    id: str
    question: str
    owner: Person | None = None
    review_by: date | None = None
    expires_on: date | None = None


@dataclass(frozen=True)
class Reminder:
    """One day of one article: to say whether it is still true, or the day on which it ends; `told_on` is when that is said."""

    article: str
    question: str
    owner: Person
    what: What
    day: date
    told_on: date

    @property
    def key(self) -> Key:
        """What is told once."""
        return self.article, self.what, self.day


def is_time(now: datetime) -> bool:
    """Whether people are told of this now, in their own zone: on weekdays, by day."""
    return now.weekday() < 5 and now.hour in HOURS


def reminders(due: Iterable[Due]) -> list[Reminder]:
    """The days of these articles."""
    found = []
    for one in due:
        owner = one.owner or NOBODY
        if one.review_by:
            found.append(Reminder(one.id, one.question, owner, "review", one.review_by, one.review_by))
        if one.expires_on:
            found.append(Reminder(one.id, one.question, owner, "end", one.expires_on, one.expires_on - NOTICE))
    return found


def gathered(known: Iterable[Reminder], told: Set[Key], today: date) -> dict[Person, list[Reminder]]:
    """What each owner is told today: once something falls due, with all that does within a week; the earliest first."""
    theirs: dict[str, list[Reminder]] = defaultdict(list)
    for one in known:
        if one.key not in told and one.told_on < today + AHEAD:
            theirs[one.owner.id].append(one)
    pressing = {id_: sorted(all_, key=lambda r: (r.told_on, r.key)) for id_, all_ in theirs.items()}
    return {all_[0].owner: all_ for all_ in pressing.values() if all_[0].told_on <= today}
