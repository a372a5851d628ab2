"""From a figure to a trace: the example of a bucket is a trace that was sent off, told to whoever asks for it."""

import json
import subprocess
import sys
from typing import Any

import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF, ALWAYS_ON, Sampler
from opentelemetry.trace import NonRecordingSpan, SpanContext, TraceFlags, use_span
from prometheus_client import CollectorRegistry, Histogram
from prometheus_client.openmetrics.parser import text_string_to_metric_families as openmetrics
from prometheus_client.parser import text_string_to_metric_families as classic

from shared.runtime import telemetry
from tests.architecture.rules import CODE, ROOT, sources


@pytest.fixture(scope="module")
def told() -> Any:
    """What a process that served requests says of them."""
    argv = [sys.executable, "-m", "tests.unit.runtime.traced"]
    done = subprocess.run(argv, cwd=ROOT, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


@pytest.fixture
def histogram() -> Histogram:
    return Histogram("seconds", "Some", registry=CollectorRegistry())


def examples(histogram: Histogram) -> list[dict[str, str]]:
    """Of all buckets."""
    return [s.exemplar.labels for family in histogram.collect() for s in family.samples if s.exemplar]


def test_the_example_of_a_request_is_the_trace_that_was_sent_off(told: Any) -> None:
    found = {
        (sample.labels["route"], sample.exemplar.labels["trace_id"])
        for family in openmetrics(told["examples"])  # type: ignore[no-untyped-call]
        for sample in family.samples
        if sample.exemplar
    }
    assert found == {("/kept", told["spans"]["GET /kept"])}
    assert "GET /left-out" not in told["spans"]


def test_whoever_does_not_ask_for_examples_gets_the_text_of_before(told: Any) -> None:
    assert [kind.split(";")[0] for kind in told["kinds"]] == ["text/plain", "application/openmetrics-text"]
    assert "trace_id" not in told["plain"]
    assert "# EOF" not in told["plain"]
    parsed = classic(told["plain"]), openmetrics(told["examples"])  # type: ignore[no-untyped-call]
    names = [{family.name for family in families if family.type == "histogram"} for families in parsed]
    assert names[0] == names[1] >= {"tasuki_http_request_seconds"}


@pytest.mark.parametrize(("sampler", "count"), [(ALWAYS_ON, 1), (ALWAYS_OFF, 0)], ids=["sampled", "not sampled"])
def test_only_a_trace_that_is_kept_is_an_example(histogram: Histogram, sampler: Sampler, count: int) -> None:
    with TracerProvider(sampler=sampler).get_tracer("tests").start_as_current_span("handled"):
        telemetry.observe(histogram, 0.2)
        assert examples(histogram) == [{"trace_id": telemetry.trace_id()}] * count


def test_a_trace_that_somebody_else_keeps_and_nobody_here_is_no_example(histogram: Histogram) -> None:
    with use_span(NonRecordingSpan(SpanContext(1, 1, is_remote=True, trace_flags=TraceFlags(TraceFlags.SAMPLED)))):
        telemetry.observe(histogram, 0.2)
    telemetry.observe(histogram, 0.2)
    assert not examples(histogram)


def test_whatever_is_measured_can_have_an_example() -> None:
    bare = [
        str(path)
        for _, path in sources(ROOT, *CODE)
        if ".observe(" in path.read_text().replace("telemetry.observe(", "")
    ]
    assert bare == [str(ROOT / "shared/runtime/telemetry.py")]
