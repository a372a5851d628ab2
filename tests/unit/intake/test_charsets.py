"""Bytes of mails as Japanese mail programs really write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.domain.charsets import iso_2022_jp, text

TEXT = "髙﨑①㈱ お客様の１２３"


def windows(words: str) -> bytes:
    """ISO-2022-JP as Windows writes it: every double byte of code page 932 by its row and cell, kana in seven bits."""
    told, mode = bytearray(), b"(B"
    for letter in words:
        raw = letter.encode("cp932")
        if len(raw) == 2:
            lead, trail = raw
            row = (lead - (0x70 if lead < 0xA0 else 0xB0)) * 2 - (trail < 0x9F)
            cell = trail - (0x7E if trail >= 0x9F else 0x1F if trail < 0x7F else 0x20)
            wanted, code = b"$B", bytes((row, cell))
        else:
            wanted, code = (b"(I", bytes((raw[0] & 0x7F,))) if raw[0] >= 0xA1 else (b"(B", raw)
        told += code if wanted == mode else b"\x1b" + wanted + code
        mode = wanted
    return bytes(told) + (b"" if mode == b"(B" else b"\x1b(B")


@pytest.mark.parametrize("words", [TEXT, "ﾊﾝｶｸｶﾅ", "№ ℡ ㍻ Ⅳ ～－∥", "A①b㈱c\nd髙", "纊褜鍈銈蓜"])
def test_what_windows_puts_into_iso_2022_jp_is_read(words: str) -> None:
    assert iso_2022_jp(windows(words)) == words
    assert text(windows(words), "ISO-2022-JP") == words


def test_it_reads_all_that_the_standard_has() -> None:
    for row in range(0x21, 0x75):
        for cell in range(0x21, 0x7F):
            raw = b"\x1b$B" + bytes((row, cell)) + b"\x1b(B"
            if "\ufffd" not in (known := raw.decode("iso2022_jp", "replace")):
                alike = {"〜": "～", "‖": "∥", "−": "－", "¢": "￠", "£": "￡", "¬": "￢"}
                assert iso_2022_jp(raw) == alike.get(known, known)


@pytest.mark.parametrize(
    ("raw", "charset", "words"),
    [
        (TEXT.encode("cp932"), "Shift_JIS", TEXT),
        (TEXT.encode("cp932"), "iso-8859-1", TEXT),
        (TEXT.encode("cp932"), "us-ascii", TEXT),
        (TEXT.encode("cp932"), "utf-8", TEXT),
        (TEXT.encode(), "us-ascii", TEXT),
        (TEXT.encode(), "Shift_JIS", TEXT),
        (TEXT.encode(), "punycode", TEXT),
        (TEXT.encode(), "", TEXT),
        ("🔥火事".encode(), "utf-8", "🔥火事"),
        (windows(TEXT), "", TEXT),
        (windows(TEXT), "utf-8", TEXT),
        (b"\xad\xa1\xa4\xaa\xb5\xd2", "euc-jp", "①お客"),
        ("お客様".encode("euc_jp"), "iso-8859-1", "お客様"),
        ("Québec café".encode("latin-1"), "iso-8859-1", "Québec café"),
        ("“naïve”".encode("cp1252"), "iso-8859-1", "“naïve”"),
        ("Привет".encode("koi8-r"), "koi8-r", "Привет"),
        (b"\x1b$(D\x22\x2f\x1b(B", "iso-2022-jp-1", "˘"),
        (b"\x1b$B$\"\x1b(I1\x1b(B\\", "iso-2022-jp", "あｱ\\"),
        (b"\x0e1\x0fA", "iso-2022-jp", "ｱA"),
        (b"\xb1A", "iso-2022-jp", "ｱA"),
        (b"\x1b$B$\"\nabc", "iso-2022-jp", "あ\nabc"),
    ],
)  # fmt: skip
def test_what_a_mail_says_of_its_letters_is_believed_where_it_can_be_true(raw: bytes, charset: str, words: str) -> None:
    assert text(raw, charset) == words


@pytest.mark.parametrize(
    ("raw", "charset"), [(b"a\xffb", "utf-8"), (b"\x1b$B\x2d\x7f$\"\x1b(B", "iso-2022-jp"), (b"\x81", "shift_jis")]
)  # fmt: skip
def test_what_cannot_be_read_is_seen_and_hides_nothing_after_it(raw: bytes, charset: str) -> None:
    told = text(raw, charset)
    assert "\ufffd" in told
    assert ("b" if b"b" in raw else "あ" if b'"' in raw else "\ufffd") in told


CHARSETS = st.sampled_from(["", "iso-2022-jp", "shift_jis", "euc-jp", "utf-8", "utf-16", "hex", "unicode_escape"])


@given(st.binary(max_size=300) | st.from_regex(rb"(\x1b[$(][@BDIJ]?|\x0e|[!-~]{1,3}|\n){0,40}"), CHARSETS | st.text())
def test_any_bytes_are_some_text(raw: bytes, charset: str) -> None:
    assert isinstance(text(raw, charset), str)
    assert len(text(raw, charset)) <= 2 * len(raw) + 1
