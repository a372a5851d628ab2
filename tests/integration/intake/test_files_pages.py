"""Files on pages: sent with a report without a script, on the reporter's own page, and on the page of a case."""

import re
from typing import Any

import httpx
import pytest

from services.intake.domain import files
from shared.contracts import events as e
from shared.contracts.links import read_followup
from tests.integration.intake.desk import LINK_KEY, TEXT, Desk, hidden
from tests.integration.intake.office import behind
from tests.integration.intake.people import SITE, log_in, send, words
from tests.integration.intake.teams import MARK, case_of
from tests.unit.intake.pictures import GPS, HTML, jpeg, png

KEY = "0123456789abcdef" * 2
SHORT = {"mode": "anonymous", "facts": TEXT, "impact": "all", "key": KEY}
PHOTO = ("髙﨑①㈱🔥.jpg", jpeg(behind=GPS, up=6))
Chosen = tuple[str, bytes]


def chosen(*given: Chosen) -> Any:
    return [("files", (name, raw, "text/html")) for name, raw in given]


@pytest.fixture(autouse=True)
def _behind(desk: Desk) -> None:
    desk.others.answer = behind


async def report(desk: Desk, *given: Chosen, **fields: str) -> httpx.Response:
    return await desk.client.post("/report?lang=ja", data={**SHORT, **fields}, files=chosen(*given))


async def kept(desk: Desk) -> list[tuple[str, int, bool, str]]:
    async with desk.db.reading() as tx:
        rows = await tx.fetch("SELECT kind, size, internal, by_kind FROM attachments ORDER BY place")
    return [tuple(row) for row in rows]


async def test_an_anonymous_report_brings_photos_once_that_tell_no_place(desk: Desk) -> None:
    for _ in range(2):
        answer = await report(desk, PHOTO, ("端末.log", "レジ3 E-502".encode()))
        assert answer.status_code == 303, words(answer)
    photo = jpeg(up=6).replace(GPS, b"")
    assert [(kind, by) for kind, _, _, by in await kept(desk)] == [
        ("image/jpeg", "anonymous"),
        ("text/plain", "anonymous"),
    ]
    path = answer.headers["location"].partition("?")[0]
    page = await desk.client.get(path)
    assert "髙﨑①㈱🔥.jpg" in page.text
    at = page.text.index('href="' + path + "/files/") + 6
    got = await desk.client.get(page.text[at:].partition('"')[0])
    assert (got.status_code, got.headers["content-type"]) == (200, "image/jpeg")
    assert got.headers["content-disposition"].startswith("attachment; filename*=UTF-8''%E9%AB%99")
    assert GPS not in got.content
    assert len(got.content) < len(photo) + 100
    await desk.log.drain()
    case = read_followup(LINK_KEY, path.rpartition("/")[2])
    async with desk.db.reading() as tx:
        rows = await tx.fetch(
            "SELECT entry::jsonb ->> 'through' AS how, entry::jsonb ->> 'action' AS did FROM audit WHERE object = $1",
            case,
        )
    assert [row["how"] for row in rows if row["did"] == "attachment.opened"] == ["link"]
    assert len(desk.log.of(e.CaseAttached)) == 2
    assert not any("髙﨑①㈱🔥" in event.model_dump_json() for event in desk.log.of(e.CaseAttached))


async def test_a_report_waits_for_no_file_that_cannot_be_attached_and_says_which(desk: Desk) -> None:
    long = "../" + "x\r\n" * 300 + "<b>終.png"
    answer = await report(desk, ("空.txt", b""), PHOTO, (long, HTML), ("大.pdf", b"%PDF-" + bytes(11 * 1024**2)))
    assert answer.status_code == 200
    said = words(answer)
    for part in (
        "報告ありがとうございます",
        "報告は受け付けました",
        "空.txt：空のファイルです",
        "終.png：この種類の",
        "大.pdf：ファイルが大きすぎます",
    ):
        assert part in said, said
    (button,) = re.findall("下の「(.+?)」から", said)
    assert f'<span class="h2">{button}</span>' in answer.text, "what the hint names is there"
    assert "<b>終" not in answer.text
    assert 'action="/r/' in answer.text
    assert [kind for kind, *_ in await kept(desk)] == ["image/jpeg"]
    many = await report(desk, *((f"{n}.txt", b"x") for n in range(100)), key=KEY[::-1])
    assert many.status_code == 200
    assert many.text.count("個、合わせて") == 100 - files.MOST


async def test_what_was_typed_stays_and_the_files_are_asked_for_again(desk: Desk) -> None:
    wrong = await report(desk, PHOTO, impact="")
    assert (wrong.status_code, TEXT in wrong.text, "もう一度選んでください" in words(wrong)) == (422, True, True)
    shown = await report(desk, PHOTO, preview="1")
    assert (shown.status_code, "もう一度選んでください" in words(shown)) == (200, True)
    assert 'type="file"' in shown.text
    assert await kept(desk) == []
    plain = (await desk.client.get("/report")).text
    assert 'enctype="multipart/form-data"' in plain
    assert 'id="files-error" role="alert" hidden' in plain
    assert (await report(desk, ("長" * 5000 + ".png", png()))).status_code == 400, "no file system has such a name"
    assert await kept(desk) == []
    broken = {"content-type": "multipart/form-data; boundary=x"}
    assert (await desk.client.post("/report", content=b"nothing", headers=broken)).status_code == 400
    large = await desk.client.post("/report", content=b"x" * (24 * 1024**2), headers=broken)
    assert (large.status_code, "大きすぎます" in words(large)) == (413, True)


