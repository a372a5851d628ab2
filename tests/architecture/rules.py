"""The rules of the repository as functions of a folder; each returns the offenders as `path:line: text`."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from shared.contracts.events import REGISTRY

ROOT = Path(__file__).parents[2]
FOLDERS = ("services", "shared", "gateway", "watchdog", "cli", "sandbox", "deploy", "bench", "tools", "tests")
SKIPPED = {"__pycache__", "node_modules"}
DRAWERS = {"utils", "util", "helpers", "helper", "common", "misc", "base", "core", "manager", "managers"}
LONGEST = 300
MOST_RUNTIME_MODULES = 19


@dataclass(frozen=True)
class LineRule:
    """A pattern that no line of `folders` may hold, outside `allow` (patterns of whole paths)."""

    name: str
    pattern: str
    folders: tuple[str, ...]
    allow: tuple[str, ...] = ()


CODE = ("services", "shared", "gateway", "watchdog")
LINES = (
    LineRule(
        "runtime knows no business",
        r"(?i)escalat|on.?call\b|severity|breach|notif(?!y_all)|deadline|responder|acknowledg",
        ("shared/runtime",),
    ),
    LineRule(
        "the environment is read in settings only",
        r"os\.environ|getenv",
        CODE,
        (
            r"shared/runtime/settings\.py",
            r"services/knowledge/__init__\.py",
        ),  # the latter tells numpy to keep to one core
    ),
    LineRule(
        "time comes from the clock",
        r"datetime\.(now|utcnow|today)\(|date\.today\(|time\.(time|monotonic|perf_counter)(_ns)?\(",
        CODE,
        (r"shared/runtime/clock\.py",),
    ),
    LineRule(
        "catch-alls stand where one bad record must not stop the others",
        r"except\s*:|except\s+\(?[^:]*\b(Base)?Exception\b",
        CODE,
        (
            r"shared/runtime/(consume|late|loop)\.py",
            r"services/router/worker\.py",
            r"services/intake/catching_up\.py",
            r"services/knowledge/library\.py",
            r"watchdog/paths\.py",  # one path of alarm that fails must not keep the others from being used
        ),  # the Faust shell leaves the process
    ),
    LineRule(
        "Kafka out goes through the outbox",
        r"AIOKafkaProducer|send_and_wait|\.send\(topic",
        CODE,
        (r"shared/runtime/kafka\.py",),
    ),
    LineRule(
        "no Faust on the wire, in tables or timers",
        r"faust\.Record|stream_ack_exceptions|\.Table\(|@app\.(timer|task|page)|exactly_once",
        CODE,
    ),
    LineRule(
        "fakes, not mocks",
        r"\bunittest\.mock|MagicMock|AsyncMock|\bmocker\b|monkeypatch\.setattr",
        ("tests",),
        (r"tests/integration/intake/test_access.py",),  # it takes a wall away on purpose, to see the other one hold
    ),
    LineRule(
        "time in tests moves by the clock",
        r"\btime\.sleep\(",
        ("tests",),
        (r"tests/unit/(local|sandbox)/.*",),  # they start real processes
    ),
    LineRule("an APIRouter is not the router", r"\brouter\s*=\s*APIRouter", ("services",)),
    LineRule("no name is imported only to be hidden", r"import \*", FOLDERS),
    LineRule(
        "SQL of a service stands in its queries.sql", r"(?<!_)\"{1,3}(SELECT|INSERT|UPDATE|DELETE) ", ("services",)
    ),
)


def sources(root: Path, *folders: str, suffix: str = ".py") -> Iterator[tuple[str, Path]]:
    """Every file below the folders, with its path as the rules write it."""
    for folder in folders:
        for path in sorted((root / folder).rglob(f"*{suffix}")):
            if not SKIPPED & set(path.parts):
                yield path.relative_to(root).as_posix(), path


def lines(root: Path, rule: LineRule) -> list[str]:
    """Lines that a rule forbids; this folder speaks of all of them and is left out."""
    found = []
    for name, path in sources(root, *rule.folders):
        if name.startswith("tests/architecture/") or any(re.fullmatch(a, name) for a in rule.allow):
            continue
        for number, line in enumerate(path.read_text().splitlines(), 1):
            if re.search(rule.pattern, line.split("  #")[0]):
                found.append(f"{name}:{number}: {line.strip()}")
    return found


def drawers(root: Path) -> list[str]:
    """Modules named after nothing."""
    return [name for name, path in sources(root, *FOLDERS) if path.stem in DRAWERS]


def long_files(root: Path) -> list[str]:
    """Files that nobody reads in one go."""
    return [
        f"{name}:{count}: lines"
        for name, path in sources(root, *FOLDERS)
        if (count := path.read_text().count("\n")) > LONGEST
    ]


def without_docstring(root: Path) -> list[str]:
    """Modules that do not say in a sentence what they are."""
    return [
        f"{name}:1: no docstring"
        for name, path in sources(root, *FOLDERS)
        if path.read_text().strip() and ast.get_docstring(ast.parse(path.read_text())) is None
    ]


def lonely_runtime(root: Path) -> list[str]:
    """Modules of shared/runtime that only one service uses, and more of them than are allowed."""
    users: dict[str, set[str]] = defaultdict(set)
    for name, path in sources(root, *CODE):
        owner = "/".join(name.split("/")[:2])
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom) and node.module == "shared.runtime":
                for alias in node.names:
                    users[alias.name].add(owner)
            elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("shared.runtime."):
                users[(node.module or "").split(".")[2]].add(owner)
    modules = sorted(path.stem for _, path in sources(root, "shared/runtime") if path.stem != "__init__")
    lonely = [m for m in modules if len(users[m]) < 2 and "shared/runtime" not in users[m]]
    too_many = modules[MOST_RUNTIME_MODULES:]
    return [f"shared/runtime/{m}.py:1: used by {sorted(users[m])}" for m in lonely] + too_many


def foreign_writers(root: Path, allow: Iterable[tuple[str, str]] = ()) -> list[str]:
    """Places that construct an event of another service; `allow` holds (path, event) pairs."""
    producers = {event.__name__: event.producer for event in REGISTRY.values()}
    wrong = []
    for name, path in sources(root, "services"):
        service = name.split("/")[1]
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call):
                called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                if producers.get(called, service) != service and (name, called) not in set(allow):
                    wrong.append(f"{name}:{node.lineno}: constructs {called} of {producers[called]}")
    return wrong


def copies(root: Path) -> list[list[str]]:
    """Functions of four statements or more whose bodies are the same."""
    seen: dict[str, list[str]] = defaultdict(list)
    for name, path in sources(root, "services", "shared", "gateway", "watchdog", "cli", "sandbox", "deploy"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                body = node.body[1:] if ast.get_docstring(node) else node.body
                if len(body) >= 4:
                    seen["".join(map(ast.dump, body))].append(f"{name}:{node.lineno}")
    return [sorted(where) for where in seen.values() if len(where) > 1]
