"""Reads a folder of policy files and names file and line of every mistake."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from services.router.domain.lint import lint
from services.router.domain.policy import Policy

FILES = ("matrix.yaml", "rules.yaml", "teams.yaml", "schedules.yaml")
Place = tuple[str | int, ...]


@dataclass(frozen=True)
class Mistake:
    """One mistake, with the line that a person has to look at."""

    file: str
    line: int
    what: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.what}"


class BadPolicy(ValueError):
    """The policy cannot be used; `mistakes` says why, one by one."""

    def __init__(self, mistakes: list[Mistake]) -> None:
        super().__init__("\n".join(map(str, mistakes)))
        self.mistakes = mistakes


class _Loader(yaml.SafeLoader):
    """Plain data only, and text stays text: 18:00 is not a number of seconds, `no` is not false, a date is no timestamp."""

    yaml_implicit_resolvers: dict[Any, Any] = {}  # noqa: RUF012 (declared so by PyYAML)


_Loader.add_implicit_resolver("tag:yaml.org,2002:null", re.compile(r"(null|~|)$"), ["n", "~", ""])
_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"(true|false)$"), list("tf"))
_Loader.add_implicit_resolver("tag:yaml.org,2002:int", re.compile(r"-?(0|[1-9]\d*)$"), list("-0123456789"))
_Loader.add_implicit_resolver("tag:yaml.org,2002:float", re.compile(r"-?\d+\.\d+$"), list("-0123456789"))


def read(folder: Path) -> Policy:
    """Read, check and lint the files of a folder. Raises `BadPolicy`."""
    data: dict[str, Any] = {}
    lines: dict[Place, tuple[str, int]] = {}
    mistakes: list[Mistake] = []
    for name in FILES:
        try:
            text = (folder / name).read_text(encoding="utf-8")
            node = yaml.compose(text, Loader=_Loader)
            if node is not None:
                _places(node, (), name, lines, mistakes)
                loaded = yaml.load(text, Loader=_Loader)  # noqa: S506 (it is a SafeLoader)
                data.update(loaded if isinstance(loaded, dict) else {})
        except FileNotFoundError:
            mistakes.append(Mistake(name, 1, "the file is missing"))
        except UnicodeDecodeError as problem:
            mistakes.append(Mistake(name, 1, f"not UTF-8 at byte {problem.start}"))
        except yaml.YAMLError as problem:
            mark = getattr(problem, "problem_mark", None)
            mistakes.append(Mistake(name, mark.line + 1 if mark else 1, str(getattr(problem, "problem", problem))))
    if mistakes:
        raise BadPolicy(mistakes)
    return checked(data, lines)


def checked(data: Any, lines: dict[Place, tuple[str, int]] | None = None) -> Policy:
    """Make a policy of plain data. Raises `BadPolicy`; without `lines` the places are data paths at line 1."""
    known = lines or {}
    try:
        policy = Policy.model_validate(data)
    except ValidationError as problem:
        found = [(tuple(error["loc"]), error["msg"]) for error in problem.errors(include_input=False)]
        raise BadPolicy([_mistake(place, what, known) for place, what in found[:50]]) from problem
    findings = lint(policy)
    if findings:
        raise BadPolicy([_mistake(place, what, known) for place, what in findings[:50]])
    return policy


def _mistake(place: Place, what: str, lines: dict[Place, tuple[str, int]]) -> Mistake:
    path = ".".join(map(str, place))
    for length in range(len(place), 0, -1):
        if place[:length] in lines:
            file, line = lines[place[:length]]
            return Mistake(file, line, f"{path}: {what}")
    return Mistake("policy", 1, f"{path}: {what}")


def _places(node: Any, place: Place, file: str, lines: dict[Place, tuple[str, int]], mistakes: list[Mistake]) -> None:
    lines.setdefault(place, (file, node.start_mark.line + 1))
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            if key.value in seen:
                mistakes.append(Mistake(file, key.start_mark.line + 1, f"{key.value} stands twice"))
            seen.add(key.value)
            lines[(*place, key.value)] = (file, key.start_mark.line + 1)
            _places(value, (*place, key.value), file, lines, mistakes)
    elif isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            _places(item, (*place, index), file, lines, mistakes)
