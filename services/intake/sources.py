"""The sources that are set up: found by id or by key, with the secrets that are in force, known for a few seconds."""

import asyncio
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from services.intake import setups
from services.intake.gate import Gate
from services.intake.senders.sender import Source
from services.intake.settings import Settings
from services.intake.setups import Setup
from services.intake.vault import CannotOpen, Vault
from shared.runtime import telemetry
from shared.runtime.clock import Clock
from shared.runtime.db import Database

log = telemetry.logger(__name__)
SECONDS = 3  # what was changed by another process counts after this at the latest
MOST_WAITING, LONGEST_WAIT = 96, 3.0  # requests that wait for the rows at once, and for how many seconds
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class _Opened:
    """A source with its secrets and API tokens opened, by the id of each."""

    setup: Setup
    opened: Mapping[int, str] = field(repr=False)

    def source(self, now: datetime, zone: tzinfo) -> Source:
        """As senders see it, with the secrets in force at this moment."""
        s = self.setup
        secrets, tokens = (tuple(self.opened[r.id] for r in rows if r.id in self.opened and r.in_force(now))
                           for rows in (s.secrets, s.tokens))  # fmt: skip
        return Source(s.id, s.sender, secrets, s.options, s.name, s.owner, tokens, zone)

    def proofs(self) -> list[str]:
        """All that a request may prove itself with, in force or not."""
        return [self.opened[row.id] for row in self.setup.secrets if row.id in self.opened]


class Sources:
    """What one process knows of the sources: all rows, read again when they are older than three seconds.

    The secrets of the settings make sources of the sender's own name, unless a row has that id.
    """

    def __init__(self, settings: Settings, db: Database, clock: Clock) -> None:
        self.vault = Vault(settings.data_key)
        self._built_in = _built_in(settings)
        self._db = db
        self._clock = clock
        self._zone = ZoneInfo(settings.zone)
        self._known: dict[str, _Opened] = {}
        self._keys: dict[tuple[str, bytes], list[str]] = {}
        self._read_at = _LONG_AGO
        self._changes = 0
        self._noted: dict[str, datetime] = {}
        self._reading = asyncio.Lock()
        self._gate = Gate("sources", MOST_WAITING)

    async def find(self, id_: str) -> Source | None:
        """The source of this id; None where there is none, or it is disabled. It may have no secret yet."""
        known = (await self._fresh()).get(id_)
        return known.source(self._clock.now(), self._zone) if known and known.setup.enabled else None

    async def even_disabled(self, id_: str) -> Source | None:
        """The source of this id, for what has been taken from it before or is only tried."""
        known = (await self._fresh()).get(id_)
        return known.source(self._clock.now(), self._zone) if known else None

    async def by_key(self, sender: str, key: str) -> Source | None:
        """The source of this sender that has this key among its secrets in force; None for a key that opens nothing."""
        known = await self._fresh()
        for id_ in self._keys.get((sender, _digest(key)), ()):
            source = known[id_].source(self._clock.now(), self._zone)
            if known[id_].setup.enabled and key in source.secrets:
                return source
        return None

    async def all(self) -> list[Setup]:
        """Everything that is set up, in the order of the ids."""
        known = await self._fresh()
        return [known[id_].setup for id_ in sorted(known)]

    async def setup(self, id_: str) -> Setup | None:
        """How one source is set up."""
        known = (await self._fresh()).get(id_)
        return known.setup if known else None

    def forget(self) -> None:
        """Read everything again when something is asked for next: a change was committed."""
        self._read_at = _LONG_AGO
        self._changes += 1

    def may_note(self, id_: str, between: timedelta) -> bool:
        """Whether the last time this was asked of a source, and granted, is long enough ago."""
        now = self._clock.now()
        if abs(now - self._noted.get(id_, _LONG_AGO)) < between:
            return False
        self._noted[id_] = now
        return True

    async def _fresh(self) -> Mapping[str, _Opened]:
        if self._is_fresh():
            return self._known
        with self._gate.entered():
            async with asyncio.timeout(LONGEST_WAIT), self._reading:  # one reads, the others wait for what it finds
                await self._read_all()
        return self._known

    async def _read_all(self) -> None:
        if not self._is_fresh():
            now, changes = self._clock.now(), self._changes
            async with self._db.reading() as tx:
                rows = await setups.all_of(tx)
            opened = {setup.id: _Opened(setup, self._open(setup)) for setup in rows}
            self._known = {**self._built_in, **opened}
            self._keys = {}
            for id_, one in self._known.items():
                for secret in one.proofs():
                    self._keys.setdefault((one.setup.sender, _digest(secret)), []).append(id_)
            self._read_at = now if changes == self._changes else _LONG_AGO

    def _is_fresh(self) -> bool:
        return abs((self._clock.now() - self._read_at).total_seconds()) < SECONDS

    def _open(self, setup: Setup) -> dict[int, str]:
        """Open the secrets of a source; one that cannot be opened must not keep all the others from being believed."""
        opened = {}
        for secret in (*setup.secrets, *setup.tokens):
            try:
                opened[secret.id] = self.vault.open(secret.sealed, setups.about(setup.id))
            except CannotOpen as problem:
                log.error("a secret cannot be opened", source=setup.id, secret=secret.id, problem=str(problem))
        return opened


def _built_in(settings: Settings) -> dict[str, _Opened]:
    """The sources of the settings; two secrets stand side by side, by a comma, while one is being replaced."""
    given = {
        "zendesk": settings.zendesk_webhook_secret,
        "alertmanager": settings.alertmanager_token,
        "pagerduty": settings.pagerduty_routing_key,
        "opsgenie": settings.opsgenie_api_key,
    }
    options = {"zendesk": {"ours": settings.zendesk_ours}} if settings.zendesk_ours else {}
    found = {}
    for id_, text in given.items():
        secrets = dict(enumerate(part.strip() for part in text.split(",") if part.strip()))
        rows = tuple(setups.SecretRow(number, b"", _LONG_AGO) for number in secrets)
        own = options.get(id_, {})
        setup = Setup(id_, id_, id_.capitalize(), "", own, True, 0, _LONG_AGO, _LONG_AGO, rows, built_in=True)
        if secrets:
            found[id_] = _Opened(setup, secrets)
    return found


def _digest(key: str) -> bytes:
    """Keys are looked up by their SHA-256, so that the time it takes tells nothing of how much of one was right."""
    return hashlib.sha256(key.encode("utf-8", "replace")).digest()
