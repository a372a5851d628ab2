"""The mistakes that chaos must find can still be put in."""

import pytest

from chaos.bugs import BUGS
from chaos.checker import RULES
from chaos.faults import KINDS
from deploy.local.layout import ROOT


@pytest.mark.parametrize("name", BUGS)
def test_each_bug_has_its_place(name: str) -> None:
    bug = BUGS[name]
    assert (ROOT / bug.path).read_text(encoding="utf-8").count(bug.right) == 1
    assert bug.kinds <= KINDS.keys()
    assert set(bug.found) <= {rule.__name__ for rule in RULES} | {"silent"}
