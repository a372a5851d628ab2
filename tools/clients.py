"""`clients/`, made from openapi/intake.json: a Python package on httpx, and a TypeScript one (JavaScript with its types) on fetch."""

import json
import keyword
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from tools.openapi import FOLDER
from tools.operations import Schema, operations

ROOT = FOLDER.parent
PYTHON, TYPESCRIPT = ROOT / "clients/python/tasuki_client", ROOT / "clients/typescript"
NOTE = "Made by `make contracts` from openapi/intake.json; a test keeps it true."
PLAIN = {
    "string": ("str", "string"),
    "integer": ("int", "number"),
    "number": ("float", "number"),
    "boolean": ("bool", "boolean"),
}

BYTES = "bytes", "Blob"


class Tongue:
    """How one language writes a schema; `index` is its place in what `PLAIN` has."""

    index = 0
    null, anything, either = "None", "Any", " | "

    def type(self, schema: Schema) -> str:
        """A schema as a type."""
        if "$ref" in schema:
            return str(schema["$ref"].rpartition("/")[2])
        if "enum" in schema or "const" in schema:
            return self.literal(schema.get("enum", [schema.get("const")]))
        options = schema.get("anyOf") or schema.get("oneOf")
        if options:
            return self.either.join(dict.fromkeys(self.type(option) for option in options))
        match schema.get("type"):
            case "null":
                return self.null
            case "array":
                return self.many(self.type(schema.get("items", {})))
            case "object":
                inner = schema.get("additionalProperties")
                return self.mapping(self.type(inner) if isinstance(inner, dict) else self.anything)
            case "string" if schema.get("format") == "binary":
                return BYTES[self.index]
            case str(name) if name in PLAIN:
                return PLAIN[name][self.index]
        return self.anything

    def literal(self, values: list[Any]) -> str:
        """One of some values."""
        return f"Literal[{', '.join(repr(v) for v in values)}]"

    def many(self, inner: str) -> str:
        """A list."""
        return f"list[{inner}]"

    def mapping(self, inner: str) -> str:
        """An object with any names."""
        return f"dict[str, {inner}]"


class TypeScript(Tongue):
    """TypeScript."""

    index = 1
    null, anything = "null", "unknown"

    def literal(self, values: list[Any]) -> str:
        """One of some values."""
        return " | ".join(json.dumps(v, ensure_ascii=False) for v in values)

    def many(self, inner: str) -> str:
        """A list."""
        return f"Array<{inner}>"

    def mapping(self, inner: str) -> str:
        """An object with any names."""
        return f"{{ [name: string]: {inner} }}"


PY, TS = Tongue(), TypeScript()


def _is_object(schema: Schema) -> bool:
    return schema.get("type") == "object" and "properties" in schema


def models_py(document: Schema) -> str:
    """The types of all bodies and answers, for Python."""
    parts = [
        f'"""The bodies and answers of the API. {NOTE}"""\n',
        "from typing import Any, Literal, NotRequired, TypedDict\n",
    ]
    for name, schema in document["components"]["schemas"].items():
        if not _is_object(schema):
            parts.append(f"{name} = {PY.type(schema)}\n")
            continue
        needed = set(schema.get("required", ()))
        fields = {field: (PY.type(inner), field in needed) for field, inner in schema["properties"].items()}
        if all(field.isidentifier() and not keyword.iskeyword(field) for field in fields):
            lines = [f"    {f}: {f'{t}' if n else f'NotRequired[{t}]'}" for f, (t, n) in fields.items()] or ["    pass"]
            parts.append("class {}(TypedDict):\n{}\n".format(name, "\n".join(_quoted(line) for line in lines)))
        else:
            inside = ", ".join(f'"{f}": {_late(t if n else f"NotRequired[{t}]")}' for f, (t, n) in fields.items())
            parts.append(f'{name} = TypedDict("{name}", {{{inside}}})\n')
    return "\n".join(parts)


def _quoted(line: str) -> str:
    """A field whose type may be told of further down."""
    name, _, type_ = line.partition(": ")
    return f"{name}: {_late(type_)}"


def _late(type_: str) -> str:
    inner = re.fullmatch(r"NotRequired\[(.*)\]", type_)
    if inner:
        return f"NotRequired[{_late(inner[1])}]"
    return type_ if re.fullmatch(r"str|int|float|bool|Any|None|list\[str\]|Literal\[.*\]", type_) else json.dumps(type_)


