"""People, schedules and a report to ask about who is there."""

from typing import Any

# T0 is Tuesday 2026-11-24 10:00 in Tokyo: this week Sato has the duty for payments, Suzuki that for support
PAYMENTS, SUPPORT = "payments-second-line", "support-second-line"
SATO, SUZUKI, ITO, TAKAHASHI, CATCH_ALL = (
    "sato.hanako",
    "suzuki.ichiro",
    "ito.sakura",
    "takahashi.ken",
    "kobayashi.jun",
)
WEDNESDAY: dict[str, Any] = {"since": "2026-11-25T09:00:00+09:00", "until": "2026-11-25T18:00:00+09:00"}
OUTAGE = {
    "kind": "outage",
    "urgency": "critical",
    "impact": "all",
    "product": "決済",
    "facts": "髙﨑①㈱🔥 の決済が失敗",
}


def by(id_: str) -> dict[str, str]:
    return {"id": id_}
