"""Alertmanager's deliveries, and what is known of a group of alerts in whatever order news of it come."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from services.intake.domain.alerts import MOST, Alert, all_clear, is_news, told
from services.intake.senders.alertmanager import ALERTMANAGER
from services.intake.senders.sender import Cleared, Malformed, Rejected, Trigger, Trusted, Unmapped
from tests.unit.intake.asked import reading, verdict

T0 = datetime(2026, 11, 24, tzinfo=UTC)
ALERTS = st.builds(Alert, st.integers(0, 5).map(lambda m: T0 + timedelta(minutes=m)), st.booleans())
NEWS = st.dictionaries(st.sampled_from("abc"), ALERTS, max_size=3)


@given(st.lists(NEWS, max_size=6), st.randoms(use_true_random=False))
def test_the_order_in_which_news_come_does_not_matter(news: list[dict[str, Alert]], shuffler: Any) -> None:
    def all_of(items: list[dict[str, Alert]]) -> dict[str, Alert]:
        known: dict[str, Alert] = {}
        for item in items:
            known = told(known, item)
        return known

    shuffled = news[:]
    shuffler.shuffle(shuffled)
    assert all_of(news) == all_of(shuffled) == all_of(news + shuffled)


@given(NEWS, NEWS)
def test_what_is_known_is_no_news(known: dict[str, Alert], more: dict[str, Alert]) -> None:
    assert not is_news(told(known, more), more)
    assert not is_news(told(known, more), known)


def test_a_group_is_clear_when_every_alert_has_ended() -> None:
    firing, over = Alert(T0, True), Alert(T0, False)
    assert all_clear({})
    assert all_clear(told({"a": firing}, {"a": over}))
    assert not all_clear(told({"a": firing, "b": firing}, {"a": over}))
    assert not all_clear(told({"a": Alert(T0 + timedelta(seconds=1), True)}, {"a": over}))


def test_of_very_many_alerts_the_firing_ones_are_remembered() -> None:
    many = {str(n): Alert(T0, firing=n % 50 == 0) for n in range(2000)}
    kept = told({}, many)
    assert len(kept) == MOST
    assert sum(alert.firing for alert in kept.values()) == 40


@given(st.binary(max_size=300), st.text(max_size=60))
def test_whatever_comes_is_judged(body: bytes, token: str) -> None:
    assert isinstance(verdict(ALERTMANAGER, body, {"authorization": token}, ("secret",), T0), Rejected)
    assert isinstance(reading(ALERTMANAGER, body, {}), Malformed | Unmapped)


def test_the_token_is_compared_whole() -> None:
    for given_token, good in (("secret", True), ("secre", False), ("secrets", False), ("", False), ("sécret", False)):
        found = verdict(ALERTMANAGER, b"", {"authorization": f"Bearer {given_token}"}, ("secret",), T0)
        assert found == (Trusted() if good else Rejected("token"))


ANY = st.none() | st.booleans() | st.integers() | st.text(max_size=10) | st.lists(st.text(max_size=3), max_size=2)
DICT = st.dictionaries(st.sampled_from(["alertname", "severity", "summary", "service", "impact"]), ANY) | ANY
ALERT = (
    st.fixed_dictionaries({"labels": DICT, "annotations": DICT, "startsAt": ANY, "fingerprint": ANY, "status": ANY})
    | ANY
)


@given(
    st.fixed_dictionaries({
        "version": st.just("4"), "groupKey": st.text(max_size=8) | ANY, "status": st.sampled_from(["firing", "resolved"]) | ANY,
        "alerts": st.lists(ALERT, max_size=3) | ANY, "commonLabels": DICT, "commonAnnotations": DICT, "externalURL": ANY,
    })
)  # fmt: skip
def test_whatever_a_group_holds_is_read(body: dict[str, Any]) -> None:
    assert isinstance(reading(ALERTMANAGER, json.dumps(body).encode(), {}), Trigger | Cleared | Unmapped)
