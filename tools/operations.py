"""What a client calls: each operation of the OpenAPI document that a program makes, by a name of its own."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

Schema = dict[str, Any]


@dataclass(frozen=True)
class Operation:
    """One call: its name and address, what it takes and what it gives. Types are schemas; None is nothing.

    `keyed`: it takes an Idempotency-Key, by which a repeat is known.
    """

    name: str
    method: str
    path: str
    words: str
    query: tuple[tuple[str, bool, Schema], ...]
    body: Schema | None
    media: str
    answer: Schema | None
    gives: str
    keyed: bool

    @property
    def places(self) -> list[str]:
        """The parameters of the path."""
        return re.findall(r"{(\w+)}", self.path)


def operations(document: Schema) -> list[Operation]:
    """Every call of the API that a program makes with a token, each by a name of its own."""
    found = list(_operations(document))
    often = {name for name, number in Counter(one.name for one in found).items() if number > 1}
    return [replace(one, name=f"{one.name}_{_words(one.path)}") if one.name in often else one for one in found]


def _shape(contents: Schema) -> Schema | None:
    """The schema of a body, of bytes too; a text where it is not JSON, None where there is none."""
    plain = {"type": "string"} if contents else None
    told = (contents[m].get("schema", {}) for m in ("application/json", "application/octet-stream") if m in contents)
    return next(told, plain)


def _words(path: str) -> str:
    """The fixed parts of a path."""
    return "_".join(re.findall(r"\w+", re.sub(r"{\w+}|^/v1", "", path)))


def _operations(document: Schema) -> Iterator[Operation]:
    """All of them as the routes name them; streams are read line by line, and stand in no client."""
    for path, methods in document["paths"].items():
        for method, said in methods.items():
            if not said.get("security") or method in ("head", "options"):
                continue
            good = next(answer for status, answer in said["responses"].items() if status.startswith("2"))
            answers = good.get("content", {})
            if "text/event-stream" in answers:
                continue
            bodies = said.get("requestBody", {}).get("content", {})
            media = next(iter(bodies), "")
            is_json = "application/json" in answers
            query = [p for p in said.get("parameters", []) if p["in"] == "query"]
            yield Operation(
                name=said["operationId"].removesuffix(re.sub(r"\W", "_", path) + "_" + method),
                method=method.upper(),
                path=path,
                words=" ".join((said.get("description") or said["summary"]).split()),
                query=tuple((p["name"], p.get("required", False), p["schema"]) for p in query),
                body=_shape(bodies),
                media=media,
                answer=_shape(answers),
                gives="json" if is_json else "text" if answers else "nothing",
                keyed=any(p["name"].lower() == "idempotency-key" for p in said.get("parameters", [])),
            )
