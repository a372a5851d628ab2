"""Who may see a case and who may act on it: by team, by what somebody is to the case, and by what the case is about."""

from datetime import UTC, datetime
from typing import Any, get_args

import pytest

from services.intake.domain import access
from services.intake.domain.commands import Reassess
from services.intake.domain.roles import MAY, ROLES, Grant, Role, covers
from services.intake.domain.tokens import Principal
from services.intake.routes.verbs import VERBS
from shared.contracts.case import Case
from shared.contracts.circle import is_restricted
from shared.contracts.events import Actor, CaseSubmitted
from shared.contracts.plan import Person, Plan
from shared.contracts.report import Report
from shared.contracts.vocabulary import Kind, Path, Priority, Urgency

pytestmark = pytest.mark.security

PAYMENTS = Plan(
    policy_version=1, priority=Priority.P2, path=Path.FUNCTIONAL, team="payments", levels=(), first_handling="15m",
    resolution="4h", reasons=(),
)  # fmt: skip
BY_RULE = PAYMENTS.model_copy(update={"restricted": True})
TARO = Actor(kind="person", id="taro", name="髙﨑 太郎")


def case(plan: Plan | None = PAYMENTS, by: Actor = TARO, source: str = "crm", **report: object) -> Case:
    """A case of the payments team that Taro reported by the CRM."""
    submitted = CaseSubmitted(
        case_id="c_0", by=by, number=1, report=Report.model_validate({"facts": "①㈱🔥", **report}), source=source
    )
    return Case(id="c_0", submitted=submitted, submitted_at=datetime(2026, 11, 24, tzinfo=UTC), plan=plan)


def person(id_: str, *grants: tuple[Role, str]) -> Principal:
    """A person with these roles."""
    actor = Actor(kind="person", id=id_, name=id_)
    return Principal(f"{id_}-token", frozenset(), actor, frozenset(Grant(*g) for g in grants))


def program(name: str, *grants: tuple[Role, str]) -> Principal:
    """A program with these roles."""
    actor = Actor(kind="source", id=name, name=name)
    return Principal(name, frozenset(), actor, frozenset(Grant(*g) for g in grants))


def test_who_never_had_a_role_sees_and_does_all() -> None:
    who = Principal("local", frozenset(), Actor(kind="source", id="local", name="local"))
    assert access.sees(who, case(kind="harassment"))
    assert all(access.acts(who, case(personal_data=True), verb) for verb in VERBS)


def test_who_lost_every_role_sees_nothing() -> None:
    assert not access.sees(program("local"), case())


@pytest.mark.parametrize("role", ["responder", "leader", "manager", "auditor"])
def test_a_team_sees_its_own_cases_and_no_others(role: Role) -> None:
    assert access.sees(person("ken", (role, "payments")), case())
    assert access.sees(person("ken", (role, "*")), case())
    assert not access.sees(person("ken", (role, "support")), case())


@pytest.mark.parametrize("role", ["reporter", "admin"])
def test_a_role_that_handles_nothing_sees_no_cases_of_the_team(role: Role) -> None:
    assert not access.sees(person("ken", (role, "payments")), case())


def test_a_reporter_sees_their_own_report_whoever_handles_it() -> None:
    taro = person("taro", ("reporter", "support"))
    assert access.sees(taro, case())
    assert access.sees(taro, case(kind="harassment"))
    assert access.acts(taro, case(), "notes")
    assert not access.acts(taro, case(), "acknowledge")
    assert access.only_reports(taro, case())
    assert not access.sees(person("jiro", ("reporter", "payments")), case())


def test_a_program_sees_what_it_submitted() -> None:
    assert access.sees(program("crm", ("reporter", "support")), case(plan=None))
    assert not access.sees(program("shop", ("reporter", "support")), case(plan=None))
    assert not access.sees(program("taro", ("reporter", "support")), case(plan=None))


def test_before_it_is_planned_a_case_is_nobody_elses() -> None:
    assert not access.sees(person("ken", ("manager", "payments")), case(plan=None))
    assert access.sees(person("ken", ("manager", "*")), case(plan=None))


@pytest.mark.parametrize("about", [{"kind": Kind.HARASSMENT}, {"personal_data": True}, {"plan": BY_RULE}])
def test_a_restricted_case_is_seen_by_those_concerned_alone(about: dict[str, Any]) -> None:
    secret = case(**about)
    assert is_restricted(secret)
    for role in ROLES:
        sees = role in ("leader", "manager")
        assert access.sees(person("ken", (role, "payments")), secret) is sees, role
        assert not access.sees(person("ken", (role, "support")), secret)
    paged = secret.model_copy(update={"told": ("ken",), "followers": (Person(id="mai", name="mai"),)})
    assert access.sees(person("ken", ("responder", "support")), paged)
    assert access.acts(person("ken", ("reporter", "support")), paged, "acknowledge")
    assert not access.sees(person("mai", ("responder", "payments")), paged)


@pytest.mark.parametrize("about", [{"kind": Kind.HARASSMENT}, {"personal_data": True}, {"plan": BY_RULE}])
def test_only_who_leads_opens_to_the_whole_team_what_its_reporter_kept_to_few(about: dict[str, Any]) -> None:
    secret = case(**about).model_copy(update={"told": ("ken",)})
    opening = Reassess(None, None, "違った", Kind.COMPLAINT, False)
    for role, may in (("responder", False), ("leader", True), ("manager", True)):
        who = person("ken", (role, "payments"))  # type: ignore[arg-type]
        assert access.may_open(who, secret, opening) is may, role
        assert access.may_open(who, secret, Reassess(None, None, "両方", Kind.HARASSMENT, False))
        assert access.may_open(who, secret, Reassess(Urgency.HIGH, None, "急ぐ"))
        assert access.may_open(who, secret, Reassess(None, None, "同じ", secret.submitted.report.kind))
        assert access.may_open(who, case(), Reassess(None, None, "返金", Kind.REFUND, False))
    assert access.may_open(Principal("local", frozenset(), TARO), secret, opening)


@pytest.mark.parametrize("field", ["owner", "offered"])
def test_who_has_a_case_or_is_asked_to_take_it_over_sees_it_from_any_team(field: str) -> None:
    having = case(kind="harassment").model_copy(update={field: Person(id="ken", name="ken")})
    assert access.sees(person("ken", ("responder", "support")), having)
    assert not access.sees(program("ken", ("responder", "support")), having)


def test_only_who_leads_hands_a_case_to_somebody_or_gives_it_more_time() -> None:
    for verb in ("reassign", "extend"):
        assert not access.acts(person("ken", ("responder", "payments")), case(), verb)
        assert access.acts(person("ken", ("leader", "payments")), case(), verb)
    assert not access.acts(person("ken", ("auditor", "payments")), case(), "notes")
    assert not access.acts(person("ken", ("auditor", "payments"), ("leader", "support")), case(), "notes")


def test_the_table_names_every_verb_and_every_role() -> None:
    assert set(VERBS) <= set(MAY)
    assert set().union(*MAY.values()) == set(get_args(Role))


def test_nobody_gives_away_what_they_do_not_administer() -> None:
    mine = frozenset((Grant("admin", "payments"), Grant("leader", "support")))
    assert covers(None, None)
    assert covers(frozenset((Grant("admin", "*"),)), None)
    assert covers(mine, frozenset((Grant("manager", "payments"),)))
    for theirs in (
        None,
        frozenset[Grant](),
        frozenset((Grant("leader", "*"),)),
        frozenset((Grant("leader", "support"),)),
    ):
        assert not covers(mine, theirs)
