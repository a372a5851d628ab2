"""Which traces are kept, by the tracer of the SDK itself."""

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.sdk.trace.sampling import ParentBased

from shared.runtime import rationing, telemetry


class Now:
    """A clock that goes when it is told."""

    at = 1000.0

    def __call__(self) -> float:
        return self.at


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> Now:
    clock = Now()
    monkeypatch.setattr(rationing, "monotonic", clock)
    return clock


@pytest.fixture
def written(now: Now, monkeypatch: pytest.MonkeyPatch) -> InMemorySpanExporter:
    """What would be sent off."""
    provider, exporter = TracerProvider(sampler=ParentBased(rationing.Rationed())), InMemorySpanExporter()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    monkeypatch.setattr(telemetry, "_tracer", provider.get_tracer("tasuki"))
    return exporter


def many(name: str, count: int) -> None:
    for _ in range(count):
        with telemetry.span(name), telemetry.span("within"):
            pass


def test_all_are_kept_while_it_is_quiet(written: InMemorySpanExporter, now: Now) -> None:
    for _ in range(300):
        many("POST", 1)
        now.at += 1 / rationing.PER_SECOND
    assert len(written.get_finished_spans()) == 600


def test_of_a_crowd_some_are_kept_whole_and_the_others_not_at_all(written: InMemorySpanExporter, now: Now) -> None:
    many("POST", 1000)
    names = [span.name for span in written.get_finished_spans()]
    assert names.count("POST") == names.count("within") == rationing.AT_ONCE
    now.at += 1
    many("POST", 1000)
    assert len(written.get_finished_spans()) == 2 * (rationing.AT_ONCE + rationing.PER_SECOND)


def test_whoever_looks_often_takes_no_trace_from_what_is_done(written: InMemorySpanExporter) -> None:
    many("GET", 1000)
    many("POST", 1)
    assert written.get_finished_spans()[-1].name == "POST"


def test_an_urgent_case_is_kept_in_any_crowd(written: InMemorySpanExporter) -> None:
    many("POST", 1000)
    before = len(written.get_finished_spans())
    with telemetry.span("POST"):
        assert not telemetry.kept_trace_id()
        with telemetry.kept(urgent=True):
            kept, header = telemetry.kept_trace_id(), telemetry.traceparent()
        with telemetry.kept(urgent=False):
            assert not int(telemetry.traceparent()[-2:], 16) & 1
    assert int(header[-2:], 16) & 1
    with telemetry.span("process", parent=header):
        assert telemetry.trace_id() == kept
    assert [span.name for span in written.get_finished_spans()[before:]] == ["urgent", "process"]


def test_an_urgent_case_in_the_quiet_stays_in_the_trace_of_its_request(written: InMemorySpanExporter) -> None:
    with telemetry.span("POST"):
        outer = trace.get_current_span().get_span_context().trace_id
        with telemetry.kept(urgent=True):
            assert trace.get_current_span().get_span_context().trace_id == outer
    assert [span.name for span in written.get_finished_spans()] == ["POST"]
