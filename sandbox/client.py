"""Drives a sandbox that runs in another process, with the same verbs."""

from collections.abc import Mapping
from types import TracebackType
from typing import Any, Self

import httpx

Json = dict[str, Any]
MOST = 20_000  # items that one answer holds at most


class SandboxRefused(Exception):
    """The sandbox said no, and why."""


class SandboxClient:
    """Every method is one request to the control interface; waiting is done over there. Times are in seconds.

    Raises TimeoutError when what was waited for did not come (with what came instead), SandboxRefused for everything
    else that the sandbox refuses, and httpx.HTTPError when it cannot be reached.
    """

    def __init__(self, base_url: str = "http://127.0.0.1:8710") -> None:
        self._http = httpx.AsyncClient(base_url=base_url, timeout=httpx.Timeout(330, connect=3), trust_env=False)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        await self._http.aclose()

    # --- what was received

    async def cursor(self) -> int:
        """The id of the newest item; give it as `since` to see only what comes later."""
        page: Json = await self._ask("GET", "/sandbox/received", {"limit": 0})
        return int(page["cursor"])

    async def received(
        self, channel: str | None = None, *, since: int = 0, to: str | None = None, case_id: str | None = None
    ) -> list[Json]:
        """Everything received after the cursor, oldest first."""
        items: list[Json] = []
        query = {"channel": channel, "since": since, "to": to, "case_id": case_id, "limit": MOST}
        while page := (await self._ask("GET", "/sandbox/received", query))["items"]:
            items += page
            if len(page) < MOST:
                break
            query["since"] = page[-1]["id"]
        return items

    async def wait_for(
        self,
        channel: str,
        *,
        to: str | None = None,
        kind: str | None = None,
        since: int = 0,
        case_id: str | None = None,
        timeout: float = 5,
    ) -> Json:
        """The first item after the cursor that fits: id, channel, kind, to, at, vendor_id, content, case_id, …"""
        query = {"channel": channel, "to": to, "kind": kind, "since": since, "case_id": case_id, "timeout": timeout}
        item: Json = await self._ask("GET", "/sandbox/wait", query)
        return item

    async def wait_for_call(
        self, to: str | None = None, *, since: int = 0, case_id: str | None = None, timeout: float = 5
    ) -> Json:
        """The first call after the cursor, as it is now: sid, item, to, status, said, log, …"""
        item = await self.wait_for("phone", to=to, since=since, case_id=case_id, timeout=timeout)
        return await self.call(item["vendor_id"])

    async def state(self) -> Json:
        """The newest of everything, as the page shows it."""
        found: Json = await self._ask("GET", "/sandbox/state")
        return found

    # --- the telephone

    async def calls(self, to: str | None = None) -> list[Json]:
        found: list[Json] = await self._ask("GET", "/sandbox/calls", {"to": to})
        return found

    async def call(self, sid: str) -> Json:
        found: Json = await self._ask("GET", f"/sandbox/calls/{sid}")
        return found

    async def call_until(self, sid: str, status: str = "ended", timeout: float = 5) -> Json:
        """The call once it has the status (queued, ringing, in-progress, ended, or one way of ending)."""
        query = {"status": status, "timeout": timeout}
        found: Json = await self._ask("GET", f"/sandbox/calls/{sid}/wait", query)
        return found

    async def answer(self, sid: str) -> Json:
        return await self._act(f"/sandbox/calls/{sid}/answer")

    async def press(self, sid: str, digits: str) -> Json:
        """Press keys as soon as the prompt listens; returns when they have been reported."""
        return await self._act(f"/sandbox/calls/{sid}/press", {"digits": digits})

    async def decline(self, sid: str) -> Json:
        return await self._act(f"/sandbox/calls/{sid}/decline")

    async def hang_up(self, sid: str) -> Json:
        return await self._act(f"/sandbox/calls/{sid}/hang-up")

    async def auto(
        self,
        to: str = "*",
        *,
        answer_after: float | None = None,
        press: str = "",
        press_after: float = 0,
        hang_up_after: float | None = None,
        decline_after: float | None = None,
    ) -> Json:
        """Give a number (or `*`, all others) a habit; without arguments it rings for ever."""
        habit = {"to": to, "answer_after": answer_after, "press": press, "press_after": press_after}
        habit |= {"hang_up_after": hang_up_after, "decline_after": decline_after}
        found: Json = await self._ask("PUT", "/sandbox/autos", body=habit)
        return found

    async def clear_autos(self) -> None:
        await self._ask("DELETE", "/sandbox/autos")

    # --- chat, mail, CRM

    async def press_button(self, ts: str, action_id: str | None = None, *, user: str = "", name: str = "") -> Json:
        """Press a button of a message; the delivery to the interactivity URL comes back."""
        return await self._act(f"/sandbox/messages/{ts}/press", {"action_id": action_id, "user": user, "name": name})

    async def follow_link(self, mail: int, link: int | str = 0, *, confirm: bool = True) -> Json:
        """Open a link of a mail (`content["mail"]`) and do what its pages ask for, as a person: the last status and page."""
        return await self._act(f"/sandbox/mails/{mail}/follow", {"link": link, "confirm": confirm})

    async def ticket(self, id: str | int) -> Json:
        found: Json = await self._ask("GET", f"/sandbox/tickets/{id}")
        return found

    async def send_trigger(
        self,
        fields: Mapping[str, Any] | None = None,
        *,
        signature: str = "right",
        age_seconds: float = 0,
        invocation_id: str | None = None,
    ) -> Json:
        """Let the CRM send its webhook: status, body, location, invocation_id."""
        body = {"fields": dict(fields or {}), "signature": signature, "age_seconds": age_seconds}
        return await self._act("/sandbox/zendesk/trigger", body | {"invocation_id": invocation_id})

    async def replay_trigger(self, invocation_id: str) -> Json:
        return await self._act("/sandbox/zendesk/replay", {"invocation_id": invocation_id})

    async def send_alert(self, **fields: Any) -> Json:
        """Let the monitor send an alert: name, summary, severity, labels, status, fingerprint, starts_at, token."""
        return await self._act("/sandbox/alertmanager/alert", fields)

    # --- trouble

    async def fault(
        self, channel: str, kind: str, count: int | None = None, *, to: str = "", seconds: float = 1
    ) -> Json:
        """Give a channel trouble, `count` times or until cleared."""
        body = {"channel": channel, "kind": kind, "count": count, "to": to, "seconds": seconds}
        return await self._act("/sandbox/faults", body)

    async def clear_faults(self, channel: str | None = None) -> None:
        await self._ask("DELETE", "/sandbox/faults", {"channel": channel})

    async def reset(self) -> None:
        await self._act("/sandbox/reset")

    async def _act(self, path: str, body: Json | None = None) -> Json:
        found: Json = await self._ask("POST", path, body=body or {})
        return found

    async def _ask(self, method: str, path: str, query: Json | None = None, body: Json | None = None) -> Any:
        given = {name: value for name, value in (query or {}).items() if value is not None}
        response = await self._http.request(method, path, params=given, json=body)
        if response.status_code == 408:
            raise TimeoutError(response.json()["detail"])
        if response.is_error:
            raise SandboxRefused(f"{response.status_code} {response.json().get('detail', response.text)}")
        return response.json()
