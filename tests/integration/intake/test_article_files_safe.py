"""Files of articles beside others: counted by themselves, published with nothing unseen, and few of them in memory at once."""

from prometheus_client import REGISTRY

from tests.integration.intake.desk import Desk, hidden
from tests.integration.intake.library import Library
from tests.integration.intake.people import log_in, words
from tests.integration.intake.test_article_files import article, files, given, posted, shelf
from tests.integration.knowledge.conftest import YAMADA
from tests.unit.intake.pictures import HTML, jpeg, png

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


async def test_what_somebody_wrote_meanwhile_is_not_published_with_a_file(desk: Desk, shelf: Library) -> None:
    id_ = await article(shelf)
    page, chief = f"/knowledge/articles/{id_}", await log_in(desk, "sato.hanako", ("leader", "*"))
    seen = hidden((await chief.get(page)).text.partition('id="files"')[2], "version")
    now = await shelf.known.get(f"/v1/articles/{id_}")
    body = {"content": {**now["content"], "answer": "書きかけです。"}, "by": YAMADA}
    etag = {"if-match": f'"{now["version"]}"'}
    written = await shelf.known.ask("PUT", f"/v1/articles/{id_}", body, headers=etag)
    late = await posted(chief, page, ("a.png", png()), publish="1", version=seen)
    assert (late.status_code, "山田 京子 さんが変更しました" in words(late)) == (422, True)
    assert await files(shelf, id_) == []
    assert (await shelf.known.get(f"/v1/articles/{id_}", {"writes": False}))["answer"] != "書きかけです。"
    both, version = (("a.png", png()), ("b.jpg", jpeg())), str(written.json()["version"])
    for _ in range(2):
        done = await posted(chief, page, *both, publish="1", version=version)
        assert done.status_code == 303, words(done)
    assert [name for name, *_ in await files(shelf, id_, {"writes": False})] == ["a.png", "b.jpg"]
