"""The directory as a table: read as people's spreadsheets write it, refused with every mistake, and nothing in it runs."""

import csv
import io
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.notifier import imports
from services.notifier.directory import Directory, Entry, Everybody
from services.notifier.domain import sheet
from services.notifier.domain.booklet import page
from services.notifier.domain.contact import Address, Contact
from tests.unit.notifier.examples import NOW

HEADING = "区分,ID,名前,言語,役割,所属チーム,電話,メール,slack\r\n"
GOOD = (
    HEADING
    + "人,takasaki,髙﨑①,日本語,最終担当|管理担当,pay,０９０－００００－０１０１|+81 3-1234-5678,t@example.co.jp,U0TAKA\r\n"
    "\r\n,sato,佐藤㈱,en,,pay,090-0000-0102,,\r\nチーム,pay,決済チーム,,,,,,C0PAY\r\n"
)


def faults(text: str | bytes) -> list[tuple[int, str]]:
    made, found = imports.read(text.encode() if isinstance(text, str) else text)
    assert (made is None) == bool(found)
    for fault in found:
        assert re.search(r"[ぁ-んァ-ヶ一-龠]", fault.ja)
        assert not re.search(r"[ぁ-んァ-ヶ]", fault.en)
    return [(fault.line, fault.column) for fault in found]


@pytest.mark.parametrize(
    "data", [GOOD.encode(), GOOD.encode("utf-8-sig"), GOOD.encode("cp932"), GOOD.replace("\r\n", "\n").encode()]
)
def test_a_table_is_read_as_spreadsheets_write_it(data: bytes) -> None:
    made, found = imports.read(data)
    assert found == []
    assert made is not None
    first, second = made.people
    assert (first.name, first.phone, first.email) == ("髙﨑①", ("+819000000101", "+81312345678"), ("t@example.co.jp",))
    assert (second.name, second.language, second.member_of) == ("佐藤㈱", "en", ("pay",))
    assert (made.catch_all, made.platform_owner, made.teams[0].slack) == ("takasaki", "takasaki", ("C0PAY",))


def test_english_words_in_any_order_do_as_well() -> None:
    made, found = imports.read(b"name,ID,role,e-mail\nTaka,taka,catch_all,t@example.com\n")
    assert found == []
    assert made is not None
    assert (made.people[0].id, made.owner) == ("taka", "taka")


def test_every_mistake_is_told_with_its_line() -> None:
    text = (
        HEADING + "人,a,あ,,最終担当,,090-0000-010,,\r\n人,b,い,仏語,,売店,,x,\r\n部,c,う,,,,,,\r\n"
        '人,a,え,,,,,,"U0A\r\n"\r\n人,,お,,,,,,\r\nチーム,t,た,,管理担当,,,,\r\n人,d,か,,課長,,,,\r\n'
    )
    assert faults(text) == [
        (2, "phone"), (3, "language"), (3, "email"), (3, "member_of"), (4, "type"), (5, "id"), (7, "id"), (8, "role"), (9, "role"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("", (0, "")),
        ("\r\n\r\n", (0, "")),
        ("ID,名前,FAX\r\n", (1, "FAX")),
        ("ID,名前,ID\r\n", (1, "ID")),
        ("ID,電話\r\n", (1, "名前")),
        ('ID,名前\r\na,"あ\r\n', (2, "")),
        ("ID,名前\r\na,あ,余り\r\n", (2, "")),
        ("ID,名前\r\n", (0, "role")),
        (HEADING + "人,a,あ,,最終担当,,,,\r\n", (2, "role")),
        (HEADING + "人,a,あ,,最終担当,売店,090-0000-0101,,\r\n", (2, "member_of")),
        (HEADING + "人,a,あ,,最終担当,,090-0000-0101,,\r\n人,b,い,,最終担当,,,,\r\n", (3, "role")),
    ],
)
def test_what_is_no_directory_is_refused(text: str, where: tuple[int, str]) -> None:
    assert faults(text) == [where]


def test_a_heading_that_is_long_is_told_in_its_beginning() -> None:
    assert faults("長" * 41 + "\n") == [(1, "長" * 40)]


def test_bytes_of_any_kind_and_too_many_lines_are_refused() -> None:
    assert faults("ID,名前\n".encode("utf-16")) == [(0, "")]
    assert faults(b"\x00\x01") == [(0, "")]
    assert faults("ID,名前\n" + "a,あ\n" * (sheet.MOST_LINES + 1))[0] == (sheet.MOST_LINES + 2, "")


@settings(deadline=None)
@given(st.binary(max_size=300) | st.text(max_size=200).map(lambda t: (HEADING + t).encode("utf-8", "replace")))
def test_nothing_that_is_sent_in_breaks_it(data: bytes) -> None:
    made, found = imports.read(data)
    assert (made is None) == bool(found)


EVIL = ["=cmd|'/c calc'!A0", "+1+1", "-1", "@SUM(A1)", "'=1", "＝1", "＠x"]


@pytest.mark.parametrize("name", [*EVIL, "髙﨑①㈱🔥", 'a"b,c'])
def test_nothing_runs_in_a_spreadsheet_and_everything_comes_back(name: str) -> None:
    shown = name.replace("|", "/")
    entry = Entry(id="taka", name=shown, phone=("+819000000101", "+819000000102"), slack=("U0TAKA",))
    text = imports.written(Everybody(people=(entry,), teams=(), catch_all="taka", platform_owner="taka"))
    assert text.startswith("\ufeff区分,ID,")
    for row in csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")):
        for cell in row:
            assert not re.match(r"[=+\-@\t\r＝＋－＠]", cell), cell
    made, found = imports.read(text.encode())
    assert found == []
    assert isinstance(made, Directory)
    assert made.people == (entry,)


def test_a_page_needs_nothing_from_outside_and_shows_no_secret() -> None:
    addresses = (
        Address("phone", "phone", "+819000000101", label="私用<b>", origin="self"),
        Address("email", "email", "t@example.co.jp", broken="bounced"),
        Address("teams", "teams", "https://secret.example/hook"),
        Address("line", "line", "U" + "0" * 32),
    )
    people = [
        Contact("taka", "髙﨑<script>alert(1)</script>", addresses=addresses, member_of=("pay",)),
        Contact("team:pay", "決済チーム🔥", addresses=(Address("slack", "slack", "C0PAY"),)),
    ]
    ja, en = (page(people, "taka", "taka", language, NOW) for language in ("ja", "en"))
    for text in (ja, en):
        assert "<script>" not in text
        assert not re.search(r"(src|href)=\"(?!tel:|mailto:)|url\(|@import|https?://", text)
        assert "secret" not in text
        assert "+819000000101" in text
        assert "C0PAY" in text
    assert "未確認" in ja
    assert "不通" in ja
    assert ja.count("髙﨑") == 2  # themselves, and as a member of their team
    assert 'lang="en"' in en
    assert "not verified" in en
    assert "最終担当" in ja
    assert "登録がありません。" in page([], "", "", "ja", NOW)
