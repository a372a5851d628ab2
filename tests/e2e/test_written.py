"""What all the stories have left in the log, kills and outages included, breaks no rule of the judge."""

import pytest

from chaos import judge
from chaos.recording import read_log
from tests.e2e.conftest import Installation

pytestmark = pytest.mark.alone


async def test_every_case_in_the_log_keeps_the_rules(installation: Installation) -> None:
    log = await read_log(f"127.0.0.1:{installation.layout.port('kafka')}")
    assert log
    for case_id, entries in log.items():
        told = judge.once((entry.id, entry.event) for entry in entries)
        assert judge.wrong(told) == "", (case_id, [x.type for x in told])
