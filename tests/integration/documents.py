"""Tries every operation of an OpenAPI document against what serves it: no 5xx, no answer that the document does not tell of."""

import asyncio
import contextlib
import json
import os
import warnings
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any, cast

import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from shared.runtime import web
from tests import ports

FOLDER = Path(__file__).parents[2] / "openapi"
CHECKS: list[Any] = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
TRIES = int(
    os.environ.get("TASUKI_TEST_TRIES", "4")
)  # of each operation, once with what fits and once with what does not
SEED = 20261128
Operation = Any


@schemathesis.serializer("application/x-ndjson", "text/csv")
def _table(context: Any, value: Any) -> bytes:
    """A file as it stands, or whatever was made up instead of one."""
    return value if isinstance(value, bytes) else str(value).encode(errors="surrogatepass")


@contextlib.asynccontextmanager
async def served(app: FastAPI) -> AsyncIterator[str]:
    """Serve an application on a port of its own for as long as this lasts, and give its address."""
    port = ports.port()
    serving = asyncio.create_task(web.serve(app, "127.0.0.1", port))
    while True:
        with contextlib.suppress(OSError):
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.close()
            break
        await asyncio.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        serving.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await serving


def operations(service: str, wanted: Callable[[dict[str, Any]], bool] = lambda said: True) -> Iterator[Operation]:
    """The operations of a service's document."""
    for found in schemathesis.openapi.from_dict(
        json.loads((FOLDER / f"{service}.json").read_text())
    ).get_all_operations():
        operation = cast(Any, found).ok()
        if wanted(operation.definition.raw):
            yield operation


def tried(operation: Operation, url: str, headers: dict[str, str], known: dict[str, list[str]]) -> list[str]:
    """What is wrong with the answers of one operation. `known` are values of path parameters that lead somewhere."""
    wrong: list[str] = []

    def once(case: Case[Any]) -> None:
        answer = case.call(base_url=url, headers=headers, timeout=20, allow_redirects=False)
        try:
            case.validate_response(answer, checks=CHECKS)
        except AssertionError as problem:
            wrong.append(f"{operation.label}: {problem}")
        except BaseExceptionGroup as problems:
            wrong.extend(f"{operation.label}: {problem}" for problem in problems.exceptions)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for example in operation.get_strategies_from_examples():
            _each(example, st.just({}), 1, once)
        path = {p.name: st.sampled_from(known[p.name]) for p in operation.path_parameters if p.name in known}
        places = st.one_of(st.just({}), st.fixed_dictionaries(path))
        _each(operation.as_strategy(), places, TRIES, once)
        if operation.body or operation.query:  # whatever stands in a path fits it: it is text
            with contextlib.suppress(Unsatisfiable):
                _each(operation.as_strategy(GenerationMode.NEGATIVE), places, TRIES, once)
    return wrong


def _each(
    cases: st.SearchStrategy[Case[Any]],
    places: st.SearchStrategy[dict[str, str]],
    most: int,
    do: Callable[[Case[Any]], None],
) -> None:
    @seed(SEED)
    @settings(
        max_examples=most,
        database=None,
        deadline=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=cases, place=places)
    def drawn(case: Case[Any], place: dict[str, str]) -> None:
        case.path_parameters = {**(case.path_parameters or {}), **place}
        do(case)

    drawn()


async def holds(
    app: FastAPI,
    service: str,
    headers: dict[str, str],
    known: dict[str, list[str]],
    wanted: Callable[[dict[str, Any]], bool] = lambda said: True,
) -> None:
    """Fail with everything that is wrong with the answers of an application, a paragraph for each."""
    wrong: list[str] = []
    async with served(app) as url:
        for operation in operations(service, wanted):
            wrong += await asyncio.to_thread(tried, operation, url, headers, known)
    assert not wrong, "\n\n".join(dict.fromkeys(wrong))


async def refuses_strangers(app: FastAPI, service: str, without: tuple[str, ...] = ()) -> None:
    """Fail with every operation that does not ask for the token of the services, or only after it has looked at what was sent.

    Paths that begin as one of `without` prove by themselves who comes.
    """
    open_, wrong = ("/livez", "/readyz", "/metrics", *without), list[str]()

    def tried_by_strangers(operation: Operation, url: str) -> None:
        seen: set[int] = set()

        def once(case: Case[Any]) -> None:
            for headers in ({}, {"authorization": "Bearer another"}):
                seen.add(case.call(base_url=url, headers=headers, timeout=20, allow_redirects=False).status_code)

        for example in operation.get_strategies_from_examples():
            _each(example, st.just({}), 1, once)
        _each(operation.as_strategy(), st.just({}), 2, once)
        if 401 not in seen or seen - {401, 422}:
            wrong.append(f"{operation.label}: {seen}")

    async with served(app) as url:
        for operation in operations(service):
            if not operation.path.startswith(open_):
                await asyncio.to_thread(tried_by_strangers, operation, url)
    assert wrong == []
