"""What stands outside the policy and is looked at where it is known."""

from collections.abc import Mapping, Set
from dataclasses import dataclass
from datetime import datetime

from shared.contracts.vocabulary import Channel


@dataclass(frozen=True)
class Known:
    """`now`: without it nothing that depends on the date is looked for. `reachable`: person → channels that reach them.

    `away`: people who have told an absence that is not over.
    """

    now: datetime | None = None
    reachable: Mapping[str, Set[Channel]] | None = None
    away: Set[str] = frozenset()
