"""A whole run is shared by two workers: each takes file after file, on servers of its own.

Files marked `alone` need the machine for themselves: they come last, and nothing else runs meanwhile.
"""

import fcntl
import os
from collections.abc import Generator
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

TOGETHER = ("tests/e2e/", "tests/integration/gateway/")  # folders of one worker: one installation; media on fixed ports
LONG = {"integration", "model"}  # these come first, so that the short ones fill up the end


class ByFile(LoadScopeScheduling):  # type: ignore[misc]
    """Hands out the files in the order of the collection."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return next((folder for folder in TOGETHER if file.startswith(folder)), file)


class Worker:
    """What a worker does besides running tests."""

    def __init__(self) -> None:
        self._machine = os.open(__file__, os.O_RDONLY)  # locked by whoever runs a file; never closed

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """The same order in both workers: the long ones, the short ones, the lonely ones."""
        lonely = {item.path for item in items if _alone(item)}
        items.sort(key=lambda item: (item.path in lonely, LONG.isdisjoint(item.path.parts)))

    @pytest.hookimpl(wrapper=True, tryfirst=True)  # waiting does not count against the time limit of the test
    def pytest_runtest_protocol(self, item: pytest.Item, nextitem: pytest.Item | None) -> Generator[None, Any, Any]:
        """Hold the machine from the first test of a file to the last, which runs in the background go on between."""
        fcntl.flock(self._machine, fcntl.LOCK_EX if _alone(item) else fcntl.LOCK_SH)
        try:
            return (yield)
        finally:
            if nextitem is None or nextitem.path != item.path:
                fcntl.flock(self._machine, fcntl.LOCK_UN)


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "alone: needs the machine for itself")
    if hasattr(config, "workerinput"):
        config.pluginmanager.register(Worker())


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByFile:
    """Of pytest-xdist: who gets which tests."""
    config.option.loadscopereorder = False
    return ByFile(config, log)


def _alone(item: pytest.Item) -> bool:
    return item.get_closest_marker("alone") is not None