def api_py(document: Schema) -> str:
    """The calls, for Python."""
    parts = [
        f'"""Every call of the API. {NOTE}"""\n',
        "from collections.abc import Mapping\nfrom typing import Any, Literal, cast\n",
        "from tasuki_client import models as m\nfrom tasuki_client.transport import Transport\n",
        'class Tasuki(Transport):\n    """The front door of an installation; `headers` of a call are sent beside its own."""\n',
    ]
    for o in operations(document):
        takes = ["self", *(f"{place}: str" for place in o.places)]
        takes += [f"body: {_of_models(o.body)}"] if o.body is not None else []
        takes += [
            "*",
            *(f"{_safe(n)}: {_of_models(s)}{'' if needed else ' | None = None'}" for n, needed, s in o.query),
        ]
        takes += ["headers: Mapping[str, str] | None = None"]
        path = re.sub(r"{(\w+)}", r"{self.quoted(\1)}", o.path)
        query = "{" + ", ".join(f'"{n}": {_safe(n)}' for n, _, _ in o.query) + "}"
        asked = f'self.ask("{o.method}", {"f" if o.places else ""}"{path}", {query}, {"body" if o.body is not None else "None"}, '
        asked += f'"{o.media}", headers{", keyed=True" if o.keyed else ""})'
        gives = _of_models(o.answer) if o.answer is not None else "None"
        last = f"return cast({gives!r}, {asked})" if o.answer is not None else asked
        parts.append(
            f'    def {o.name}({", ".join(takes)}) -> {gives}:\n        """{_sentence(o.words)}"""\n        {last}\n'
        )
    return "\n".join(parts)


def _sentence(words: str) -> str:
    return words.replace("\\", "\\\\").replace('"""', "'''")


def _of_models(schema: Schema | None) -> str:
    known = r"\b(?!(?:str|int|float|bool|Any|None|list|dict|Literal)\b)([A-Z]\w+)(?![\w\"'])(?!\')"
    type_ = PY.type(schema or {})
    return type_ if type_.startswith("Literal[") else re.sub(known, r"m.\1", type_)


def _safe(name: str) -> str:
    return f"{name}_" if keyword.iskeyword(name) else name


def types_ts(document: Schema) -> str:
    """The types of everything, for TypeScript."""
    parts = [f"// {NOTE}", 'export { Refused, Transport, type Options } from "./transport.js";']
    parts.append('import { Transport } from "./transport.js";')
    for name, schema in document["components"]["schemas"].items():
        if _is_object(schema):
            needed = set(schema.get("required", ()))
            fields = (
                f"  {json.dumps(f)}{'' if f in needed else '?'}: {TS.type(s)};" for f, s in schema["properties"].items()
            )
            parts.append(f"export interface {name} {{\n" + "\n".join(fields) + "\n}")
        else:
            parts.append(f"export type {name} = {TS.type(schema)};")
    parts.append("export class Tasuki extends Transport {")
    for o in operations(document):
        takes = [*(f"{place}: string" for place in o.places)]
        takes += [f"body: {TS.type(o.body)}"] if o.body is not None else []
        asked = "; ".join(f"{n}{'' if needed else '?'}: {TS.type(s)}" for n, needed, s in o.query)
        must = any(needed for _, needed, _ in o.query)
        takes += [
            f"query{'' if must else '?'}: {{ {asked} }}" if asked else "query?: {}",
            "headers?: Record<string, string>",
        ]
        gives = TS.type(o.answer) if o.answer is not None else "void"
        parts.append(
            f"  /** {o.words.replace('*/', '* /')} */\n  {_camel(o.name)}({', '.join(takes)}): Promise<{gives}>;"
        )
    return "\n".join([*parts, "}"]) + "\n"


def code_js(document: Schema) -> str:
    """The calls, for JavaScript."""
    parts = [
        f"// {NOTE}",
        'import { Transport } from "./transport.js";',
        'export { Refused, Transport } from "./transport.js";',
    ]
    parts.append("export class Tasuki extends Transport {")
    for o in operations(document):
        takes = [*o.places, *(["body"] if o.body is not None else []), "query", "headers"]
        path = re.sub(r"{(\w+)}", r"${encodeURIComponent(\1)}", o.path)
        body = "body" if o.body is not None else "undefined"
        parts.append(
            f"  {_camel(o.name)}({', '.join(takes)}) {{\n"
            f'    return this.ask("{o.method}", `{path}`, query, {body}, "{o.media}", headers{", true" if o.keyed else ""});\n  }}'
        )
    return "\n".join([*parts, "}"]) + "\n"


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


def _formatted(name: str, code: str) -> str:
    """As the formatter of the repository has it."""
    ruff = [sys.executable, "-m", "ruff"]
    for command in (["check", "--fix-only", "--select", "I,UP,F401"], ["format"]):
        done = subprocess.run(  # noqa: S603
            [*ruff, *command, "--quiet", "--config", str(ROOT / "pyproject.toml"), "--stdin-filename", name, "-"],
            input=code, capture_output=True, text=True, check=True,
        )  # fmt: skip
        code = done.stdout
    return code


def files(document: Schema) -> dict[Path, str]:
    """File → what it should hold, for the document of intake."""
    return {
        PYTHON / "models.py": _formatted("models.py", models_py(document)),
        PYTHON / "api.py": _formatted("api.py", api_py(document)),
        TYPESCRIPT / "index.d.ts": types_ts(document),
        TYPESCRIPT / "index.js": code_js(document),
    }
