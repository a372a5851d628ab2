"""`python -m tools.mutants services/timer/domain` breaks the code in many small ways and tells which of them no test notices.

Each change is made in a copy of the tree. First the unit tests that name the module run, then all of its service. What is
known to change nothing that anybody could see stands with its reason in `tests/mutants.toml`; anything else that survives
is printed, and the exit code is 1.
"""

import argparse
import ast
import copy
import random
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue

ROOT = Path(__file__).parents[1]
EXPLAINED = ROOT / "tests" / "mutants.toml"
COPIED = (
    "services",
    "shared",
    "tests",
    "sandbox",
    "gateway",
    "watchdog",
    "policy",
    "deploy",
    "tools",
    "clients",
    "pyproject.toml",
)
PATIENCE = 5  # times as long as the whole code takes; what hangs longer has been noticed
COMPARED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}  # fmt: skip
COUNTED: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.FloorDiv, ast.FloorDiv: ast.Mult, ast.Div: ast.Mult,
    ast.BitOr: ast.BitAnd, ast.BitAnd: ast.BitOr, ast.Mod: ast.Add,
}  # fmt: skip
CALLED = {"min": "max", "max": "min", "any": "all", "all": "any"}


@dataclass(frozen=True)
class Mutant:
    """One change: in which file, on which line, what stood there and what stands there now, and the whole new text."""

    path: str
    line: int
    before: str
    after: str
    text: str

    @property
    def name(self) -> str:
        """The change without its line, which moves."""
        return f"{self.path}: {self.before} → {self.after}"


def mutants(path: str, text: str) -> Iterator[Mutant]:
    """Every small change of a module but of types, decorators, and what has a name at its head: these are settings."""
    tree = ast.parse(text)
    for parent, field, place in _places(tree):
        value = getattr(parent, field)
        yield from _changed(path, tree, parent, field, place, value if place is None else value[place])


def _places(parent: ast.AST) -> Iterator[tuple[ast.AST, str, int | None]]:
    for field, value in ast.iter_fields(parent):
        if field in ("annotation", "returns", "decorator_list", "type_params"):
            continue
        for place, node in enumerate(value if isinstance(value, list) else [value]):
            setting = isinstance(parent, ast.Module) and isinstance(node, (ast.Assign, ast.AnnAssign))
            if isinstance(node, ast.AST) and not setting:
                yield parent, field, place if isinstance(value, list) else None
                yield from _places(node)


def _changed(
    path: str, tree: ast.Module, parent: ast.AST, field: str, place: int | None, node: ast.AST
) -> Iterator[Mutant]:
    within = isinstance(node, ast.Constant) and isinstance(parent, ast.expr)  # a 0 says nothing by itself
    shown = parent if within or isinstance(node, (ast.cmpop, ast.operator, ast.boolop)) else node
    for other in _others(node):
        before = ast.unparse(shown)
        _put(parent, field, place, other)
        after = ast.unparse(parent if shown is parent else other)
        yield Mutant(path, getattr(shown, "lineno", 0), before, after, ast.unparse(tree))
        _put(parent, field, place, node)


def _put(parent: ast.AST, field: str, place: int | None, node: ast.AST) -> None:
    if place is None:
        setattr(parent, field, node)
    else:
        getattr(parent, field)[place] = node


def _others(node: ast.AST) -> Iterator[ast.AST]:
    """What may stand instead of a node."""
    match node:
        case ast.cmpop():
            yield COMPARED[type(node)]()
        case ast.operator() if type(node) in COUNTED:
            yield COUNTED[type(node)]()
        case ast.And():
            yield ast.Or()
        case ast.Or():
            yield ast.And()
        case ast.UnaryOp(op=ast.Not()):
            yield node.operand
        case ast.Constant(value=bool(truth)):
            yield ast.Constant(not truth)
        case ast.Constant(value=int(number) | float(number)):
            yield ast.Constant(number + 1)
        case ast.Call(func=ast.Name(id=name)) if name in CALLED:
            other = copy.copy(node)
            other.func = ast.Name(CALLED[name], ast.Load())
            yield other
        case ast.Break():
            yield ast.Continue()
        case ast.Continue():
            yield ast.Break()
        case ast.IfExp():
            yield node.body
            yield node.orelse
        case ast.Return(value=ast.expr() as value) if not (isinstance(value, ast.Constant) and value.value is None):
            yield ast.Return(ast.Constant(None))


