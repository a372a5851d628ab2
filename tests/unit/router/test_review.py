"""What the archive says about the rules, and when the owner of the policy is reminded."""

from datetime import timedelta

import pytest

from services.router.domain.climb.in_force import InForce
from services.router.domain.policies.lint.deadlines import closed_days
from services.router.domain.times.duration import Duration
from services.router.domain.trial.past import Archived
from services.router.domain.trial.review import Reassessment, Review, Reviewed
from services.router.review import periods, reminder
from shared.contracts.plan import Reason
from shared.contracts.vocabulary import Priority
from tests.unit.router.desk import T0, in_force, person, priorities
from tests.unit.router.test_replay import NIGHT, acts, finished

WHY = {"ja": "ルールのため", "en": "by rule"}


def rule(id_: str, word: str, **then: object) -> dict[str, object]:
    return {"id": id_, "when": [{"words": [word]}], "then": then, "reason": WHY}


RULES = in_force(
    rules=[
        rule("never", "この語は出ない", at_least="P2"),
        rule("always-raised", "決済", priority="P4"),
        rule("wins", "髙﨑", priority="P1"),
        rule("quiet", "呼び出さない", suppress=True, faq="/"),
    ]
)


def reviewed(force: InForce, cases: list[Archived], *changed: Reassessment) -> Reviewed:
    review = Review(force, T0 - timedelta(days=90), T0, changed)
    for case in cases:
        review.add(case)
    return review.result()


def advice(found: Reviewed, word: str) -> list[Reason]:
    return [a for a in found.advice if word in a.ja]


def test_a_rule_that_never_held_is_named_unless_it_pages_nobody() -> None:
    """Seen red: with suppressing rules named too; their cases are often never closed."""
    found = reviewed(RULES, [finished(RULES, *acts(T0, 2, 10, 25))] * 4)
    assert advice(found, "never")
    assert not advice(found, "quiet")
    assert {r.id: r.held for r in found.rules} == {"never": 0, "always-raised": 4, "wins": 4, "quiet": 0}


def test_a_rule_is_judged_by_cases_that_could_have_met_it() -> None:
    """Seen red: a rule of yesterday was to be removed because it had held in no case of the year before."""
    newer = InForce(2, RULES.policy)
    old, own = finished(RULES, *acts(T0, 2, 10, 25)), finished(newer, *acts(T0, 2, 10, 25))
    assert not advice(reviewed(newer, [old] * 9), "never")
    assert not advice(reviewed(newer, [old] * 9 + [own] * 2), "never")
    assert advice(reviewed(newer, [old] * 9 + [own] * 3), "3 件のうち一度も")


def test_a_rule_that_always_loses_to_a_later_one_is_named() -> None:
    found = reviewed(RULES, [finished(RULES, *acts(T0, 2, 10, 25))] * 3)
    assert {r.id: r.superseded for r in found.rules} == {"never": 0, "always-raised": 3, "wins": 0, "quiet": 0}
    assert advice(found, "負けて")
    assert not advice(reviewed(RULES, [finished(RULES, *acts(T0, 2, 10, 25))] * 2), "負けて")


def test_a_rule_whose_priority_people_keep_changing_is_named() -> None:
    changed = [Reassessment(case_id=f"c{n}", was=Priority.P1, became=Priority.P3, rules=("wins",)) for n in range(3)]
    same = Reassessment(case_id="d", was=Priority.P1, became=Priority.P1, rules=("always-raised",))
    found = reviewed(RULES, [finished(RULES, *acts(T0, 2, 10, 25))] * 3, *changed, same)
    assert {r.id: r.reassessed for r in found.rules} == {"never": 0, "always-raised": 0, "wins": 3, "quiet": 0}
    assert found.reassessed == {"P1 → P3": 3}
    assert len(advice(found, "人が毎回")) == 1


