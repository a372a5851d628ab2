"""A topic of Amazon SNS as tests make one: its key, its certificate, and messages that are signed with it."""

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

TOPIC = "arn:aws:sns:ap-northeast-1:123456789012:alarms"
HOST = "https://sns.ap-northeast-1.amazonaws.com"
CERTIFICATE_URL = f"{HOST}/SimpleNotificationService-0123abcd.pem"
SUBSCRIBE_URL = f"{HOST}/?Action=ConfirmSubscription&TopicArn={TOPIC}&Token=0123"
ALARM = "arn:aws:cloudwatch:ap-northeast-1:123456789012:alarm:決済 p99"
KEY = rsa.generate_private_key(65537, 2048)
MADE = datetime(2026, 1, 1, tzinfo=UTC)
FIELDS = {
    "Notification": ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"),
    "SubscriptionConfirmation": ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"),
}
FIELDS["UnsubscribeConfirmation"] = FIELDS["SubscriptionConfirmation"]


def certificate(key: rsa.RSAPrivateKey = KEY, days: int = 3650) -> x509.Certificate:
    """The certificate of a key, good from the first day of 2026."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sns.amazonaws.com")])
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = made.serial_number(1).not_valid_before(MADE).not_valid_after(MADE + timedelta(days=days))
    return made.sign(key, hashes.SHA256())


def pem(key: rsa.RSAPrivateKey = KEY) -> bytes:
    """The same as AWS publishes it."""
    return certificate(key).public_bytes(Encoding.PEM)


def alarm(state: str = "ALARM", at: str = "2026-11-21T12:00:00.000+0000", **more: Any) -> str:
    """What CloudWatch says of an alarm."""
    said = {
        "AlarmName": "決済 p99",
        "AlarmDescription": "髙﨑①㈱🔥 severity=critical impact: all service=payments",
        "AWSAccountId": "123456789012",
        "NewStateValue": state,
        "NewStateReason": "Threshold Crossed: 3 datapoints were greater than the threshold (3.0).",
        "StateChangeTime": at,
        "Region": "Asia Pacific (Tokyo)",
        "AlarmArn": ALARM,
        "OldStateValue": "OK",
        "Trigger": {
            "MetricName": "Latency",
            "Namespace": "AWS/ApiGateway",
            "Dimensions": [{"name": "ApiName", "value": "payments"}],
        },
    }
    return json.dumps({**said, **more}, ensure_ascii=False)


def message(kind: str = "Notification", version: str = "2", key: rsa.RSAPrivateKey = KEY, **more: Any) -> bytes:
    """A signed message of the topic."""
    body: dict[str, Any] = {
        "Type": kind,
        "MessageId": "22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324",
        "TopicArn": TOPIC,
        "Subject": "ALARM: p99",
        "Message": alarm(),
        "Timestamp": "2026-11-21T12:00:00.000Z",
        "SignatureVersion": version,
        "SigningCertURL": CERTIFICATE_URL,
    }
    if kind != "Notification":
        body |= {"SubscribeURL": SUBSCRIBE_URL, "Token": "0123"}
        del body["Subject"]
    body |= more
    signed = "".join(f"{name}\n{body[name]}\n" for name in FIELDS[kind] if body.get(name) is not None)
    algorithm = hashes.SHA1() if version == "1" else hashes.SHA256()
    body["Signature"] = base64.b64encode(key.sign(signed.encode(), padding.PKCS1v15(), algorithm)).decode()
    return json.dumps(body, ensure_ascii=False).encode()
