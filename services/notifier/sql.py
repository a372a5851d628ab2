"""The SQL of the notifier, by name."""

from pathlib import Path

from shared.runtime.db import Queries

SQL = Queries(Path(__file__).with_name("queries.sql"))
