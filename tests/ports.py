"""Ports for the tests: a hundred at a time belong to one process, so that no other is given them before they are listened on."""

import contextlib
import socket
from collections.abc import Iterator

from deploy.local.layout import BLOCK
from deploy.local.ports import free

BLOCKS = range(20_100, 32_000, 100)  # between those that telephones take for media and those that the system hands out
GUARD = 99  # the port of a block that its owner keeps bound for as long as it lives


def block() -> int:
    """The first port of a block, big enough for an installation, that is free and stays this process's own."""
    for base in BLOCKS:
        guard = socket.socket()
        with contextlib.suppress(OSError):
            guard.bind(("127.0.0.1", base + GUARD))
            if all(free(base + offset) for offset in range(BLOCK)):
                guard.detach()  # never closed: it ends with the process
                return base
        guard.close()
    raise AssertionError("no block of ports is free")


def _own() -> Iterator[int]:
    while True:
        base = block()
        yield from range(base, base + GUARD - 1, 2)  # a telephone takes the next one as well


_ports = _own()


def port(kind: int = socket.SOCK_STREAM) -> int:
    """A port that nobody uses, and that no other process is given."""
    for number in _ports:
        with socket.socket(socket.AF_INET, kind) as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", number))
            return number
    raise AssertionError("unreachable")
