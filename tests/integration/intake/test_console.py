"""An administrator sets a source up on pages, and nobody else does."""

import json
import re
from pathlib import Path

from services.intake.pages.console.shell import PATHS
from tests.integration.intake.desk import TEXT, Desk, hidden, ticket
from tests.integration.intake.people import log_in, send, words


async def test_a_source_is_set_up_tested_and_heard_of(desk: Desk) -> None:
    browser = await log_in(desk)
    fields = {"sender": "alertmanager", "id": "alerts", "owner": "team:sre", "name": "髙﨑㈱の監視①🔥"}
    made = await send(
        browser, "/admin/sources/new?sender=alertmanager", "/admin/sources/new?sender=alertmanager", **fields
    )
    assert made.status_code == 201
    (setup,) = [s for s in await desk.door.sources.all() if s.id == "alerts"]
    source = await desk.door.sources.find("alerts")
    assert source is not None
    secret = source.secrets[0]
    assert f'value="{secret}"' in made.text
    assert f"credentials: {secret}" in made.text
    assert setup.owner == "team:sre"
    again = await browser.get("/admin/sources/alerts")
    assert secret not in again.text
    assert (await desk.alert("alerts", secret)).status_code == 202
    assert (await desk.alert("alerts", "a wrong one")).status_code == 401
    seen = words(await browser.get("/admin/sources/alerts"))
    assert "新しい案件" in seen
    assert "トークンが一致しません" in seen
    tested = await send(browser, "/admin/sources/alerts", "/admin/sources/alerts/test")
    assert "届きました。だれにも連絡していません。" in words(tested)
    listed = words(await browser.get("/admin/sources"))
    assert "髙﨑㈱の監視①🔥" in listed
    assert "認証できず拒否" in listed


async def test_what_is_typed_wrong_stands_in_the_form_again_with_what_is_wrong(desk: Desk) -> None:
    browser, page = await log_in(desk), "/admin/sources/new?sender=zendesk"
    for fields, told in (
        ({"id": "髙﨑", "owner": "sato"}, "識別名は、半角の英小文字"),
        ({"id": "shop", "owner": "だれか①"}, "問題を知らせる相手の ID"),
        ({"id": "shop", "owner": "sato", "name": "🔥" * 201}, "長すぎます"),
    ):
        answer = await send(browser, page, page, sender="zendesk", **fields)
        assert answer.status_code == 422
        assert told in words(answer)
        assert f'value="{fields["id"]}"' in answer.text
    await desk.set_up("taken")
    again = await send(browser, page, page, sender="zendesk", id="taken", owner="sato")
    assert (again.status_code, "もうあります" in words(again)) == (409, True)


async def test_settings_are_changed_once_and_a_disabled_source_takes_nothing(desk: Desk) -> None:
    browser, base = await log_in(desk), "/admin/sources/alerts"
    secret = (await desk.set_up("alerts"))["secret"]
    tag = hidden((await browser.get(base)).text, "version").replace("&#34;", '"')
    options = {"option-0": "髙﨑", "value-0": "①\r\n㈱", "option-1": "gone", "value-1": ""}
    change = {"version": tag, "name": "新しい名", "owner": "team:sre", **options}
    assert (await send(browser, base, f"{base}/change", **change)).headers["location"] == f"{base}?done=saved"
    assert (await send(browser, base, f"{base}/change", **change)).status_code == 412
    (setup,) = [s for s in await desk.door.sources.all() if s.id == "alerts"]
    assert (setup.name, setup.owner, dict(setup.options)) == ("新しい名", "team:sre", {"髙﨑": "①\n㈱"})
    await send(browser, base, f"{base}/change", version="*", enabled="no")
    assert (await desk.alert("alerts", secret)).status_code in (401, 404)
    assert "停止中" in words(await browser.get("/admin/sources"))
    await send(browser, base, f"{base}/change", version="*", enabled="yes")
    assert (await desk.alert("alerts", secret)).status_code == 202


