"""Traces, metrics and logs, the same in every service; personal data is masked before a line is written."""

import logging
import re
import ssl
import sys
from collections.abc import Callable, Iterator, MutableMapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from functools import cache
from typing import Any

import httpx
import structlog
from opentelemetry import trace
from opentelemetry.context import Context, attach, detach
from opentelemetry.propagate import extract, inject
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.sampling import Decision, ParentBased, Sampler, SamplingResult
from opentelemetry.trace import Link, NonRecordingSpan, Span, SpanContext, SpanKind, Status, StatusCode, Tracer
from opentelemetry.util.types import Attributes
from prometheus_client import Counter, Histogram

from shared.contracts.envelope import Meta, Record
from shared.runtime.clock import monotonic
from shared.runtime.settings import ServiceSettings
from shared.runtime.transport import Transport

CONSUMED = Counter("tasuki_records_consumed_total", "Records read and handled or skipped", ["topic"])
PARKED = Counter("tasuki_records_parked_total", "Records set aside as dead letters", ["topic"])
LOOP_FAILURES = Counter("tasuki_loop_failures_total", "Loops that failed and were started again", ["loop"])
HTTP = Histogram("tasuki_http_request_seconds", "HTTP requests served", ["method", "route", "status"])

# Japanese stands directly beside a number, so only ASCII words and digits end one; digits and signs may be full-width.
_PHONE = re.compile(r"(?<![A-Za-z_.\-\d])(?:[+＋]|[0０])\d[\d\-‐−–ー－()（） 　]{7,14}\d(?![A-Za-z_\-\d])")
_EMAIL = re.compile(r"[A-Za-z0-9_.+\-]+[@＠][A-Za-z0-9\-]+(?:\.[A-Za-z0-9\-]+)+")
_SECRET = re.compile(r"(tsk_|whsec_|xox[a-z]-)[\w+/=-]+")
_LOGIN = re.compile(r"(?<=://)[^\s/@]+@")  # the name and the password in an address
# What a terminal or an editor obeys and nobody sees: controls, ends of lines, marks that turn text round; and halves of letters.
_UNSEEN = re.compile(r"[\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
_json = structlog.processors.JSONRenderer(ensure_ascii=False)
# FastAPI would write down by itself who asked, for which path (it may hold the token of a link), and input that does not fit.
OF_THE_FRAMEWORK: Any = dict.fromkeys(("tracing", "metrics", "logs", "operation_spans", "auto_configure"), False)
NEVER_PERSONAL = {"ts", "level", "module", "service", "type", "event_id", "trace_id", "span_id", "case_id", "origin"}
URGENT_TRACE = "tasuki.urgent"  # the attribute of a span whose trace is kept in any case
TRACES_PER_SECOND, TRACES_AT_ONCE = 5.0, 50.0  # that begin here and are kept
_PARENT = re.compile("00-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})")
_PLAIN = {"record_exception": False, "set_status_on_exception": False}


def masked(text: str, *, persons: bool = True) -> str:
    """The text with tokens and the logins of addresses made unreadable; and of `persons` their telephone numbers and e-mail addresses."""
    text = _SECRET.sub(r"\1***", _LOGIN.sub("***@", text))
    return _EMAIL.sub("***@***", _PHONE.sub("***", text)) if persons else text


def logger(name: str) -> Any:
    """A logger of JSON lines."""
    return structlog.get_logger(module=name)


def setup(service: str, settings: ServiceSettings) -> None:
    """Send logs to standard output and spans to where the settings say."""
    level = getattr(logging, settings.log_level.upper(), logging.INFO)
    structlog.configure(
        processors=[*_LINE, _mask, _written],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stdout),
        cache_logger_on_first_use=True,
    )
    structlog.contextvars.bind_contextvars(service=service)
    logging.basicConfig(level=logging.WARNING, handlers=[_of_libraries()])
    if settings.traces != "none":
        named = Resource.create({"service.name": f"tasuki-{service}"})
        provider = TracerProvider(sampler=ParentBased(Rationed()), resource=named)
        provider.add_span_processor(BatchSpanProcessor(_exporter(settings)))
        trace.set_tracer_provider(provider)


