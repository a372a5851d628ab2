"""Changing texts over HTTP on real Postgres: checked before, in force within a second everywhere, and never silent."""

import asyncio
import base64
import hashlib
import hmac
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from cli import texts as command
from cli.__main__ import parser
from cli.door import Door, Refused
from services.notifier import texts
from services.notifier.domain import samples
from services.notifier.wording import LANGUAGES, Wording
from shared.contracts.vocabulary import Channel
from tests.integration.notifier.conftest import PHONE, SATO, World, assigned
from tests.integration.notifier.intake import TOKEN

BY = {"id": "yamada.kyoko", "name": "山田 京子"}
PAGE = "【至急 {{ c.priority }}】#{{ c.number }} {{ c.headline }}\n髙﨑①㈱🔥 です。{{ n.name }} さん、お願いします。\n{{ link }}\n"


async def etag(world: World, path: str) -> dict[str, str]:
    return {"if-match": (await world.http.get(f"/v1/texts/{path}")).headers["etag"]}


async def put(world: World, path: str, text: str, **more: Any) -> Any:
    headers = {**await etag(world, path), **more.pop("headers", {})}
    return await world.http.put(
        f"/v1/texts/{path}", json={"text": text, "by": BY, "why": "当社の言い回し", **more}, headers=headers
    )


async def reset(world: World, path: str) -> None:
    answer = await world.http.delete(f"/v1/texts/{path}", params={"by": BY["id"], "by_name": BY["name"], "why": "戻す"})
    assert answer.status_code == 200


async def test_every_text_is_listed_and_none_is_changed_at_first(world: World) -> None:
    data = (await world.http.get("/v1/texts")).json()["data"]
    assert {(t["language"], t["name"]) for t in data} >= {
        (x, n) for x in LANGUAGES for n in ("page", "page.speech", "digest")
    }
    assert {t["changed"] for t in data} == {False}
    one = await world.http.get("/v1/texts/ja/page")
    assert one.headers["etag"] == '"0"'
    assert one.json()["text"] == one.json()["standard"]
    about = {v["name"]: v["about"] for v in one.json()["variables"]}
    assert about["c.number"] == "案件番号"
    assert "who" not in about
    assert all(about.values())
    english = await world.http.get("/v1/texts/en/closed.taken", headers={"accept-language": "en"})
    assert {"name": "who", "about": "who has it, knows of it, or is asked instead"} in english.json()["variables"]


async def test_a_text_is_changed_kept_in_history_and_brought_back(world: World) -> None:
    path = "ja/page"
    first = await put(world, path, "\ufeff" + PAGE)
    assert first.status_code == 200, first.text
    assert (first.json()["text"], first.json()["changed"], first.json()["changed_by"]) == (PAGE, True, "山田 京子")
    second = await put(world, path, PAGE.replace("至急", "緊急"))
    listed = (await world.http.get("/v1/texts")).json()["data"]
    mine = next(t for t in listed if (t["language"], t["name"]) == ("ja", "page"))
    assert (mine["changed"], mine["why"], mine["broken"]) == (True, "当社の言い回し", None)
    await reset(world, path)
    assert (await world.http.get(f"/v1/texts/{path}")).json()["changed"] is False
    back = {"to": first.json()["version"], "by": BY, "why": "やはり前のもの"}
    restored = await world.http.post(f"/v1/texts/{path}/rollback", json=back)
    assert restored.json()["text"] == PAGE
    assert restored.headers["etag"] == f'"{restored.json()["version"]}"'
    history = (await world.http.get(f"/v1/texts/{path}/history", params={"limit": 3})).json()
    assert [(h["text"] or "")[:3] for h in history["data"]] == ["【至急", "", "【緊急"]
    assert [(h["before"] or "")[:3] for h in history["data"]] == ["", "【緊急", "【至急"]
    assert history["data"][0]["restores"] == first.json()["version"]
    rest = (await world.http.get(f"/v1/texts/{path}/history", params={"cursor": history["next_cursor"]})).json()
    assert [(h["before"], h["changed_by_id"]) for h in rest["data"]] == [(None, "yamada.kyoko")]
    missing = await world.http.post(f"/v1/texts/{path}/rollback", json={**back, "to": 999_999})
    assert missing.status_code == 404
    assert second.json()["version"] == first.json()["version"] + 1
    await reset(world, path)


