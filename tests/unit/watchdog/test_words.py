"""What the watchdog says of what it sees, and of what it cannot see."""

from datetime import UTC, datetime

import pytest

from watchdog.decisions import Watched
from watchdog.page import status_page
from watchdog.words import said

NOW = datetime(2026, 11, 30, 3, tzinfo=UTC)


@pytest.mark.parametrize(("language", "words"), [("ja", "証明書"), ("en", "certificate")])
def test_what_stands_before_the_front_door_is_told_in_its_own_words(language: str, words: str) -> None:
    assert words in said("service:front-door", language)
    assert words not in said("service:timer", language)
    assert "timer" in said("service:timer", language)


def test_who_watches_canaries_alone_says_that_a_dead_timer_is_not_seen() -> None:
    well = Watched(since=NOW, arrived_at=NOW)
    assert "異常はありません" in status_page(well, (), ("timer",), "ja")
    blind = status_page(well, (), (), "ja")
    assert "異常はありません" not in blind
    assert 'class="state other"' in blind
    assert "timer" in blind
    assert "異常があります" in status_page(well, ("page",), (), "ja")
