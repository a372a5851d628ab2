"""Servers of one's own are used until somebody says otherwise, and whole: what runs on another one is started anew."""

from dataclasses import replace
from pathlib import Path

import pytest

from deploy.local.language import Problem
from deploy.local.layout import Layout
from deploy.local.provision import server_of
from deploy.local.screen import Screen
from deploy.local.services import SECRETS, Surroundings, service
from deploy.local.up import up

AROUND = Surroundings("127.0.0.1:19620", {}, "none", "")


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgresql://admin:p%40ss@db.example:5433/postgres?password=x", "db.example:5433/postgres"),
        ("postgresql:///tasuki", "localhost:5432/tasuki"),
    ],
)
def test_of_an_address_no_password_is_kept(url: str, shown: str) -> None:
    assert server_of(url) == shown


@pytest.mark.parametrize("name", ["TASUKI_POSTGRES_URL", "TASUKI_KAFKA"])
def test_a_server_that_is_no_longer_named_is_not_silently_replaced(
    tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(name, raising=False)
    layout = Layout(tmp_path, 19600)
    layout.remember(**{name: "db.example:5432/postgres"})
    with pytest.raises(Problem, match=r"db\.example:5432") as problem:
        up(layout, Screen(quiet=True))
    assert f"{name}= make up" in problem.value.advice
    assert not list(layout.run.glob("*.process"))


@pytest.mark.parametrize("name", SECRETS)
def test_a_service_on_another_server_is_started_anew_but_not_for_a_new_password(tmp_path: Path, name: str) -> None:
    digests = []
    for url in ("postgresql://u:x@a:5432/tasuki", "postgresql://u:y@a:5432/tasuki", "postgresql://u:x@b:5432/tasuki"):
        part = service(Layout(tmp_path, 19600), name, replace(AROUND, databases={name: url}))
        assert url not in part.env.values()
        digests.append(part.digest)
    assert digests[0] == digests[1] != digests[2]