async def test_nobody_writes_over_the_change_of_somebody_else(world: World) -> None:
    body = {"text": PAGE, "by": BY, "why": "x"}
    assert (await world.http.put("/v1/texts/ja/page", json=body)).status_code == 428
    anything = await world.http.put("/v1/texts/ja/page", json=body, headers={"if-match": "*"})
    assert anything.status_code == 428
    await put(world, "ja/page", PAGE)
    stale = await world.http.put("/v1/texts/ja/page", json=body, headers={"if-match": '"0"'})
    assert stale.status_code == 412
    assert "山田 京子 さんが変更しました" in stale.json()["title"]
    assert stale.headers["etag"] == (await etag(world, "ja/page"))["if-match"]
    wrong = await world.http.put("/v1/texts/ja/page", json=body, headers={"if-match": '"x"'})
    assert wrong.status_code == 412
    headers = await etag(world, "ja/page")
    both = await asyncio.gather(
        *(world.http.put("/v1/texts/ja/page", json={**body, "text": PAGE + x}, headers=headers) for x in ("一", "二"))
    )
    assert sorted(answer.status_code for answer in both) == [200, 412]
    same = await put(world, "ja/page", (await world.http.get("/v1/texts/ja/page")).json()["text"])
    assert same.json()["version"] == max(answer.json()["version"] for answer in both)
    await reset(world, "ja/page")


@pytest.mark.parametrize(
    ("path", "text", "line", "said"),
    [
        ("ja/page", "#{{ c.number }}\n{% if link %}\n{{ link }}", 3, "閉じていない"),
        ("ja/page", "#{{ c.number }}\n\n{{ c.headlin }} {{ link }}", 3, "「c.headlin」という変数はありません"),
        ("ja/page", "#{{ c.number }}\n{{ 9 ** 9 ** 9 }}", 2, "使えません"),
        ("ja/page", "#{{ c.number }}\n{% for a in range(100) %}{% for b in range(100) %}{{ c.facts }}{% endfor %}{% endfor %}", 2, "長くなりすぎる"),
        ("ja/page", "お願いします\n{{ link }}", 0, "案件番号"),
        ("ja/page", "#{{ c.number }}\nお願いします", 0, "{{ link }}"),
        ("ja/noted", "{{ c.owner }}", 1, "件名"),
        ("ja/page", "#{{ c.number }}\n{{ link }}" + "長" * 34_000, 0, "100 kB"),
        ("ja/page.speech", "案件番号 {{ c.number }}。1 で引き受け、2 で次の人へ。", 0, "もう一度聞く 9"),
        ("ja/page.speech", "長" * 990 + "。案件番号 {{ c.number }}。1 で引き受け、2 で次の人へ、9 でもう一度。", 0, "1,000 字まで"),
        ("ja/page.speech", "{{ c.facts }}。案件番号 {{ c.number }}。1 で引き受け、2 で次の人へ、9 でもう一度。", 0, "1,000 字まで"),
        ("ja/code.speech", "長" * 1_000 + "{{ c.text }}", 0, "1,000 字まで"),
        ("ja/digest", "まとめ {{ lines[0].of.headlin }}", 1, "変数はありません"),
    ],
)  # fmt: skip
async def test_a_mistake_is_refused_with_its_line(world: World, path: str, text: str, line: int, said: str) -> None:
    for answer in (
        await put(world, path, text),
        await world.http.post(f"/v1/texts/{path}/preview", json={"text": text}),
    ):
        assert answer.status_code == 422, answer.text
        assert answer.headers["content-type"] == "application/problem+json"
        problem = answer.json()
        assert problem["code"] == "text-refused"
        (error,) = problem["errors"]
        assert said in error["detail"], error
        assert (error["pointer"], error["line"]) == ("/text", line)
        assert error["source"] == (text.split("\n")[line - 1][:200] if line else "")
        assert said in problem["title"]
    assert (await world.http.get(f"/v1/texts/{path}")).json()["changed"] is False


