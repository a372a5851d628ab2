"""Whatever a ticket system answers, it is told as a result and never raised."""

import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import httpx
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from services.notifier.channels import PROVIDERS
from services.notifier.channels.channel import Surroundings
from services.notifier.channels.tickets import Tickets, as_html, table
from services.notifier.domain.message import Message
from services.notifier.domain.recipients import ticket_of
from services.notifier.domain.result import Absent, Accepted, Ambiguous, Permanent, Retryable
from services.notifier.settings import Settings
from shared.contracts import events as e
from shared.contracts.vocabulary import Channel
from shared.runtime.settings import Secret
from tests.unit.notifier.examples import notification

ENV = {
    "TASUKI_SALESFORCE_URL": "http://salesforce.test", "TASUKI_SALESFORCE_CLIENT": "c", "TASUKI_SALESFORCE_SECRET": "s",
    "TASUKI_HUBSPOT_URL": "http://hubspot.test", "TASUKI_HUBSPOT_TOKEN": "t",
    "TASUKI_JIRA_URL": "http://jira.test", "TASUKI_JIRA_USER": "u", "TASUKI_JIRA_TOKEN": "t",
    "TASUKI_SERVICENOW_URL": "http://servicenow.test", "TASUKI_SERVICENOW_TOKEN": "t",
    "TASUKI_FRESHDESK_URL": "http://freshdesk.test", "TASUKI_FRESHDESK_KEY": "k",
    "TASUKI_KINTONE_URL": "http://kintone.test", "TASUKI_KINTONE_TOKEN": "t", "TASUKI_KINTONE_STATUS_FIELD": "状況",
    "TASUKI_KINTONE_OWNER_FIELD": "担当者", "TASUKI_KINTONE_ACTIONS": "open=開始",
    "TASUKI_INTERCOM_URL": "http://intercom.test", "TASUKI_INTERCOM_TOKEN": "t", "TASUKI_INTERCOM_ADMIN": "1",
    "TASUKI_DYNAMICS365_URL": "http://dynamics.test", "TASUKI_DYNAMICS365_LOGIN": "http://login.test",
    "TASUKI_DYNAMICS365_TENANT": "x", "TASUKI_DYNAMICS365_CLIENT": "c", "TASUKI_DYNAMICS365_SECRET": "s",
}  # fmt: skip
TICKETS = {
    "zendesk": "4711",
    "salesforce": "5005g00000BBBB1AAC",
    "hubspot": "912345678",
    "jira": "OPS-482",
    "servicenow": "9c573169c611228700193229fff72400",
    "freshdesk": "90321",
    "kintone": "42:1207",
    "intercom": "215470000000001",
    "dynamics365": "6d81597f-0000-e711-8122-000d3aa20001",
}
WORDS = st.sampled_from(
    ["access_token", "records", "results", "comments", "fields", "status", "statusCategory", "to", "transitions", "id",
     "toObjectId", "errors", "error", "errorCode", "category", "code", "result", "record", "$revision", "value", "older",
     "next_page", "body", "active", "accountType", "accountId", "emailAddress", "Id", "sys_id", "title", "admins",
     "email", "conversation_parts", "ticket_parts", "systemuserid"]
)  # fmt: skip
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.just("indeterminate"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=5),
    max_leaves=12,
)
STATUS = st.sampled_from([200, 201, 204, 301, 400, 401, 403, 404, 409, 412, 422, 423, 429, 477, 500, 503, 520])
NONE = Secret("")
SETTINGS = Settings(
    database_url=NONE, kafka="", http_port=0, service_token=NONE, public_url="", intake_url="", link_key=NONE,
    zendesk_url="http://zendesk.test", zendesk_user="u", zendesk_token=Secret("t"),
)  # fmt: skip


def opened(name: str, answers: httpx.MockTransport) -> Tickets:
    provider = PROVIDERS[name].open(Surroundings(SETTINGS, httpx.AsyncClient(transport=answers), ENV))
    assert isinstance(provider, Tickets)
    return provider


def said(text: str = "髙﨑①㈱🔥") -> Message:
    n = notification(channel=Channel.TICKET, attempted_at=datetime(2026, 11, 22, tzinfo=UTC))
    return Message(n, "ja", "件名", text, assignee="sato@example.co.jp")


@pytest.mark.parametrize("name", TICKETS)
@given(answers=st.lists(st.tuples(STATUS, ANYTHING), min_size=1, max_size=4))
@example(answers=[(200, {"access_token": "髙"})])
async def test_no_answer_makes_it_raise(name: str, answers: list[tuple[int, Any]]) -> None:
    turn = iter(range(10**6))

    def answer(request: httpx.Request) -> httpx.Response:
        status, body = answers[next(turn) % len(answers)]
        return httpx.Response(status, content=json.dumps(body).encode())

    provider, message = opened(name, httpx.MockTransport(answer)), said()
    sent = await provider.send(message, TICKETS[name])
    assert isinstance(sent, Accepted | Retryable | Permanent | Ambiguous)
    found = await provider.find(message.notification, TICKETS[name], frozenset())
    assert isinstance(found, Absent | Retryable | Accepted)


