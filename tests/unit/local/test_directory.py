"""What `make up` does with the directory of contacts: it fills an empty one, and leaves alone what people have put in."""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from deploy.local.demo_data import import_contacts
from deploy.local.language import Problem
from deploy.local.layout import Layout
from deploy.local.screen import Screen

OURS: dict[str, Any] = {
    "people": [
        {"id": "takasaki", "name": "髙﨑①㈱🔥", "language": "ja", "phone": "+819000000999", "webhook": []},
        {"id": "tasuki.watchdog", "name": "監視", "language": "ja", "webhook": "http://127.0.0.1:8750/canary"},
    ],
    "teams": [{"id": "desk", "name": "窓口", "language": "ja", "webhook": "http://127.0.0.1:9999/canary/ours"}],
    "catch_all": "takasaki",
    "platform_owner": "takasaki",
}
EMPTY: dict[str, Any] = {"people": [], "teams": [], "catch_all": "", "platform_owner": ""}


class Book:
    """The door's other side: a directory that is read and replaced."""

    def __init__(self, kept: dict[str, Any]) -> None:
        self.kept, self.put = kept, 0

    def __call__(self, request: httpx.Request) -> httpx.Response:
        assert (request.url.path, request.headers["authorization"]) == ("/v1/contacts", "Bearer tsk_x")
        if request.method == "PUT":
            self.kept, self.put = json.loads(request.content), self.put + 1
        return httpx.Response(200, json=self.kept)


def up(folder: Path, base: int, book: Book) -> None:
    import_contacts(Layout(folder, base), "tsk_x", Screen(quiet=True), httpx.MockTransport(book))


def test_an_empty_directory_gets_the_people_of_the_example(tmp_path: Path) -> None:
    book = Book(EMPTY)
    up(tmp_path, 19600, book)
    assert len(book.kept["people"]) == 8
    assert book.kept["people"][-1]["webhook"] == "http://127.0.0.1:19650/canary"


def test_people_of_an_organisation_stay_and_the_watchdog_follows_the_ports(tmp_path: Path) -> None:
    book = Book(OURS)
    up(tmp_path, 19600, book)
    up(tmp_path, 19700, book)
    watchdog = {**OURS["people"][1], "webhook": "http://127.0.0.1:19750/canary"}
    assert book.kept == {**OURS, "people": [OURS["people"][0], watchdog]}
    assert book.put == 2
    up(tmp_path, 19700, book)
    assert book.put == 2


@pytest.mark.parametrize(
    "hook", [["https://watch.example.com/x", "http://127.0.0.1:1/canary"], [], "https://a.example"]
)
def test_where_else_the_watchdog_is_called_is_left_as_it_is(tmp_path: Path, hook: str | list[str]) -> None:
    book = Book({**OURS, "people": [OURS["people"][0], {**OURS["people"][1], "webhook": hook}]})
    up(tmp_path, 19600, book)
    own = "http://127.0.0.1:19650/canary"
    expected = [own if h.startswith("http://127") else h for h in hook] if isinstance(hook, list) else hook
    assert book.kept["people"][1]["webhook"] == expected


def test_a_directory_that_cannot_be_read_is_not_replaced(tmp_path: Path) -> None:
    def refuse(request: httpx.Request) -> httpx.Response:
        assert request.method == "GET"
        return httpx.Response(503, json={"title": "髙﨑"})

    with pytest.raises(Problem, match="contacts import") as problem:
        import_contacts(Layout(tmp_path, 19600), "tsk_x", Screen(quiet=True), httpx.MockTransport(refuse))
    assert "髙﨑" in problem.value.said
