"""Templates that people may write: little is allowed, so that each of them ends soon and stays small, whatever it is given."""

from collections.abc import Iterable, Mapping
from contextvars import ContextVar
from typing import Any

from jinja2 import StrictUndefined, Template, TemplateError, TemplateSyntaxError, UndefinedError, nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.filters import FILTERS
from jinja2.sandbox import SandboxedEnvironment

from services.notifier.domain.allowed import Known, check
from services.notifier.domain.mistakes import (
    Mistake,
    endless,
    failing,
    no_list,
    syntax,
    too_deep,
    too_long,
    unknown,
    unwritable,
)

LARGEST = 100_000  # bytes of a text, and letters of what becomes of it
WORK = 300_000  # letters written and parts evaluated by one filling
LONGEST_RANGE = 100
FAILURES = (TemplateError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError, RecursionError)
KEPT_FILTERS = ("default", "first", "int", "last", "length", "lower", "trim", "truncate", "upper")
TESTS = ("defined", "none", "even", "odd")
_left: ContextVar[int | None] = ContextVar("left", default=None)


def _spend(amount: int) -> None:
    left = _left.get()
    if left is not None:
        _left.set(left - amount)
        if amount > left:
            raise endless(0)


def _scalar(value: Any) -> Any:
    """Let only plain values into a text, and count their letters."""
    if isinstance(value, StrictUndefined):
        value._fail_with_undefined_error()
    if not isinstance(value, str | int | float):
        raise unwritable(type(value).__name__)
    _spend(len(str(value)))
    return value


def _join(values: Iterable[Any], d: str = "") -> str:
    parts = [str(_scalar(v)) for v in _listed(values, 1)]
    _spend(len(d) * len(parts))
    return str(_scalar(d)).join(parts)


def _listed(values: Any, weight: int) -> Any:
    """What may be gone through, once it is paid for."""
    if not isinstance(values, tuple | list | range):
        raise no_list(type(values).__name__)
    _spend(len(values) * weight)
    return values


def _range(stop: int) -> range:
    if stop > LONGEST_RANGE:
        raise endless(0)
    return range(stop)


class _Generator(CodeGenerator):
    def visit_Concat(self, node: nodes.Concat, frame: Frame) -> None:  # noqa: N802 - its name in jinja2
        self.write("environment.joined((")
        for part in node.nodes:
            self.visit(part, frame)
            self.write(", ")
        self.write("))")


class _Environment(SandboxedEnvironment):
    code_generator_class = _Generator
    intercepted_binops = frozenset({"+", "-"})

    def joined(self, parts: tuple[Any, ...]) -> str:
        """Put plain values together."""
        return "".join([str(_scalar(part)) for part in parts])

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        """Add and subtract plain values."""
        return super().call_binop(context, operator, _scalar(left), _scalar(right))


_environment = _Environment(
    undefined=StrictUndefined,
    autoescape=False,  # plain text; each channel escapes for itself
    trim_blocks=True,
    lstrip_blocks=True,
    optimized=False,
    finalize=_scalar,
)
_environment.filters = {"join": _join, "listed": _listed, **{name: FILTERS[name] for name in KEPT_FILTERS}}
_environment.tests = {name: _environment.tests[name] for name in TESTS}
_environment.globals = {"range": _range}


def read(source: str, known: Known | None) -> Template:
    """Make a template of a text that may use these variables, or any when None is given. Raises `Mistake`."""
    if len(source.encode("utf-8", "replace")) > LARGEST:
        raise too_long(LARGEST // 1000)
    try:
        tree = _environment.parse(source)
        check(tree, known, _environment)
        code = _environment.compile(tree, filename="text")
    except TemplateSyntaxError as problem:
        raise syntax(problem.lineno, problem.message or "") from None
    except (SyntaxError, RecursionError, MemoryError, OverflowError, ValueError):
        raise too_deep(1) from None
    return Template.from_code(_environment, code, _environment.make_globals(None))


def fill(template: Template, facts: Mapping[str, Any], ours: bool = False) -> str:
    """Fill in a template. Raises `Mistake`; ends soon in any case, but is as long as it has to be when it is `ours`."""
    token = _left.set(None if ours else WORK)
    try:
        written = "".join(template.root_render_func(template.new_context(dict(facts))))
    except Mistake as problem:
        raise Mistake(problem.code, _line(template, problem), problem.ja, problem.en) from None
    except UndefinedError as problem:
        raise unknown(_line(template, problem), _name(problem)) from None
    except FAILURES as problem:
        raise failing(_line(template, problem), f"{type(problem).__name__} {problem}") from None
    finally:
        _left.reset(token)
    if len(written) > LARGEST and not ours:
        raise endless(0)
    return written


def _line(template: Template, problem: BaseException) -> int:
    """The line of the text at which something went wrong."""
    line, at = 0, problem.__traceback__
    while at is not None:
        if at.tb_frame.f_globals.get("environment") is _environment:
            line = template.get_corresponding_lineno(at.tb_lineno)
        at = at.tb_next
    return line


def _name(problem: UndefinedError) -> str:
    parts = (problem.message or "").split("'")
    return parts[-2] if len(parts) > 2 else problem.message or ""
