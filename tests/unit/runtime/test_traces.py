"""Which traces are kept, by the tracer of the SDK itself."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from opentelemetry import trace
from opentelemetry.propagate import extract
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.sdk.trace.sampling import ParentBased
from opentelemetry.trace import Tracer

from shared.contracts.envelope import Meta, Record
from shared.runtime import telemetry
from shared.runtime.telemetry import TRACES_AT_ONCE, TRACES_PER_SECOND, Rationed


class Now:
    """A clock that goes when it is told."""

    at = 1000.0

    def __call__(self) -> float:
        return self.at


@pytest.fixture
def now() -> Now:
    return Now()


@pytest.fixture
def written() -> InMemorySpanExporter:
    """What would be sent off."""
    return InMemorySpanExporter()


@pytest.fixture
def tracer(now: Now, written: InMemorySpanExporter) -> Tracer:
    provider = TracerProvider(sampler=ParentBased(Rationed(now)))
    provider.add_span_processor(SimpleSpanProcessor(written))
    return provider.get_tracer("tests")


def many(tracer: Tracer, name: str, count: int) -> None:
    for _ in range(count):
        with tracer.start_as_current_span(name), tracer.start_as_current_span("within"):
            pass


def test_all_are_kept_while_it_is_quiet(written: InMemorySpanExporter, tracer: Tracer, now: Now) -> None:
    for _ in range(300):
        many(tracer, "POST", 1)
        now.at += 1 / TRACES_PER_SECOND
    assert len(written.get_finished_spans()) == 600


def test_of_a_crowd_some_are_kept_whole_and_the_others_not_at_all(
    written: InMemorySpanExporter, tracer: Tracer, now: Now
) -> None:
    many(tracer, "POST", 1000)
    names = [span.name for span in written.get_finished_spans()]
    assert names.count("POST") == names.count("within") == TRACES_AT_ONCE
    now.at += 1
    many(tracer, "POST", 1000)
    assert len(written.get_finished_spans()) == 2 * (TRACES_AT_ONCE + TRACES_PER_SECOND)


def test_whoever_looks_often_takes_no_trace_from_what_is_done(written: InMemorySpanExporter, tracer: Tracer) -> None:
    many(tracer, "GET", 1000)
    many(tracer, "POST", 1)
    assert written.get_finished_spans()[-1].name == "POST"


def test_an_urgent_case_is_kept_in_any_crowd(written: InMemorySpanExporter, tracer: Tracer) -> None:
    many(tracer, "POST", 1000)
    before = len(written.get_finished_spans())
    with tracer.start_as_current_span("POST"):
        assert not telemetry.kept_trace_id()
        with telemetry.kept(True, tracer):
            kept, header = telemetry.kept_trace_id(), telemetry.traceparent()
        with telemetry.kept(False, tracer):
            assert not int(telemetry.traceparent()[-2:], 16) & 1
    assert int(header[-2:], 16) & 1
    with tracer.start_as_current_span("process", extract({"traceparent": header})):
        assert telemetry.trace_id() == kept
    assert [span.name for span in written.get_finished_spans()[before:]] == ["urgent", "process"]


def test_an_urgent_case_in_the_quiet_stays_in_the_trace_of_its_request(
    written: InMemorySpanExporter, tracer: Tracer
) -> None:
    with tracer.start_as_current_span("POST"):
        outer = trace.get_current_span().get_span_context().trace_id
        with telemetry.kept(True, tracer):
            assert trace.get_current_span().get_span_context().trace_id == outer
    assert [span.name for span in written.get_finished_spans()] == ["POST"]


def test_what_follows_of_a_trace_that_is_left_out_is_left_out_with_it(
    written: InMemorySpanExporter, tracer: Tracer
) -> None:
    parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00"
    record, meta = Record("tasuki.cases", 0, 1, [], b""), Meta(uuid4(), "case.noted.v1", datetime.now(UTC), parent)
    for opened in (telemetry.consuming(record, meta, "tests"), telemetry.span("chat send", parent=parent)):
        with opened, tracer.start_as_current_span("within"):
            assert telemetry.trace_id() == parent[3:35]
            assert not telemetry.kept_trace_id()
            assert telemetry.traceparent().endswith("-00")
            with telemetry.kept(True, tracer):
                assert telemetry.kept_trace_id()  # whatever is urgent is kept here as well
        assert not telemetry.trace_id()
    assert [span.name for span in written.get_finished_spans()] == ["urgent", "urgent"]


def test_a_trace_that_is_kept_goes_on_and_one_that_is_none_does_not() -> None:
    with telemetry.span("chat send", parent="00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"):
        assert telemetry.kept_trace_id() == "0af7651916cd43dd8448eb211c80319c"
    with telemetry.span("chat send", parent=f"00-{'0' * 32}-b7ad6b7169203331-00") as opened:
        assert opened.get_span_context().span_id != 0xB7AD6B7169203331