async def test_while_the_database_is_away_the_text_stands_in_the_form(desk: Desk) -> None:
    await desk.lose_the_database()
    answer = await report(desk, PHOTO)
    assert (answer.status_code, TEXT in answer.text) == (503, True)


async def test_the_reporter_adds_and_takes_away_their_own_and_sees_nothing_internal(desk: Desk) -> None:
    sent = await report(desk)
    path = sent.headers["location"].partition("?")[0]
    case = read_followup(LINK_KEY, path.rpartition("/")[2])
    assert case is not None
    headers = {"authorization": f"Bearer {desk.token}", "content-type": "application/octet-stream"}
    inside = await desk.client.post(
        f"/v1/cases/{case}/attachments?name=inside.txt", content=MARK.encode(), headers=headers
    )
    assert (await desk.client.get(f"{path}/files/{inside.json()['id']}")).status_code == 404
    gone = await desk.client.post(f"{path}/files/{inside.json()['id']}/remove")
    assert gone.status_code == 303
    assert len(await kept(desk)) == 1, "what is not shown is not taken away"
    for _ in range(2):
        added = await desk.client.post(path, data={"key": KEY, "text": ""}, files=chosen(PHOTO, ("a.png", png())))
        assert added.status_code == 303
    assert len(await kept(desk)) == 3
    page = await desk.client.get(path)
    assert "ファイルを 2 件添付しました。" in words(page)
    assert "inside.txt" not in page.text
    at = page.text.index(f'action="{path}/files/') + 8
    assert (await desk.client.post(page.text[at:].partition('"')[0])).status_code == 303
    assert len(await kept(desk)) == 2
    left = await desk.client.post(path, data={"key": KEY[::-1], "text": "続きです"}, files=chosen(("x.svg", b"<svg/>")))
    assert (left.status_code, "x.svg：この種類の" in words(left), "続きです" in words(left)) == (422, True, True)
    assert "添付ファイルを削除しました" in words(left)
    empty = await desk.client.post(path, data={"key": KEY, "text": ""}, files=chosen(("", b"")))
    assert empty.status_code == 422


async def test_on_the_page_of_a_case_files_are_attached_shown_and_removed_by_forms(desk: Desk) -> None:
    case = await case_of(desk, "sre")
    here = f"/cases/{(await desk.get(f'/v1/cases/{case}')).json()['number']}"
    browser = await log_in(desk, "sato.hanako", ("responder", "sre"))
    csrf = hidden((await browser.get(here)).text, "csrf")

    async def add(*given: Chosen, **fields: str) -> httpx.Response:
        data = {"csrf": csrf, "key": KEY, **fields}
        return await browser.post(f"{here}/files", data=data, files=chosen(*given), headers=SITE)

    forged = await browser.post(f"{here}/files", data={"key": KEY}, files=chosen(PHOTO), headers=SITE)
    assert forged.status_code == 403
    none = await add(("", b""))
    assert (none.status_code, "ファイルを選んでください" in words(none)) == (422, True)
    for _ in range(2):
        answer = await add(PHOTO, ("売上.csv", "日時,金額\n".encode("cp932")), internal="1")
        assert (answer.status_code, answer.headers["location"]) == (303, f"{here}?done=files#files")
    assert [(kind, internal) for kind, _, internal, _ in await kept(desk)] == [
        ("image/jpeg", True),
        ("text/plain", True),
    ]
    left = await add(("x.html", HTML), ("b.png", png()))
    assert (left.status_code, "x.html：この種類の" in words(left)) == (422, True)
    page = await browser.get(f"{here}?done=files")
    assert "写真・ファイル 3" in words(page)
    assert "JPEG 画像" in words(page)
    assert page.text.count("<img loading") == 2
    assert "売上.csv" in (await browser.get(f"{here}/report")).text
    ids = [part.partition('"')[0] for part in page.text.split(f'href="{here}/files/')[1:]]
    types = [(await browser.get(f"{here}/files/{id_}")).headers["content-type"] for id_ in ids]
    assert types == ["image/jpeg", "application/octet-stream", "image/png"]
    other = await log_in(desk, "mori", ("leader", "support"))
    assert (await other.get(f"{here}/files/{ids[0]}")).status_code == 404
    colleague = await log_in(desk, "kato", ("responder", "sre"))
    assert "/remove" not in (await colleague.get(here)).text.partition('id="files"')[2].partition("</ul>")[0]
    assert (await send(browser, here, f"{here}/files/{ids[0]}/remove")).status_code == 303
    assert (await browser.get(f"{here}/files/{ids[0]}")).status_code == 404


@pytest.mark.parametrize(
    ("type_", "charset"), [("", "cp932"), ("; charset=Shift_JIS", "cp932"), ("; charset=undefined", "utf-8")]
)
async def test_a_form_that_is_not_in_utf_8_is_refused_and_nobody_is_told_gibberish(
    desk: Desk, type_: str, charset: str
) -> None:
    parts = "".join(
        f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in {**SHORT, "facts": "決済が失敗する"}.items()
    )
    answer = await desk.client.post(
        "/report",
        content=f"{parts}--x--\r\n".encode(charset),
        headers={"content-type": f"multipart/form-data; boundary=x{type_}"},
    )
    assert answer.status_code == 400
    assert await desk.count("cases") == 0
