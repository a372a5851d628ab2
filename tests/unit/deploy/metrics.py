"""What the code exports, read from its source: series with their labels; and what an expression asks for."""

import ast
import re
import subprocess

from deploy.local.debian import ensure
from tests.architecture.rules import CODE, ROOT, sources

EVERYWHERE = {"job", "instance"}  # Prometheus itself adds them
FOLDED = {"Histogram": ("_bucket", "_count", "_sum"), "Gauge": ("",), "Counter": ("",)}


def exported() -> dict[str, set[str]]:
    """Series → its labels."""
    found: dict[str, set[str]] = {}
    for _, path in sources(ROOT, *CODE):
        for call in ast.walk(ast.parse(path.read_text())):
            match call:
                case ast.Call(func=ast.Name(id=kind), args=[ast.Constant(value=str(name)), _, *rest]) if kind in FOLDED:
                    labels = set(ast.literal_eval(rest[0])) if rest else set()
                    for end in FOLDED[kind]:
                        found[name + end] = labels | ({"le"} if end == "_bucket" else set())
    return found


EXPORTED = exported()


def unknown(expression: str) -> set[str]:
    """Series that nothing exports, and labels that none of the named series has."""
    bare = re.sub(r'"[^"]*"', '""', expression)
    named = set(re.findall(r"\btasuki_\w+", bare))
    wanted = {
        label.strip()
        for labels in re.findall(r"\b(?:by|on|without)\s*\(([^)]*)\)", bare)
        for label in labels.split(",")
        if label.strip()
    } | set(re.findall(r"(\w+)\s*(?:=~|!~|!=|=)\s*\"", bare))
    has = EVERYWHERE.union(*(EXPORTED.get(name, set()) for name in named))
    return (named - EXPORTED.keys()) | (wanted - has)


def promtool(*arguments: str) -> str:
    """What Prometheus' own tool says; '' when all is well."""
    ensure("prometheus")
    done = subprocess.run(["promtool", *arguments], capture_output=True, text=True, timeout=60)
    return "" if done.returncode == 0 else done.stdout + done.stderr
