"""Telephone, Slack, mail and Zendesk say exactly how a send ended, whatever trouble the provider has."""

from dataclasses import replace
from datetime import timedelta

import httpx
import pytest

from sandbox.faults import KINDS
from services.notifier.channels.http import TOTAL_SECONDS, client
from services.notifier.channels.slack import LISTED
from services.notifier.channels.twilio import verdict
from services.notifier.domain.notification import State
from services.notifier.domain.result import Absent, Accepted, Ambiguous, Permanent, Retryable, Unaskable
from shared.contracts.vocabulary import Channel
from tests.contracts.channels.conftest import NAMES, Providers, opened, settings

# what the sandbox can do wrong → what the channel makes of it; what happens after the call was placed is no matter of send
MEANS = {
    "429": (Retryable,),
    "500": (Retryable,),
    "451": (Retryable,),
    "550": (Permanent,),
    "bounce": (Accepted,),  # it comes back later
    "timeout-after-accept": (Ambiguous,),
    "down": (Retryable, Ambiguous),
    "slow": (Accepted,),
    "late": (Accepted,),
    "busy": (Accepted,),
    "no-answer": (Accepted,),
    "voicemail": (Accepted,),
    "failed": (Accepted,),
}
FAULTS = [(channel, kind) for channel in NAMES for kind in KINDS[channel]]


@pytest.mark.parametrize("channel", NAMES)
async def test_a_message_arrives_whole(providers: Providers, channel: Channel) -> None:
    message = providers.message(channel)
    result = await providers.channels[channel].send(message, providers.to(channel))
    assert isinstance(result, Accepted)
    assert result.provider_id
    (received,) = providers.sandbox.received(channel)
    assert received.case_id == message.notification.case_id
    assert received.notification_id == str(message.notification.id)
    if channel is not Channel.PHONE:
        content = str(received.content) + "".join(m.text for m in providers.sandbox.mail.messages)
        assert "髙﨑①㈱🔥" in content
        assert "１２３" in content


@pytest.mark.parametrize(("channel", "kind"), FAULTS)
async def test_trouble_is_told_exactly(providers: Providers, channel: Channel, kind: str) -> None:
    providers.sandbox.fault(channel, kind, 1, seconds=0.3)
    result = await providers.channels[channel].send(providers.message(channel), providers.to(channel))
    assert isinstance(result, MEANS[kind]), result
    if isinstance(result, Retryable) and kind == "429":
        assert result.after == pytest.approx(0.3)
    if isinstance(result, Permanent):
        assert result.scope == "target"


async def test_what_more_was_written_behind_than_slack_shows_is_not_taken_for_unsent(providers: Providers) -> None:
    message, to = providers.message(Channel.CHAT), providers.to(Channel.CHAT)
    ours = providers.channels[Channel.CHAT]
    providers.sandbox.fault(Channel.CHAT, "timeout-after-accept", 1, seconds=0.05)
    assert isinstance(await ours.send(message, to), Ambiguous)
    for _ in range(LISTED):
        providers.sandbox.chat.post(to, "別の案件", [], {}, None)
    assert await ours.find(message.notification, to, frozenset()) == Unaskable()


@pytest.mark.parametrize("channel", [c for c in NAMES if c is not Channel.EMAIL])
async def test_what_went_out_without_an_answer_is_found_again(providers: Providers, channel: Channel) -> None:
    message, to = providers.message(channel), providers.to(channel)
    ours = providers.channels[channel]
    providers.sandbox.ticket(4711)
    assert await ours.find(message.notification, to, frozenset()) == Absent()
    providers.sandbox.fault(channel, "timeout-after-accept", 1, seconds=0.05)
    assert isinstance(await ours.send(message, to), Ambiguous)
    found = await ours.find(message.notification, to, frozenset())
    assert isinstance(found, Accepted)
    assert found.provider_id
    if channel is Channel.PHONE:
        assert await ours.find(message.notification, to, frozenset({found.provider_id})) == Absent()
        later = replace(message.notification, attempted_at=message.notification.attempted_at + timedelta(minutes=1))
        assert await ours.find(later, to, frozenset()) == Absent()


async def test_a_comment_is_found_below_hundreds_that_were_written_since(providers: Providers) -> None:
    message, zendesk = providers.message(Channel.TICKET), providers.channels[Channel.TICKET]
    ticket = providers.sandbox.ticket(4711)
    assert isinstance(await zendesk.send(message, "4711"), Accepted)
    ours = ticket.comments[-1]
    ticket.comments += [replace(ours, id=ours.id + number, body="ほか") for number in range(1, 251)]
    assert await zendesk.find(message.notification, "4711", frozenset()) == Accepted(f"4711/{ours.id}")
    ticket.comments = [replace(ours, id=number, body="前") for number in range(1, 251)] + [replace(ours, id=251)]
    assert await zendesk.find(message.notification, "4711", frozenset()) == Accepted("4711/251")