def _exporter(settings: ServiceSettings) -> Any:
    if settings.traces == "zipkin":
        from opentelemetry.exporter.zipkin.json import ZipkinExporter

        return ZipkinExporter(endpoint=settings.traces_url)
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

    return OTLPSpanExporter(endpoint=settings.traces_url)


class Rationed(Sampler):
    """Keeps what begins here, up to TRACES_PER_SECOND; reading and doing count each by itself.

    A crowd of a thousand reports of one outage looks the same in every trace, and to write down and send off each span
    would cost a seventh of the processor just then.
    """

    def __init__(self, now: Callable[[], float] = monotonic) -> None:
        self._now = now
        self._left = {True: TRACES_AT_ONCE, False: TRACES_AT_ONCE}
        self._at = now()

    def should_sample(
        self,
        parent_context: Context | None,
        trace_id: int,
        name: str,
        kind: SpanKind | None = None,
        attributes: Attributes = None,
        links: Sequence[Link] | None = None,
        trace_state: trace.TraceState | None = None,
    ) -> SamplingResult:
        """Keep it, or leave it out with all that follows of it in any service."""
        keep = bool(attributes and attributes.get(URGENT_TRACE)) or self._takes(name in ("GET", "HEAD"))
        return SamplingResult(Decision.RECORD_AND_SAMPLE if keep else Decision.DROP, attributes if keep else None)

    def get_description(self) -> str:
        """For whoever asks the SDK."""
        return f"Rationed({TRACES_PER_SECOND:g}/s)"

    def _takes(self, reads: bool) -> bool:
        now = self._now()
        for kind, left in self._left.items():
            self._left[kind] = min(left + (now - self._at) * TRACES_PER_SECOND, TRACES_AT_ONCE)
        self._at = now
        if self._left[reads] < 1:
            return False
        self._left[reads] -= 1
        return True


def _of_libraries() -> logging.Handler:
    """What libraries write down, as lines of the same form: masked too, and one line whatever stands in it."""

    def named(_: Any, __: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        line["module"] = line["_record"].name
        return line

    bare = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(processors=[*_LINE, named, bare, _mask, _written]))
    return handler


def _with_trace(_: Any, __: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    context = trace.get_current_span().get_span_context()
    if context.is_valid:
        line["trace_id"] = f"{context.trace_id:032x}"
        line["span_id"] = f"{context.span_id:016x}"
    return line


_LINE: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.processors.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True, key="ts"),
    _with_trace,
    structlog.processors.format_exc_info,
]


