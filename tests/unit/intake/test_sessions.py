"""What is believed of a person, how long a session holds, and where a login may lead to."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as some

from services.intake.domain import attempts, claims, sessions
from services.intake.domain.attempts import Attempt
from services.intake.domain.claims import Expected, Names
from services.intake.domain.roles import Grant
from services.intake.domain.sessions import Cookie, Session
from services.intake.settings import GroupRoles, Issuer
from shared.contracts.events import Actor

pytestmark = pytest.mark.security

NOW = datetime(2026, 11, 24, 1, tzinfo=UTC)
EXPECTED = Expected("https://login.example.jp", "tasuki", "n")
AT = int(NOW.timestamp())
GOOD = {"iss": EXPECTED.issuer, "aud": "tasuki", "sub": "s", "iat": AT, "exp": AT + 60, "nonce": "n"}
JSON = some.recursive(
    some.none() | some.booleans() | some.integers() | some.floats() | some.text(),
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(some.text(), inner, max_size=3),
    max_leaves=5,
)
NAMES = Names("sub", "name", "groups")


def test_what_is_said_as_it_should_be_is_believed() -> None:
    assert claims.flaw(GOOD, EXPECTED, NOW) == ""


@given(some.sampled_from(sorted(GOOD)), JSON)
def test_nothing_else_in_a_claims_place_is_believed_or_breaks_anything(name: str, value: Any) -> None:
    told: Mapping[str, Any] = {**GOOD, name: value}
    flaw = claims.flaw(told, EXPECTED, NOW)
    if name in ("iss", "nonce"):
        assert flaw
    if name == "aud" and value != [EXPECTED.client_id]:
        assert flaw


@given(some.dictionaries(some.sampled_from(["sub", "name", "groups", "email", "email_verified"]), JSON))
def test_a_person_has_an_id_that_we_can_use_or_is_nobody(told: Mapping[str, Any]) -> None:
    person = claims.person(told, NAMES)
    assert person is None or (sessions.PERSON.fullmatch(person.id) and person.name.isprintable() and person.name)
    assert claims.grants(told, NAMES, claims.group_roles("a=admin:*")) <= {Grant("admin", "*")}


def test_groups_give_roles_and_what_is_no_role_is_refused_at_the_start() -> None:
    roles = claims.group_roles("髙﨑=leader:support, 髙﨑=auditor:*, a=b=admin:*")
    assert roles["髙﨑"] == {Grant("leader", "support"), Grant("auditor", "*")}
    assert roles["a=b"] == {Grant("admin", "*")}
    for wrong in ("x", "x=king:*", "x=admin", "=admin:*"):
        with pytest.raises(ValueError):
            GroupRoles(wrong)


@pytest.mark.parametrize(
    "wrong", ["http://login.example.jp", "login.example.jp", "ftp://x", "https://", "http://127.0.0.1.evil.jp"]
)
def test_a_provider_is_asked_over_https_alone(wrong: str) -> None:
    with pytest.raises(ValueError):
        Issuer(wrong)
    assert Issuer("http://127.0.0.1:9400")


@given(some.text() | some.from_regex(r"[/\\a-z.:%?#@\t ]{0,30}", fullmatch=True))
def test_a_login_leads_to_a_path_of_ours_whatever_was_asked_for(asked: str) -> None:
    back = sessions.own_path(asked)
    assert back.startswith("/")
    assert urlsplit(urljoin("https://tasuki.example.jp/login", back)).netloc == "tasuki.example.jp"
    assert not set(back) & set("\\\r\n\t #")


def test_a_session_holds_twelve_idle_hours_and_seven_days() -> None:
    def standing(created: timedelta, seen: timedelta, ended: datetime | None = None) -> str:
        who = Actor(kind="person", id="sato", name="佐藤")
        return Session("r", who, "oidc", frozenset(), NOW - created, NOW - seen, ended).standing(NOW)

    hours, days = timedelta(hours=12), timedelta(days=7)
    second = timedelta(seconds=1)
    assert standing(hours, hours - second) == "valid"
    assert standing(hours, hours) == "idle"
    assert standing(days - second, second) == "valid"
    assert standing(days, second) == "old"
    assert standing(second, second, NOW) == "ended"


def test_a_person_without_a_role_is_not_of_every_team_and_has_the_name_of_no_token() -> None:
    who = Session("r", Actor(kind="person", id="sato", name=""), "link", frozenset(), NOW, NOW).principal()
    assert who.grants == frozenset()
    assert ":" in who.name


@pytest.mark.parametrize(
    ("url", "name", "secure"),
    [
        ("https://tasuki.example.jp", "__Host-tasuki-session", True),
        ("http://tasuki.example.jp", "__Host-tasuki-session", True),
        ("http://127.0.0.1.evil.jp", "__Host-tasuki-session", True),
        ("https://localhost", "__Host-tasuki-session", True),
        ("http://127.0.0.1:8700", "tasuki-session-8700", False),
    ],
)
def test_only_the_machine_itself_goes_without_https(url: str, name: str, secure: bool) -> None:
    assert Cookie.of("session", url) == Cookie(name, secure)


@given(some.text(), some.text())
def test_an_attempt_is_read_only_as_it_was_written(changed: str, key: str) -> None:
    attempt = Attempt("s", "n", "v", "/admin/sources", AT + 600)
    written = attempt.written("a key")
    assert attempts.read(written, "a key") == attempt
    assert attempt.is_of("s", NOW)
    assert not attempt.is_of("s", NOW + timedelta(minutes=10))
    assert not attempt.is_of(changed, NOW) or changed == "s"
    assert attempts.read(changed, "a key") is None or changed == written
    assert attempts.read(written, key) is None or key == "a key"
