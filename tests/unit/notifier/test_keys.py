"""What the notifier signs outlives the key that signed it, as long as that stands behind the new one."""

from collections.abc import Callable
from datetime import UTC, datetime
from uuid import UUID

import pytest

from services.notifier.domain import bounce, buttons, proof, short_links
from services.notifier.domain.contact import Address
from services.notifier.domain.proof import Sent

ID = UUID(int=7)
PHONE = Address("phone", "phone", "+819000000101", origin="self")
NOW = datetime(2026, 11, 24, 1, tzinfo=UTC)
SIGNED: dict[str, tuple[Callable[[str], str], Callable[[str, str], UUID | None]]] = {
    "button": (lambda keys: buttons.value(keys, ID), buttons.read),
    "short link": (lambda keys: short_links.make(keys, ID), short_links.read),
    "envelope": (lambda keys: bounce.sender(keys, ID, "bounces.example.jp"), bounce.about),
}


@pytest.mark.parametrize("name", SIGNED)
def test_what_was_sent_out_is_known_again(name: str) -> None:
    make, read = SIGNED[name]
    assert read("new,old", make("old")) == read("new", make("new,old")) == ID
    assert read("new", make("old")) is None


def test_a_code_that_was_sent_proves_its_address() -> None:
    digits = proof.code("old", "word")
    sent = Sent("phone", proof.sealed("old", "sato", PHONE, digits), NOW)
    assert proof.fits("new,old", sent, "sato", PHONE, digits)
    assert not proof.fits("new", sent, "sato", PHONE, digits)
