"""When somebody is reminded of which articles: all of a week together, each day of each once, by day."""

from datetime import date, datetime, timedelta

import pytest

from services.intake.domain.reminders import Due, gathered, is_time, reminders
from shared.contracts.plan import Person

TODAY = date(2026, 12, 1)
SATO, ITO = Person(id="sato", name="佐藤 髙﨑①㈱🔥"), Person(id="ito", name="伊藤")


def article(id_: str, owner: Person | None = SATO, review: int | None = None, end: int | None = None) -> Due:
    """An article that is to be confirmed, or ends, so many days from today."""
    days = [None if d is None else TODAY + timedelta(days=d) for d in (review, end)]
    return Due(id=id_, question=f"{id_}？", owner=owner, review_by=days[0], expires_on=days[1])


def told(*due: Due, before: tuple[Due, ...] = ()) -> dict[str, list[tuple[str, str]]]:
    keys = {one.key for one in reminders(before)}
    return {
        person.id: [(one.article, one.what) for one in all_]
        for person, all_ in gathered(reminders(due), keys, TODAY).items()
    }


def test_what_falls_due_within_a_week_comes_along_with_what_is_due_today_and_brings_no_message_by_itself() -> None:
    due = [
        article("later", review=6),
        article("now", review=0),
        article("beyond", review=7),
        article("old", review=-90),
    ]
    assert told(*due) == {"sato": [("old", "review"), ("now", "review"), ("later", "review")]}
    assert told(article("later", review=6)) == {}
    assert told() == {}


def test_each_has_their_own_and_what_nobody_owns_is_told_by_itself() -> None:
    due = [article("a", review=0), article("b", ITO, review=0), article("c", None, review=0)]
    assert told(*due) == {"sato": [("a", "review")], "ito": [("b", "review")], "": [("c", "review")]}


def test_a_day_is_told_once_and_another_day_of_the_same_article_again() -> None:
    one = article("a", review=0)
    assert told(one, before=(one,)) == {}
    assert told(article("a", review=-1), before=(one,)) == {"sato": [("a", "review")]}


def test_that_an_article_ends_is_told_a_week_before_though_it_was_confirmed() -> None:
    assert told(article("a", review=100, end=7)) == {"sato": [("a", "end")]}
    assert told(article("a", review=100, end=20)) == {}
    assert told(article("a", review=0, end=7)) == {"sato": [("a", "end"), ("a", "review")]}


@pytest.mark.parametrize(
    ("at", "yes"),
    [("2026-12-01T09:00", True), ("2026-12-01T17:59", True), ("2026-12-01T18:00", False), ("2026-12-01T08:59", False),
     ("2026-12-05T10:00", False), ("2026-12-06T10:00", False)],
)  # fmt: skip
def test_nobody_is_told_at_night_or_at_the_weekend(at: str, yes: bool) -> None:
    assert is_time(datetime.fromisoformat(at)) is yes
