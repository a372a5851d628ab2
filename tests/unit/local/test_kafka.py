"""Kafka's files and processes below a folder of any name: Java reads a properties file as ISO 8859-1, names by the locale."""

from pathlib import Path

import pytest

from deploy.local import kafka
from deploy.local.layout import Layout


def as_java(written: bytes) -> dict[str, str]:
    """Read a properties file as `Properties.load` does."""
    pairs = (line.split("=", 1) for line in written.decode("latin-1").splitlines() if not line.startswith("#"))
    halves = {name: value.encode("latin-1").decode("unicode_escape") for name, value in pairs}
    return {name: value.encode("utf-16", "surrogatepass").decode("utf-16") for name, value in halves.items()}


@pytest.mark.parametrize("name", ["佐藤 の 襷", "髙﨑①㈱🔥", "Zoë", 'back\\slash and "quotes"', "plain"])
def test_the_log_lies_where_it_should_whatever_the_folder_is_called(tmp_path: Path, name: str) -> None:
    layout = Layout(tmp_path / name, 19700)
    java, seen = tmp_path / "java", tmp_path / "locale"
    java.write_text(f'#!/bin/sh\nprintf %s "$LC_ALL" > "{seen}"\n')
    java.chmod(0o755)
    part = kafka.prepare(layout, str(java), [])
    data = layout.folder / "kafka" / "data"
    assert as_java((data.parent / "server.properties").read_bytes())["log.dirs"] == str(data)
    assert data.is_dir()
    assert (seen.read_text()[-5:], part.env["LC_ALL"][-5:]) == ("UTF-8", "UTF-8")


def test_what_one_broker_alone_has_answered_for_is_on_the_disk(tmp_path: Path) -> None:
    layout = Layout(tmp_path, 19700)
    (tmp_path / "kafka" / "data").mkdir(parents=True)
    (tmp_path / "kafka" / "data" / "meta.properties").touch()  # it is formatted
    kafka.prepare(layout, "java", [])
    assert as_java((tmp_path / "kafka" / "server.properties").read_bytes())["log.flush.interval.messages"] == "1"
