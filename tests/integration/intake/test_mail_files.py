"""What is attached to a mail becomes files of its case, once; what cannot be is told there; and no mail is lost for it."""

from dataclasses import replace
from typing import Any

from services.intake import erasing
from services.intake.domain import files
from shared.contracts import events as e
from shared.runtime import folds
from tests.integration.intake.post import Post
from tests.unit.intake.pictures import GPS, jpeg, png
from tests.unit.intake.senders.letters import with_files

ZIP = b"PK\x03\x04" + bytes(500)
LOGO = ("image001.png", png())
UNMAPPED = {"mapping": '{"title": "headers.\\"x-none\\""}'}


async def case_of(post: Post) -> str:
    await post.desk.log.drain()
    return post.desk.log.of(e.CaseSubmitted)[-1].case_id


async def kept(post: Post, case: str) -> list[dict[str, Any]]:
    """The files of a case as they are listed."""
    found: list[dict[str, Any]] = (await post.desk.get(f"/v1/cases/{case}/attachments")).json()["data"]
    return found


async def names(post: Post, case: str) -> list[str]:
    return [one["name"] for one in await kept(post, case)]


async def notes(post: Post) -> list[str]:
    await post.desk.log.drain()
    told = post.desk.log.of(e.CaseNoted)
    assert all(one.internal for one in told)
    return [one.text for one in told]


async def test_the_photo_is_a_file_of_the_case_and_what_cannot_be_is_named_in_it_once(post: Post) -> None:
    address = await post.source()
    raw = with_files(("写真①.jpg", jpeg(up=6)), ("台帳.xlsx", ZIP))
    for _ in range(3):
        assert await post.send(address, raw) == (250, "")
    assert await post.desk.said() == ["case.submitted.v1", "case.attached.v1", "case.noted.v1"]
    case = await case_of(post)
    (one,) = await kept(post, case)
    assert (one["name"], one["kind"], one["internal"]) == ("写真①.jpg", "image/jpeg", False)
    assert (one["by"]["kind"], one["by"]["id"], one["by"]["name"]) == ("source", "shop", "田中 実")
    body = (await post.desk.get(f"/v1/cases/{case}/attachments/{one['id']}")).content
    assert body.startswith(b"\xff\xd8")
    assert GPS not in body
    (note,) = await notes(post)
    assert "台帳.xlsx" in note
    assert files.OTHER_KIND.ja in note
    assert files.OTHER_KIND.en in note
    assert "写真" not in post.desk.log.of(e.CaseSubmitted)[0].report.facts
    assert b"/9j/" not in await post.desk.delivered()
    trail = [line["entry"] for line in (await post.desk.get(f"/v1/audit?object={case}")).json()["data"]]
    assert sum("case.attached.v1" in entry for entry in trail) == 1


async def test_a_reply_adds_its_files_to_the_case_and_the_same_logo_once(post: Post) -> None:
    address = await post.source()
    await post.send(address, with_files(LOGO))
    case = await case_of(post)
    answer = {"In_Reply_To": "<1@example.com>"}
    await post.send(address, with_files(LOGO, ("画面.png", png(width=4)), id_="2", **answer))
    await post.send(
        address, with_files(LOGO, ("away.png", png(width=5)), id_="3", Auto_Submitted="auto-replied", **answer)
    )
    await post.desk.log.drain()
    await post.desk.act(case, "resolve", handling="h", result="r")
    await post.send(address, with_files(("after.png", png(width=6)), id_="4", **answer))
    assert await names(post, case) == ["image001.png", "画面.png", "after.png"]
    assert await post.desk.count("cases") == 1
    assert await notes(post) == []
    machine = next(reply for reply in post.desk.log.of(e.CaseReplied) if reply.automatic)
    assert "Attached, not kept: image001.png" in machine.text
    async with post.desk.db.transaction() as tx:
        await tx.execute("DELETE FROM deliveries")  # a week later
    await post.send(address, with_files(LOGO, ("画面.png", png(width=4)), id_="2", **answer))
    assert len(await kept(post, case)) == 3


async def test_files_of_what_reporters_do_not_read_are_not_for_them_either(post: Post) -> None:
    address = await post.source()
    await post.send(address, with_files(LOGO))
    case = await case_of(post)
    away = with_files(
        ("inside.png", png(width=5)), text="自動返信：不在です。\n", id_="2", In_Reply_To="<1@example.com>"
    )
    await post.send(address, away)
    await post.desk.log.drain()
    assert [reply.automatic for reply in post.desk.log.of(e.CaseReplied)] == [True]
    assert [(one["name"], one["internal"]) for one in await kept(post, case)] == [
        ("image001.png", False),
        ("inside.png", True),
    ]


