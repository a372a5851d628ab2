"""A form as browsers write it is read as it was typed, and what is none is refused."""

from urllib.parse import parse_qsl, urlencode

import pytest

from services.intake.pages.form import MOST_FIELDS, Broken, fields_of
from tests.hard import LONG, TEXTS, encoded


@pytest.mark.parametrize("text", [*TEXTS, *LONG, "100% +1 = & ?", "%zz%4", "%%41"])
def test_what_was_typed_is_read(text: str) -> None:
    given = {"a": text, "髙": "x", "empty": ""}
    raw = urlencode([(encoded(name), encoded(value)) for name, value in given.items()]).encode()
    if any(0xD800 <= ord(letter) < 0xE000 for letter in text):
        with pytest.raises(Broken):
            fields_of(raw)
    else:
        assert fields_of(raw) == {**given, "a": text.replace("\r\n", "\n")}


@pytest.mark.parametrize(
    "raw", [b"", b"&&", b"a", b"a=b=c&a=d", b"=x&&y", b"%41=%4", b"a=%zz%4g%%41", b"a=%e3%81%82+%E3%81%84"]
)
def test_what_nobody_writes_is_read_as_the_standard_library_reads_it(raw: bytes) -> None:
    assert fields_of(raw) == dict(parse_qsl(raw.decode(), keep_blank_values=True, errors="strict"))


@pytest.mark.parametrize("raw", [b"a=\xe3", b"a=%ff", b"a=%e3%81", b"&" * MOST_FIELDS])
def test_what_is_no_form_is_refused(raw: bytes) -> None:
    with pytest.raises(Broken):
        fields_of(raw)