async def test_a_mistake_is_told_in_the_readers_language(world: World) -> None:
    answer = await put(world, "en/page", "a\n{{ foo }}", headers={"accept-language": "en"})
    assert answer.json()["title"] == "Line 2: There is no variable “foo” here."
    assert (await put(world, "en/page", "a\x00b")).json()["code"] == "invalid"
    assert (await put(world, "en/page", "a", by={"id": "不正"})).status_code == 422
    assert (await world.http.put("/v1/texts/en/page", content=b'{"text": "\\ud800"}')).status_code == 422


@pytest.mark.parametrize("path", ["fr/page", "ja/nothing", "ja/..%2f..%2fapi", "ja/page.txt"])
async def test_what_is_no_text_is_not_found(world: World, path: str) -> None:
    assert (await world.http.get(f"/v1/texts/{path}")).status_code == 404


async def test_nobody_without_the_service_token_sees_or_changes_texts(world: World) -> None:
    for method in ("GET", "PUT", "DELETE"):
        answer = await world.http.request(method, "/v1/texts/ja/page", headers={"authorization": "Bearer wrong"})
        assert answer.status_code == 401


async def test_a_preview_shows_what_people_would_read(world: World) -> None:
    async def preview(path: str, **wanted: Any) -> dict[str, Any]:
        answer = await world.http.post(f"/v1/texts/{path}/preview", json=wanted)
        assert answer.status_code == 200, answer.text
        made: dict[str, Any] = answer.json()
        return made

    outage = await preview("ja/page")
    assert outage["subject"] == f"【P1 対応のお願い】#{samples.NUMBER} 決済が全店舗で失敗する"
    assert "髙﨑 一郎様（090-1234-5612、" in outage["body"]
    assert "1" in outage["speech"]
    assert (outage["masked"], outage["segments"]) == (False, None)
    spoken = await preview("ja/page", channel="phone")
    assert "髙●●●様（0*0-****-**12、***@***）" in spoken["body"]
    assert spoken["masked"] is True
    assert (await preview("ja/page", channel="chat", provider="line"))["masked"] is True
    refund = await preview("en/page", sample="refund")
    assert "decision" in refund["subject"]
    long = await preview("ja/page", sample="long", segments=True)
    assert "髙﨑①㈱🔥" in long["subject"]
    assert long["segments"] > 3
    digest = await preview("ja/digest")
    assert (digest["sample"], "ほか 7 件" in digest["body"]) == ("digest", True)
    draft = await preview("en/closed.taken", text="{{ who }}: ok\nThanks.", segments=True)
    assert (draft["subject"], draft["body"], draft["segments"]) == ("髙橋 健: ok", "Thanks.", 1)
    speech = await preview("en/goodbye.speech", text="Bye.")
    assert (speech["subject"], speech["body"], speech["speech"]) == ("", "", "Bye.")
    assert (await world.http.get("/v1/texts/en/goodbye.speech")).json()["changed"] is False


