"""`./tasuki login`: who cannot be let in is told why and what to do, not to read the logs of services that are well."""

from pathlib import Path

import pytest

from deploy.local.demo_data import login_link
from deploy.local.language import Problem
from deploy.local.layout import Layout


def test_who_cannot_be_let_in_is_told_why(tmp_path: Path) -> None:
    layout = Layout(tmp_path, 19600)
    (layout.secrets / "database-url-intake").write_text("postgresql://nobody@127.0.0.1:1/none")
    with pytest.raises(Problem) as problem:
        login_link(layout, "髙 橋", admin=False)
    assert problem.value.said.startswith("--person: letters, digits")
    assert "--admin" in problem.value.advice
    assert "make logs" not in problem.value.advice
