"""A key or token can be replaced: the new one makes, the one behind it is still believed, and one that is gone is not."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from starlette.requests import Request

from shared.contracts import links
from shared.contracts.plan import Person
from shared.runtime.web import Problem, require_token

NOW = datetime(2026, 11, 24, 1, tzinfo=UTC)
SATO = Person(id="sato", name="佐藤 髙﨑①㈱🔥")
CASE = "c_01m80tsfphe99kg5qcb6bqxnc5"
LATER = NOW + timedelta(days=1)
KINDS: dict[str, tuple[Callable[[str], str], Callable[[str, str], object]]] = {
    "acknowledge": (
        lambda keys: links.make_link(keys, CASE, SATO, 3, LATER),
        lambda keys, token: links.read_link(keys, token, NOW),
    ),
    "device": (
        lambda keys: links.make_device(keys, SATO, LATER),
        lambda keys, token: links.read_device(keys, token, NOW),
    ),
    "followup": (lambda keys: links.make_followup(keys, CASE), links.read_followup),
    "calendar": (lambda keys: links.make_calendar(keys, SATO.id), links.read_calendar),
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_link_is_believed_until_its_key_is_taken_away(kind: str) -> None:
    make, read = KINDS[kind]
    made = make("old")
    assert read("old, new", made) is not None
    assert read("new,old", made) is not None
    assert read("new", made) is None
    assert make("new,old") == make("new") != made
    for none in ("", ",", " , "):
        assert read(none, make(none)) is None


@pytest.mark.parametrize(
    ("tokens", "shown", "let_in"),
    [
        ("old", "old", True),
        ("old,new", "new", True),
        ("new, old", "old", True),
        ("new", "old", False),
        ("new,old", "new,old", False),
        ("new,old", "", False),
        ("", "", False),
    ],
)
def test_services_let_each_other_in_by_every_token(tokens: str, shown: str, let_in: bool) -> None:
    header = (b"authorization", f"Bearer {shown}".encode())
    request = Request({"type": "http", "method": "GET", "path": "/", "headers": [header]})
    if let_in:
        require_token(request, tokens)
    else:
        with pytest.raises(Problem):
            require_token(request, tokens)