def unbroken(folder: Path, paths: Iterable[str]) -> float:
    """How many seconds the tests of the slowest of these modules take as it stands; none can be judged by tests that fail."""
    longest = 0.0
    for tests in {tuple(tests) for path in paths for tests in list(_tests(folder, path))[-1:]}:
        began = time.monotonic()
        if not _passes(folder, list(tests), None):
            raise SystemExit(f"these fail without any change: {' '.join(tests)}")
        longest = max(longest, time.monotonic() - began)
    return longest


def noticed(mutant: Mutant, folder: Path, longest: float) -> bool:
    """Whether a test of the copy in `folder` fails for it, or takes longer than so many seconds."""
    file = folder / mutant.path
    before = file.read_text("utf-8")
    file.write_text(mutant.text, "utf-8")
    try:
        return any(not _passes(folder, tests, longest) for tests in _tests(folder, mutant.path))
    finally:
        file.write_text(before, "utf-8")


def _tests(folder: Path, path: str) -> Iterator[list[str]]:
    """The unit tests that name a module, then all that there are of its service."""
    parts = Path(path).with_suffix("").parts
    all_ = folder / "tests" / "unit" / (parts[1] if parts[0] == "services" else parts[-2])
    named = [str(t) for t in sorted(all_.rglob("test_*.py")) if parts[-1] in t.read_text("utf-8")]
    if named:
        yield named
    yield [str(all_)]


def _passes(folder: Path, tests: list[str], longest: float | None) -> bool:
    command = [sys.executable, "-m", "pytest", "-x", "-p", "no:cacheprovider", "--timeout=0", *tests]
    try:
        return subprocess.run(command, cwd=folder, capture_output=True, timeout=longest).returncode == 0  # noqa: S603
    except subprocess.TimeoutExpired:
        return False


def copied() -> Path:
    """The tree in a folder of its own."""
    folder = Path(tempfile.mkdtemp(prefix="tasuki-mutants-"))
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__", "node_modules"))
        else:
            shutil.copy(source, folder / name)
    return folder


def chosen(paths: list[str], sample: int, seed: int) -> list[Mutant]:
    """The changes of all modules below these paths, or so many of them as a seed picks."""
    files = sorted(f for p in paths for f in ([ROOT / p] if (ROOT / p).is_file() else (ROOT / p).rglob("*.py")))
    found = [m for f in files for m in mutants(str(f.relative_to(ROOT)), f.read_text("utf-8"))]
    return random.Random(seed).sample(found, sample) if 0 < sample < len(found) else found  # noqa: S311 — a choice, no secret


def explained() -> dict[str, str]:
    """Change → why nobody can see it."""
    return {one["change"]: one["because"] for one in tomllib.loads(EXPLAINED.read_text("utf-8")).get("mutant", [])}


def main() -> int:
    """Break, test, tell."""
    parser = argparse.ArgumentParser("python -m tools.mutants", description=__doc__)
    parser.add_argument("paths", nargs="+", help="modules or folders below the root")
    parser.add_argument("--sample", type=int, default=0, help="so many changes, picked by the seed; 0 for all")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=2)
    asked = parser.parse_args()
    known, folders = explained(), SimpleQueue[Path]()
    for _ in range(asked.workers):
        folders.put(copied())

    def tried(mutant: Mutant) -> bool:
        folder = folders.get()
        try:
            return noticed(mutant, folder, longest)
        finally:
            folders.put(folder)

    todo = [m for m in chosen(asked.paths, asked.sample, asked.seed) if m.name not in known]
    folder = folders.get()
    longest = PATIENCE * asked.workers * unbroken(folder, {m.path for m in todo})
    folders.put(folder)
    survivors = []
    with ThreadPoolExecutor(asked.workers) as pool:
        for number, (mutant, seen) in enumerate(zip(todo, pool.map(tried, todo), strict=True), 1):
            if not seen:
                survivors.append(mutant)
                print(f"{mutant.path}:{mutant.line}: {mutant.before} → {mutant.after}", flush=True)
            print(f"\r{number} of {len(todo)}, {len(survivors)} survive", end="", file=sys.stderr)
    while not folders.empty():
        shutil.rmtree(folders.get())
    print(f"\n{len(todo)} changes, {len(survivors)} not noticed, {len(known)} explained", file=sys.stderr)
    return int(bool(survivors))


if __name__ == "__main__":
    sys.exit(main())
