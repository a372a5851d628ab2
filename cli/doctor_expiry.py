"""What ends on a day that is known before: certificates in files, the one that the front door shows, access tokens."""

import asyncio
import ssl
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from cryptography import x509

from cli.doctor_findings import Finding, Json, unseen
from cli.door import setting

SOON, URGENT = timedelta(days=21), timedelta(days=3)
SETTINGS = ("TASUKI_KAFKA_CA", "TASUKI_KAFKA_CERTIFICATE", "TASUKI_MAIL_IN_CERTIFICATE")
IN_ADDRESSES = ("sslrootcert", "sslcert")  # of a database
HANDSHAKE_SECONDS = 5.0

EXPIRED = 10  # what OpenSSL says (X509_V_ERR_…), as are these
_UNKNOWN = (
    "認証局が知られていないか、中間証明書が足りません",
    "its authority is unknown, or an intermediate certificate is missing",
)
_OTHER_NAME = "別の名前の証明書です", "it is for another name"
_DISBELIEVED = {
    9: ("有効期間がまだ始まっていません", "its time has not begun"),
    EXPIRED: ("証明書チェーンの中に期限切れのものがあります", "a certificate of its chain has expired"),
    **dict.fromkeys((18, 19, 20, 21), _UNKNOWN),
    **dict.fromkeys((62, 64), _OTHER_NAME),
}
_RENEW_FILE = (
    "新しい証明書に替え、それを読むサービスを再起動してください。期限が切れると、つながらなくなります。",
    "Put a new one in its place, and restart what reads it. Once it has expired nothing connects.",
)
_RENEW_DOOR = (
    "前で TLS を受けるもの (リバースプロキシなど) の証明書を更新してください。自動で更新するはずなら、その記録を確認してください。",
    "Renew it where TLS is spoken (the reverse proxy). If it should renew itself, see what that says.",
)
_RENEW_TOKEN = (
    "使い続けるなら、tasuki tokens create で同じ権限のものを発行して差し替えてください。不要なら tasuki tokens revoke で失効させてください。",
    "If it is needed, make one like it (tasuki tokens create) and put it in its place; if not, tasuki tokens revoke.",
)


def ending(what: tuple[str, str], ends: datetime, now: datetime, do: tuple[str, str]) -> list[Finding]:
    """Judge how long something is still valid."""
    left, at = ends - now, f"{ends.astimezone(UTC):%Y-%m-%dT%H:%M}Z"
    if left > SOON:
        return []
    days = f"{left / timedelta(days=1):.1f}"
    said = (
        (f"{what[0]} の期限まで、あと {days} 日です ({at})。", f"{what[1]} expires in {days} days ({at}).")
        if left > timedelta(0)
        else (f"{what[0]} の期限が切れています ({at})。", f"{what[1]} has expired ({at}).")
    )
    return [Finding("bad" if left <= URGENT else "warn", said, do)]


def token(one: Json, now: datetime) -> list[Finding]:
    """Judge one token (`/v1/tokens`); one that has expired is of interest as long as somebody used it lately."""
    if one["state"] == "revoked" or one["expires_at"] is None:
        return []
    ends, used = datetime.fromisoformat(one["expires_at"]), one["last_used_at"]
    if ends <= now and (used is None or now - datetime.fromisoformat(used) > SOON):
        return []
    name = f"{one['name']} ({one['id']})"
    return ending((f"トークン {name}", f"The token {name}"), ends, now, _RENEW_TOKEN)


def first_to_end(found: Sequence[x509.Certificate], now: datetime) -> x509.Certificate:
    """Of what one file holds, the certificate that matters: an authority that has expired is no loss beside others."""
    holding = [one for one in found if one.not_valid_after_utc > now]
    return min((_signs(found[0]) and holding) or found, key=lambda one: one.not_valid_after_utc)


def _signs(one: x509.Certificate) -> bool:
    """Whether it is an authority's."""
    try:
        return one.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except x509.ExtensionNotFound:
        return False


