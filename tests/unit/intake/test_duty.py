"""Who may put whom on duty, and say of whom that they are away: of themselves, and of the people of a team that they lead."""

import pytest

from services.intake.domain.duty import Part, Rota, Schedule, is_asked_with, may_put, may_speak_for
from services.intake.domain.roles import given
from shared.contracts.plan import Person, Reason

SATO, MAI, KEN, BOSS = (Person(id=id_, name=f"{id_} 髙﨑①㈱🔥") for id_ in ("sato", "mai", "ken", "boss"))
NO = Reason(ja="", en="")


def part(team: str, schedule: str, now: Person | None, holder: Person | None = None) -> Part:
    return Part(
        team=team, team_name=team, role_name=NO, schedule=schedule, schedule_name="", holder=holder, person=now, reason=NO
    )  # fmt: skip


ROTA = Rota(
    [
        Schedule(id="line", name="line", people=[SATO]),
        Schedule(id="desk", name="desk", people=[MAI, SATO]),
        Schedule(id="old", name="old", people=[KEN]),
    ],
    [part("sre", "line", KEN), part("support", "desk", MAI), part("sre", "", MAI, BOSS)],
)


def test_a_team_asks_who_takes_turns_or_is_named_and_not_who_was_put_there() -> None:
    people = {person.id: set(ROTA.teams_of(person.id)) for person in (SATO, MAI, KEN, BOSS)}
    assert people == {"sato": {"sre", "support"}, "mai": {"support"}, "ken": set(), "boss": {"sre"}}
    assert ROTA.teams_of("") == ROTA.teams_of("nobody") == frozenset()


@pytest.mark.parametrize(
    ("grants", "me", "person", "may"),
    [
        ("responder:sre", "sato", "sato", True),
        ("responder:sre", "sato", "mai", False),
        ("leader:sre", "rei", "sato", True),
        ("leader:sre", "rei", "boss", True),
        ("admin:sre", "rei", "boss", True),
        ("leader:sre", "rei", "mai", False),
        ("leader:sre", "rei", "ken", False),
        ("leader:sre,responder:support", "rei", "mai", False),
        ("manager:*", "rei", "ken", True),
        ("leader:sre", "rei", "", False),
        ("auditor:*,reporter:*", "rei", "sato", False),
    ],
)
def test_who_says_of_whom_whether_they_are_there(grants: str, me: str, person: str, may: bool) -> None:
    assert may_speak_for(given(grants), me, person, ROTA) is may
    assert may_speak_for(None, me, person, ROTA)


@pytest.mark.parametrize(
    ("grants", "person", "passes_on"),
    [
        ("responder:sre", "sato", True),
        ("responder:sre", "mai", False),
        ("responder:*", "mai", True),
        ("reporter:support", "mai", False),
    ],
)
def test_a_program_passes_on_what_the_people_of_its_team_say(grants: str, person: str, passes_on: bool) -> None:
    assert is_asked_with(given(grants), person, ROTA) is passes_on


def test_who_leads_puts_anybody_on_duty_and_others_themselves_where_they_take_turns() -> None:
    line, unknown = ROTA.schedule("line"), ROTA.schedule("nothing")
    assert may_put(given("leader:sre"), "rei", "mai", line, ROTA.parts)
    assert not may_put(given("leader:support"), "rei", "mai", line, ROTA.parts)
    assert may_put(given("responder:support"), "sato", "sato", line, ROTA.parts)
    assert not may_put(given("responder:sre"), "ken", "ken", line, ROTA.parts), "put there once is not taking turns"
    assert not may_put(given("responder:sre"), "sato", "mai", line, ROTA.parts)
    assert not may_put(given("leader:sre"), "rei", "rei", unknown, ROTA.parts)
