"""A form with a file is read as it was sent, byte for byte, and what is none is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from services.intake.domain import uploading
from services.intake.domain.uploading import Upload

EDGE = "----WebKitFormBoundaryAbc123"
TYPE = f"multipart/form-data; boundary={EDGE}"


def form(fields: dict[str, str], name: str | None, file: bytes) -> bytes:
    """A form as browsers send it."""
    parts = [f'Content-Disposition: form-data; name="{n}"\r\n\r\n{value}'.encode() for n, value in fields.items()]
    if name is not None:
        head = f'Content-Disposition: form-data; name="file"; filename="{name}"\r\nContent-Type: text/csv\r\n\r\n'
        parts.append(head.encode() + file)
    return b"".join(b"--" + EDGE.encode() + b"\r\n" + part + b"\r\n" for part in parts) + f"--{EDGE}--\r\n".encode()


@given(some.binary(), some.text(some.characters(codec="utf-8", exclude_characters='"\\\r\n')), some.text())
def test_a_form_is_read_as_it_was_sent(file: bytes, name: str, value: str) -> None:
    if EDGE.encode() not in file and EDGE not in value:
        assert uploading.read(TYPE, form({"csrf": value}, name, file)) == Upload({"csrf": value}, name, file)


def test_names_are_japanese_and_a_file_may_be_missing() -> None:
    assert uploading.read(TYPE, form({"a": "１"}, "髙﨑①🔥.csv", b"\x00\r\n--x")).name == "髙﨑①🔥.csv"
    assert uploading.read(
        f'{TYPE.replace(EDGE, chr(34) + EDGE + chr(34))}; charset="x"', form({"a": "b"}, None, b"")
    ) == Upload({"a": "b"})


@given(some.binary(max_size=300), some.sampled_from((TYPE, "", "text/plain", "multipart/form-data; boundary=")))
def test_whatever_else_comes_is_refused(body: bytes, kind: str) -> None:
    for sent in (
        body,
        form({"a": "b"}, "f", b"x")[: len(body)],
        f"--{EDGE}\r\n".encode() + body + f"\r\n--{EDGE}--".encode(),
    ):
        try:
            assert isinstance(uploading.read(kind, sent), Upload)
        except ValueError:
            continue


@pytest.mark.parametrize("cut", [1, 10, 60])
def test_a_form_that_breaks_off_is_none(cut: int) -> None:
    with pytest.raises(ValueError, match="breaks off"):
        uploading.read(TYPE, form({"a": "b"}, "f", b"x")[: -cut - 4])


def test_a_form_of_thousands_of_parts_is_none() -> None:
    with pytest.raises(ValueError, match="breaks off"):
        uploading.read(TYPE, form({f"n{number}": "" for number in range(1000)}, None, b""))


def test_a_form_has_so_many_parts_and_no_more() -> None:
    fields = {f"n{number}": "x" for number in range(uploading.MOST_PARTS - 2)}  # what goes before and the end count too
    assert uploading.read(TYPE, form(fields, None, b"")).fields == fields
    with pytest.raises(ValueError, match="breaks off"):
        uploading.read(TYPE, form({**fields, "more": "x"}, None, b""))
