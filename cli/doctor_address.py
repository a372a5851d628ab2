"""What the doctor makes of the address that intake gives to people and providers, beside the one by which it asks."""

from urllib.parse import urlsplit

from cli import doctor_findings as judge
from cli.doctor_findings import Finding

LOOPBACK = ("127.0.0.1", "localhost", "::1")
PORTS = {"https": 443, "http": 80}


def _host(url: str) -> tuple[str, int]:
    parts = urlsplit(url)
    return parts.hostname or "", parts.port or PORTS.get(parts.scheme, 0)


def led(asked: str, told: str) -> list[Finding]:
    """Judge where links, call-backs and logins lead: `public_url` of `/v1/operations`; empty by a release without it."""
    here, there = _host(asked), _host(told)
    if not told or here == there:
        return []
    if there[0] in LOOPBACK:
        return [] if here[0] in LOOPBACK else [_unreachable(told)]
    beside = [] if here[0] in LOOPBACK else [_elsewhere(asked, told)]  # by a tunnel, or on the machine itself
    return [*judge.address(told), *beside]


def _unreachable(told: str) -> Finding:
    return Finding(
        "bad",
        (f"リンク、コールバック、ログインの行き先が {told} です。ほかの機械からは届かず、だれも応答できません。",
         f"Links, call-backs and logins lead to {told}, where nobody gets from another machine: no page can be answered."),
        ("intake と notifier の TASUKI_PUBLIC_URL を公開 URL にしてください (compose では .env に書きます)。",
         "Set TASUKI_PUBLIC_URL of intake and notifier to the public address (in compose it stands in .env)."),
    )  # fmt: skip


def _elsewhere(asked: str, told: str) -> Finding:
    return Finding(
        "warn",
        (f"リンク、コールバック、ログインの行き先 {told} は、ここで使っている {asked} と違います。",
         f"Links, call-backs and logins lead to {told}, and this was asked of {asked}."),
        (f"人と業者に {told} で届くか確かめてください。届かなければ、intake と notifier の TASUKI_PUBLIC_URL を直します (compose では .env)。",
         f"See whether people and providers reach {told}; if not, mend TASUKI_PUBLIC_URL of intake and notifier (in compose: in .env)."),
    )  # fmt: skip