def _mask(_: Any, __: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for name, value in line.items():
        if name not in NEVER_PERSONAL:
            line[name] = _masked(value)
    return line


def _written(logger: Any, method: str, line: MutableMapping[str, Any]) -> str:
    """The line as JSON in which nothing ends it, colours it, turns it round or cannot be written as UTF-8."""
    return _UNSEEN.sub(lambda found: f"\\u{ord(found[0]):04x}", str(_json(logger, method, line)))


def _masked(value: Any) -> Any:
    match value:
        case str():
            return masked(value)
        case dict():
            return {name: _masked(inner) for name, inner in value.items()}
        case list() | tuple():
            return [_masked(inner) for inner in value]
    return value


def traceparent() -> str:
    """The present span as a W3C header value, or nothing."""
    carrier: dict[str, str] = {}
    inject(carrier)
    return carrier.get("traceparent", "")


def trace_id() -> str:
    """The id of the present trace, 32 hex digits, or nothing."""
    return traceparent()[3:35]


def kept_trace_id() -> str:
    """The same where the trace can be looked at, and nothing where it is one of those that are left out in a crowd."""
    return trace_id() if trace.get_current_span().get_span_context().trace_flags.sampled else ""


def observe(histogram: Histogram, seconds: float) -> None:
    """Measure. A trace that will be there to look at is the example of its bucket; of one that is left out nothing is said."""
    there = trace.get_current_span().is_recording() and kept_trace_id()
    histogram.observe(seconds, {"trace_id": there} if there else None)


@cache
def _tracer() -> Tracer:
    """Asked for after `setup`: one from before has to hand every span on, which costs a sixth of it."""
    return trace.get_tracer("tasuki")


@contextmanager
def kept(urgent: bool, tracer: Tracer | None = None) -> Iterator[None]:
    """Keep the trace of what is done within when it is urgent, also where the request's own is left out in a crowd."""
    present = trace.get_current_span().get_span_context()
    if not urgent or present.trace_flags.sampled:
        yield
        return
    with (tracer or _tracer()).start_as_current_span("urgent", Context(), attributes={URGENT_TRACE: True}):
        yield


def span(
    name: str, kind: SpanKind = SpanKind.INTERNAL, parent: str = "", **attributes: Any
) -> AbstractContextManager[Span]:
    """Open a span; `parent` is a traceparent from elsewhere. Attribute names are written with `__` for a dot."""
    return _opened(name, parent, kind, {key.replace("__", "."): value for key, value in attributes.items()})


def consuming(record: Record, meta: Meta, group: str) -> AbstractContextManager[Span]:
    """The span around the handling of one record: child of the sender's, and linked to it."""
    attributes: dict[str, str | int] = {
        "messaging.system": "kafka",
        "messaging.operation.name": "process",
        "messaging.operation.type": "process",
        "messaging.destination.name": record.topic,
        "messaging.destination.partition.id": str(record.partition),
        "messaging.consumer.group.name": group,
        "messaging.kafka.offset": record.offset,
        "messaging.message.id": str(meta.id),
    }
    return _opened(f"process {meta.type}", meta.traceparent, SpanKind.CONSUMER, attributes)


@contextmanager
def _opened(name: str, parent: str, kind: SpanKind, attributes: Attributes, by: Tracer | None = None) -> Iterator[Span]:
    """A span that keeps of what fails in it no more than a line of the log does.

    Below a trace that is left out that trace itself stands for it: to have the SDK drop a span costs six times as much.
    """
    context: Context | None = None
    if found := _PARENT.fullmatch(parent):
        flags = trace.TraceFlags(int(found[3], 16))
        bare = NonRecordingSpan(SpanContext(int(found[1], 16), int(found[2], 16), is_remote=True, trace_flags=flags))
        context = trace.set_span_in_context(bare)
        if not flags.sampled:
            token = attach(context)
            try:
                yield bare
            finally:
                detach(token)
            return
    elif parent:
        context = extract({"traceparent": parent})
    sender = trace.get_current_span(context).get_span_context()
    links = [Link(sender)] if kind is SpanKind.CONSUMER and sender.is_valid else []
    with (by or _tracer()).start_as_current_span(name, context, kind, attributes, links, **_PLAIN) as opened:
        well = False
        try:
            yield opened
            well = True
        finally:
            if not well and isinstance(problem := sys.exc_info()[1], Exception):
                failed(opened, repr(problem)[:500])


@cache
def authorities() -> ssl.SSLContext:
    """The certificate authorities that are believed, read once: it takes longer than most requests do."""
    return httpx.create_ssl_context(trust_env=False)


def http_client(
    timeout: httpx.Timeout | float = 10.0, transport: httpx.AsyncBaseTransport | None = None, **options: Any
) -> httpx.AsyncClient:
    """A client that hands the trace on; open a span around the call to see it by itself."""

    async def hand_on(request: httpx.Request) -> None:
        inject(request.headers)

    hooks = {"request": [hand_on]}
    wire = transport or Transport(authorities())
    return httpx.AsyncClient(timeout=timeout, event_hooks=hooks, trust_env=False, transport=wire, **options)


def failed(opened: Span, problem: str) -> None:
    """Mark a span as failed; what is personal or secret in the reason is masked."""
    opened.set_status(Status(StatusCode.ERROR, masked(problem)))
