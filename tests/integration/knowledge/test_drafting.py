"""From a resolved case to a published article in one call, with nothing of the customer in it."""

from tests.integration.knowledge.conftest import YAMADA, Desk, ids


async def test_one_call_publishes_what_a_case_taught_and_the_next_searcher_finds_it(desk: Desk) -> None:
    case = await desk.case(
        "レジで決済が失敗する",
        "髙﨑商店㈱の田中様から。レジで支払いのボタンを押すと止まる。連絡先 090-1234-5678",
        "髙﨑商店㈱の決済端末の証明書を更新した",
        cause="証明書の期限切れ",
        report={"product": "POS"},
    )
    made = await desk.post("/v1/articles/drafts", {"cases": [case], "publish": True})
    said = made["content"]
    assert (made["state"], said["question"], said["cause"]) == ("published", "レジで決済が失敗する", "証明書の期限切れ")
    assert said["answer"] == "お客様の会社の決済端末の証明書を更新した"
    assert "レジで支払いのボタンを押すと止まる" in said["phrasings"]
    assert "〔" not in str(said["phrasings"]), "what holds a number of somebody is asked by nobody else"
    assert "直った" in said["internal"]
    assert (said["audience"], said["owner"]["id"], said["product"]) == ("internal", YAMADA["id"], "POS")
    assert not [word for word in ("髙﨑", "田中", "090") if word in str(said)]
    assert ids(await desk.get("/v1/search", q="支払いボタンで止まる"))[0] == made["id"]


async def test_a_customer_in_general_stays_one_however_it_is_written(desk: Desk) -> None:
    case = await desk.case(
        "全端末が止まった", "全端末が止まる。お客さまは「弁護士に言う」とお怒りです。", "皆さまに知らせた"
    )
    draft = (await desk.post("/v1/articles/drafts", {"cases": [case], "dry_run": True}))["content"]
    assert "お客さまは「弁護士に言う」とお怒りです" in draft["phrasings"]
    assert draft["answer"] == "皆さまに知らせた"


async def test_a_dry_run_shows_the_draft_and_what_is_nearly_the_same_and_writes_nothing(desk: Desk) -> None:
    known = await desk.article("無線がつながらない")
    case = await desk.case("会議室の無線がつながらない", "来客用の無線がつながらない", "再起動した")
    before = (await desk.get("/v1/articles"))["states"]
    draft = await desk.post("/v1/articles/drafts", {"cases": [case], "dry_run": True})
    assert draft["content"]["question"] == "会議室の無線がつながらない"
    assert draft["near"][0]["article"]["id"] == known["id"]
    assert (await desk.get("/v1/articles"))["states"] == before
    english = await desk.case("The printer is jammed", "Paper is stuck in it", "Took it out")
    draft = await desk.post("/v1/articles/drafts", {"cases": [english], "dry_run": True})
    assert draft["content"]["internal"].startswith("From case No. ")


async def test_several_cases_make_one_article_that_asks_in_the_words_of_all(desk: Desk) -> None:
    first = await desk.case("パスワードを忘れた", "ログインの画面で止まっている")
    second = await desk.case("暗証番号がわからない", "入れません")
    changes = {"answer": "再設定のページをご案内ください。", "audience": "public"}
    made = await desk.post("/v1/articles/drafts", {"cases": [first, second], "changes": changes, "publish": True})
    assert "暗証番号がわからない" in made["content"]["phrasings"]
    assert {case["case_id"] for case in made["cases"]} == {first, second}
    assert ids(await desk.get("/v1/search", {"audience": "public"}, q="暗証番号がわからない")) == [made["id"]]


async def test_what_cannot_become_an_article_is_refused(desk: Desk) -> None:
    case = await desk.case("直し方の書かれていない案件", handling="直した")
    unknown = await desk.ask("POST", "/v1/articles/drafts", {"cases": ["c_nothing"], "by": YAMADA})
    assert unknown.status_code == 404
    wrong = {"cases": [case], "changes": {"audience": "everybody"}, "by": YAMADA}
    answer = await desk.ask("POST", "/v1/articles/drafts", wrong)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/audience")
    secret = await desk.case("暴言を受けている", report={"kind": "harassment"})
    assert (await desk.ask("POST", "/v1/articles/drafts", {"cases": [secret], "by": YAMADA})).status_code == 404


async def test_whom_the_report_names_is_in_no_draft_with_or_without_a_title(desk: Desk) -> None:
    case = await desk.case(
        "髙﨑商店で発券できない",
        "髙﨑商店の発券機が止まる。𠮷田花子が困っている",
        "髙﨑商店の𠮷田 花子に電話し、田中さんが基板を替えた",
        cause="髙﨑商店の電源",
        report={"customer": {"company": "株式会社髙﨑商店", "name": "𠮷田 花子"}},
    )
    said = (await desk.post("/v1/articles/drafts", {"cases": [case], "dry_run": True}))["content"]
    assert said["answer"] == "お客様のお客様に電話し、〇〇さんが基板を替えた"
    assert (said["question"], said["cause"]) == ("お客様で発券できない", "お客様の電源")
    assert not [word for word in ("髙﨑", "𠮷田", "田中") if word in str(said)]
