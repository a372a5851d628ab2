"""The canary at the front door: sent in, ended, and its page known by the signature."""

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Mapping

import httpx

from shared.contracts.canary import PRODUCT
from shared.runtime import telemetry
from watchdog.settings import Settings

log = telemetry.logger(__name__)
SECONDS = 10.0
SHORTEST_KEY = 24  # bytes; notifier signs with no shorter one
WINDOW = 300  # seconds that a signature is good for
REPORT = {
    "kind": "other",
    "urgency": "critical",
    "impact": "all",
    "product": PRODUCT,
    "title": "監視の試験（対応は不要です） / canary of the watchdog, nothing to do",
    "facts": "呼び出しが届くことを確かめるための案件です。監視プロセスが自動で完了にします。 / It shows that pages go out, and ends by itself.",
}
ENDED = {"handling": "監視プロセスによる自動完了 / ended by the watchdog", "result": "試験の終わり / end of the test"}
OVER = (404, 409, 422)  # it is done already, or not there: nothing is left to end


class Door:
    """The front door, as the watchdog uses it."""

    def __init__(self, settings: Settings, http: httpx.AsyncClient) -> None:
        self._url = settings.public_url.rstrip("/")
        self._headers = {"authorization": f"Bearer {settings.watchdog_token}"}
        self._http = http

    async def submit(self, key: str) -> str:
        """Send a canary in; the id of its case, or "" when it was not taken. One that is sent by the same key is the same."""
        headers = {**self._headers, "idempotency-key": key}
        try:
            answer = await self._http.post(f"{self._url}/v1/cases", json=REPORT, headers=headers, timeout=SECONDS)
            answer.raise_for_status()
            return str(answer.json()["id"])
        except (httpx.HTTPError, httpx.InvalidURL, ValueError, KeyError) as problem:
            log.warning("the door takes no canary", problem=repr(problem)[:300])
            return ""

    async def end(self, case_id: str) -> bool:
        """End the case of a canary; whether nothing is left to do about it."""
        url = f"{self._url}/v1/cases/{case_id}/resolve"
        headers = {**self._headers, "idempotency-key": f"end-{case_id}"}
        try:
            answer = await self._http.post(url, json=ENDED, headers=headers, timeout=SECONDS)
        except (httpx.HTTPError, httpx.InvalidURL) as problem:
            log.warning("a canary cannot be ended", case_id=case_id, problem=repr(problem)[:300])
            return False
        if not answer.is_success:
            log.warning("a canary cannot be ended", case_id=case_id, status=answer.status_code)
        return answer.is_success or answer.status_code in OVER


async def is_ready(http: httpx.AsyncClient, url: str) -> bool:
    """Whether a service says that it can work."""
    try:
        return (await http.get(f"{url}/readyz", timeout=SECONDS)).status_code == 200
    except (httpx.HTTPError, httpx.InvalidURL):
        return False


def paged(secret: str, headers: Mapping[str, str], body: bytes, seconds: float) -> str:
    """The case that a genuine page is about; "" for anything else. `seconds` is unix time."""
    id_, stamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not stamp.isdecimal() or abs(seconds - int(stamp)) > WINDOW:
        return ""
    try:
        key = base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    except binascii.Error:
        return ""
    if len(key) < SHORTEST_KEY:
        return ""
    wanted = base64.b64encode(hmac.new(key, f"{id_}.{stamp}.".encode() + body, hashlib.sha256).digest()).decode()
    given = headers.get("webhook-signature", "").split()
    if not any(hmac.compare_digest(one.encode(), f"v1,{wanted}".encode()) for one in given):
        return ""
    told = json.loads(body)
    return str(told["data"]["case_id"]) if told.get("type") == "notification.page" else "-"
