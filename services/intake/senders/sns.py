"""Amazon SNS: messages of topics, signed with a key whose certificate AWS publishes; alarms of CloudWatch above all.

Anybody can have a topic whose messages AWS signs, so that a source names its own. Whoever learns the address can send nothing
that counts, but could have us fetch certificates: so the address holds a secret too.

Options: `topics` are the ARNs of the topics that are heard, by commas; `urgency` is how pressing an alarm is that says nothing
of it (`medium` unless given); `mapping` says what messages mean that are no alarms.
"""

import base64
import json
import re
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509 import Certificate

from services.intake.senders import cloudwatch, guides, mapped
from services.intake.senders.given import (
    fingerprint,
    holds_secret,
    instant,
    line,
    listed,
    mapping,
    paragraph,
    read_json,
)
from services.intake.senders.sender import (
    Malformed,
    Reading,
    Rejected,
    Request,
    Sender,
    Signing,
    Source,
    Trusted,
    Unmapped,
)

_TOPIC = re.compile(r"arn:(aws|aws-cn|aws-us-gov):sns:([a-z0-9-]{1,40}):[0-9]{12}:[A-Za-z0-9_-]{1,256}")
_CERTIFICATE = re.compile(r"/SimpleNotificationService-[A-Za-z0-9]{1,64}\.pem")
ABOUT_ITSELF = ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type")
SIGNED = {
    "Notification": ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"),
    "SubscriptionConfirmation": ABOUT_ITSELF,
    "UnsubscribeConfirmation": ABOUT_ITSELF,
}
HASHES = {"1": hashes.SHA1(), "2": hashes.SHA256()}  # noqa: S303 - what AWS signs with unless told otherwise
SMALLEST = 2048  # bits of a key
LATEST, EARLY = timedelta(days=1), timedelta(minutes=5)  # AWS tries for an hour; a delivery is known again for days
MAPPING = json.dumps({
    "title": "title || summary || Subject",
    "facts": "description || Message",
    "severity": "severity || priority",
    "occurred_at": "Timestamp",
})  # fmt: skip


def certificate(request: Request, source: Source) -> str:
    """Where the certificate of a request is, in the region of a topic of this source; "" where none is worth fetching."""
    body = mapping(read_json(request.raw))
    named = body.get("SigningCertURL")
    if _doubt(body, request, source) or not isinstance(named, str):
        return ""
    start = f"https://{_host(body)}"
    return named if named.startswith(start) and _CERTIFICATE.fullmatch(named.removeprefix(start)) else ""


def verify(request: Request, source: Source) -> Trusted | Rejected:
    """Check the secret of the address, the topic, and the signature over what the message says."""
    body = mapping(read_json(request.raw))
    if doubt := _doubt(body, request, source):
        return Rejected(doubt)
    found, now = request.certificate, request.now
    if found is None or not found.not_valid_before_utc <= now <= found.not_valid_after_utc:
        return Rejected("certificate")
    if not _is_by(found, body):
        return Rejected("signature")
    return Trusted() if now - LATEST <= instant(body.get("Timestamp")) <= now + EARLY else Rejected("time stamp")


def confirmation(request: Request, source: Source) -> str:
    """Where a subscription is confirmed, if a request asks for that: on the topic that it is of, and nowhere else."""
    body = mapping(read_json(request.raw))
    named = body.get("SubscribeURL")
    if body.get("Type") != "SubscriptionConfirmation" or not isinstance(named, str) or _doubt(body, request, source):
        return ""
    start = f"https://{_host(body)}/?"
    asked = parse_qs(urlsplit(named).query) if named.startswith(start) and named.isascii() else {}
    wanted = {"Action": ["ConfirmSubscription"], "TopicArn": [body["TopicArn"]]}
    return named if wanted.items() <= asked.items() else ""


def read(request: Request, source: Source) -> tuple[Reading, ...] | Malformed:
    """Make of a message what it asks for; the end of a subscription is shown to whoever looks after the source."""
    body = read_json(request.raw)
    if isinstance(body, Malformed):
        return body
    body = mapping(body)
    delivery, kind, topic = (
        line(body.get("MessageId")) or fingerprint(request),
        body.get("Type"),
        line(body.get("TopicArn"), 400),
    )
    if kind == "SubscriptionConfirmation":
        return ()
    if kind == "UnsubscribeConfirmation":
        ja = f"Amazon SNS のトピック {topic} の購読が解除されました。今後、通知は届きません。"
        return (
            Unmapped(delivery, ja, f"The subscription to the topic {topic} has ended; nothing comes from it any more."),
        )
    if kind != "Notification" or not isinstance(body.get("Message"), str):
        return (Unmapped(delivery, "Amazon SNS の通知ではありません。", "This is no notification of Amazon SNS."),)
    inner = mapping(read_json(body["Message"].encode("utf-8", "replace")))
    if cloudwatch.is_alarm(inner):
        return (cloudwatch.reading(inner, delivery, topic, source, request.now),)
    return (_other(body, inner, delivery, source, request),)


def _other(body: dict[str, Any], inner: dict[str, Any], delivery: str, source: Source, request: Request) -> Reading:
    """A message that is no alarm, by the mapping of its source; its own fields, and those of SNS beside them."""
    text = paragraph(body["Message"])
    subject = line(body.get("Subject")) or line(inner.get("detail-type")) or line(text.partition("\n")[0])
    about = {name: body.get(name) for name in ("TopicArn", "MessageId", "Timestamp")}
    document = {**inner, **about, "Subject": subject, "Message": text}
    if "mapping" not in source.options:
        source = replace(source, options={**source.options, "mapping": MAPPING})
    return mapped.try_out(document, request.raw, source, "generic", request.now, delivery).reading


def _doubt(body: dict[str, Any], request: Request, source: Source) -> str:
    """Why a request need not be looked at any further, before anything is fetched for it; "" for no reason."""
    if request.headers.get("x-amz-sns-rawdelivery", "").lower() == "true":
        return "raw delivery"
    if not holds_secret(request, source, request.headers.get("x-tasuki-path-secret", "")):
        return "secret"
    topic = body.get("TopicArn")
    known = isinstance(topic, str) and _TOPIC.fullmatch(topic) and topic in listed(source.options.get("topics", ""))
    return "" if known else "topic"


def _host(body: dict[str, Any]) -> str:
    """The host of SNS in the region of a topic."""
    partition, region = body["TopicArn"].split(":")[1:4:2]
    return f"sns.{region}.amazonaws.com" + (".cn" if partition == "aws-cn" else "")


def _is_by(found: Certificate, body: dict[str, Any]) -> bool:
    """Tell whether what a message says is signed with the key of a certificate."""
    names = [n for n in SIGNED.get(line(body.get("Type")), ()) if n != "Subject" or body.get(n) is not None]
    values, proof = [body.get(name) for name in names], body.get("Signature")
    algorithm = HASHES.get(line(body.get("SignatureVersion")))
    if not names or algorithm is None or not isinstance(proof, str) or not all(isinstance(v, str) for v in values):
        return False
    signed = "".join(f"{name}\n{value}\n" for name, value in zip(names, values, strict=True))
    try:
        key = found.public_key()
        if not isinstance(key, rsa.RSAPublicKey) or key.key_size < SMALLEST:
            return False
        key.verify(
            base64.b64decode(proof, validate=True), signed.encode("utf-8", "replace"), padding.PKCS1v15(), algorithm
        )
    except (InvalidSignature, UnsupportedAlgorithm, ValueError):
        return False
    return True


SNS = Sender("sns", verify, read, in_path=True, guide=guides.SNS, signing=Signing(certificate, confirmation))