def named(databases: Mapping[str, str], more: Iterable[Path]) -> dict[Path, str]:
    """Each file of certificates, and what names it: a setting, the address of a database, or the command line."""
    found = dict.fromkeys(more, "--certificate")
    for service, url in databases.items():
        asked = parse_qs(urlsplit(url).query)
        found |= {Path(file): f"database-url-{service}" for name in IN_ADDRESSES for file in asked.get(name, [])}
    return found | {Path(file): name for name in SETTINGS if (file := setting(name))}


def in_files(files: Mapping[Path, str], now: datetime) -> list[Finding]:
    """Look into each file."""
    found = []
    for file, name in files.items():
        try:
            one = first_to_end(x509.load_pem_x509_certificates(file.read_bytes()), now)
        except (OSError, ValueError) as problem:
            why = type(problem).__name__ if isinstance(problem, OSError) else "not PEM"
            found.append(_unread(f"{name}={file}", why))
            continue
        what = f"{name}={file} ({one.subject.rfc4514_string()})"
        found += ending((f"証明書 {what}", f"The certificate {what}"), one.not_valid_after_utc, now, _RENEW_FILE)
    return found


def _unread(what: str, why: str) -> Finding:
    return Finding(
        "bad",
        (f"証明書 {what} を読めません：{why}", f"The certificate {what} cannot be read: {why}"),
        ("PEM ファイルの場所と権限を確認してください。ほかの機械にあるなら、写しを --certificate で指定してください。",
         "Check where the PEM file is, and its rights. If it lies on another machine, name a copy by --certificate."),
    )  # fmt: skip


async def at_the_door(
    url: str, believed: ssl.SSLContext, now: datetime, within: float = HANDSHAKE_SECONDS
) -> list[Finding]:
    """Look at the certificate that is shown at an https address, whether or not it is believed; nothing for others."""
    parts = urlsplit(url)
    if parts.scheme != "https" or parts.hostname is None:
        return []
    try:
        shown, why = await _shown(parts.hostname, parts.port or 443, believed, within)
    except (OSError, ValueError) as problem:
        return [unseen((f"{url} の証明書", f"The certificate of {url}"), type(problem).__name__)]
    what = f"{url} の証明書", f"The certificate of {url}"
    found = ending(what, shown.not_valid_after_utc, now, _RENEW_DOOR)
    if why and not (why.verify_code == EXPIRED and shown.not_valid_after_utc <= now):
        found.append(_disbelieved(what, why))
    return found


def _disbelieved(what: tuple[str, str], why: ssl.SSLCertVerificationError) -> Finding:
    ja, en = _DISBELIEVED.get(why.verify_code, (why.verify_message, why.verify_message))
    return Finding(
        "bad",
        (f"{what[0]} は信用されません：{ja}。", f"{what[1]} is not believed: {en}."),
        ("業者もブラウザーもこの URL を信用できません。広く知られた認証局による、この名前の証明書を、中間証明書も付けて設定してください。",
         "Browsers and providers refuse it. Show one for this name, with intermediates, by a known authority."),
    )  # fmt: skip


async def _shown(
    host: str, port: int, believed: ssl.SSLContext, within: float
) -> tuple[x509.Certificate, ssl.SSLCertVerificationError | None]:
    """The certificate that a server shows, and why it is not believed. Raises OSError, also after `within` seconds."""
    anybody = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    anybody.check_hostname, anybody.verify_mode = False, ssl.CERT_NONE  # nothing is said, only looked at
    async with asyncio.timeout(within):
        shown = x509.load_der_x509_certificate(await _handshake(host, port, anybody))
        try:
            await _handshake(host, port, believed)
        except ssl.SSLCertVerificationError as problem:
            return shown, problem
    return shown, None


async def _handshake(host: str, port: int, context: ssl.SSLContext) -> bytes:
    """Shake hands and leave; gives the server's certificate (DER)."""
    _, writer = await asyncio.open_connection(host, port, ssl=context)
    shown: bytes = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
    writer.transport.abort()
    return shown
