"""Files of reports are read row by row, whatever stands in them."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.domain import tables
from services.intake.domain.refusals import Refusal


def test_a_table_of_a_spreadsheet_in_japan_is_read_with_fields_inside_fields() -> None:
    text = 'external_id,facts,customer.company,personal_data,amount\r\nA-1,"髙﨑①㈱\r\n二行目",髙﨑㈱,TRUE,１２\r\n\r\nA-2,x,,false,12\r\n'
    for raw in (text.encode("cp932"), text.encode("utf-8-sig")):
        first, second = tables.read(raw, "csv")
        assert first == tables.Row(
            2,
            {
                "external_id": "A-1",
                "facts": "髙﨑①㈱\r\n二行目",
                "customer": {"company": "髙﨑㈱"},
                "personal_data": True,
                "amount": "１２",
            },
        )
        assert (second.line, second.fields) == (
            5,
            {"external_id": "A-2", "facts": "x", "personal_data": False, "amount": 12},
        )


def test_a_bad_line_is_told_and_the_others_are_read() -> None:
    rows = tables.read(b'{"a":1}\n\n[1]\nnonsense\n{"b":2}\n', "ndjson")
    assert [(r.line, isinstance(r.fields, Refusal)) for r in rows] == [(1, False), (3, True), (4, True), (5, False)]
    assert isinstance(tables.read(b"a,b\n1,2,3\n", "csv")[0].fields, Refusal)


@pytest.mark.parametrize("raw", [b"", b"a,a\n1,2", b"a\n\x81", b'a\n"open'])
def test_what_is_no_table_is_refused_as_a_whole(raw: bytes) -> None:
    with pytest.raises(ValueError):
        tables.read(raw, "csv")


@given(st.binary(max_size=300))
def test_bytes_never_do_more_than_be_refused(raw: bytes) -> None:
    for form in ("ndjson", "csv"):
        try:
            rows = tables.read(raw, form)
        except ValueError:
            continue
        assert all(isinstance(row.fields, dict | Refusal) for row in rows)


@given(st.lists(st.dictionaries(st.text(max_size=5), st.text(max_size=5), min_size=1), max_size=5))
def test_every_object_comes_back(objects: list[dict[str, str]]) -> None:
    raw = "\n".join(json.dumps(o) for o in objects).encode()
    assert [row.fields for row in tables.read(raw, "ndjson")] == objects
