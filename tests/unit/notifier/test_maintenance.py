"""Maintenance: what it names is held and nothing else; whom it kept from hearing is not forgotten by the climb."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from services.notifier.domain.asked import still_wanted
from services.notifier.domain.maintenance import Window, holding, matches, once_more, telling
from services.notifier.domain.notification import rank
from shared.contracts import events as e
from shared.contracts.vocabulary import Channel, Priority, Purpose
from tests.unit.notifier.examples import KNOWN, NOW, SATO, TANAKA, assigned, by, case, notification, told, took, uuid

WINDOW = Window(uuid(9), "payments", "", "", NOW, NOW + timedelta(hours=2), "計画停止")
P3 = rank(Priority.P3, Purpose.PAGE)


def open_now(*windows: Window) -> str:
    """The windows as the database gives them."""
    rows = [
        {**vars(w), "id": str(w.id), "starts_at": w.starts_at.isoformat(), "ends_at": w.ends_at.isoformat()}
        for w in windows
    ]
    return json.dumps(rows)


@pytest.mark.parametrize(
    ("change", "fits"),
    [
        ({}, True),
        ({"team": "support"}, False),
        ({"team": "", "source": "zendesk"}, True),
        ({"team": "", "source": "form"}, False),
        ({"product": "決済"}, False),  # the report names none
        ({"source": "zendesk"}, True),
    ],
)
def test_a_window_fits_what_it_names(change: dict[str, str], fits: bool) -> None:
    assert matches(replace(WINDOW, **change), case()) is fits  # type: ignore[arg-type]


def test_pages_wait_and_a_p1_news_and_tickets_do_not() -> None:
    page, windows = notification(rank=P3), open_now(WINDOW)
    assert holding(windows, case(), page) == WINDOW
    assert holding("[]", case(), page) is None
    assert holding(windows, case(), notification(rank=rank(Priority.P2, Purpose.PAGE))) == WINDOW
    assert holding(windows, None, page) is None
    assert holding(windows, case(), notification(rank=rank(Priority.P1, Purpose.PAGE))) is None
    assert holding(windows, case(), notification(rank=P3, purpose=Purpose.PROGRESS)) is None
    assert holding(windows, case(), notification(rank=P3, channel=Channel.TICKET, recipient="ticket:zendesk:1")) is None
    assert holding(open_now(replace(WINDOW, team="support")), case(), page) is None
    assert holding(open_now(replace(WINDOW, p1=True)), case(), notification(rank=10)) is not None
    longer = replace(WINDOW, id=uuid(10), ends_at=NOW + timedelta(hours=3))
    assert holding(open_now(WINDOW, longer), case(), page) == longer


def test_whom_it_kept_from_hearing_is_asked_however_far_the_climb_went_and_no_longer_than_needed() -> None:
    asked = told(case(), assigned(SATO))
    climbed = told(asked, assigned(TANAKA, round=2, level=2))
    page = notification(rank=P3)
    assert not still_wanted(climbed, page)
    held = replace(page, held_by=WINDOW.id)
    assert still_wanted(climbed, held)
    assert not still_wanted(told(climbed, took(TANAKA)), held)
    done = e.CaseResolved(case_id="c_1", by=by(TANAKA), handling="x", result="y")
    assert not still_wanted(told(climbed, done), held)
    assert not still_wanted(told(climbed, e.CaseAcknowledged(case_id="c_1", by=by(SATO), via="web")), held)


def test_who_was_called_back_is_asked_again_at_the_end_with_the_reason() -> None:
    again = once_more(notification(rank=P3), WINDOW)
    assert (again.not_before, again.held_by, again.round) == (WINDOW.ends_at, WINDOW.id, 1)
    assert again.id != notification().id
    assert "計画停止" in again.content.reasons[0][0]
    assert once_more(notification(id=uuid(1)), WINDOW).id == once_more(notification(id=uuid(1)), WINDOW).id


def test_people_are_told_quietly_and_once() -> None:
    wish = telling(WINDOW, KNOWN[SATO.id])
    assert wish is not None
    assert (wish.channel, wish.case_id, wish.content.due) == (Channel.CHAT, "", WINDOW.ends_at)
    again = telling(WINDOW, KNOWN[SATO.id])
    assert again is not None
    assert again.id == wish.id
    assert telling(WINDOW, KNOWN["ito.sakura"]) is None  # a telephone is not quiet
