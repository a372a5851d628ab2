"""What people attach: known by its content, called harmlessly, and without what a photo tells of a place."""

import io
import time
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.domain import files
from services.intake.domain.files import File, harmless, read
from services.intake.domain.pictures import Damaged, is_picture, stripped
from services.intake.domain.refusals import Refusal
from tests.unit.intake.pictures import GPS, HTML, PARTS, chunk, exif, jpeg, part, png, segment, webp

TELLING = [
    jpeg(segment(0xED, GPS), segment(0xFE, GPS), segment(0xE2, b"MPF\0" + GPS), behind=GPS + HTML, up=6),
    png(chunk(b"eXIf", exif()), chunk(b"tEXt", b"Comment\0" + GPS), chunk(b"zzZz", HTML), behind=HTML + GPS),
    webp(part(b"EXIF", exif()), part(b"XMP ", GPS), part(b"HTML", HTML), behind=HTML + GPS),
]


def kept(name: str, raw: bytes) -> File:
    found = read(name, raw)
    assert isinstance(found, File), found
    return found


@pytest.mark.parametrize("raw", TELLING)
def test_a_picture_tells_nothing_but_itself(raw: bytes) -> None:
    found = kept("IMG_0001.JPG", raw).body
    assert GPS not in found
    assert HTML not in found
    assert stripped(found).body == found, "what was stripped is not changed any more"
    assert (stripped(raw).width, stripped(raw).height) in ((64, 48), (3, 2), (16, 9))


def test_which_way_is_up_stays_and_the_picture_itself() -> None:
    for order in "<>":
        for up in range(1, 9):
            raw = jpeg(segment(0xE1, b"Exif\0\0" + exif(up, order)))
            found = stripped(raw).body
            assert all(part in found for part in PARTS)
            assert (b"\x01\x12\x00\x03\x00\x00\x00\x01" + bytes((0, up)) in found) is (up != 1)
    assert b"\xaa\xbb\xcc" not in stripped(jpeg()).body, "the small copy of what may have been cut away"
    profile = segment(0xE2, b"ICC_PROFILE\0\x01\x01colours")
    assert profile in stripped(jpeg(profile)).body
    assert stripped(jpeg()[:-2]).body == stripped(jpeg()).body, "an end that is missing is put there"


def test_flags_of_what_is_gone_are_gone() -> None:
    found = stripped(webp(part(b"EXIF", exif()), flags=0x3C)).body
    assert found[20] == 0x10
    with pytest.raises(Damaged):
        stripped(webp(flags=0x02))


@given(st.sampled_from(TELLING), st.data())
def test_what_is_cut_short_or_changed_is_refused_or_still_tells_nothing(raw: bytes, data: st.DataObject) -> None:
    at = data.draw(st.integers(2, len(raw) - 1))
    for broken in (raw[:at], raw[:at] + data.draw(st.binary(min_size=1, max_size=3)) + raw[at + 1 :]):
        found = read("x", broken)
        if isinstance(found, File) and found.kind in files.PICTURES:
            assert stripped(found.body).body == found.body