@pytest.mark.parametrize("name", TICKETS)
@given(text=st.text(max_size=300).map(lambda t: t * 400) | st.sampled_from(["<&>\n" * 9000, "🔥" * 30_000, "長い" * 9]))
def test_a_comment_has_room_and_ends_with_its_marker(name: str, text: str) -> None:
    provider = opened(name, httpx.MockTransport(lambda _: httpx.Response(500)))
    written = provider._text(said(text))
    assert provider.weight(written) <= provider.ROOM
    assert written.endswith("]")
    assert written.startswith("件名")


@pytest.mark.parametrize("system", TICKETS)
def test_every_system_that_can_be_written_to_has_a_ticket(system: str) -> None:
    external = e.External.model_validate({"system": system, "id": "42:1207"})
    assert ticket_of(external) == f"ticket:{system}:42:1207"
    assert PROVIDERS[system].kind == system


def test_an_alert_is_no_ticket() -> None:
    assert ticket_of(e.External(system="alertmanager", id="1")) is None
    assert ticket_of(None) is None


def test_a_table_of_statuses_is_read_over_its_default() -> None:
    default = {"open": "2", "solved": "4"}
    assert table("", default) == default
    assert table(" open = 対応中 , solved=", default) == {"open": "対応中", "solved": ""}
    assert table("junk, solved=a=b", default) == {"open": "2", "solved": "a=b"}


def test_what_people_wrote_is_no_html() -> None:
    assert as_html('<b> & "髙"\n１') == '&lt;b&gt; &amp; "髙"<br>１'


def test_the_marker_holds_the_id() -> None:
    message = said()
    id_ = message.notification.id
    assert isinstance(id_, UUID)
    provider = opened("jira", httpx.MockTransport(lambda _: httpx.Response(500)))
    assert provider._text(message).endswith(f"[tasuki:{id_}]")


async def test_zendesk_is_asked_page_by_page_and_only_there() -> None:
    message, asked = said(), list[str]()
    mark = f"[tasuki:{message.notification.id}]"
    comments = "http://zendesk.test/api/v2/tickets/4711/comments.json"
    pages = [
        {"comments": [{"id": 2, "body": "別のコメント"}], "next_page": f"{comments}?page=2"},
        {"comments": [{"id": 1, "body": f"髙﨑①㈱🔥 {mark}"}], "next_page": "http://elsewhere.test/"},
    ]

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(str(request.url))
        return httpx.Response(200, json=pages[len(asked) - 1])

    provider = opened("zendesk", httpx.MockTransport(answer))
    assert await provider.find(message.notification, "4711", frozenset()) == Accepted("4711/1")
    assert asked == [f"{comments}?sort_order=desc&per_page=100", f"{comments}?page=2"]
    pages[1] = {"comments": [], "next_page": "http://elsewhere.test/"}
    asked.clear()
    assert await provider.find(message.notification, "4711", frozenset()) == Absent()
    assert len(asked) == 2


@pytest.mark.parametrize(
    ("headers", "after"),
    [
        ({"x-ratelimit-reset": "1795262407", "date": "Sat, 21 Nov 2026 12:00:02 GMT"}, 5.0),
        ({"x-ratelimit-reset": "1795262400", "date": "Sat, 21 Nov 2026 12:00:02 GMT"}, 0.0),
        ({"x-ratelimit-reset": "9" * 400, "date": "Sat, 21 Nov 2026 12:00:02 GMT"}, 60.0),
        ({"x-ratelimit-reset": "soon", "retry-after": "7"}, 7.0),
        ({"x-ratelimit-reset": "1795262407"}, None),
    ],
)
async def test_intercom_says_when_it_counts_anew(headers: dict[str, str], after: float | None) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(429, headers=headers, json={"errors": [{"code": "rate_limit_exceeded"}]})

    sent = await opened("intercom", httpx.MockTransport(answer)).send(said(), "1")
    assert sent == Retryable("intercom-rate_limit_exceeded", after)


async def test_a_long_conversation_of_intercom_is_read_whole() -> None:
    message = said()
    parts = [{"id": str(n), "body": "<p>髙﨑</p>" * 300} for n in range(200)]
    parts.append({"id": "9", "body": f"<p>[tasuki:{message.notification.id}]</p>"})
    told = {"conversation_parts": {"conversation_parts": parts}}
    provider = opened("intercom", httpx.MockTransport(lambda _: httpx.Response(200, json=told)))
    assert await provider.find(message.notification, "1", frozenset()) == Accepted("1/9")
