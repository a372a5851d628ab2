"""The audit trail as anybody can check it: how an entry is bound to the one before, and what does not hold together."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Literal, TypeAlias

CHAINS = 64
BEGINNING = hashlib.sha256(b"").hexdigest()
Trouble: TypeAlias = Literal[
    "missing", "changed", "cut", "rewritten", "checkpoint-missing", "checkpoint-changed", "forged"
]


@dataclass(frozen=True)
class Entry:
    """One line of a chain; hashes are hexadecimal."""

    chain: int
    seq: int
    entry: str
    before: str
    hash: str


@dataclass(frozen=True)
class Checkpoint:
    """Where every chain stood at a moment, signed; `genuine` is None where the signature cannot be checked here."""

    number: int
    body: str
    genuine: bool | None = None


@dataclass(frozen=True)
class Finding:
    """What does not hold together, and where: `seq` of a chain, or the number of a checkpoint."""

    trouble: Trouble
    chain: int
    seq: int


def canonical(value: Mapping[str, Any]) -> str:
    """The one way in which a value is written."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def tied(before: str, chain: int, seq: int, entry: str) -> str:
    """The hash of an entry, which depends on everything before it in its chain."""
    return hashlib.sha256(bytes.fromhex(before) + f"{chain}:{seq}:{entry}".encode()).hexdigest()


def digest(checkpoint: Checkpoint) -> str:
    """What the next checkpoint says of this one."""
    return hashlib.sha256(checkpoint.body.encode()).hexdigest()


def findings(
    entries: Iterable[Entry], heads: Mapping[int, tuple[int, str]], checkpoints: Sequence[Checkpoint]
) -> list[Finding]:
    """Everything that does not hold together: an edit, a deletion, a truncation.

    `heads` say where each chain ended when the reading began; what was added since is not looked at.
    """
    given = [e for e in entries if e.chain not in heads or e.seq <= heads[e.chain][0]]
    known = {(e.chain, e.seq): e.hash for e in given}
    ordered = sorted(given, key=lambda e: (e.chain, e.seq))
    found = [f for chain, some in groupby(ordered, key=lambda e: e.chain) for f in _chain(chain, list(some))]
    for chain, (seq, hash_) in sorted(heads.items()):
        there = known.get((chain, seq))
        if seq and there != hash_:
            found.append(Finding("cut" if there is None else "rewritten", chain, seq))
    return list(dict.fromkeys(found + _checkpoints(known, checkpoints)))


def _chain(chain: int, entries: list[Entry]) -> list[Finding]:
    found: list[Finding] = []
    before, expected = BEGINNING, 1
    for e in entries:
        if e.seq != expected:
            found.append(Finding("missing", chain, expected))
            before = e.before
        if e.before != before or tied(e.before, chain, e.seq, e.entry) != e.hash:
            found.append(Finding("changed", chain, e.seq))
        before, expected = e.hash, e.seq + 1
    return found


def _checkpoints(known: Mapping[tuple[int, int], str], checkpoints: Sequence[Checkpoint]) -> list[Finding]:
    """What was signed once must still be there."""
    found: list[Finding] = []
    last: Checkpoint | None = None
    for point in sorted(checkpoints, key=lambda c: c.number):
        said = json.loads(point.body)
        if point.genuine is False or said["number"] != point.number:
            found.append(Finding("forged", -1, point.number))
        if point.number != (last.number + 1 if last else 1):
            found.append(Finding("checkpoint-missing", -1, point.number - 1))
        elif last is not None and said["previous"] != digest(last):
            found.append(Finding("checkpoint-changed", -1, last.number))
        for chain, (seq, hash_) in said["heads"].items():
            there = known.get((int(chain), seq))
            if there != hash_:
                found.append(Finding("cut" if there is None else "rewritten", int(chain), seq))
        last = point
    return found
