"""What keeps doors: tokens that hold or not, digests of secrets, addresses of mail, and how long what is personal is kept."""

import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from services.intake.domain import addresses, retention, sessions
from services.intake.domain.tokens import USED_EVERY, Principal, Token
from shared.contracts.events import Actor

NOW = datetime(2026, 11, 28, tzinfo=UTC)
MOMENT = timedelta(microseconds=1)
TOKEN = Token("1" * 12, Principal("crm", frozenset(), Actor(kind="source", id="crm", name="CRM")), b"", NOW)


def test_a_token_holds_until_it_is_revoked_or_has_expired() -> None:
    assert TOKEN.standing(NOW) == "valid"
    assert replace(TOKEN, revoked_at=NOW).standing(NOW) == "revoked"
    ends = replace(TOKEN, expires_at=NOW)
    assert (ends.standing(NOW - MOMENT), ends.standing(NOW)) == ("valid", "expired")


def test_a_use_is_written_down_once_in_a_while() -> None:
    used = replace(TOKEN, last_used_at=NOW)
    assert [one.is_used_anew(at) for one, at in (
        (TOKEN, NOW), (used, NOW + USED_EVERY - MOMENT), (used, NOW + USED_EVERY),
    )] == [True, False, True]  # fmt: skip


def test_of_a_secret_only_its_digest_is_kept() -> None:
    assert sessions.digest("髙﨑") == hashlib.sha256("髙﨑".encode()).digest()


def test_every_letter_of_an_address_is_drawn() -> None:
    assert addresses.make(b"\xff" * 13) == "z" * addresses.LENGTH
    assert addresses.make(bytes(13)) == "0" * addresses.LENGTH


@pytest.mark.parametrize("text", ["originals=90,other=1", "originals=0", "originals=10000", "originals=9,deliveries=x"])
def test_one_mistake_in_how_long_things_are_kept_is_a_mistake(text: str) -> None:
    with pytest.raises(ValueError, match="days by name"):
        retention.read(text)


def test_what_is_not_named_is_kept_as_long_as_usual() -> None:
    assert retention.read("originals=9999") == retention.Spans(originals=timedelta(days=9999))
    assert retention.read("") == retention.Spans()