@given(st.sampled_from([b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF\x20\0\0\0WEBP"]), st.binary(max_size=200))
def test_whatever_begins_like_a_picture_is_answered(head: bytes, rest: bytes) -> None:
    assert isinstance(read("x.png", head + rest), File | Refusal)


def bomb() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("zeros", bytes(1_000_000))
    return packed.getvalue()


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (b"", files.EMPTY),
        (b"x" * (files.LARGEST + 1), files.TOO_LARGE),
        (bomb(), files.OTHER_KIND),
        (HTML, files.OTHER_KIND),
        (b"\xef\xbb\xbf \n<svg onload=alert(1)>", files.OTHER_KIND),
        (b"<?xml version='1.0'?><svg/>", files.OTHER_KIND),
        ("<script>".encode("utf-16"), files.OTHER_KIND),
        (b"#!/bin/sh\nrm -rf /", files.OTHER_KIND),
        (b"MZ\x90\0\x03", files.OTHER_KIND),
        (b"GIF89a\x01\0\x01\0\x80\0\0", files.OTHER_KIND),
        (b"\0\0\0\x18ftypheic", files.OTHER_KIND),
        (b"\xff\xd8\xff" + HTML, files.BROKEN),
        (png(width=30_000, height=30_000), files.BROKEN),
        (png()[:-20] + HTML, files.BROKEN),
    ],
)
def test_what_cannot_be_attached_is_refused_whatever_it_is_called(raw: bytes, why: Refusal) -> None:
    for name in ("photo.png", "a.pdf", "log.txt"):
        assert read(name, raw) is why


def test_text_is_taken_as_japanese_systems_write_it_and_a_name_changes_nothing() -> None:
    words = "日時,端末,エラー\n2026/11/29,レジ３,接続できません\x1b[31m\n"
    for encoding in ("utf-8", "utf-8-sig", "utf-16", "cp932", "euc_jp"):
        found = kept("売上.csv", words.encode(encoding))
        assert (found.kind, found.name, found.body) == ("text/plain", "売上.csv", words.encode(encoding))
    assert kept("a.html", b"<13>Nov 29 syslog").name == "a.html.txt"
    assert kept("run.png", "echo こんにちは".encode()).name == "run.png.txt"
    assert (kept("x.exe", b"%PDF-1.7\n...").kind, kept("x.exe", b"%PDF-1.7").name) == ("application/pdf", "x.exe.pdf")


def test_names_are_harmless() -> None:
    assert harmless("髙﨑①㈱🔥👨‍👩‍👧.PNG", "image/png") == "髙﨑①㈱🔥👨‍👩‍👧.PNG"
    assert harmless("C:\\Users\\sato\\..\\画面.jpeg", "image/jpeg") == "画面.jpeg"
    assert harmless("../../etc/pass\r\nwd\u202egnp.exe", "image/png") == "passwdgnp.exe.png"
    for nothing in ("", "/", " . ", "\x00\x1f", ".png"):
        assert harmless(nothing, "image/png") in ("file.png", "png.png")


@given(st.text(max_size=300), st.sampled_from(sorted(files.ENDINGS)), st.integers(1, 20))
def test_every_name_ends_as_its_kind_and_fits_into_any_file_system(text: str, kind: str, times: int) -> None:
    name = harmless(text * times, kind)
    stem, _, ending = name.rpartition(".")
    assert stem
    assert ending.lower() in files.ENDINGS[kind]
    assert len(name.encode()) <= files.LONGEST_NAME + 10
    assert not set(name) & set('/\\\r\n\0"<>|?*:')


@pytest.mark.parametrize(
    "raw",
    [
        jpeg()[:-2] + b"\xff" * 5_000_000 + b"\0" * 5_000_000,
        b"\xff\xd8" + b"\xff" * 9_000_000,
        b"\xff\xd8" + segment(0xDB, b"") * 2_000_000,
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", bytes(13)) + chunk(b"tEXt", b"") * 700_000,
        b"RIFF\x00\x00\x90\x00WEBP" + part(b"EXIF", b"") * 1_180_000,
        b" " * files.LARGEST,
    ],
)
def test_nobody_is_kept_busy(raw: bytes) -> None:
    started = time.process_time()
    read("x", raw[: files.LARGEST])
    assert time.process_time() - started < 1.0


def test_not_everything_in_the_envelope_of_a_webp_is_a_picture() -> None:
    assert is_picture(b"RIFF\x24\0\0\0WEBPVP8 ")
    assert not is_picture(b"RIFF\x24\0\0\0WAVEfmt ")
    assert not is_picture(b"XXXX\x24\0\0\0WEBPVP8 ")


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("attachment; filename*=UTF-8''%E8%A8%BA%E6%96%AD%E6%9B%B8.pdf", "診断書.pdf"),
        ("attachment; filename=old.pdf; FILENAME*=utf-8'ja'%E8%A8%BA.pdf", "診.pdf"),
        ('attachment; filename="a \\"b\\"; c.txt"', 'a "b"; c.txt'),
        ("attachment; filename=plain.txt", "plain.txt"),
        ('attachment; filename="' + "診断書.pdf".encode().decode("latin-1") + '"', "診断書.pdf"),
        ("attachment; filename*=UTF-8''%FF.txt", "\ufffd.txt"),
        ("attachment; filename*=UTF-8''", ""),
        ("attachment", ""),
        ("", ""),
    ],
)
def test_a_file_is_called_as_its_header_says(said: str, name: str) -> None:
    assert files.called(said) == name


@given(st.text(max_size=60))
def test_any_header_gives_some_name(said: str) -> None:
    assert isinstance(files.called(said), str)
