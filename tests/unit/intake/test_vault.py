"""The vault: what is sealed opens with its master key alone, in its place alone, and untouched alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from services.intake.settings import DataKeys
from services.intake.vault import CannotOpen, Vault

pytestmark = pytest.mark.security

OLD, NEW = "an old master key of the tests 0123", "a new master key of the tests 45678"
TEXT = "秘密 髙﨑①㈱🔥 １２３"


@given(some.text(some.characters(exclude_categories=["Cs"]), max_size=200), some.text("abc-", max_size=20))
def test_what_is_sealed_opens(text: str, about: str) -> None:
    vault = Vault(NEW)
    sealed = vault.seal(text, about)
    assert vault.open(sealed, about) == text
    assert text.encode() not in sealed or len(text) < 3
    assert vault.seal(text, about) != sealed


def test_another_master_key_opens_nothing() -> None:
    sealed = Vault(OLD).seal(TEXT, "source a")
    with pytest.raises(CannotOpen):
        Vault(NEW).open(sealed, "source a")


def test_it_opens_in_its_own_place_only() -> None:
    sealed = Vault(NEW).seal(TEXT, "source a")
    with pytest.raises(CannotOpen):
        Vault(NEW).open(sealed, "source b")


def test_not_one_changed_or_missing_byte_is_overlooked() -> None:
    vault = Vault(NEW)
    sealed = vault.seal(TEXT, "source a")
    for place in range(len(sealed)):
        changed = sealed[:place] + bytes([sealed[place] ^ 1]) + sealed[place + 1 :]
        for wrong in (changed, sealed[:place]):
            with pytest.raises(CannotOpen):
                vault.open(wrong, "source a")
    with pytest.raises(CannotOpen):
        vault.open(sealed + b"\x00", "source a")


@given(some.binary(max_size=200))
def test_whatever_bytes_come_it_refuses_in_its_own_words(raw: bytes) -> None:
    with pytest.raises(CannotOpen):
        Vault(NEW).open(raw, "source a")


def test_a_master_key_is_replaced_without_opening_what_it_keeps() -> None:
    sealed = Vault(OLD).seal(TEXT, "source a")
    both = Vault(f"{NEW}, {OLD}")
    assert both.open(sealed, "source a") == TEXT
    anew = both.rewrapped(sealed)
    assert anew is not None
    assert Vault(NEW).open(anew, "source a") == TEXT
    assert both.rewrapped(anew) is None
    assert anew[69:] == sealed[69:]  # only the wrapping of the key is another
    with pytest.raises(CannotOpen):
        Vault(OLD).open(anew, "source a")
    with pytest.raises(CannotOpen):
        Vault(NEW).rewrapped(sealed)


@pytest.mark.parametrize("given_", ["", " , ", "short", f"{NEW},short"])
def test_a_start_without_a_good_master_key_is_refused(given_: str) -> None:
    with pytest.raises(ValueError, match="at least 32"):
        DataKeys(given_)
    assert NEW not in repr(DataKeys(NEW))