async def test_a_secret_is_replaced_with_an_overlap_and_ended_at_once(desk: Desk) -> None:
    browser, base = await log_in(desk), "/admin/sources/alerts"
    old = (await desk.set_up("alerts"))["secret"]
    made = await send(browser, base, f"{base}/secrets")
    assert made.status_code == 201
    newest = (await desk.door.sources.find("alerts")).secrets[0]  # type: ignore[union-attr]
    assert f'value="{newest}"' in made.text
    assert [(await desk.alert("alerts", s)).status_code for s in (old, newest)] == [202, 202]
    setup = await desk.door.sources.setup("alerts")
    assert setup is not None
    await send(browser, base, f"{base}/secrets/{setup.secrets[-1].id}/end")
    assert [(await desk.alert("alerts", s)).status_code for s in (old, newest)] == [401, 202]
    assert (await send(browser, base, f"{base}/secrets", secret="短い")).status_code == 422


async def test_what_is_set_aside_is_looked_at_taken_after_all_or_discarded(desk: Desk) -> None:
    browser, page = await log_in(desk), "/admin/quarantine"
    await desk.zendesk(ticket(ticket_id=""), "one")
    await desk.zendesk(b'{"<script>": "alert(1)"}', "two")
    shown = await browser.get(page)
    assert "<script>&#34;" not in shown.text.replace("&lt;script&gt;", "")
    assert TEXT in shown.text
    ids = sorted(int(found) for found in re.findall(r'id="q(\d+)"', shown.text))
    still = await send(browser, page, f"{page}/{ids[0]}/replay")
    assert (still.status_code, "まだ変換できません" in words(still)) == (409, True)
    assert (await send(browser, page, f"{page}/{ids[1]}/discard")).status_code == 303
    assert (await send(browser, page, f"{page}/{ids[1]}/discard")).status_code == 404
    assert f'id="q{ids[1]}"' not in (await browser.get(page)).text


async def test_a_mapping_is_tried_on_what_is_pasted_and_nothing_is_kept(desk: Desk) -> None:
    browser, base = await log_in(desk), "/admin/sources/shop"
    await desk.set_up("shop", "generic", options={"mapping": '{"title": "name"}'})
    body = json.dumps({"name": TEXT, "level": "1"}, ensure_ascii=False)
    tried = await send(
        browser,
        base,
        f"{base}/try",
        body=body,
        mapping='{"title": "name", "severity": {"expr": "level", "map": {"1": "critical"}}}',
    )
    assert TEXT in tried.text
    assert "critical" in words(tried)
    broken = await send(browser, base, f"{base}/try", body="{", mapping="")
    assert (broken.status_code, "読み取れません" in words(broken)) == (422, True)
    assert (await desk.count("cases"), await desk.count("deliveries")) == (0, 0)


async def test_pages_keep_their_language_and_allow_no_script_of_others(desk: Desk) -> None:
    browser = await log_in(desk)
    assert "Add a source" in (await browser.get("/admin/sources?lang=en")).text
    page = await browser.get("/admin/sources/new")
    assert '<html lang="en">' in page.text
    policy = page.headers["content-security-policy"]
    assert "unsafe" not in policy
    assert "form-action 'self'" in policy
    assert page.headers["cache-control"] == "no-store"
    assert not re.search(r"\son\w+=|style=|<script(?! src=)", page.text)
    for missing in ("/admin/sources/nothing", "/admin/sources/NOT-A-SLUG"):
        assert (await browser.get(missing)).status_code == 404


async def test_what_a_form_led_to_can_be_loaded_anew(desk: Desk) -> None:
    await desk.set_up("shop")
    browser = await log_in(desk, "sato", ("admin", "*"), ("leader", "*"))
    document = json.loads(Path("openapi/intake.json").read_text())["paths"]
    forms = [path for path, said in document.items() if "post" in said and path.startswith((*PATHS, "/report"))]
    nothing = {"/knowledge/articles/{id}/edit": 404, "/login/once/{secret}": 410}  # what they are about is not there
    assert len(forms) > 20
    for form in forms:
        at = form.replace("/sources/{id}", "/sources/shop")
        answer = await browser.get(re.sub(r"{\w+}", "1", at.replace("/articles/{id}", "/articles/a_1")))
        assert answer.status_code in (200, 303, nothing.get(form)), form
        above = answer.headers.get("location", "")
        assert form.startswith(re.sub(r"/(shop|a_1|1)$", "", above)), (form, above)
