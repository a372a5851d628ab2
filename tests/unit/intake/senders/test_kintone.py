"""kintone's records: the secret of the path, fields by options, the minute and the revision, and the record read again."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.domain.alerts import Alert
from services.intake.senders.kintone import KINTONE, changed, record_url, with_record
from services.intake.senders.sender import Echo, Reading, Rejected, Source, Trusted, Unmapped
from tests.unit.intake.asked import verdict
from tests.unit.intake.senders.crms import JSON, body, cleared, example, opened, raw, read_all, said, spoilt, taken

WHOLE = example("kintone.json")
MINUTE = datetime(2026, 11, 21, 11, 59, tzinfo=UTC)
OURS = "受け付けました\n[tasuki:0199e8f0-1111-7000-8000-000000000000]"


def field(value: Any, kind: str = "SINGLE_LINE_TEXT") -> dict[str, Any]:
    return {"type": kind, "value": value}


def record(options: dict[str, str] | None = None, fields: dict[str, Any] | None = None, **more: Any) -> Reading:
    made = {**WHOLE, **more, "record": {**WHOLE["record"], **(fields or {})}}
    (one,) = said(KINTONE, body(made), {}, options)
    return one


def test_the_secret_of_the_path_lets_in() -> None:
    assert KINTONE.in_path
    for secret, good in (("a long one", True), ("guess", False), ("", False), ("é", False)):
        found = verdict(KINTONE, raw("kintone.json"), {"x-tasuki-path-secret": secret}, ("a long one",))
        assert found == (Trusted() if good else Rejected("secret"))
    assert verdict(KINTONE, b"", {"x-tasuki-path-secret": ""}, ("",)) == Rejected("secret")


def test_a_record_is_a_report() -> None:
    (read,) = said(KINTONE, raw("kintone.json"))
    one = opened(read)
    assert one.delivery_id == "01KAJ8N5S0EXAMPLE0000000000"
    assert (one.external.system, one.external.id) == ("kintone", "42:1207")
    assert one.external.url == "https://example.cybozu.com/k/42/show#record=1207"
    assert (one.report.title, one.report.facts) == ("工場ラインA 停止", "PLC通信断\n復旧見込み不明")
    assert (one.report.urgency, one.report.customer.company) == ("critical", "株式会社サンプル")
    assert one.alerts == {"ticket": Alert(MINUTE + timedelta(microseconds=1), firing=True)}


def test_a_deadline_that_is_a_day_is_its_end() -> None:
    report = opened(record(fields={"期限": field("2026-12-01", "DATE")})).report
    assert report.wanted_by == datetime(2026, 12, 1, 15, tzinfo=UTC)


def test_options_name_the_fields() -> None:
    options = {"field.title": "t", "field.impact": "範囲", "field.personal_data": "漏えい", "field.amount": "損失"}
    fields = {"t": field("髙﨑①㈱ 🔥"), "範囲": field("全体"), "漏えい": field(["あり"]), "損失": field("１２００")}
    report = opened(record(options, fields)).report
    assert (report.title, report.impact, report.personal_data, report.amount) == ("髙﨑①㈱ 🔥", "all", True, 1200)
    assert not opened(record({"field.personal_data": "漏えい"}, {"漏えい": field([])})).report.personal_data


@pytest.mark.parametrize(("word", "urgency"), [("最優先", "critical"), ("高", "high"), ("中", "medium"), ("低", "low"),
                                               ("超特急", "high"), ("", "medium")])  # fmt: skip
def test_a_priority_becomes_an_urgency(word: str, urgency: str) -> None:
    assert opened(record(fields={"緊急度": field(word, "DROP_DOWN")})).report.urgency == urgency


def test_a_finished_record_is_over() -> None:
    revision = {"$revision": field("9", "__REVISION__")}
    over = cleared(record(fields={"ステータス": field("完了", "STATUS"), **revision}, type="UPDATE_STATUS"))
    assert over.alerts == {"ticket": Alert(MINUTE + timedelta(microseconds=9), firing=False)}
    cleared(record(fields={"状態X": field("対応済み", "STATUS")}))
    cleared(record({"field.status": "結果", "solved": "出荷再開"}, {"結果": field("出荷再開")}))
    opened(record(fields={"ステータス": field("処理中", "STATUS")}))


def test_a_comment_never_comes_after_what_happens_in_its_minute() -> None:
    comment = {"id": "1", "text": "部品待ち", "createdAt": "2026-11-21T11:59:40Z", "creator": {"code": "sato"}}
    one = opened(record(type="ADD_RECORD_COMMENT", comment=comment))
    assert (one.note, one.alerts) == ("部品待ち", {"ticket": Alert(MINUTE, firing=True)})
    bare = {**WHOLE, "type": "ADD_RECORD_COMMENT", "record": None, "recordId": "1207", "comment": comment}
    (read,) = said(KINTONE, body(bare))
    assert (opened(read).external.id, opened(read).report.title) == ("42:1207", "工場ラインA 停止")


def test_what_we_write_ourselves_is_no_news() -> None:
    comment = {"id": "1", "text": OURS, "createdAt": "2026-11-21T11:59:40Z", "creator": {"code": "tasuki"}}
    assert isinstance(record(type="ADD_RECORD_COMMENT", comment=comment), Echo)
    modifier = {"更新者": field({"code": "tasuki", "name": "襷"}, "MODIFIER")}
    assert isinstance(record({"ours": "tasuki"}, modifier), Echo)
    opened(record({"ours": "tasuki"}))


def test_who_stands_in_a_record_has_taken_it_and_the_record_still_says_what_it_says() -> None:
    who = {
        "担当": field([{"code": "tanaka", "name": "田中"}], "USER_SELECT"),
        "更新者": field({"code": "sato"}, "MODIFIER"),
    }
    options = {"field.taken_by": "担当", "people": "田中=tanaka", "ours": "tasuki"}
    for more in (
        {},
        {"type": "ADD_RECORD_COMMENT", "comment": {"id": "1", "text": "悪化", "creator": {"code": "sato"}}},
    ):
        first, then = said(KINTONE, body({**WHOLE, **more, "record": {**WHOLE["record"], **who}}), {}, options)
        asked, one = opened(first), taken(then)
        assert (asked.report.urgency, asked.note) == ("critical", "悪化" if more else "PLC通信断\n復旧見込み不明")
        assert (one.by.id, one.external, one.standing, one.moved) == ("tanaka", asked.external, True, True)
        assert one.delivery_id == f"{asked.delivery_id}.taken"
    over = record(options, {**who, "ステータス": field("完了", "STATUS")})
    assert cleared(over).external.id == "42:1207"
    modifier = {"更新者": field({"code": "tasuki", "name": "襷"}, "MODIFIER")}
    by_us = {**WHOLE, "record": {**WHOLE["record"], **who, **modifier, "ステータス": field("完了", "STATUS")}}
    echo, written = said(KINTONE, body(by_us), {}, options)
    assert (type(echo), taken(written).by.id, taken(written).ours, taken(written).moved) == (
        Echo,
        "tanaka",
        True,
        False,
    )


def test_other_apps_and_what_is_deleted_are_set_aside() -> None:
    assert isinstance(record({"app": "7, 8"}), Unmapped)
    opened(record({"app": "7, 42"}))
    assert isinstance(record(type="DELETE_RECORD", recordId="1207", record=None), Unmapped)
    assert isinstance(record(fields={"$id": field("x")}), Unmapped)


def test_the_record_is_read_again_at_the_domain_that_is_set_up() -> None:
    source = Source("k", "kintone", ("s",), {"url": "https://example.cybozu.com/", "app": "42"})
    given_raw = raw("kintone.json")
    assert record_url(given_raw, source) == "https://example.cybozu.com/k/v1/record.json?app=42&id=1207"
    evil = body({**WHOLE, "url": "https://evil.example/k/42/show#record=1207"})
    assert record_url(evil, source) == record_url(given_raw, source)
    assert record_url(given_raw, Source("k", "kintone", ("s",))) == ""
    assert record_url(given_raw, Source("k", "kintone", ("s",), {"url": "https://x", "app": "7"})) == ""
    assert record_url(body({**WHOLE, "type": "DELETE_RECORD"}), source) == ""
    for app in ("42&app=1", "42/../..", "-1", ""):
        assert record_url(body({**WHOLE, "app": {"id": app}}), Source("k", "kintone", ("s",), {"url": "x"})) == ""


def test_what_kintone_answers_counts_and_not_what_was_sent() -> None:
    true = {**WHOLE["record"], "緊急度": field("低"), "件名": field("試験")}
    again = with_record(raw("kintone.json"), json.dumps({"record": true}).encode())
    assert again is not None
    (read,) = said(KINTONE, again)
    one = opened(read)
    assert (one.delivery_id, one.report.urgency, one.report.title) == (WHOLE["id"], "low", "試験")
    del true["件名"]
    untitled = with_record(raw("kintone.json"), json.dumps({"record": true}).encode())
    assert untitled is not None
    assert opened(said(KINTONE, untitled)[0]).report.title == "工場ラインA 停止"
    other = {**true, "$id": field("1208")}
    answers: list[Any] = [{"record": other}, {"record": {}}, {"message": "no"}, []]
    for answer in answers:
        assert with_record(raw("kintone.json"), json.dumps(answer).encode()) is None


def test_a_page_of_records_begins_after_the_last_one_of_the_page_before() -> None:
    place, since = "https://x.cybozu.com/k/v1/records.json?app=42&query=newest", MINUTE + timedelta(seconds=59)

    def page(*numbers: str, at: str = "2026-11-21T11:59:00Z") -> bytes:
        return body({"records": [{"$id": field(n), "更新": field(at, "UPDATED_TIME")} for n in numbers]})

    def asked(last: bytes, newest: bytes = page("9")) -> str:
        return unquote(changed(place, newest, since, last).partition("&query=")[2])

    order = " order by 更新 asc, $id asc limit 100"
    assert asked(b"") == '更新 >= "2026-11-21T11:59:00Z"' + order
    after = '(更新 > "2026-11-21T11:59:00Z" or (更新 = "2026-11-21T11:59:00Z" and $id > 7))'
    assert asked(page("3", "7")) == after + order
    for nothing in (b"{}", page("7", at="きのう"), page("x"), b"\xff"):
        assert asked(nothing) == ""
    assert asked(b"", newest=b"{}") == ""


@given(spoilt(WHOLE), st.dictionaries(st.sampled_from(["url", "app", "ours", "field.title"]), st.text(max_size=20)))
def test_whatever_stands_in_an_example_is_read(value: Any, options: dict[str, str]) -> None:
    found = read_all(KINTONE, body(value), {}, options)
    assert isinstance(found, tuple)
    assert len(found) == 1
    source = Source("k", "kintone", ("s",), options)
    assert isinstance(record_url(body(value), source), str)
    with_record(raw("kintone.json"), body({"record": value}))
    with_record(body(value), raw("kintone.json"))


@given(st.binary(max_size=100), st.text(max_size=40), JSON)
def test_whatever_comes_is_judged(given_bytes: bytes, secret: str, value: Any) -> None:
    headers = {"x-tasuki-path-secret": secret}
    assert isinstance(verdict(KINTONE, given_bytes, headers, ("a very long secret",)), Rejected)
    read_all(KINTONE, given_bytes)
    read_all(KINTONE, body({**WHOLE, "comment": value, "record": {"$id": {"value": "1"}, "x": value}}))
    with_record(given_bytes, given_bytes)