async def test_the_files_of_a_mail_that_is_set_aside_wait_with_it(post: Post) -> None:
    address = await post.source(options=UNMAPPED)
    await post.send(address, with_files(LOGO, ("写真.jpg", jpeg(up=6)), ("台帳.xlsx", ZIP)))
    (aside,) = (await post.desk.get("/v1/quarantine")).json()["data"]
    assert "iVBORw0KGgo" not in aside["body"]
    assert await post.desk.count("attachments") == 0
    headers = {"authorization": f"Bearer {post.desk.token}", "if-match": "*"}
    await post.desk.client.patch("/v1/sources/shop", json={"options": {}}, headers=headers)
    answer = await post.desk.post(f"/v1/quarantine/{aside['id']}/replay")
    assert (answer.status_code, answer.json()["verdict"]) == (202, "opened")
    assert await names(post, await case_of(post)) == ["image001.png", "写真.jpg"]
    assert "台帳.xlsx" in (await notes(post))[0]
    assert "iVBORw0KGgo" not in (await post.desk.delivered()).decode()


async def test_without_room_it_is_taken_and_set_aside_all_the_same_and_what_is_missing_is_told(post: Post) -> None:
    post.desk.door.settings = replace(post.desk.door.settings, attachments_gb=0)
    address = await post.source()
    assert await post.send(address, with_files(LOGO)) == (250, "")
    assert await kept(post, await case_of(post)) == []
    assert files.NO_ROOM.en in (await notes(post))[0]
    await post.desk.client.patch(
        "/v1/sources/shop",
        json={"options": UNMAPPED},
        headers={"authorization": f"Bearer {post.desk.token}", "if-match": "*"},
    )
    assert await post.send(address, with_files(LOGO, id_="2")) == (250, "")
    post.desk.door.settings = replace(post.desk.door.settings, attachments_gb=1)
    (aside,) = (await post.desk.get("/v1/quarantine")).json()["data"]
    await post.desk.client.patch(
        "/v1/sources/shop",
        json={"options": {}},
        headers={"authorization": f"Bearer {post.desk.token}", "if-match": "*"},
    )
    assert (await post.desk.post(f"/v1/quarantine/{aside['id']}/replay")).status_code == 202
    assert await kept(post, await case_of(post)) == []
    assert "image001.png" in (await notes(post))[1]


async def test_a_case_takes_as_many_by_mail_as_otherwise(post: Post) -> None:
    address = await post.source()
    many = [(f"{n}.log", b"%d" % n) for n in range(files.MOST + 2)]
    assert await post.send(address, with_files(*many)) == (250, "")
    assert await names(post, await case_of(post)) == [name for name, _ in many[: files.MOST]]
    (note,) = await notes(post)
    assert note.count(".log") == 2
    assert files.TOO_MANY.ja in note


async def test_whoever_dies_between_case_and_file_leaves_neither_and_the_mail_comes_again(post: Post) -> None:
    address = await post.source()
    async with post.desk.db.transaction() as tx:
        await tx.execute("ALTER TABLE attachments ADD CONSTRAINT defect CHECK (kind <> 'image/png')")
    try:
        assert (await post.send(address, with_files(LOGO)))[0] == 451
    finally:
        async with post.desk.db.transaction() as tx:
            await tx.execute("ALTER TABLE attachments DROP CONSTRAINT defect")
    assert [await post.desk.count(table) for table in ("cases", "attachments", "deliveries", "outbox")] == [0] * 4
    assert await post.send(address, with_files(LOGO)) == (250, "")
    assert await names(post, await case_of(post)) == ["image001.png"]


async def test_what_was_taken_away_does_not_come_back_by_mail_and_erasing_takes_all(post: Post) -> None:
    address = await post.source()
    await post.send(address, with_files(LOGO, ("写真.jpg", jpeg(up=6))))
    case = await case_of(post)
    first = (await kept(post, case))[0]["id"]
    headers = {"authorization": f"Bearer {post.desk.token}"}
    assert (await post.desk.client.delete(f"/v1/cases/{case}/attachments/{first}", headers=headers)).status_code == 204
    await post.send(address, with_files(LOGO, id_="2", In_Reply_To="<1@example.com>"))
    assert await names(post, case) == ["写真.jpg"]
    assert files.TAKEN_AWAY.en in (await notes(post))[0]
    async with post.desk.db.transaction() as tx:
        await erasing.erase(
            tx, await folds.load(tx, case), e.Actor(kind="person", id="sato"), False, post.desk.clock.now()
        )
    assert await post.desk.count("attachments") == 0
