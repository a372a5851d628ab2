"""Who can be reached by what, as far as a policy's checks need it; asked of the notifier, never kept."""

from collections.abc import Mapping

import httpx

from shared.contracts.addresses import CHANNELS, KINDS
from shared.contracts.vocabulary import Channel
from shared.runtime import telemetry

log = telemetry.logger(__name__)
ADDRESSES: Mapping[str, tuple[Channel, ...]] = {
    kind: tuple(channel for channel, kinds in CHANNELS.items() if kind in kinds) for kind in KINDS if kind != "push"
}  # by kind; devices that are reached by push are given out to nobody
SECONDS = 3.0


async def reachable(http: httpx.AsyncClient, url: str, token: str) -> Mapping[str, frozenset[Channel]] | None:
    """Person → the channels that reach them; nothing when the notifier cannot be asked."""
    if not url:
        return None
    try:
        headers = {"authorization": f"Bearer {token}"}
        answer = await http.get(f"{url.rstrip('/')}/v1/contacts", headers=headers, timeout=SECONDS)
        answer.raise_for_status()
        people = answer.json()["people"]
        return {
            p["id"]: frozenset(c for kind, served in ADDRESSES.items() if p.get(kind) for c in served) for p in people
        }
    except (httpx.HTTPError, ValueError, KeyError, TypeError) as problem:
        log.warning("the contacts cannot be asked for", problem=type(problem).__name__)
        return None
