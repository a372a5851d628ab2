"""What a change of attendance means, in words: who takes over when, what is left uncovered, and who is asked then."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from services.router.domain.climb.in_force import InForce
from services.router.domain.climb.lineup import nobody, watch
from services.router.domain.duty.attendance import Absence, Attendance, Override, Presence
from services.router.domain.duty.schedule import Part
from services.router.domain.times import moments
from services.router.domain.trial.consequences import MOST, UNCHANGED, consequences
from tests.unit.router.desk import T0, in_force, person

TOKYO = ZoneInfo("Asia/Tokyo")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LINE = Part(schedule="line")


def told(after: Attendance, who: str, since: datetime, until: datetime, before: InForce | None = None) -> list[str]:
    """The Japanese sentences, warnings after ⚠."""
    old = before or in_force()
    found = consequences(old, old.attended(after), who, since, until, T0)
    return [x.ja for x in found.said] + ["⚠" + x.ja for x in found.warnings]


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=TOKYO)


@pytest.mark.parametrize(
    ("since", "until", "ja", "en"),
    [
        ("2026-11-25T09:00", "2026-11-25T18:00", "11月25日(水) 9:00〜18:00", "Wed 25 Nov 9:00–18:00"),
        ("2026-11-25T00:00", "2026-11-26T00:00", "11月25日(水) 0:00〜24:00", "Wed 25 Nov 0:00–24:00"),
        (
            "2026-11-25T22:30",
            "2026-11-26T07:05",
            "11月25日(水) 22:30〜11月26日(木) 7:05",
            "Wed 25 Nov 22:30 – Thu 26 Nov 7:05",
        ),
        (
            "2026-12-31T09:00",
            "2027-01-02T00:00",
            "12月31日(木) 9:00〜2027年1月1日(金) 24:00",
            "Thu 31 Dec 9:00 – Fri 1 Jan 2027 24:00",
        ),
    ],
)
def test_spans_are_said_as_people_write_them(since: str, until: str, ja: str, en: str) -> None:
    said = moments.span(at(since), at(until), TOKYO, T0)
    assert (said.ja, said.en) == (ja, en)


def test_a_long_absence_names_every_shift_that_somebody_takes_over() -> None:
    """Sato has every other week: only those are told, the part of the first that is over is not."""
    absence = Absence("a", "sato", T0 - HOUR, T0 + 20 * DAY, "ito")
    assert told(Attendance(absences=(absence,)), "sato", absence.since, absence.until) == [
        "11月24日(火) 10:00〜11月30日(月) 9:00 の「二次対応の当番」は 伊藤 さくら さんになります（佐藤 花子 さん不在のため代理）。",
        "12月7日(月) 9:00〜12月14日(月) 9:00 の「二次対応の当番」は 伊藤 さくら さんになります（佐藤 花子 さん不在のため代理）。",
    ]


def test_an_absence_of_somebody_without_duty_changes_nothing() -> None:
    absence = Absence("a", "suzuki", T0, T0 + HOUR)
    assert told(Attendance(absences=(absence,)), "suzuki", T0, T0 + HOUR) == [UNCHANGED.ja]


def test_whoever_stands_in_and_goes_away_themselves_is_followed_on() -> None:
    first = Absence("a", "sato", T0, T0 + DAY, "ito")
    before = in_force(Attendance(absences=(first,)))
    both = Attendance(absences=(first, Absence("b", "ito", T0, T0 + DAY, "leader")))
    said = told(both, "ito", T0, T0 + DAY, before)
    assert said[0].endswith("「二次対応の当番」は 髙橋 健 さんになります（佐藤 花子 さん不在のため代理）。")
    assert "「サポート」の担当部署は 髙橋 健 さん" in said[1]


def test_a_gap_says_what_happens_to_which_priority() -> None:
    away = tuple(Absence(p, p, T0, T0 + 2 * HOUR) for p in ("sato", "suzuki"))
    assert told(Attendance(absences=away), "sato", T0, T0 + 2 * HOUR) == [
        "⚠11月24日(火) 10:00〜12:00 の「二次対応の当番」：だれもいません。"
        "P1・P2 は最終担当者 小林 純 さんに依頼します。P3・P4 は 11月24日(火) 12:00 まで待ちます。"
    ]


def test_nobody_coming_back_leaves_it_to_the_catch_all_or_the_next_level() -> None:
    off = tuple(Presence(p, "off") for p in ("sato", "suzuki"))
    said = nobody(in_force(Attendance(presences=off)), LINE, T0, T0)
    assert (
        said.en
        == "Nobody is there. P1, P2: 小林 純 (catch-all) is asked; P3, P4: the next level that is there is asked."
    )


def test_a_gap_that_was_there_before_is_not_told_again() -> None:
    away = Attendance(absences=tuple(Absence(p, p, T0, T0 + DAY) for p in ("sato", "suzuki")))
    more = Attendance(absences=(*away.absences, Absence("c", "sato", T0, T0 + DAY)))
    assert told(more, "sato", T0, T0 + DAY, in_force(away)) == [UNCHANGED.ja]


def test_an_absent_catch_all_is_warned_of_and_their_return_is_not() -> None:
    away = Attendance(absences=(Absence("a", "last", T0, T0 + DAY),))
    assert [x[:1] for x in told(away, "last", T0, T0 + DAY)] == ["⚠"]
    assert told(Attendance(), "last", T0, T0 + DAY, in_force(away)) == [UNCHANGED.ja]


def test_a_flood_of_sentences_is_counted() -> None:
    """An override of half an hour in each of so many shifts, as one absence takes them all away."""
    overrides = tuple(Override(f"o{n}", "line", "ito", T0 + n * DAY, T0 + n * DAY + HOUR) for n in range(30))
    before = in_force(Attendance(overrides=overrides))
    away = Absence("a", "ito", T0, T0 + 40 * DAY)
    found = told(Attendance(absences=(away,), overrides=overrides), "ito", T0, T0 + 40 * DAY, before)
    said = [x for x in found if not x.startswith("⚠")]
    assert (len(said), said[-1]) == (MOST + 1, "ほかに 20 か所あります。")


def test_the_next_one_is_somebody_else_however_often_the_same_one_follows() -> None:
    """Red when the first change of the answer is taken for the next person: Sato's reason changes there, not the person."""
    force = in_force(Attendance(overrides=(Override("o", "line", "sato", T0 + HOUR, T0 + 2 * HOUR),)))
    seen = watch(force, LINE, T0)
    assert seen.found is not None
    assert seen.next is not None
    assert (seen.found.person, seen.next.person) == (person("sato"), person("suzuki"))
    assert seen.until == at("2026-11-30T09:00")
    assert watch(force, Part(person="boss"), T0).until is None
