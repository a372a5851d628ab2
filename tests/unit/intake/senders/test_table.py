"""The table of senders: every one has a name that a case can come from, and none of them fails on anything."""

from collections.abc import Mapping
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.senders import SENDERS
from services.intake.senders.sender import Answer, Malformed, Outcome, Rejected, Request, Source
from shared.contracts.events import External
from shared.contracts.events.event import MONITORS
from tests.unit.intake.senders.monitors import HEADER, NOW, deep

pytestmark = pytest.mark.security


@pytest.mark.parametrize("name", SENDERS)
def test_a_case_can_come_from_it(name: str) -> None:
    assert SENDERS[name].name == name
    system = {"sns": "generic"}.get(name, name.removesuffix("_flow"))  # a new value is a new type of event (ADR 0036)
    assert system in get_args(External.model_fields["system"].annotation)


def test_an_alert_is_no_ticket() -> None:
    assert set(get_args(External.model_fields["system"].annotation)) >= MONITORS
    assert not External(system="opsgenie", id="1").is_ticket
    assert External(system="zendesk", id="1").is_ticket


HEADERS: st.SearchStrategy[Mapping[str, str]] = st.dictionaries(
    st.sampled_from(["authorization", "content-type", "ce-id", "webhook-id", "sentry-hook-timestamp"]), HEADER
)


@pytest.mark.parametrize("name", SENDERS)
@given(st.binary(max_size=200) | st.sampled_from(deep()), HEADERS, st.sampled_from(["POST", "GET", "OPTIONS", "HEAD"]))
def test_whatever_comes_is_judged_read_and_answered(
    name: str, raw: bytes, headers: Mapping[str, str], method: str
) -> None:
    sender, asked = SENDERS[name], Request(raw, headers, NOW, method, "https://tasuki.example.jp/v1/webhooks/x?a=b")
    source = Source(name, name, ("a secret that nobody guesses",))
    assert isinstance(sender.verify(asked, source), Rejected)
    found = sender.read(asked, source)
    assert isinstance(found, Malformed) or all(one.delivery_id for one in found)
    if sender.answer and not isinstance(found, Malformed):
        assert isinstance(sender.answer(asked, [Outcome("ignored")] * len(found)), Answer)
    if sender.probe:
        assert isinstance(sender.probe(asked, source), Answer | None)
