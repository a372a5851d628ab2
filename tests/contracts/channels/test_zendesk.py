"""What is particular to tickets of Zendesk, where comment, status and owner are one update."""

from dataclasses import replace

import pytest

from services.notifier.domain.message import Message
from services.notifier.domain.result import Accepted, Permanent
from shared.contracts.vocabulary import Channel
from tests.contracts.channels.conftest import Providers

FIELD = "360001"


def result(providers: Providers, assignee: str = "") -> Message:
    """What solves a ticket."""
    message = providers.message(Channel.TICKET)
    n = message.notification
    solved = replace(n, content=replace(n.content, ticket_status="solved"))
    return replace(message, notification=solved, assignee=assignee)


@pytest.mark.parametrize("assignee", ["", "sato@example.co.jp"])
async def test_a_status_that_is_refused_does_not_keep_the_comment_back(providers: Providers, assignee: str) -> None:
    crm, ours = providers.sandbox.crm, providers.channels[Channel.TICKET]
    crm.needed_to_solve = FIELD
    done = await ours.send(result(providers, assignee), "4711")
    assert isinstance(done, Accepted)
    assert done.code == "comment-only: http-422"
    assert (crm.ticket("4711").status, len(crm.ticket("4711").comments)) == ("new", 1)
    crm.ticket("4711").custom_fields[FIELD] = "x"
    done = await ours.send(result(providers, assignee), "4711")
    assert isinstance(done, Accepted)
    assert (done.code, crm.ticket("4711").status) == ("", "solved")


async def test_a_comment_that_is_refused_as_well_is_a_refusal(providers: Providers) -> None:
    providers.sandbox.crm.ticket("4711").status = "closed"
    done = await providers.channels[Channel.TICKET].send(result(providers), "4711")
    assert done == Permanent("http-422", "target")
