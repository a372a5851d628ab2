"""One's own page: what is set there is what the notifier takes, always of who is logged in, and nothing typed is lost."""

import html
import re

import httpx
import pytest

from services.notifier.routes import person as notifier
from tests.integration.intake.desk import Desk
from tests.integration.intake.office import behind, told
from tests.integration.intake.people import fresh, log_in, send, words
from tests.integration.intake.rota import SATO

MINE = f"/v1/contacts/{SATO.id}"


@pytest.fixture(autouse=True)
def _behind(desk: Desk) -> None:
    desk.others.answer = behind


async def test_it_says_how_one_is_reached_at_each_priority_and_when_not(desk: Desk) -> None:
    browser = await log_in(desk, SATO.id, ("responder", "sre"))
    notifier.Reached.model_validate(behind(httpx.Request("GET", f"http://x{MINE}")).json())
    page = await browser.get("/me")
    for part in (
        "業務用携帯",
        "090-1234-5678",
        "届いていません",
        "2分後",
        "方針どおり",
        "平日（月〜金） 22:00–07:00",
        "SMSでテスト",
    ):
        assert part in words(page), part
    assert 'href="/me"' in page.text
    assert "by the policy" in words(await browser.get("/me?lang=en"))
    reporter = await log_in(desk, "rei", ("reporter", "sre"))
    assert "連絡先を表示できません" in words(await reporter.get("/me")), "nothing of anybody else's is shown"
    assert (await fresh(desk).get("/me")).headers["location"] == "/login?next=/me"


async def test_what_is_set_is_what_the_notifier_takes_and_of_oneself_alone(desk: Desk) -> None:
    browser = await log_in(desk, SATO.id, ("responder", "sre"))
    steps = {
        "way-0": "phone:phone",
        "minutes-0": "0",
        "way-1": "email:",
        "minutes-1": "５ ",
        "way-2": "",
        "minutes-2": "9",
    }
    done = await send(browser, "/me", "/me/rules/P2", **steps, person="takahashi.ken")
    assert done.headers["location"] == "/me?done=rules"
    assert (await send(browser, "/me", "/me/language", language="en")).status_code == 303
    rules, both = (notifier.Rules.model_validate(one) for one in told(desk.others.asked, f"{MINE}/rules", "PUT"))
    assert [(s.channel, s.address, s.minutes) for s in rules.rules["P2"]] == [("phone", "phone", 0), ("email", "", 5)]  # type: ignore[index]
    assert [s.minutes for s in rules.rules["P1"]] == [0, 2], "the others stay as they are"  # type: ignore[index]
    assert (rules.language, both.language, len(both.rules["P1"])) == (None, "en", 2)  # type: ignore[index]
    hours = {
        "days-0": "mon,tue",
        "from-0": "22:00",
        "until-0": "07:00",
        "days-1": "sat,sun",
        "from-1": "",
        "until-1": "",
    }
    assert (await send(browser, "/me", "/me/quiet", zone="Asia/Tokyo", **hours)).status_code == 303
    (quiet,) = told(desk.others.asked, f"{MINE}/do-not-disturb", "PUT")
    assert [one.days for one in notifier.DoNotDisturb.model_validate(quiet).windows] == [("mon", "tue")]
    new = {"kind": "phone", "value": "090-1111-2222", "label": "自宅①"}
    assert (await send(browser, "/me", "/me/addresses", **new)).status_code == 303
    (body,) = told(desk.others.asked, f"{MINE}/addresses")
    assert notifier.NewAddress.model_validate(body).value == "+819011112222"
    assert (await send(browser, "/me", "/me/addresses/phone/remove")).status_code == 303
    for verb, given in (("test", {"channel": "sms"}), ("code", {}), ("verify", {"code": " 123456 "})):
        assert (await send(browser, "/me", f"/me/addresses/phone/{verb}", **given)).status_code == 303
        assert told(desk.others.asked, f"{MINE}/addresses/phone/{verb}") == [{k: v.strip() for k, v in given.items()}]
    changed = [r.url.path for r in desk.others.asked if r.method != "GET"]
    assert all(path.startswith(f"{MINE}/") for path in changed), "nobody else is touched"
    assert (await send(browser, "/me", "/duty/presence", state="off", back="me")).headers[
        "location"
    ] == "/me?done=presence"


async def test_a_swap_that_waits_for_ones_answer_is_said(desk: Desk) -> None:
    offer = {
        "id": "s-1", "schedule": "sre-primary", "since": "2026-12-01T09:00:00+09:00", "until": "2026-12-02T09:00:00+09:00",
        "asker": {"id": "rei", "name": "髙橋 玲"}, "other": SATO.model_dump(), "state": "offered",
    }  # fmt: skip
    answered = {**offer, "id": "s-2", "asker": {"id": "mai", "name": "麻衣"}, "state": "accepted"}

    def asked(request: httpx.Request) -> httpx.Response:
        mine = request.url.path == "/v1/swaps" and request.url.params["person"] == SATO.id
        return httpx.Response(200, json={"data": [offer, answered]}) if mine else behind(request)

    desk.others.answer = asked
    page = await (await log_in(desk, SATO.id, ("responder", "sre"))).get("/me")
    assert ("髙橋 玲さんから当番の交代を頼まれています" in words(page), "麻衣" in words(page)) == (True, False)


