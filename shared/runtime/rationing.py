"""Which traces are kept: all while it is quiet, some of a crowd, and that of every urgent case."""

from collections.abc import Sequence

from opentelemetry.context import Context
from opentelemetry.sdk.trace.sampling import Decision, Sampler, SamplingResult
from opentelemetry.trace import Link, SpanKind, TraceState
from opentelemetry.util.types import Attributes

from shared.runtime.clock import monotonic

URGENT = "tasuki.urgent"  # the attribute of a span whose trace is kept in any case
PER_SECOND, AT_ONCE = 10.0, 100.0  # traces of each kind that are kept, of those that begin here


class Rationed(Sampler):
    """Keeps what begins here while there are not more than PER_SECOND of them; reading and doing count each by itself.

    A crowd of a thousand reports of one outage looks the same in every trace, and to write down and send off each span
    would cost a seventh of the processor just then.
    """

    def __init__(self) -> None:
        self._left = {True: AT_ONCE, False: AT_ONCE}
        self._at = monotonic()

    def should_sample(
        self,
        parent_context: Context | None,
        trace_id: int,
        name: str,
        kind: SpanKind | None = None,
        attributes: Attributes = None,
        links: Sequence[Link] | None = None,
        trace_state: TraceState | None = None,
    ) -> SamplingResult:
        """Keep it, or leave it out with all that follows of it in any service."""
        keep = bool(attributes and attributes.get(URGENT)) or self._takes(name in ("GET", "HEAD"))
        return SamplingResult(Decision.RECORD_AND_SAMPLE if keep else Decision.DROP, attributes if keep else None)

    def get_description(self) -> str:
        """For whoever asks the SDK."""
        return f"Rationed({PER_SECOND:g}/s)"

    def _takes(self, reads: bool) -> bool:
        now = monotonic()
        for kind, left in self._left.items():
            self._left[kind] = min(left + (now - self._at) * PER_SECOND, AT_ONCE)
        self._at = now
        if self._left[reads] < 1:
            return False
        self._left[reads] -= 1
        return True
