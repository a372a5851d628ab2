"""What a text may do: fill in, choose and go through lists. Everything else of the template language is refused, with its line."""

from collections.abc import Mapping

from jinja2 import Environment, nodes

from services.notifier.domain.mistakes import endless, forbidden, too_deep, unknown

Known = Mapping[str, frozenset[str] | None]  # variable → its parts; None: any
LOOP = frozenset({"first", "last", "index", "index0", "length", "revindex"})
DEEPEST = 60
MOST_PARTS = 4000
ALLOWED: tuple[type[nodes.Node], ...] = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Const, nodes.If, nodes.For, nodes.Assign,
    nodes.CondExpr, nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not, nodes.Getattr, nodes.Getitem,
    nodes.Slice, nodes.Concat, nodes.Add, nodes.Sub, nodes.Neg, nodes.Filter, nodes.Test, nodes.Call, nodes.Dict,
    nodes.Pair, nodes.Tuple, nodes.List, nodes.Keyword,
)  # fmt: skip


def check(tree: nodes.Template, known: Known | None, environment: Environment) -> None:
    """Refuse what is not allowed, and have every loop paid for by its filter `listed`. Raises `Mistake`.

    Without `known` any variable may be used.
    """
    own = {name.name for name in tree.find_all(nodes.Name) if name.ctx == "store"}
    weights: list[tuple[nodes.For, int]] = []
    waiting: list[tuple[nodes.Node, int]] = [(tree, 0)]
    parts = 0
    while waiting:
        node, depth = waiting.pop()
        parts += 1
        if parts > MOST_PARTS:
            raise endless(node.lineno)
        if depth > DEEPEST:
            raise too_deep(node.lineno)
        if not isinstance(node, ALLOWED):
            raise forbidden(node.lineno, type(node).__name__.lower())
        if _is_refused(node):
            raise forbidden(node.lineno, type(node).__name__.lower())
        if known is not None:
            _look_up(node, own, known)
        if isinstance(node, nodes.For):
            weights.append((node, _weight(node)))
        waiting += reversed([(child, depth + 1) for child in node.iter_child_nodes()])  # the first mistake is told
    for loop, weight in weights:
        arguments = [nodes.Const(weight, lineno=loop.lineno)]
        paid = nodes.Filter(loop.iter, "listed", arguments, [], None, None, lineno=loop.lineno)
        loop.iter = paid.set_environment(environment)


def _weight(loop: nodes.For) -> int:
    """What one round of a loop costs: its parts and the letters it writes by itself."""
    parts = [*loop.body, *([loop.test] if loop.test else [])]
    inside = [node for part in parts for node in (part, *part.find_all(nodes.Node))]
    return 1 + sum(len(node.data) if isinstance(node, nodes.TemplateData) else 1 for node in inside)


def _look_up(node: nodes.Node, own: set[str], known: Known) -> None:
    """Refuse a variable, or a part of one, that there is not, and giving one of ours another value."""
    ours = known.keys() | {"loop", "range"}
    match node:
        case nodes.Name(name=name, ctx="load") if name not in own | ours:
            raise unknown(node.lineno, name)
        case nodes.Name(name=name, ctx="store") if name in ours:
            raise forbidden(node.lineno, f"set {name}")
        case nodes.Getattr(node=nodes.Name(name=name), attr=attr):
            parts = LOOP if name == "loop" else known.get(name)
            if parts is not None and attr not in parts:
                raise unknown(node.lineno, f"{name}.{attr}")


def _is_refused(node: nodes.Node) -> bool:
    """Whether a part that may be there is used in a way that could take long, grow, or reach further than a text should."""
    match node:
        case nodes.Getitem(arg=nodes.Const(value=value)):
            return not isinstance(value, int)
        case nodes.Getitem(arg=arg):
            return not isinstance(arg, nodes.Slice | nodes.Neg)
        case nodes.Const(value=value):
            return isinstance(value, float)
        case nodes.Filter(node=inside, name=name):
            return inside is None or name == "listed"
        case nodes.Call(node=nodes.Name(name=name)):
            return name != "range"
        case nodes.Call(node=nodes.Getattr(node=nodes.Dict(), attr=attr)):
            return attr != "get"
        case nodes.Call():
            return True
        case nodes.Dict() | nodes.List() | nodes.Tuple(ctx="load"):
            return not all(isinstance(x, nodes.Const | nodes.Pair) for x in node.iter_child_nodes())
        case nodes.Pair(key=key, value=value):
            return not isinstance(key, nodes.Const) or not isinstance(value, nodes.Const)
        case nodes.For(recursive=recursive):
            return bool(recursive)
    return False