@pytest.mark.parametrize(
    ("code", "scope"),
    [(21211, "target"), (21215, "target"), (21210, "channel"), (21212, "channel"), (20003, "account")],
)
def test_a_call_is_refused_for_its_target_or_for_our_own_number(code: int, scope: str) -> None:
    """What is wrong with our number is wrong for everybody, and whoever looks after the installation hears of it."""
    assert verdict(httpx.Response(400), code) == Permanent(f"twilio-{code}", scope)  # type: ignore[arg-type]


@pytest.mark.parametrize("channel", [c for c in NAMES if c is not Channel.EMAIL])
async def test_a_provider_that_is_down_cannot_be_asked_now(providers: Providers, channel: Channel) -> None:
    providers.sandbox.fault(channel, "down")
    found = await providers.channels[channel].find(
        providers.message(channel).notification, providers.to(channel), frozenset()
    )
    assert isinstance(found, Retryable)


async def test_a_relay_cannot_be_asked_and_keeps_one_message_id(providers: Providers) -> None:
    mail, message, to = (
        providers.channels[Channel.EMAIL],
        providers.message(Channel.EMAIL),
        providers.to(Channel.EMAIL),
    )
    assert await mail.find(message.notification, to, frozenset()) == Unaskable()
    first, second = await mail.send(message, to), await mail.send(message, to)
    assert isinstance(first, Accepted)
    assert isinstance(second, Accepted)
    assert first.provider_id == second.provider_id == f"<{message.notification.id}@example.com>"
    received = providers.sandbox.mail.messages[0]
    assert received.headers["auto-submitted"] == "auto-generated"
    assert received.references == [f"<case-{message.notification.case_id}@example.com>"]


async def test_a_relay_that_looks_through_a_mail_is_waited_for(providers: Providers) -> None:
    providers.sandbox.fault("email", "late", 1, seconds=TOTAL_SECONDS + 0.5)
    sent = await providers.channels[Channel.EMAIL].send(providers.message(Channel.EMAIL), providers.to(Channel.EMAIL))
    assert isinstance(sent, Accepted)


@pytest.mark.parametrize("channel", NAMES)
async def test_a_channel_that_is_not_set_up_says_so(providers: Providers, channel: Channel) -> None:
    nothing = dict.fromkeys(("smtp_url", "slack_token", "twilio_account", "zendesk_url"), "")
    http = client()
    unset = opened(settings(providers.sandbox, **nothing), http)
    result = await unset[channel].send(providers.message(channel), providers.to(channel))
    assert result == Permanent("not-set-up", "channel")
    await http.aclose()


@pytest.mark.parametrize("channel", [c for c in NAMES if c is not Channel.EMAIL])
async def test_wrong_credentials_are_a_matter_of_the_account(providers: Providers, channel: Channel) -> None:
    wrong = {"slack_token": "xoxb-wrong", "twilio_secret": "wrong", "zendesk_token": "wrong"}
    http = client()
    ours = opened(settings(providers.sandbox, **wrong), http)
    result = await ours[channel].send(providers.message(channel), providers.to(channel))
    assert isinstance(result, Permanent)
    assert result.scope == "account"
    assert providers.sandbox.received() == []
    await http.aclose()


@pytest.mark.parametrize("channel", NAMES)
async def test_nobody_listening_is_no_message_sent(providers: Providers, channel: Channel) -> None:
    nowhere = dict.fromkeys(("slack_url", "twilio_url", "zendesk_url"), "http://127.0.0.1:9") | {
        "smtp_url": "smtp://127.0.0.1:9"
    }
    http = client()
    ours = opened(settings(providers.sandbox, **nowhere), http)
    result = await ours[channel].send(providers.message(channel), providers.to(channel))
    assert result == Retryable("unreachable")
    await http.aclose()


async def test_a_bad_number_is_a_matter_of_the_target(providers: Providers) -> None:
    result = await providers.channels[Channel.PHONE].send(providers.message(Channel.PHONE), "+0")
    assert result == Permanent("twilio-21211", "target")
    mail = await providers.channels[Channel.EMAIL].send(providers.message(Channel.EMAIL), "x")
    assert isinstance(mail, Permanent)


async def test_a_taken_case_has_no_button_and_rings_no_more(providers: Providers) -> None:
    for channel in (Channel.CHAT, Channel.PHONE):
        message, to = providers.message(channel), providers.to(channel)
        sent = await providers.channels[channel].send(message, to)
        assert isinstance(sent, Accepted)
        n = replace(message.notification, provider_id=sent.provider_id, state=State.DELIVERED)
        gone = replace(message, notification=n, button="", subject="髙橋 健さんが受け付けました")
        if channel is Channel.PHONE:
            await providers.sandbox.phone.calls[0].until("ringing")
        assert isinstance(await providers.channels[channel].withdraw(gone, to), Accepted)
    (shown,) = providers.sandbox.chat.messages
    assert shown.buttons == []
    assert "髙橋 健さん" in shown.text
    await providers.sandbox.phone.calls[0].until("canceled")
