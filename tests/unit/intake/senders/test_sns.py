"""Amazon SNS: whose messages count, where their certificate may be, and what becomes of an alarm of CloudWatch."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509 import Certificate, load_pem_x509_certificate
from hypothesis import given
from hypothesis import strategies as st

from services.intake.domain.alerts import all_clear, told
from services.intake.senders import sns
from services.intake.senders.sender import Cleared, Malformed, Rejected, Request, Source, Trigger, Trusted, Unmapped
from services.intake.senders.sns import SNS
from tests.unit.intake.asked import reading, readings
from tests.unit.intake.senders.monitors import NOW, TEXT, deep, objects, payload
from tests.unit.intake.senders.topics import (
    ALARM,
    CERTIFICATE_URL,
    HOST,
    SUBSCRIBE_URL,
    TOPIC,
    alarm,
    certificate,
    message,
)

pytestmark = pytest.mark.security
SOURCE = Source("aws", "sns", ("s",), {"topics": f"arn:aws:sns:us-east-1:123456789012:others, {TOPIC}"})
GOOD = certificate()
NAMES = ("AlarmName", "AlarmDescription", "NewStateValue", "NewStateReason", "StateChangeTime", "AlarmArn", "Trigger",
         "AlarmRule", "Region", "AWSAccountId", "AlarmContributorId")  # fmt: skip


def asked(raw: bytes, found: Certificate | None = GOOD, secret: str = "s", **headers: str) -> Request:
    """A request to the address of the source."""
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    return Request(raw, {"x-tasuki-path-secret": secret, **given}, NOW, certificate=found)


def spoiled(**more: Any) -> bytes:
    """A message whose signature is of another one."""
    return json.dumps({**json.loads(message()), **more}).encode()


def test_the_published_vector_is_believed() -> None:
    found = load_pem_x509_certificate(payload("sns.pem"))
    given = asked(payload("sns_notification.json"), found)
    assert SNS.verify(given, SOURCE) == Trusted()
    assert sns.certificate(given, SOURCE) == f"{HOST}/SimpleNotificationService-demo.pem"


@pytest.mark.parametrize("version", ["1", "2"])
@pytest.mark.parametrize("kind", ["Notification", "SubscriptionConfirmation", "UnsubscribeConfirmation"])
def test_every_kind_of_message_is_believed_by_both_signatures(kind: str, version: str) -> None:
    assert SNS.verify(asked(message(kind, version)), SOURCE) == Trusted()
    assert SNS.verify(asked(message(kind, version, Message=TEXT, Subject=None)), SOURCE) == Trusted()


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (asked(message(), secret="x"), "secret"),
        (asked(message(), secret=""), "secret"),
        (asked(message(TopicArn="arn:aws:sns:ap-northeast-1:123456789012:others")), "topic"),
        (asked(message(TopicArn="arn:aws:sns:ap-northeast-1:999999999999:alarms")), "topic"),
        (asked(b"{}"), "topic"),
        (asked(b'{"AlarmName":"x"}', x_amz_sns_rawdelivery="true"), "raw delivery"),
        (asked(message(), None), "certificate"),
        (asked(message(), certificate(days=30)), "certificate"),
        (replace(asked(message()), now=NOW - timedelta(days=365)), "certificate"),
        (asked(message(key=rsa.generate_private_key(65537, 2048))), "signature"),
        (asked(spoiled(Message="x")), "signature"),
        (asked(spoiled(Subject=None)), "signature"),
        (asked(spoiled(Type="SubscriptionConfirmation")), "signature"),
        (asked(spoiled(Type="x")), "signature"),
        (asked(spoiled(Type=[])), "signature"),
        (asked(spoiled(SignatureVersion="1")), "signature"),
        (asked(spoiled(SignatureVersion="3")), "signature"),
        (asked(spoiled(Signature="")), "signature"),
        (asked(spoiled(Signature="é")), "signature"),
        (asked(spoiled(Signature=None)), "signature"),
        (asked(spoiled(MessageId=1)), "signature"),
        (asked(message(Timestamp="2026-11-20T11:59:00.000Z")), "time stamp"),
        (asked(message(Timestamp="2026-11-21T12:06:00.000Z")), "time stamp"),
        (asked(message(Timestamp="x")), "time stamp"),
    ],
)
def test_what_is_not_signed_for_this_source_is_refused(given: Request, reason: str) -> None:
    assert SNS.verify(given, SOURCE) == Rejected(reason)


def test_a_key_that_is_too_small_proves_nothing() -> None:
    small = rsa.generate_private_key(65537, 1024)
    assert SNS.verify(asked(message(key=small), certificate(small)), SOURCE) == Rejected("signature")


def test_without_topics_nothing_is_believed() -> None:
    assert SNS.verify(asked(message()), replace(SOURCE, options={})) == Rejected("topic")


@pytest.mark.parametrize(
    "url",
    [
        "http://sns.ap-northeast-1.amazonaws.com/SimpleNotificationService-a.pem",
        "https://sns.us-east-1.amazonaws.com/SimpleNotificationService-a.pem",
        "https://sns.ap-northeast-1.amazonaws.com.cn/SimpleNotificationService-a.pem",
        "https://sns.ap-northeast-1.amazonaws.com.example.com/SimpleNotificationService-a.pem",
        "https://sns.ap-northeast-1.amazonaws.com@example.com/SimpleNotificationService-a.pem",
        "https://sns.ap-northeast-1.amazonaws.com:444/SimpleNotificationService-a.pem",
        "https://sns.ap-northeast-1.amazonaws.com/../SimpleNotificationService-a.pem",
        "https://sns.ap-northeast-1.amazonaws.com/SimpleNotificationService-a.pem?x",
        "https://sns.ap-northeast-1.amazonaws.com/SimpleNotificationService-a.pem\n",
        "https://sns.ap-northeast-1.amazonaws.com/?Action=ConfirmSubscription",
        "https://example.s3.amazonaws.com/SimpleNotificationService-a.pem",
        "https://169.254.169.254/SimpleNotificationService-a.pem",
        "",
        None,
        ["x"],
    ],
)
def test_a_certificate_is_fetched_from_aws_alone(url: object) -> None:
    assert sns.certificate(asked(message(SigningCertURL=url)), SOURCE) == ""


def test_for_a_stranger_and_another_topic_nothing_is_fetched() -> None:
    assert sns.certificate(asked(message()), SOURCE) == CERTIFICATE_URL
    assert sns.certificate(asked(message(), secret="x"), SOURCE) == ""
    assert sns.certificate(asked(message()), replace(SOURCE, options={"topics": "x"})) == ""
    assert sns.certificate(asked(message(), x_amz_sns_rawdelivery="true"), SOURCE) == ""


def test_in_china_the_certificate_is_in_china() -> None:
    topic = "arn:aws-cn:sns:cn-north-1:123456789012:alarms"
    url = "https://sns.cn-north-1.amazonaws.com.cn/SimpleNotificationService-a.pem"
    source = replace(SOURCE, options={"topics": topic})
    assert sns.certificate(asked(message(TopicArn=topic, SigningCertURL=url)), source) == url
    assert sns.certificate(asked(message(TopicArn=topic, SigningCertURL=url.replace(".cn/", "/"))), source) == ""


@pytest.mark.parametrize(
    "url",
    [
        SUBSCRIBE_URL.replace("https", "http"),
        SUBSCRIBE_URL.replace("alarms", "others"),
        SUBSCRIBE_URL.replace("ConfirmSubscription", "Unsubscribe"),
        SUBSCRIBE_URL.replace(HOST, "https://example.com"),
        SUBSCRIBE_URL.replace("/?", ":444/?"),
        SUBSCRIBE_URL + f"&TopicArn={TOPIC}s",
        "",
        None,
    ],
)
def test_only_the_subscription_to_this_topic_is_confirmed(url: object) -> None:
    assert sns.confirmation(asked(message("SubscriptionConfirmation")), SOURCE) == SUBSCRIBE_URL
    assert sns.confirmation(asked(message("SubscriptionConfirmation", SubscribeURL=url)), SOURCE) == ""


def test_nothing_else_is_confirmed() -> None:
    for kind in ("Notification", "UnsubscribeConfirmation"):
        assert sns.confirmation(asked(message(kind, SubscribeURL=SUBSCRIBE_URL)), SOURCE) == ""
    assert sns.confirmation(asked(message("SubscriptionConfirmation")), replace(SOURCE, options={})) == ""


def test_an_alarm_opens_a_case_and_ok_ends_the_same_one() -> None:
    begun = reading(SNS, message())
    over = reading(SNS, message(Message=alarm("OK", "2026-11-21T12:00:01.000+0000"), MessageId="b"))
    assert isinstance(begun, Trigger)
    assert isinstance(over, Cleared)
    assert (begun.delivery_id, over.delivery_id) == ("22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324", "b")
    assert begun.external == over.external
    assert begun.external.url.startswith("https://ap-northeast-1.console.aws.amazon.com/cloudwatch/home?region=")
    report = begun.report
    assert (report.title, report.urgency, report.impact, report.product) == ("決済 p99", "critical", "all", "payments")
    assert "ApiName=payments" in report.facts
    assert not all_clear(told({}, begun.alerts))
    assert all_clear(told(told({}, begun.alerts), over.alerts))


def test_an_ok_that_comes_late_ends_nothing_newer() -> None:
    begun = reading(SNS, message())
    late = reading(SNS, message(Message=alarm("OK", "2026-11-21T11:59:00.000+0000")))
    assert isinstance(begun, Trigger)
    assert isinstance(late, Cleared)
    assert not all_clear(told(told({}, begun.alerts), late.alerts))


def test_no_data_is_no_end() -> None:
    found = reading(SNS, message(Message=alarm("INSUFFICIENT_DATA")))
    assert isinstance(found, Trigger)
    assert "no data" in found.report.title
    begun = reading(SNS, message())
    assert isinstance(begun, Trigger)
    assert found.external == begun.external


def test_one_series_of_several_ends_for_itself() -> None:
    known: Any = {}
    for state, series in (("ALARM", "a"), ("ALARM", "b"), ("OK", "a")):
        at = "2026-11-21T12:00:01.000+0000" if state == "OK" else "2026-11-21T12:00:00.000+0000"
        found = reading(SNS, message(Message=alarm(state, at, AlarmContributorId=series)))
        assert isinstance(found, Trigger | Cleared)
        known = told(known, found.alerts)
    assert not all_clear(known)


def test_an_alarm_without_arn_goes_by_account_region_and_name() -> None:
    one, other = (
        reading(SNS, message(Message=alarm(AlarmArn=None), TopicArn=f"arn:aws:sns:{region}:123456789012:{name}"))
        for region, name in (("ap-northeast-1", "x"), ("us-east-1", "x"))
    )
    assert isinstance(one, Trigger)
    assert isinstance(other, Trigger)
    assert one.external.id != other.external.id
    assert (one.external.url, ALARM in one.external.id) == ("", False)


def test_how_pressing_an_alarm_is_may_be_an_option() -> None:
    plain = message(Message=alarm(AlarmDescription=None))
    for options, urgency in (({}, "medium"), ({"urgency": "Critical"}, "critical"), ({"urgency": "?"}, "medium")):
        found = reading(SNS, plain, options=options)
        assert isinstance(found, Trigger)
        assert found.report.urgency == urgency


def test_a_plain_text_is_a_case_of_its_own() -> None:
    found = reading(SNS, message(Message=f"{TEXT}\n予算を超えました", Subject="AWS Budgets"))
    assert isinstance(found, Trigger)
    assert found.report.title == "AWS Budgets"
    assert "予算を超えました" in found.report.facts
    nameless = reading(SNS, message(Message=f"{TEXT}\n予算", Subject=None))
    assert isinstance(nameless, Trigger)
    assert nameless.report.title == TEXT


def test_other_json_goes_by_the_mapping() -> None:
    said = json.dumps({"detail-type": "Health", "detail": {"service": "EC2"}, "id": "e-1"})
    found = reading(SNS, message(Message=said, Subject=None))
    assert isinstance(found, Trigger)
    assert found.report.title == "Health"
    rules = {"mapping": json.dumps({"title": "detail.service", "facts": "Message", "dedup_key": "id"})}
    found = reading(SNS, message(Message=said), options=rules)
    assert isinstance(found, Trigger)
    assert found.report.title == "EC2"


def test_the_end_of_a_subscription_is_shown_and_its_beginning_says_nothing() -> None:
    assert readings(SNS, message("SubscriptionConfirmation")) == ()
    ended = reading(SNS, message("UnsubscribeConfirmation"))
    assert isinstance(ended, Unmapped)
    assert TOPIC in ended.ja
    assert TOPIC in ended.en


@given(objects(*NAMES, likely=("ALARM", "OK", "INSUFFICIENT_DATA", ALARM, TEXT)) | st.text(max_size=30))
def test_whatever_stands_in_a_message_is_read(said: object) -> None:
    raw = json.dumps(
        {"Type": "Notification", "TopicArn": TOPIC, "Message": said if isinstance(said, str) else json.dumps(said)}
    )
    for body in (raw.encode(), *deep(2000)):
        found = readings(SNS, body)
        assert isinstance(found, Malformed) or all(one.delivery_id for one in found)
        for judge in (sns.certificate, sns.confirmation):
            assert judge(asked(body), SOURCE) == ""
        assert isinstance(SNS.verify(asked(body), SOURCE), Rejected)
