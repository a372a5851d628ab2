"""Small changes of the code: each one alone, none of settings and types, and the code as it was afterwards."""

import ast
from pathlib import Path

import pytest

from tools.mutants import Mutant, explained, mutants, noticed, unbroken

CODE = '''
MOST = 3

@dataclass(frozen=True)
class Thing:
    size: int = 1

    def fits(self, more: int = 0) -> bool:
        """Text with a number 5 in it."""
        if not self.open or self.size + more > MOST:
            return False
        return any(self.parts)
'''


def test_every_change_is_made_alone_and_nothing_is_left_of_it() -> None:
    found = list(mutants("thing.py", CODE))
    assert {(m.before, m.after) for m in found} == {
        ("1", "2"),
        ("0", "1"),
        ("not self.open", "self.open"),
        ("not self.open or self.size + more > MOST", "not self.open and self.size + more > MOST"),
        ("self.size + more", "self.size - more"),
        ("self.size + more > MOST", "self.size + more >= MOST"),
        ("return False", "return None"),
        ("False", "True"),
        ("return any(self.parts)", "return None"),
        ("any(self.parts)", "all(self.parts)"),
    }
    before = ast.unparse(ast.parse(CODE)).splitlines()
    for mutant in found:
        now = mutant.text.splitlines()
        assert len(now) == len(before)
        assert sum(a != b for a, b in zip(before, now, strict=True)) == 1


@pytest.mark.parametrize(
    "code", ["LIMIT = timedelta(seconds=6)", "def f(a: Literal[1, 2]) -> None: ...", "@cache(3)\ndef f(): ..."]
)
def test_settings_types_and_decorators_are_left_alone(code: str) -> None:
    assert list(mutants("x.py", code)) == []


def test_what_is_explained_says_why() -> None:
    assert all(len(because) > 20 for because in explained().values())


TEST = "from services.x.thing import size\n\ndef test_size():\n    assert size() {}\n"


def service(folder: Path, claim: str) -> Path:
    """A service of one module, and a test of it."""
    for name, text in {
        "pyproject.toml": "[tool.pytest.ini_options]\naddopts = '--import-mode=importlib'\npythonpath = ['.']\n",
        "services/x/thing.py": "def size():\n    return 1\n",
        "tests/unit/x/test_thing.py": TEST.format(claim),
    }.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


def test_the_time_is_that_of_the_whole_code_and_what_no_test_says_is_not_noticed(tmp_path: Path) -> None:
    """Seen red: with a limit that the tests of the whole code do not keep either, every change counts as noticed."""
    folder = service(tmp_path, "> 0")
    longest = unbroken(folder, ["services/x/thing.py"])
    unseen, seen = (Mutant("services/x/thing.py", 2, "1", n, f"def size():\n    return {n}\n") for n in ("2", "0"))
    assert not noticed(unseen, folder, 5 * longest)
    assert noticed(seen, folder, 5 * longest)
    assert noticed(unseen, folder, longest / 100)  # it hangs
    assert "return 1" in (folder / "services/x/thing.py").read_text()


def test_no_change_is_judged_by_tests_that_fail_without_it(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="fail without any change"):
        unbroken(service(tmp_path, "> 1"), ["services/x/thing.py"])
