"""Files of articles beside others: counted by themselves, published with nothing unseen, and few of them in memory at once."""

from prometheus_client import REGISTRY

from tests.integration.intake.desk import Desk
from tests.integration.intake.library import Library
from tests.integration.intake.test_article_files import article, given, shelf
from tests.unit.intake.pictures import HTML

__all__ = ["shelf"]


def counted(of: str, verdict: str) -> float:
    labels = {"of": of, "verdict": verdict}
    return REGISTRY.get_sample_value("tasuki_intake_attachments_total", labels) or 0


async def test_files_of_articles_are_not_counted_among_those_of_cases(desk: Desk, shelf: Library) -> None:
    id_ = await article(shelf)
    pairs = [(of, why) for of in ("case", "article") for why in ("file-kind", "files-no-room")]
    before = [counted(*pair) for pair in pairs]
    assert (await given(desk, id_, HTML)).json()["code"] == "file-kind"
    many = "INSERT INTO article_file_bytes SELECT gen_random_uuid(), 2147483647, '' FROM generate_series(1, 3)"
    await shelf.known.process.db.pool.execute(many)
    assert (await given(desk, id_, b"log")).json()["code"] == "files-no-room"
    assert [counted(*pair) - then for pair, then in zip(pairs, before, strict=True)] == [0, 0, 1, 1]
