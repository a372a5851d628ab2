"""A topic of Amazon SNS at the front door: its certificate is fetched once, its subscription confirmed, and nothing else asked for."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import httpx
import pytest

from tests.integration.intake.desk import Desk
from tests.unit.intake.senders.topics import CERTIFICATE_URL, SUBSCRIBE_URL, TOPIC, alarm, message, pem

pytestmark = pytest.mark.security


@dataclass
class Aws:
    """What AWS was asked for, and whether it answers."""

    asked: list[str] = field(default_factory=list)
    status: int = 200
    body: bytes = field(default_factory=pem)

    def answer(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(str(request.url))
        if self.status == 0:
            raise httpx.ConnectError("away", request=request)
        return httpx.Response(self.status, content=self.body)


@dataclass
class Topic:
    """A source with a topic of AWS behind it."""

    desk: Desk
    aws: Aws
    secret: str

    async def post(self, raw: bytes, secret: str = "", **headers: str) -> httpx.Response:
        given = {"content-type": "text/plain; charset=UTF-8", **{k.replace("_", "-"): v for k, v in headers.items()}}
        return await self.desk.client.post(f"/v1/webhooks/aws/{secret or self.secret}", content=raw, headers=given)

    async def told(self) -> list[tuple[str, str]]:
        """What came of the last deliveries, and why."""
        rows = (await self.desk.get("/v1/sources/aws/deliveries")).json()["data"]
        return [(row["verdict"], row["reason"]) for row in rows]

    def now(self, **more: str) -> dict[str, Any]:
        """What a message says that is sent now."""
        return {"Timestamp": self.desk.clock.at.isoformat(), **more}


@pytest.fixture
async def topic(desk: Desk) -> AsyncIterator[Topic]:
    aws = Aws()
    made = await desk.set_up("aws", sender="sns", owner="team:sre", options={"topics": TOPIC})
    async with httpx.AsyncClient(transport=httpx.MockTransport(aws.answer)) as outside:
        desk.door.outside = outside
        yield Topic(desk, aws, made["secret"])


async def test_an_alarm_opens_a_case_and_ok_ends_it_with_one_look_at_the_certificate(topic: Topic) -> None:
    opened = await topic.post(message(**topic.now(MessageId="1")))
    assert (opened.status_code, opened.json()["verdict"]) == (202, "opened")
    again = await topic.post(message(**topic.now(MessageId="1")))
    assert (again.status_code, again.json()) == (202, opened.json())
    later = (topic.desk.clock.at + timedelta(minutes=1)).isoformat()
    over = await topic.post(message(**topic.now(MessageId="2", Message=alarm("OK", later))))
    assert (over.json()["verdict"], over.json()["case_id"]) == ("resolved", opened.json()["case_id"])
    assert topic.aws.asked == [CERTIFICATE_URL]


@pytest.mark.parametrize(("status", "body"), [(0, b""), (403, b"<Error/>"), (200, b"<html>"), (200, b"x" * 100_000)])
async def test_without_the_certificate_it_is_asked_to_come_again_and_then_counts(
    topic: Topic, status: int, body: bytes
) -> None:
    good, topic.aws.status, topic.aws.body = topic.aws.body, status, body
    for _ in range(3):
        away = await topic.post(message(**topic.now()))
        assert (away.status_code, away.json()["code"]) == (503, "certificate-away")
        assert away.headers["retry-after"]
    assert topic.aws.asked == [CERTIFICATE_URL], "what was asked for in vain is not asked for again at once"
    assert (await topic.told())[0][0] == "rejected"
    assert await topic.desk.count("deliveries") == 0
    topic.aws.status, topic.aws.body = 200, good
    topic.desk.clock.at += timedelta(seconds=20)
    taken = await topic.post(message(**topic.now()))
    assert (taken.status_code, taken.json()["verdict"]) == (202, "opened")


async def test_the_subscription_to_the_topic_is_confirmed(topic: Topic) -> None:
    asked = await topic.post(message("SubscriptionConfirmation", **topic.now()))
    assert asked.status_code == 202
    assert topic.aws.asked == [CERTIFICATE_URL, SUBSCRIBE_URL]


async def test_while_nobody_hears_the_confirmation_it_is_asked_for_again(topic: Topic) -> None:
    await topic.post(message(**topic.now()))
    topic.aws.status = 500
    asked = await topic.post(message("SubscriptionConfirmation", **topic.now()))
    assert (asked.status_code, asked.json()["code"]) == (503, "unconfirmed")


async def test_of_a_stranger_and_another_topic_nothing_is_asked_or_confirmed(topic: Topic) -> None:
    other = TOPIC.replace("alarms", "others")
    for raw, secret in (
        (message("SubscriptionConfirmation", **topic.now()), "a-guess"),
        (message("SubscriptionConfirmation", **topic.now(TopicArn=other)), ""),
        (message("SubscriptionConfirmation", **topic.now(SigningCertURL="https://example.com/a.pem")), ""),
    ):
        assert (await topic.post(raw, secret)).status_code == 401
    assert topic.aws.asked == []


async def test_a_forged_request_for_confirmation_confirms_nothing(topic: Topic) -> None:
    forged = (
        message("SubscriptionConfirmation", **topic.now()).replace(b"0123&", b"4567&").replace(b'"0123"', b'"4567"')
    )
    assert (await topic.post(forged)).status_code == 401
    assert SUBSCRIBE_URL not in topic.aws.asked


async def test_raw_delivery_is_refused_in_words_that_help(topic: Topic) -> None:
    refused = await topic.post(alarm().encode(), x_amz_sns_rawdelivery="true")
    assert refused.status_code == 401
    ((verdict, reason),) = await topic.told()
    assert (verdict, "raw" in reason) == ("rejected", True)


async def test_the_end_of_the_subscription_is_shown(topic: Topic) -> None:
    ended = await topic.post(message("UnsubscribeConfirmation", **topic.now()))
    assert (ended.status_code, ended.json()["verdict"]) == (202, "quarantined")
    waiting = (await topic.desk.get("/v1/quarantine")).json()["data"]
    assert TOPIC in str(waiting)
    assert topic.aws.asked == [CERTIFICATE_URL]
