"""What holds for every CRM: no bytes and no headers are an error, unknown words make nothing small, sizes are no matter."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.senders import SENDERS
from services.intake.senders.sender import Rejected, Sender, Trigger, Trusted
from tests.unit.intake.asked import NOON, verdict
from tests.unit.intake.senders.crms import JSON, body, example, places, raw, read_all

pytestmark = pytest.mark.security

EXAMPLES = {
    "zendesk": "zendesk_event.json",
    "salesforce_flow": "salesforce_flow_callout.json",
    **{name: f"{name}.json" for name in ("hubspot", "freshdesk", "servicenow", "kintone", "jira", "intercom")},
    "dynamics365": "dynamics365.json",
}
CRMS = pytest.mark.parametrize("sender", [SENDERS[name] for name in (*EXAMPLES, "salesforce")], ids=lambda s: s.name)
OF_JSON = pytest.mark.parametrize("name", EXAMPLES)
HEADERS = st.dictionaries(
    st.sampled_from(
        [
            "authorization", "x-tasuki-secret", "x-tasuki-path-secret", "x-hub-signature", "idempotency-key",
            "x-zendesk-webhook-signature", "x-zendesk-webhook-signature-timestamp", "x-zendesk-webhook-invocation-id",
            "x-hubspot-signature-v3", "x-hubspot-request-timestamp", "x-hubspot-signature", "x-hubspot-signature-version",
            "x-atlassian-webhook-identifier", "x-ms-correlation-request-id", "x-ms-dynamics-msg-size-exceeded",
        ]
    ),
    st.text(max_size=40),
)  # fmt: skip
OPTIONS = st.dictionaries(
    st.sampled_from(
        ["ours", "people", "solved", "header", "app", "url", "organizations", "older_signatures", "field.title"]
    ),
    st.text(max_size=20),
)


def replaced(value: Any, place: tuple[str | int, ...], by: Any) -> Any:
    """A copy with something else in one place."""
    if not place:
        return by
    if isinstance(value, dict):
        return {k: replaced(v, place[1:], by) if k == place[0] else v for k, v in value.items()}
    return [replaced(v, place[1:], by) if n == place[0] else v for n, v in enumerate(value)]


def with_each_place(name: str, by: bytes) -> Iterator[bytes]:
    """The example of a CRM, each time with one place replaced by these bytes."""
    whole = example(EXAMPLES[name])
    for place in places(whole):
        yield body(replaced(whole, place, "@here@")).replace(b'"@here@"', by)


@CRMS
@given(data=st.data())
def test_whatever_comes_is_judged_and_read(sender: Sender, data: st.DataObject) -> None:
    headers, options = data.draw(HEADERS), data.draw(OPTIONS)
    given_bytes = data.draw(st.binary(max_size=100) | JSON.map(body))
    url = data.draw(st.text(max_size=20))
    found = verdict(sender, given_bytes, headers, ("a secret that nobody guesses",), url=url, options=options)
    assert isinstance(found, Rejected)
    for secrets in ((), ("",)):
        assert isinstance(verdict(sender, given_bytes, headers, secrets, url=url, options=options), Rejected)
    read_all(sender, given_bytes, headers, options)


@OF_JSON
@pytest.mark.parametrize(
    "value",
    [
        b"[" * 900 + b"]" * 900,
        b'{"id":' * 450 + b"1" + b"}" * 450,
        b'"\\ud800\\u0000\\r\\n"',
        b'"' + b"x" * 100_000 + b'"',
        b"9" * 4000,
        b"-1e999",
        b"NaN",
        b"true",
        b"null",
        b'"9999-12-31T23:59:59-12:00"',
        b'"0001-01-01T00:00:00+14:00"',
        '"髙﨑①㈱🔥１２３"'.encode(),
    ],
    ids=lambda value: ascii(value[:12]),
)
def test_anything_may_stand_anywhere(name: str, value: bytes) -> None:
    options = {"ours": "x", "people": "x=y", "url": "https://x.example"}
    for given_bytes in with_each_place(name, value):
        read_all(SENDERS[name], given_bytes, {}, options)


@OF_JSON
def test_an_unknown_word_makes_nothing_small(name: str) -> None:
    for word in ("災害級", "P0", "extreme"):
        for given_bytes in with_each_place(name, json.dumps(word).encode()):
            found = read_all(SENDERS[name], given_bytes)
            for one in found if isinstance(found, tuple) else ():
                if isinstance(one, Trigger):
                    assert one.report.urgency != "low"


@OF_JSON
def test_the_same_bytes_are_the_same_deliveries(name: str) -> None:
    first, again = (read_all(SENDERS[name], raw(EXAMPLES[name])) for _ in range(2))
    assert first == again


@pytest.mark.parametrize("name", ["freshdesk", "servicenow", "salesforce_flow", "dynamics365", "kintone", "salesforce"])
def test_a_right_secret_lets_in_whatever_the_body(name: str) -> None:
    headers = {"x-tasuki-path-secret" if SENDERS[name].in_path else "x-tasuki-secret": "new"}
    for secrets in (("old", "new"), ("new",)):
        assert verdict(SENDERS[name], b"\xff\x00", headers, secrets, NOON) == Trusted()
