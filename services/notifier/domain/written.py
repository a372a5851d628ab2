"""Addresses as people write them: put into one form, or refused with a reason."""

import re
import unicodedata
from urllib.parse import urlsplit

from services.notifier.domain.contact import e164
from shared.contracts.addresses import Kind

Pattern = tuple[re.Pattern[str], str, str]  # what an address looks like, and what to write instead: ja, en
_EMAIL = re.compile(r"[^\s@<>\",;:()\[\]\\]{1,64}@(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+[^\W_]{2,63}")
PATTERNS: dict[Kind, Pattern] = {
    "email": (_EMAIL, "メールアドレスの形になっていません", "this is not an e-mail address"),
    "slack": (
        re.compile(r"[UWDCG][A-Z0-9]{2,30}"),
        "Slack の ID（U… または C…）を書いてください",
        "give a Slack id (U… or C…)",
    ),
    "line_works": (
        re.compile(r"(channel:)?[\w.+@-]{3,120}", re.ASCII),
        "LINE WORKS のユーザー ID か channel:トークルーム ID を書いてください",
        "give a LINE WORKS user id, or channel:<room id>",
    ),
    "line": (
        re.compile(r"[UCR][0-9a-f]{32}"),
        "LINE のユーザー ID（U と 32 桁）を書いてください",
        "give a LINE id (U and 32 digits)",
    ),
    "chatwork": (
        re.compile(r"\d{1,20}(:\d{1,20})?", re.ASCII),
        "Chatwork のルーム ID、または ルームID:アカウントID を書いてください",
        "give a Chatwork room id, or room:account",
    ),
    "mattermost": (
        re.compile(r"[@#]?[a-z0-9][a-z0-9._-]{1,63}(:[a-z0-9._-]{1,64})?"),
        "Mattermost の @ユーザー名、またはチャンネル ID を書いてください",
        "give a Mattermost @username or a channel id",
    ),
    "apprise": (re.compile(r"[a-z][a-z0-9+]{1,20}://\S+"), "Apprise の URL を書いてください", "give an Apprise URL"),
}
URLS: tuple[Kind, ...] = ("teams", "google_chat", "discord", "webhook")  # the address is a secret URL


def checked(kind: Kind, text: str) -> str:
    """An address in its one form; raises ValueError with what to write instead."""
    text = text.strip()
    if kind == "phone":
        number = e164(text)
        if number is None:
            raise ValueError("電話番号は +81… または 090-… の形で書いてください / write a number as +81… or 090-…")
        return number
    if kind in URLS:
        return _url(text)
    if kind not in PATTERNS:
        return text
    text = unicodedata.normalize("NFKC", text) if kind != "apprise" else text
    pattern, ja, en = PATTERNS[kind]
    if not pattern.fullmatch(text):
        raise ValueError(f"{ja} / {en}")
    return text


def _url(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in ("https", "http") or not parts.hostname or parts.username or not text.isascii():
        raise ValueError("https:// で始まる URL を書いてください / give a URL that begins with https://")
    return text
