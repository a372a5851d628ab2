"""What the services behind tell of themselves to the operations page: all is well, or much is not."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from tests.integration.intake.office import behind


def _vitals(service: str, **changed: Any) -> dict[str, Any]:
    return {
        "service": service, "version": "0.1.0", "schema_version": f"{service}/0003_pre_more", "clock_ahead": 0.002,
        "checks": [{"name": "database", "problem": ""}], "outbox": {"waiting": 0, "oldest": None}, **changed,
    }  # fmt: skip


def _ago(seconds: float) -> str:
    return (datetime.now(UTC) - timedelta(seconds=seconds)).isoformat()


def _channels(failed: int = 2) -> list[dict[str, Any]]:
    rows = (("phone", 4, 12, 31, failed, 0.4, 2.31), ("sms", 3, 18, 0, 0, 0.3, 1.2), ("email", 204, 0, 12, 1, 0.2, 4.75),
            ("chat", 97, 0, 41, 0, 0.1, 0.92), ("ticket", 66, 0, 0, 0, None, None))  # fmt: skip
    names = ("channel", "accepted", "delivered", "acknowledged", "failed", "p50", "p99")
    return [dict(zip(names, row, strict=True)) for row in rows]


def well(request: httpx.Request) -> httpx.Response:
    """Everything is as it should be."""
    service = request.url.host.removesuffix(".test")
    answers: dict[str, Any] = {
        "/v1/vitals": _vitals(service),
        "/v1/deadlines/standing": {"breaches": 41, "worst": 0.08, "late_since": None, "unattended": 0},
        "/v1/channels/last-hour": {"data": _channels()},
        "/v1/channels": {"data": [{"provider": "twilio", "set_up": True, "resting_until": None}]},
        "/state": {"troubles": [], "arrived_at": _ago(21), "took": 1.3, "missed": 0, "canaries": []},
    }
    path = request.url.path
    return httpx.Response(200, json=answers[path]) if path in answers else behind(request)


def unwell(request: httpx.Request) -> httpx.Response:
    """The router is away, the notifier cannot publish, a provider rests, and the watchdog barks."""
    service, path = request.url.host.removesuffix(".test"), request.url.path
    if service == "router":
        raise httpx.ConnectError("nobody is there")
    answers: dict[str, Any] = {
        "/v1/deadlines/standing": {"breaches": 41, "worst": 3.4, "late_since": _ago(95), "unattended": 2},
        "/v1/channels/last-hour": {"data": _channels(failed=22)},
        "/v1/channels": {"data": [{"provider": "twilio", "set_up": True, "resting_until": _ago(-240)}]},
        "/state": {"troubles": ["page"], "arrived_at": _ago(260), "took": 44.0, "missed": 3, "canaries": []},
    }
    if service == "notifier" and path == "/v1/vitals":
        ill = [{"name": "database", "problem": ""}, {"name": "kafka", "problem": "KafkaConnectionError"}]
        return httpx.Response(200, json=_vitals(service, checks=ill, outbox={"waiting": 58, "oldest": _ago(312)}))
    return httpx.Response(200, json=answers[path]) if path in answers else well(request)
