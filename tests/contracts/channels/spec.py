"""What one provider's contract is: how to set it up, how to hurt it, and what must be made of that."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sandbox import Sandbox
from services.notifier.domain.result import Accepted, Ambiguous, Permanent, Retryable
from shared.contracts.vocabulary import Channel

Env = Mapping[str, str]


@dataclass(frozen=True)
class Means:
    """What a channel must make of one trouble. `after` are the seconds it must be told to wait (None: not checked)."""

    result: type[Accepted] | type[Retryable] | type[Permanent] | type[Ambiguous]
    scope: str = ""
    after: float | None = None


# what the transport does wrong → what any provider makes of it; a specification may say otherwise
TRANSPORT: dict[str, Means] = {
    "429": Means(Retryable, after=0.3),
    "500": Means(Retryable),
    "timeout-before-accept": Means(Ambiguous),
    "timeout-after-accept": Means(Ambiguous),
    "down": Means(Ambiguous),
    "slow": Means(Accepted),
    "late": Means(Accepted),
    "html": Means(Ambiguous),
    "huge": Means(Ambiguous),
}


@dataclass(frozen=True)
class Spec:
    """One provider of the table.

    `env` gives its TASUKI_* variables for a sandbox, `wrong` those that differ when its credentials are not valid any
    more (None: it has none to revoke), `nowhere` those that lead to a port where nobody listens, `unset` those that
    leave it not set up. `to` is an address that works, `bad` one that the provider refuses for good (None: it cannot
    tell). `means` tells each trouble of its own. `asked` says whether it can be asked for what was sent, `again` whether
    sending the same notification twice is one message there, `changes` whether a sent message is changed when taken.
    """

    name: str
    channel: Channel
    env: Callable[[Sandbox], Env]
    to: str
    unset: Env
    nowhere: Callable[[Sandbox], Env] | None = None
    wrong: Env | None = None
    bad: str | None = None
    means: Mapping[str, Means] = field(default_factory=dict)
    asked: bool = False
    again: bool = False
    changes: bool = False
    address: Callable[[Sandbox], str] | None = None  # where the address holds the sandbox's own place
    nobody: str = "http://127.0.0.1:9/nobody"  # where such an address leads to nobody
    away: str = "unreachable"  # the code of a send to nobody

    def given(self, sandbox: Sandbox) -> str:
        """The address to send to."""
        return self.address(sandbox) if self.address else self.to

    def of(self, kind: str) -> Means:
        """What this provider makes of a trouble."""
        return {**TRANSPORT, **self.means}[kind]


def text_of(sandbox: Sandbox, since: int = 0) -> str:
    """All that arrived, as text."""
    parts: list[Any] = [(r.text, r.content) for r in sandbox.received(since=since)]
    return str(parts) + "".join(m.subject + m.text for m in sandbox.mail.messages)
