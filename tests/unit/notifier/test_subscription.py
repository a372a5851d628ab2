"""A person's devices: readable or not, at most five, each once; and what a browser gets is what we meant."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.push_service import Browser
from services.notifier.channels import vapid
from services.notifier.domain import subscription as s
from services.notifier.domain.contact import contact

SATO = contact("sato", "佐藤", phone=("+819000000101", "+819000000102"), slack="U0SATO")
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(), lambda x: st.lists(x) | st.dictionaries(st.text(), x)
)


def device(name: str) -> s.Subscription:
    read = s.read(Browser(name).subscription("https://push.example"))
    assert read is not None
    return read


def test_a_subscription_is_read_and_written_again() -> None:
    one = device("a")
    assert s.read(one.written()) == one
    assert one.origin == "https://push.example"


@given(
    JSON
    | st.fixed_dictionaries({"endpoint": JSON, "keys": JSON | st.fixed_dictionaries({"p256dh": JSON, "auth": JSON})})
)
def test_nothing_that_a_browser_says_makes_us_fall_over(told: object) -> None:
    assert s.read(json.dumps(told)) is None


@given(st.binary(max_size=100))
def test_nor_do_any_bytes(told: bytes) -> None:
    assert s.read(told) is None


@pytest.mark.parametrize(
    "change",
    [
        {"endpoint": "ftp://push.example/"}, {"endpoint": "https://"}, {"endpoint": "https://例え.jp/"}, {"endpoint": "x" * 3000},
        {"keys": {"p256dh": "AA", "auth": "AA"}}, {"keys": {}}, {"endpoint": "https://[::1"},
    ],
)  # fmt: skip
def test_what_is_incomplete_is_no_subscription(change: dict[str, object]) -> None:
    assert s.read(json.dumps(json.loads(device("a").written()) | change)) is None


def test_the_same_device_replaces_itself_and_a_sixth_takes_the_place_of_the_oldest() -> None:
    person = SATO
    for name in "aabcdef":
        person = s.subscribed(person, device(name), name)
    pushes = [a for a in person.addresses if a.kind == "push"]
    assert [(a.id, a.label) for a in pushes] == [
        ("push", "b"), ("push-2", "c"), ("push-3", "d"), ("push-4", "e"), ("push-5", "f")
    ]  # fmt: skip
    assert {a.origin for a in pushes} == {"self"}
    assert [a for a in person.addresses if a.kind != "push"] == list(SATO.addresses)
    fewer = s.unsubscribed(person, device("c").endpoint)
    assert [(a.id, a.label) for a in fewer.addresses if a.kind == "push"][:2] == [("push", "b"), ("push-2", "d")]
    assert s.unsubscribed(fewer, "https://push.example/push/nobody") == fewer


def test_a_device_that_was_broken_works_again_once_it_is_brought_anew() -> None:
    person = s.subscribed(SATO, device("a"), "a")
    broken = replace(person, addresses=tuple(replace(x, broken="http-410") for x in person.addresses))
    assert not next(x for x in s.subscribed(broken, device("a"), "a").addresses if x.kind == "push").broken


def test_a_key_pair_is_printed_as_it_is_read() -> None:
    private, public = vapid.fresh()
    read = vapid.opened(private, "mailto:a@example.com")
    assert read is not None
    assert read.public == public
    assert vapid.fresh()[0] != private


@pytest.mark.parametrize("text", ["", "AA", "あ", "A" * 43 + "=", "x y", "\x00" * 43, "_" * 43])
def test_what_is_no_key_is_none(text: str) -> None:
    assert vapid.opened(text, "") is None or text == "_" * 43 or len(text) == 44
