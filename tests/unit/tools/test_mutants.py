"""Small changes of the code: each one alone, none of settings and types, and the code as it was afterwards."""

import ast

import pytest

from tools.mutants import explained, mutants

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
