"""Moving articles in and out: each format becomes rows, good or bad, each with its line; and goes out again."""

from collections.abc import Callable, Iterator

from services.knowledge.domain.moving import files, tables
from services.knowledge.domain.moving.row import Row

Reading = Callable[[bytes], Iterator[Row]]
FORMATS: dict[str, Reading] = {
    "csv": tables.csv_rows,
    "json": tables.json_rows,
    "zendesk": tables.zendesk_rows,
    "helpfeel": tables.helpfeel_rows,
    "markdown": files.markdown_rows,
    "html": files.html_rows,
}
