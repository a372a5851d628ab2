"""The directory in and out over HTTP and by the command: all of a table or nothing, with every mistake by line."""

import asyncio
from pathlib import Path

import pytest

from cli import contacts as command
from cli.__main__ import parser
from cli.door import Door, Refused
from shared.contracts import canary
from shared.runtime.web import LARGEST_BODY
from tests.integration.notifier.conftest import CONTACTS, PHONE, SATO, World
from tests.integration.notifier.intake import TOKEN
from tests.integration.notifier.persons import added, as_new

BAD = "ID,名前,役割,電話\r\nx,髙﨑,最終担当,110\r\ny,山﨑,社長,\r\n"
SMALL = "ID,名前,役割,電話\r\nsato.hanako,佐藤 花子,最終担当,090-0000-0101\r\nnew,髙﨑①㈱,,+81 90-0000-0555\r\n"


@pytest.fixture(autouse=True)
async def _as_new(world: World) -> None:
    await as_new(world)


async def test_what_goes_out_comes_back_the_same(world: World) -> None:
    before = (await world.http.get("/v1/contacts")).json()
    table = await world.http.get("/v1/contacts.csv")
    assert table.headers["content-type"].startswith("text/csv")
    assert table.content.startswith(b"\xef\xbb\xbf")
    for encoded in (table.content, table.content.decode("utf-8-sig").encode("cp932")):
        answer = await world.http.post("/v1/contacts.csv", content=encoded)
        assert answer.status_code == 200, answer.text
        told = answer.json()
        assert (told["done"], told["people"], told["added"], told["changed"], told["removed"]) == (
            True,
            len(CONTACTS["people"]),
            [],
            [],
            [],
        )
        assert (await world.http.get("/v1/contacts")).json() == before


async def test_a_table_with_mistakes_changes_nothing_and_names_every_line(world: World) -> None:
    before = (await world.http.get("/v1/contacts")).json()
    tried = await world.http.post("/v1/contacts.csv", content=BAD.encode("cp932"), params={"dry_run": "true"})
    assert [(m["line"], m["column"]) for m in tried.json()["mistakes"]] == [(2, "phone"), (3, "role")]
    refused = await world.http.post("/v1/contacts.csv", content=BAD.encode(), headers={"accept-language": "en"})
    assert (refused.status_code, refused.json()["code"]) == (422, "import-refused")
    assert [e["pointer"] for e in refused.json()["errors"]] == ["/2/phone", "/3/role"]
    assert refused.json()["errors"][0]["detail"] == "write a number as +81… or 090-…"
    assert (await world.http.get("/v1/contacts")).json() == before


async def test_a_dry_run_tells_what_would_change_and_an_import_keeps_what_people_brought(world: World) -> None:
    await added(world)
    tried = (await world.http.post("/v1/contacts.csv", content=SMALL.encode(), params={"dry_run": "true"})).json()
    assert (tried["done"], tried["added"], tried["changed"]) == (False, ["new"], [SATO])
    assert "team:payments" in tried["removed"]
    assert len((await world.http.get("/v1/contacts")).json()["people"]) == len(CONTACTS["people"])
    assert (await world.http.post("/v1/contacts.csv", content=SMALL.encode())).json()["done"] is True
    found = (await world.http.get(f"/v1/contacts/{SATO}")).json()
    assert [(a["id"], a["origin"]) for a in found["addresses"]] == [("phone", "directory"), ("phone-2", "self")]


async def test_a_large_table_fits_and_a_larger_one_is_refused(world: World) -> None:
    many = "".join(f"p{i},髙﨑 {i},,\r\n" for i in range(1990))
    large = SMALL + many + "".join(" " * 250 + "\r\n" for _ in range(2000))
    assert len(large.encode()) > 500_000
    assert (await world.http.post("/v1/contacts.csv", content=large.encode())).status_code == 200
    assert (await world.http.post("/v1/contacts.csv", content=b" " * 3_000_000)).status_code == 413


async def test_the_whole_directory_of_a_large_company_goes_back_in_as_it_came_out(world: World) -> None:
    people = [
        {
            "id": f"p{i}",
            "name": f"髙﨑 {i}",
            "phone": f"+8180{i:08}",
            "slack": f"U{i:08}",
            "email": f"p{i}@example.jp",
        }
        for i in range(2000 - len(CONTACTS["people"]))
    ]
    whole = {**CONTACTS, "people": [*CONTACTS["people"], *people]}
    (await world.http.put("/v1/contacts", json=whole)).raise_for_status()
    out = await world.http.get("/v1/contacts")
    assert len(out.content) > LARGEST_BODY
    back = await world.http.put("/v1/contacts", content=out.content, headers={"content-type": "application/json"})
    assert back.status_code == 200, back.text[:500]
    assert (await world.http.get("/v1/contacts")).json() == out.json()


async def test_a_page_is_read_with_the_token_only(world: World) -> None:
    page = await world.http.get("/v1/contacts.html")
    assert PHONE[SATO] in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]
    for path in ("/v1/contacts.html", "/v1/contacts.csv", "/v1/contacts", "/v1/phone-book"):
        assert (await world.http.get(path, headers={"authorization": "Bearer x"})).status_code == 401


async def test_members_stand_with_their_team(world: World) -> None:
    people = [{**p, "member_of": ["payments"]} if p["id"] == SATO else p for p in CONTACTS["people"]]
    (await world.http.put("/v1/contacts", json={**CONTACTS, "people": people})).raise_for_status()
    assert (await world.http.get(f"/v1/contacts/{SATO}")).json()["member_of"] == ["payments"]
    assert (await world.http.get("/v1/contacts.html")).text.count("佐藤 花子") == 2
    people = [{**p, "member_of": ["nowhere"]} for p in people]
    assert (await world.http.put("/v1/contacts", json={**CONTACTS, "people": people})).status_code == 422


async def test_colleagues_find_what_the_directory_says_and_nothing_that_somebody_brought(world: World) -> None:
    await added(world)
    people = (await world.http.get("/v1/phone-book")).json()["people"]
    (sato,) = [one for one in people if one["id"] == SATO]
    assert (sato["name"], sato["phones"]) == ("佐藤 花子", [PHONE[SATO]])
    assert {one["id"] for one in people} == {p["id"] for p in CONTACTS["people"]} - {canary.PERSON}, "no program"


async def test_the_command_does_the_same(world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def run(*arguments: str) -> int:
        with Door(world.url, TOKEN) as door:
            return command.run(parser().parse_args(["contacts", *arguments]), door)

    table, page, bad = tmp_path / "連絡先.csv", tmp_path / "contacts.html", tmp_path / "bad.csv"
    bad.write_bytes(BAD.encode("cp932"))
    assert await asyncio.to_thread(run, "export", str(table)) == 0
    assert table.read_bytes() == (await world.http.get("/v1/contacts.csv")).content
    assert await asyncio.to_thread(run, "import", str(table), "--dry-run") == 0
    assert "まだ取り込んでいません" in capsys.readouterr().out
    assert await asyncio.to_thread(run, "import", str(table)) == 0
    assert await asyncio.to_thread(run, "import", str(bad)) == 1
    said = capsys.readouterr().out
    assert "2 行目 phone: " in said
    assert said.endswith("何も変えていません。\n")
    assert await asyncio.to_thread(run, "html", str(page)) == 0
    assert PHONE[SATO] in page.read_text(encoding="utf-8")
    assert await asyncio.to_thread(run, "export") == 0
    with pytest.raises(Refused, match="--dry-run"):
        await asyncio.to_thread(run, "import", "contacts.yaml", "--dry-run")
