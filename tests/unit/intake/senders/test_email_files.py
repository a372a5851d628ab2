"""Files of a mail: taken out of it and read by their content; what is not whole is never taken for whole, nor left unsaid."""

import base64

from services.intake.domain import enclosed, files, mails
from services.intake.domain.enclosed import Enclosed
from services.intake.domain.files import EMPTY, OTHER_KIND, File
from services.intake.domain.refusals import Refusal
from services.intake.senders.email import EMAIL, KEPT
from services.intake.senders.given import paragraph
from services.intake.senders.sender import Request
from tests.unit.intake.pictures import GPS, jpeg, png
from tests.unit.intake.senders import letters
from tests.unit.intake.senders.letters import TEXT, machine, opened, read, request, with_files

ZIP = b"PK\x03\x04" + bytes(500)


def parted(raw: bytes) -> Request:
    assert EMAIL.parted
    return EMAIL.parted(request(raw))


def became(raw: bytes) -> list[tuple[str, str]]:
    """What became of each file of a mail: its kind, or why it is not kept."""
    return [(one.name, one.file.kind if isinstance(one.file, File) else one.file.code) for one in parted(raw).files]


def test_each_file_is_what_its_content_says_and_a_photo_without_its_place() -> None:
    photo = jpeg(up=6)
    assert GPS in photo
    raw = with_files(("写真①.heic", photo), ("台帳.xlsx", ZIP), ("", b""), ("log.txt", "髙﨑".encode("cp932")))
    found = parted(raw)
    assert became(raw) == [
        ("写真①.heic", "image/jpeg"), ("台帳.xlsx", OTHER_KIND.code), ("application/octet-stream", EMPTY.code), ("log.txt", "text/plain"),
    ]  # fmt: skip
    kept = found.files[0].file
    assert isinstance(kept, File)
    assert kept.name == "写真①.heic.jpg"
    assert GPS not in kept.body
    assert found.raw + found.rest == raw
    assert base64.b64encode(TEXT.encode())[:40] in found.raw
    assert base64.b64encode(photo)[:40] in found.rest


def test_what_stays_of_a_mail_ends_where_its_first_file_begins_or_after_so_much() -> None:
    inline = letters.letter("中身", Content_Type="image/png; name=a.png", Content_Disposition="inline")
    assert parted(inline).rest == "中身".encode()
    assert parted(letters.letter("", Content_Type="image/png; name=a.png")).rest == b""
    assert len(parted(letters.letter("あ" * KEPT)).raw) == KEPT
    assert parted(letters.letter()).rest == b""


def test_no_report_names_what_is_kept_and_an_answer_of_a_machine_names_what_is_not() -> None:
    assert "photo" not in opened(with_files(("photo.png", png()))).report.facts
    away = with_files(("logo.png", png()), Auto_Submitted="auto-replied", In_Reply_To="<0@example.com>")
    assert machine(away) == "auto-reply"
    assert "（保存していません） / Attached, not kept: logo.png" in read(away).thread.reply  # type: ignore[union-attr]


def test_a_file_that_goes_on_beyond_what_is_read_is_not_taken_for_whole() -> None:
    part = "--b\nContent-Type: application/sql\nContent-Disposition: attachment; filename={}\n\n{}\n"
    told = [
        part.format("a.sql", "SELECT 1"),
        part.format("b.sql", "-- x\n" * mails.MARKS),
        part.format("c.sql", "SELECT 2"),
    ]
    raw = letters.letter("".join(told) + "--b--\n", Content_Type="multipart/mixed; boundary=b")
    assert became(raw) == [("a.sql", "text/plain"), ("b.sql", "file-cut-off")]


def test_of_more_files_than_are_read_it_is_told_that_there_are_more() -> None:
    found = became(with_files(*((f"{n}.txt", b"%d" % n) for n in range(mails.PARTS + 20))))
    assert found[0] == ("0.txt", "text/plain")
    assert found[-1] == ("…", "file-cut-off")


def test_of_a_mail_whose_beginning_alone_is_left_no_file_is_taken_and_each_is_named() -> None:
    found = enclosed.lost(parted(parted(with_files(("a.png", png()), ("b.png", png()))).raw).files)
    assert [(one.name, one.file) for one in found] == [("a.png", enclosed.NOT_HERE)]
    assert enclosed.lost(())[0].file == enclosed.NOT_HERE


def test_what_is_not_kept_is_told_in_both_languages_and_within_what_a_note_holds() -> None:
    reasons = [why for why in vars(files).values() if isinstance(why, Refusal)]
    left = [(Enclosed(f"{n}" + "名" * 200, 2048, why), why) for n, why in enumerate(reasons * 12)]
    told = enclosed.left_out(left)
    assert paragraph(told) == told
    for why in reasons:
        assert told.count(why.ja) == told.count(why.en) == 1
    assert f"ほか {len(left) - enclosed.NAMED} 個 / {len(left) - enclosed.NAMED} more" in told
    one = Enclosed("台帳\n.xlsx", 2048, OTHER_KIND)
    assert enclosed.left_out([(one, OTHER_KIND)]).splitlines()[1:] == [
        "台帳 .xlsx (2 KB)", f"→ {OTHER_KIND.ja} / {OTHER_KIND.en}",
    ]  # fmt: skip