async def test_another_process_hears_of_a_change_and_is_not_silenced_by_a_broken_one(world: World) -> None:
    db = world.process.db
    wording = Wording("Asia/Tokyo", "https://tasuki.example.jp", "key")
    follower = texts.Following(db, wording)
    await follower.once()
    n = samples.sample("outage", "page", Channel.EMAIL)
    standard = wording.message(n, None, samples.NOW)
    await put(world, "ja/page", PAGE)
    await follower.once()
    changed = wording.message(n, None, samples.NOW)
    assert changed.subject.startswith("【至急 P1】#4567")
    assert "髙﨑①㈱🔥 です" in changed.text
    assert changed.link in changed.text
    # an upgrade renames a variable, so that what was taken in before can no longer be filled in
    await db.pool.execute("UPDATE texts SET body = replace(body, 'c.headline', 'c.heading') WHERE language = 'ja'")
    await db.pool.execute("INSERT INTO texts SELECT version + 1, 'en', 'page', body, changed_by, changed_by_id, why, changed_at, NULL, '' FROM texts ORDER BY version DESC LIMIT 1")  # fmt: skip
    await follower.once()
    assert wording.message(n, None, samples.NOW) == standard
    await follower.once()
    for language in LANGUAGES:
        shown = (await world.http.get(f"/v1/texts/{language}/page")).json()
        assert (shown["broken"]["code"], shown["broken"]["line"]) == ("unknown-variable", 1)
        assert "c.heading" in shown["broken"]["source"]
    listed = (await world.http.get("/v1/texts")).json()["data"]
    assert {(t["language"], t["name"]) for t in listed if t["broken"]} == {("ja", "page"), ("en", "page")}
    metrics = (await world.http.get("/metrics")).text
    assert 'tasuki_texts_broken_total{text="ja/page"} 1.0' in metrics
    await reset(world, "ja/page")
    await reset(world, "en/page")
    await follower.once()
    assert wording.book.broken == {}


async def test_a_changed_text_is_heard_in_the_next_call(world: World) -> None:
    """The process follows by itself: no restart, and nobody is asked to look."""
    said = "髙﨑商店の当番です。案件番号 {{ c.number }}、1 引き受ける、2 次へ、9 もう一度。"
    assert (await put(world, "ja/page.speech", said)).status_code == 200
    case = await world.submitted()
    await world.say(assigned(case, SATO, channels=(Channel.PHONE,)))
    await world.sandbox.phone.wait_for_call(PHONE[SATO], case_id=case)
    (delivery,) = [d for d in await world.log(case) if d["channel"] == "phone"]

    async def heard() -> bool:
        path = f"/callbacks/twilio/voice/{delivery['id']}"
        fields = {"CallSid": "CA1"}
        signed = world.url + path + "".join(k + v for k, v in sorted(fields.items()))
        secret = world.sandbox.settings.twilio_auth_token.encode()
        signature = base64.b64encode(hmac.new(secret, signed.encode(), hashlib.sha1).digest()).decode()
        headers = {"x-twilio-signature": signature, "content-type": "application/x-www-form-urlencoded"}
        answer = await world.http.post(path, content=urlencode(fields), headers=headers)
        return "髙﨑商店の当番です" in answer.text

    await world.until(heard)
    await reset(world, "ja/page.speech")


async def test_the_command_line_does_all_of_it(
    world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "page.txt"
    file.write_text(PAGE, encoding="utf-8")
    who = ("--by", "yamada.kyoko:山田 京子", "--why", "言い回し")

    async def run(*arguments: str) -> str:
        def ask() -> int:
            with Door(world.url, TOKEN) as door:
                return command.run(parser().parse_args(["texts", *arguments]), door)

        assert await asyncio.to_thread(ask) == 0
        return capsys.readouterr().out

    assert "【至急 P1】#4567" in await run("preview", "ja/page", str(file), "--segments")

    async def made_from() -> tuple[str, str]:
        return "--if-version", str((await world.http.get("/v1/texts/ja/page")).json()["version"])

    assert "山田 京子  言い回し" in await run("edit-from", "ja/page", str(file), *await made_from(), *who)
    with pytest.raises(Refused, match=" ".join(await made_from())):
        await run("edit-from", "ja/page", str(file), *who)
    assert "髙﨑①㈱🔥 です" in await run("show", "ja/page")
    assert "言い回し" in await run("list")
    file.write_text("{{ c.number }}\n{{ c.heading }}", encoding="utf-8")
    with pytest.raises(Refused, match=r"text-refused: 2 行目：「c\.heading」という変数はありません"):
        await run("edit-from", "ja/page", str(file), *await made_from(), *who)
    assert "標準" in await run("reset", "ja/page", *who)
    assert "（標準に戻す）" in (await run("history", "ja/page")).splitlines()[0]
