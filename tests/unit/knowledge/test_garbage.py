"""Every parser of what strangers send to the knowledge service: a row, a bad row or a refusal for whatever comes, and soon."""

import io
import json
import zipfile

import pytest
from pydantic import ValidationError

from cli import faq
from services.knowledge.domain.moving import FORMATS
from services.knowledge.domain.moving.markup import text_of as seen
from services.knowledge.domain.sight import Reader
from tests.hard import holds, text_of

pytestmark = pytest.mark.security
ARTICLE = {
    "id": 1,
    "title": "質問",
    "body": "<p>答え</p>",
    "label_names": ["a"],
    "locale": "ja",
    "questions": ["a", "b"],
}
EXAMPLES = {
    "csv": "質問,言い換え,回答\nA,a|b,答え\n".encode(),
    "markdown": '---\nid: "x"\nphrasings:\n- 別\n---\n# 見出し\n\n本文\n\n## 社内向け\n秘密\n'.encode(),
    "html": "<title>題</title><h1>題</h1><ul><li>a<a href='https://x.example'>b</a></ul>".encode(),
}


def packed(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in files.items():
            made.writestr(name, content)
    return out.getvalue()


@pytest.mark.parametrize("format_", FORMATS)
def test_whatever_stands_in_a_file_is_a_row_or_a_bad_one(format_: str) -> None:
    def rows(data: bytes) -> None:
        for row in FORMATS[format_](data):
            assert (row.content is None) == bool(row.problem[0])

    holds(EXAMPLES.get(format_, json.dumps({"articles": [ARTICLE]}).encode()), rows, seconds=10)
    holds(json.dumps(ARTICLE).encode() + b"\n" + json.dumps(ARTICLE).encode(), rows, seconds=10)
    holds(packed({"a.md": b"# a\n" * 50, "b.html": b"<p>b" * 50}), rows, count=300, seconds=10)


@pytest.mark.parametrize(
    "entry", [{"content": 5}, {"questions": 5}, {"label_names": 5, "title": "a"}, {"title": {"a": 1}}]
)
def test_an_entry_that_is_no_article_is_a_bad_row_in_lines_too(entry: object) -> None:
    lines = "\n".join(json.dumps(one) for one in (entry, entry)).encode()
    for format_ in ("json", "zendesk", "helpfeel"):
        assert [row.content for row in FORMATS[format_](lines)] == [None, None]


@pytest.mark.parametrize("html", ["<![foo[x]]>a", "<![", "<!x>a", "<![if !IE]>a<![endif]>"])
def test_what_is_no_declaration_is_passed_over(html: str) -> None:
    assert seen(f"<p>before</p>{html}").startswith("before")


def test_whatever_is_written_as_an_answer_or_as_a_reader() -> None:
    holds(b"# a\n- [b](https://x.example)\n", lambda raw: faq.marked(text_of(raw[:50_000])))
    holds(b'{"person":"a","sees":["*"]}', Reader.model_validate_json, ValidationError)
