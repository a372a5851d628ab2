"""What was chosen by variables of the shell is never silently given up, and no value of it is written down anew."""

import json
from pathlib import Path

import pytest

from deploy.local import chosen
from deploy.local.language import Problem
from deploy.local.layout import Layout
from deploy.local.parts import Part, save_wanted
from deploy.local.screen import Screen
from deploy.local.services import Surroundings, open_to_choice, service, service_parts
from deploy.local.up import up

AROUND = Surroundings("127.0.0.1:19620", {}, "zipkin", "http://127.0.0.1:19640/api/v2/spans")
SECRET = "a-routing-key-that-nobody-may-read"


@pytest.fixture
def layout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Layout:
    made = Layout(tmp_path, 19600)
    for name in open_to_choice(made):
        monkeypatch.delenv(name, raising=False)
    return made


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TASUKI_RETENTION", "originals=1825"),
        ("TASUKI_OIDC_ISSUER", "https://login.example"),
        ("TASUKI_PAGERDUTY_ROUTING_KEY", SECRET),
        ("TASUKI_PAGERDUTY_ROUTING_KEY_FILE", "/somewhere/key"),
        ("TASUKI_MAIL_IN_DOMAIN", "in.example.com"),
        ("TASUKI_POLICY_DIR", "/somewhere/policy"),
        ("TASUKI_WATCHDOG_PERIOD", "60"),
    ],
)
def test_what_is_no_longer_named_stops_before_anything_starts_until_it_is_named_or_emptied(
    layout: Layout, name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    chosen.remember(layout, open_to_choice(layout))
    chosen.require(layout, open_to_choice(layout))
    assert value not in (layout.run / "choices.json").read_text()

    monkeypatch.delenv(name)
    with pytest.raises(Problem, match=name) as problem:
        up(layout, Screen(quiet=True))
    assert f"{name}= make up" in problem.value.advice
    assert not list(layout.run.glob("*.process"))

    monkeypatch.setenv(name, "")
    chosen.require(layout, open_to_choice(layout))
    chosen.remember(layout, open_to_choice(layout))
    monkeypatch.delenv(name)
    chosen.require(layout, open_to_choice(layout))


def test_one_that_is_now_given_by_a_file_is_not_missed(layout: Layout, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TASUKI_PAGERDUTY_ROUTING_KEY", SECRET)
    chosen.remember(layout, open_to_choice(layout))
    monkeypatch.delenv("TASUKI_PAGERDUTY_ROUTING_KEY")
    monkeypatch.setenv("TASUKI_PAGERDUTY_ROUTING_KEY_FILE", "/somewhere/key")
    chosen.require(layout, open_to_choice(layout))


@pytest.mark.parametrize(
    ("name", "part", "value"),
    [
        ("TASUKI_RETENTION", "intake", "originals=1825"),
        ("TASUKI_MAIL_IN_DOMAIN", "intake", "in.example.com"),
        ("TASUKI_POLICY_DIR", "router", "/somewhere/policy"),
    ],
)
def test_what_runs_by_a_release_that_noted_nothing_is_kept_too(
    layout: Layout, name: str, part: str, value: str
) -> None:
    usual = service(layout, part, AROUND)
    save_wanted(layout, [*service_parts(layout, AROUND), Part("x", (), "none", env={**usual.env, name: value})])
    with pytest.raises(Problem, match=rf"(?s)^これまで設定されていた {name} |^{name}: set until now"):
        chosen.require(layout, open_to_choice(layout))


def test_where_nothing_was_chosen_nothing_is_asked_for(layout: Layout) -> None:
    chosen.require(layout, open_to_choice(layout))
    save_wanted(layout, service_parts(layout, AROUND))
    chosen.require(layout, open_to_choice(layout))
    chosen.remember(layout, open_to_choice(layout))
    assert json.loads((layout.run / "choices.json").read_text()) == {chosen.KEY: ""}
    chosen.require(layout, open_to_choice(layout))


def test_the_story_beside_it_binds_nobody(layout: Layout, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TASUKI_RETENTION", "originals=1")
    chosen.remember(layout, open_to_choice(layout))
    monkeypatch.delenv("TASUKI_RETENTION")
    chosen.forget(layout)
    chosen.require(layout, open_to_choice(layout))


def test_an_empty_one_is_the_default_and_is_not_told_to_a_service(
    layout: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TASUKI_RATE_LIMIT", "")  # a number that is empty would keep intake from starting
    assert "TASUKI_RATE_LIMIT" not in service(layout, "intake", AROUND).env


@pytest.mark.parametrize("name", ["TASUKI_PUBLIC_URL", "TASUKI_KAFKA", "TASUKI_SLACK_TOKEN", "TASUKI_DATABASE_URL"])
def test_what_make_up_decides_itself_is_no_choice(layout: Layout, name: str) -> None:
    assert name not in open_to_choice(layout)