async def test_a_rule_that_names_an_address_of_no_more_keeps_nobody_from_saving(desk: Desk) -> None:
    browser = await log_in(desk, SATO.id, ("responder", "sre"))
    gone = {"channel": "phone", "address": "phone-7", "minutes": 0}
    rules = {"P1": [gone, {"channel": "email", "address": "", "minutes": 5}], "P2": [gone]}

    def imported(request: httpx.Request) -> httpx.Response:
        known = behind(request)
        return httpx.Response(200, json={**known.json(), "rules": rules}) if request.url.path == MINE else known

    desk.others.answer = imported
    assert (await send(browser, "/me", "/me/language", language="en")).status_code == 303
    (body,) = told(desk.others.asked, f"{MINE}/rules", "PUT")
    assert body["rules"] == {"P1": [{"channel": "email", "address": "", "minutes": 0}]}
    done = await send(browser, "/me", "/me/addresses/phone-7/remove")
    assert "P1, P2 の届く方法からも外しました" in words(await browser.get(done.headers["location"]))


@pytest.mark.parametrize(
    ("path", "fields", "said"),
    [
        ("/me/rules/P1", {"way-0": "phone:phone", "minutes-0": "５０x"}, "0 から 60 まで"),
        ("/me/quiet", {"zone": "Asia/Tokyo", "days-0": "mon", "from-0": "22:00", "until-0": ""}, "両方を入力"),
        ("/me/addresses", {"kind": "phone", "value": "１２<b>", "label": "x"}, "電話番号として読めません"),
    ],
)
async def test_what_does_not_fit_is_said_and_stays_typed(
    desk: Desk, path: str, fields: dict[str, str], said: str
) -> None:
    browser = await log_in(desk, SATO.id, ("responder", "sre"))

    def refuses(request: httpx.Request) -> httpx.Response:
        refused = httpx.Response(
            422, json={"title": "入力に誤りがあります。", "errors": [{"detail": "電話番号として読めません"}]}
        )
        return refused if request.method in ("POST", "PUT") else behind(request)

    desk.others.answer = refuses
    answer = await send(browser, "/me", path, **fields)
    assert (answer.status_code, said in words(answer)) == (422, True)
    for value in fields.values():
        assert f'value="{html.escape(value)}"' in answer.text, value


async def test_a_calendar_is_for_who_holds_its_link_and_ends_with_the_person(desk: Desk) -> None:
    page = (await (await log_in(desk, SATO.id, ("responder", "sre"))).get("/me")).text
    (path,) = set(re.findall(r'https://tasuki\.example\.jp(/calendars/[^"]+)"', page))

    def knows(request: httpx.Request) -> httpx.Response:
        here = request.url.path == f"/v1/people/{SATO.id}/shifts.ics"
        return httpx.Response(200, text="BEGIN:VCALENDAR\r\n") if here else httpx.Response(404)

    desk.others.answer = knows
    found = await desk.client.get(path)
    assert (found.text, found.headers["content-type"]) == ("BEGIN:VCALENDAR\r\n", "text/calendar; charset=utf-8")
    other = path.replace("/calendars/c", "/calendars/d")
    for forged in (other, f"{path[:-5]}x.ics", "/calendars/x.ics", "/calendars/é.ics"):
        assert (await desk.client.get(forged)).status_code == 404, forged
    desk.others.answer = lambda _: httpx.Response(404)
    assert (await desk.client.get(path)).status_code == 404, "who is in no schedule any more"


async def test_a_calendar_is_not_gone_while_the_router_is_away(desk: Desk) -> None:
    """Seen red: it answered 404, and programs that keep calendars forgot it."""
    page = (await (await log_in(desk, SATO.id, ("responder", "sre"))).get("/me")).text
    (path,) = set(re.findall(r'https://tasuki\.example\.jp(/calendars/[^"]+)"', page))

    def refuses(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused", request=request)

    for away in (refuses, lambda _: httpx.Response(503)):
        desk.others.answer = away
        answer = await desk.client.get(path)
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "60")


async def test_the_page_stands_while_the_services_behind_are_away_and_changes_nothing(desk: Desk) -> None:
    browser = await log_in(desk, SATO.id, ("responder", "sre"))
    desk.others.answer = lambda _: httpx.Response(503)
    assert "連絡先を表示できません" in words(await browser.get("/me"))
    assert (await send(browser, "/me", "/me/rules/P1", **{"way-0": "phone:phone"})).status_code == 502
    old = {
        name: value
        for name, value in behind(httpx.Request("GET", f"http://x{MINE}")).json().items()
        if name != "own_language"
    }
    desk.others.answer = lambda _: httpx.Response(200, json=old)
    assert (await send(browser, "/me", "/me/rules/P1", **{"way-0": "phone:phone"})).status_code == 502
    assert [r for r in desk.others.asked if r.method == "PUT"] == []
