"""What telemetry costs is told beside an installation that has none of it."""

import subprocess
import sys

import pytest

from bench.telemetry import compared, silent_python
from deploy.local.layout import ROOT

COUNTS = """
from prometheus_client import Counter, Gauge, Histogram, generate_latest
Counter("c", "-", ["of"]).labels("a").inc()
Gauge("g", "-").set(7)
Histogram("h", "-").observe(0.2)
print(generate_latest().decode())
"""


def test_a_pair_is_compared_with_itself() -> None:
    told = compared([(11, 10), (30, 20), (10.2, 10)])
    assert (told["percent_of_each_pair"], told["percent"]) == ([10.0, 50.0, 2.0], 10.0)
    assert (told["on_median_ms"], told["off_median_ms"]) == (11, 10)


@pytest.mark.parametrize("silent", [True, False])
def test_in_the_silent_interpreter_nothing_is_counted(silent: bool) -> None:
    with silent_python() as python:
        argv = [python if silent else sys.executable, "-c", COUNTS]
        told = subprocess.run(argv, cwd=ROOT, capture_output=True, text=True, check=True)
    assert told.stderr == ""
    counted = {'c_total{of="a"} 1.0', "g 7.0", "h_count 1.0"} & set(told.stdout.splitlines())
    assert len(counted) == (0 if silent else 3)