def test_the_clock_that_is_missed_most_comes_first_and_is_named() -> None:
    late = [finished(in_force(), *acts(T0, 7, 12, 25)) for _ in range(3)]
    found = reviewed(in_force(), [*late, finished(in_force(), *acts(T0, 2, 12, 25))])
    first = found.clocks[0]
    assert (first.priority, first.cases, first.breached) == (Priority.P1, 4, 3)
    assert {c.name for c in found.clocks if c.breached} == {"first_response", "authority_response"}
    assert advice(found, "4 件中 3 件")
    assert found.levels == {1: 1, 2: 3}


def test_the_catch_all_and_whoever_is_woken_most_are_named() -> None:
    woken = [finished(in_force(), *acts(NIGHT, 12, 13, 25), at=NIGHT) for _ in range(8)]
    found = reviewed(in_force(), woken)
    assert (found.catch_all_asked, found.exhausted) == (8, 8)
    assert [(w.person.id, w.at_night) for w in found.woken if w.at_night == 8]
    assert advice(found, "最終担当者まで")
    assert advice(found, "夜間に 8 回")
    assert all(a.ja and a.en for a in found.advice)


def test_nothing_finished_is_said_plainly() -> None:
    found = reviewed(in_force(), [])
    assert (found.cases, len(found.advice)) == (0, 1)


@pytest.mark.parametrize(
    ("every", "passed", "period"),
    [
        ("90d", timedelta(days=89), 0),
        ("90d", timedelta(days=90), 1),
        ("90d", timedelta(days=365), 4),
        ("30s", timedelta(hours=23), 0),  # never more than once a day
        ("30s", timedelta(days=2), 2),
        ("10bd", timedelta(days=13), 0),
        ("10bd", timedelta(days=16), 1),
        ("90d", -timedelta(days=1), 0),
    ],
)
def test_a_reminder_is_due_once_a_period(every: str, passed: timedelta, period: int) -> None:
    """Seen red: with the floor of a day left out."""
    calendar = in_force().policy.calendar_of("")
    assert periods(T0, Duration.parse(every), calendar, T0 + passed) == period


def test_the_reminder_names_the_version_and_the_most_important_advice() -> None:
    force = in_force(priorities=priorities(P1={"first_response": "3m"}))
    found = reviewed(force, [finished(in_force(), *acts(T0, 7, 12, 25))] * 3)
    told = reminder(person("boss"), "90d", found)
    assert (told.cause, told.person.id, told.cases, told.key) == ("review", "boss", (), "boss")
    assert "版 1" in told.reasons[0].ja
    assert "version 1" in told.reasons[0].en
    assert 1 < len(told.reasons) <= 6


def test_a_rule_has_lost_only_when_nothing_of_what_it_wanted_came_true() -> None:
    """Of the rules that all hold, those that want a way or a load of their own lose it to a later one alone."""
    force = in_force(
        rules=[
            rule("channels-lost", "決済", channels=["email"]),
            rule("channels-kept", "決済", channels=["chat"]),
            rule("load-lost", "決済", load=2),
            rule("load-kept", "決済", load=1),
            rule("kept-secret", "決済", restrict=True),
            rule("raised", "決済", at_least="P1"),
        ]
    )
    found = reviewed(force, [finished(force, *acts(T0, 2, 10, 25))] * 3)
    lost = {r.id for r in found.rules if r.superseded}
    assert lost == {"channels-lost", "load-lost"}


def test_the_owner_is_told_of_company_days_that_run_out() -> None:
    """Seen red: the clocks of a year of which nobody had written them ran through the holidays of the company."""
    force = in_force(calendars={"office": {"zone": "Asia/Tokyo", "closed": {"2027-01-03": "年末年始"}}})
    said = reminder(person("leader"), "90d", reviewed(force, []), closed_days(force.policy, T0)).reasons
    assert said[1].ja.startswith("カレンダー office の会社の休みは 2027-01-03 までしか書かれていません。")
    assert said[1].en.startswith("the company days of the calendar office end on 2027-01-03: add the days")
    assert not list(closed_days(force.policy, T0 - timedelta(days=60)))
