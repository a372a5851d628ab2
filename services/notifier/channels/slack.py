"""Chat by Slack's Web API: a message with an acknowledge button, changed once somebody has the case."""

from typing import Any

import httpx

from services.notifier.channels.channel import NOT_SET_UP, Surroundings
from services.notifier.channels.http import TOTAL_SECONDS, call, json_object, refused, retry_after
from services.notifier.domain import buttons
from services.notifier.domain.fitting import fit
from services.notifier.domain.message import Message
from services.notifier.domain.notification import Notification
from services.notifier.domain.result import Absent, Accepted, Ambiguous, Lookup, Permanent, Result, Retryable, Unaskable

FALLBACK = 4000  # letters
SECTION = 2900  # letters of one block; Slack takes 3000
MOST = 8  # blocks
LISTED = 999  # messages that Slack shows at once
AGAIN = ("ratelimited", "rate_limited", "internal_error", "fatal_error", "service_unavailable", "request_timeout")
BAD_TARGET = ("channel_not_found", "not_in_channel", "is_archived", "user_not_found", "cannot_dm_bot", "user_disabled")
BAD_ACCOUNT = (
    "not_authed",
    "invalid_auth",
    "token_revoked",
    "token_expired",
    "account_inactive",
    "missing_scope",
    "org_login_required",
    "no_permission",
)


class Slack:
    """Messages of one Slack app."""

    def __init__(self, around: Surroundings) -> None:
        s = around.settings
        self._http = around.http
        self._api = f"{s.slack_url.rstrip('/')}/api"
        self._token = s.slack_token
        self.set_up = bool(s.slack_token)
        self._key = s.link_key

    async def send(self, message: Message, to: str) -> Result:
        """Post a message."""
        n = message.notification
        payload = {"ntf_id": str(n.id), "case_id": n.case_id}
        body = {
            "channel": to,
            "text": _whole(message),
            "blocks": self._blocks(message),
            "metadata": {"event_type": "tasuki_notification", "event_payload": payload},
            "unfurl_links": False,
        }
        answer = await self.ask("chat.postMessage", body)
        if not isinstance(answer, dict):
            return answer
        return Accepted(f"{answer.get('channel', to)}/{answer.get('ts', '')}")

    async def find(self, n: Notification, to: str, others: frozenset[str]) -> Lookup:
        """Look for our id in the metadata of the messages since the attempt began."""
        channel = await self._conversation(to)
        since = f"{n.attempted_at.timestamp() - 5:.6f}"
        query = {
            "channel": channel,
            "oldest": since,
            "inclusive": "true",
            "include_all_metadata": "true",
            "limit": f"{LISTED}",
        }
        answer = await self.ask("conversations.history", form=query)
        if not isinstance(answer, dict):
            return answer if isinstance(answer, Retryable) else Retryable(answer.code)
        for found in answer.get("messages") or []:
            if ((found.get("metadata") or {}).get("event_payload") or {}).get("ntf_id") == str(n.id):
                return Accepted(f"{channel}/{found.get('ts', '')}")
        return Unaskable() if answer.get("has_more") else Absent()  # ours may be among what is not shown

    async def withdraw(self, message: Message, to: str) -> Result:
        """Take the button away and say who has the case."""
        channel, _, ts = message.notification.provider_id.partition("/")
        if not ts:
            return Accepted("", "nothing-to-do")
        body = {"channel": channel, "ts": ts, "text": _whole(message), "blocks": self._blocks(message)}
        answer = await self.ask("chat.update", body)
        return answer if not isinstance(answer, dict) else Accepted(message.notification.provider_id)

    async def ask(
        self,
        method: str,
        body: dict[str, Any] | None = None,
        form: dict[str, str] | None = None,
        seconds: float = TOTAL_SECONDS,
    ) -> dict[str, Any] | Retryable | Permanent | Ambiguous:
        """Call a method; those that read take a form, not JSON."""
        if not self.set_up:
            return NOT_SET_UP
        headers = {"authorization": f"Bearer {self._token}"}
        url = f"{self._api}/{method}"
        response = await call(self._http, "POST", url, seconds, json=body, data=form, headers=headers)
        if not isinstance(response, httpx.Response):
            return response
        answer = json_object(response)
        if response.status_code == 200 and answer.get("ok") is True:
            return answer
        error = str(answer.get("error") or f"http-{response.status_code}")[:60]
        if error in AGAIN:
            return Retryable(f"slack-{error}", retry_after(response))
        if error in BAD_TARGET or error in BAD_ACCOUNT:
            return Permanent(f"slack-{error}", "target" if error in BAD_TARGET else "account")
        return (
            refused(response, f"slack-{error}")
            if response.status_code != 200
            else Permanent(f"slack-{error}", "channel")
        )

    async def close(self) -> None:
        """Nothing of its own."""

    async def _conversation(self, chat: str) -> str:
        """The id of the direct conversation with a user; only that can be searched."""
        if not chat.startswith(("U", "W")):
            return chat
        answer = await self.ask("conversations.open", form={"users": chat})
        channel = answer.get("channel") if isinstance(answer, dict) else None
        return str(channel["id"]) if isinstance(channel, dict) and channel.get("id") else chat

    def _blocks(self, message: Message) -> list[dict[str, Any]]:
        texts = [f"*{_escape(message.subject.replace('*', '∗'))}*", *_pieces(_escape(message.text))]
        blocks: list[dict[str, Any]] = [{"type": "section", "text": {"type": "mrkdwn", "text": t}} for t in texts if t]
        if message.button:
            button = {
                "type": "button",
                "style": "primary",
                "action_id": "ack",
                "text": {"type": "plain_text", "text": message.button},
                "value": buttons.value(self._key, message.notification.id),
            }
            blocks.append({"type": "actions", "elements": [button]})
        return blocks


def _whole(message: Message) -> str:
    """The text that phones show and screen readers speak."""
    return _escape(fit(f"{message.subject}\n{message.text}".strip(), FALLBACK))


def _pieces(text: str) -> list[str]:
    """The text in blocks, cut between lines wherever a line fits: a link that is cut leads nowhere."""
    pieces = [""]
    for line in text.splitlines(keepends=True):
        for part in (line[i : i + SECTION] for i in range(0, len(line), SECTION)):
            if len(pieces[-1]) + len(part) > SECTION:
                pieces.append("")
            pieces[-1] += part
    return pieces[:MOST]


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
