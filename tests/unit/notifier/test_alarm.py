"""What whoever looks after the installation is told of a provider, and how often."""

from uuid import UUID

import pytest

from services.notifier.domain import alarm
from services.notifier.domain.contact import Language, contact
from services.notifier.wording import Wording
from shared.contracts.vocabulary import Channel
from tests.unit.notifier.examples import NOW, SATO, notification

CODES = ("unreachable", "internal_error", "no connection")
WORDING = Wording("Asia/Tokyo", "https://tasuki.example.jp/", "key")


@pytest.mark.parametrize(("about", "told"), [("provider", 3), ("socket", 1)])
def test_a_socket_that_is_away_is_one_trouble_whatever_its_code(about: alarm.About, told: int) -> None:
    owner, usable, ids = contact(SATO.id, SATO.name, "ja"), (Channel.EMAIL,), set[UUID]()
    for code in CODES:
        ids |= {wish.id for wish in alarm.wishes(about, "slack", Channel.CHAT, code, owner, usable, NOW)}
    assert len(ids) == told


@pytest.mark.parametrize(
    ("language", "true", "untrue"),
    [("ja", "送れていますが", "届きません"), ("en", "still go out", "Nothing reaches anybody")],
)
def test_of_a_socket_it_is_told_that_messages_still_go_out(language: Language, true: str, untrue: str) -> None:
    owner = contact(SATO.id, SATO.name, language)
    (wish,) = alarm.wishes("socket", "slack", Channel.CHAT, "invalid_auth", owner, (Channel.EMAIL,), NOW)
    text = WORDING.message(notification(content=wish.content, purpose=wish.purpose), owner, NOW).text
    assert true in text
    assert "invalid_auth" in text
    assert untrue not in text
