"""What anybody sends in JSON, forms or XML, read by a mapping that can be tried before it is used."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.domain.alerts import all_clear, is_news, told
from services.intake.senders.bodies import document
from services.intake.senders.generic import GENERIC, dry_run
from services.intake.senders.mapped import Trial
from services.intake.senders.sender import (
    Cleared,
    Malformed,
    Reading,
    Rejected,
    Request,
    Source,
    Taken,
    Trigger,
    Trusted,
    Unmapped,
)
from tests.unit.intake.asked import reading, verdict
from tests.unit.intake.senders.monitors import GARBAGE, HEADER, JSON, NOW, TEXT, deep, payload

BODY = payload("generic.json")
MAPPING = payload("generic_mapping.json").decode()
XML = {"content-type": "text/xml; charset=utf-8"}
FORM = {"content-type": "application/x-www-form-urlencoded"}


def read(raw: bytes | dict[str, Any], headers: dict[str, str] | None = None, **mapping: Any) -> Reading:
    raw = raw if isinstance(raw, bytes) else json.dumps(raw).encode()
    text = json.dumps({"title": "title", "dedup_key": "key", **mapping}) if mapping else MAPPING
    found = reading(GENERIC, raw, headers, {"mapping": text})
    assert not isinstance(found, Malformed)
    return found


def tried(raw: bytes, text: str = MAPPING, now: datetime = NOW) -> Trial:
    found = dry_run(Request(raw, {}, now), Source("zabbix", "generic", (), {"mapping": text}))
    assert isinstance(found, Trial)
    return found


def test_the_example_opens_a_case() -> None:
    found = read(BODY)
    assert isinstance(found, Trigger)
    assert (found.report.title, found.report.facts) == ("ディスク使用率 98%", "ディスク使用率 98%")
    assert (found.report.urgency, found.report.impact, found.report.urgency_reason) == ("critical", "some", "")
    assert found.alerts["alert"].since == datetime(2026, 11, 21, 11, 59, 50, tzinfo=UTC)


def test_its_recovery_is_about_the_same_alert_and_late_news_do_nothing() -> None:
    begun = read(BODY)
    over = read(BODY.replace("障害".encode(), "復旧".encode()).replace(b"20:59:50", b"20:59:58"))
    assert isinstance(begun, Trigger)
    assert isinstance(over, Cleared)
    assert over.external == begun.external
    ended = told(told({}, begun.alerts), over.alerts)
    assert all_clear(ended)
    assert not is_news(ended, begun.alerts)


def test_a_dry_run_says_of_every_field_what_it_became_and_why() -> None:
    trial = tried(BODY)
    assert isinstance(trial.reading, Trigger)
    fields = {field.key: field for field in trial.fields}
    assert (fields["severity"].found, fields["severity"].text) == ("1", "critical")
    assert (fields["severity"].ja, fields["severity"].en) == ("対応表で読み替えました。", "Read as the map says.")
    assert fields["occurred_at"].text == "2026-11-21T11:59:50+00:00"
    assert fields["idempotency_key"].text == "srv-9/disk/2026/11/21 20:59:50"
    assert fields["title"].expression == "msg"
    blank = {field.key: field for field in tried(b"{}").fields}
    assert {field.en for key, field in blank.items() if key not in ("severity", "action")} == {"Nothing was found."}
    assert (blank["severity"].text, blank["action"].text) == ("warning", "trigger")


def test_what_is_not_in_the_map_is_understood_where_it_is_a_usual_word_and_otherwise_told_of() -> None:
    for given_word, urgency, told_of in (
        ("ＳＥＶ１", "critical", False),
        ("Major", "high", False),
        ("緊急", "critical", False),
        ("いちばん上", "medium", True),
        (None, "medium", False),
    ):
        found = read({"title": TEXT, "s": given_word}, severity="s")
        assert isinstance(found, Trigger)
        assert (found.report.urgency, "いちばん上" in found.report.urgency_reason) == (urgency, told_of), given_word


def test_a_long_title_alone_is_told_to_its_end() -> None:
    long = "髙﨑①㈱🔥 " * 60 + "ここが大事です"
    found = read({"title": long}, title="title")
    assert isinstance(found, Trigger)
    assert (len(found.report.title), found.report.facts) == (200, long)


def test_every_field_of_a_report_can_be_mapped() -> None:
    found = read(
        {"title": TEXT, "key": "k", "f": "事実", "n": "続報", "p": "決済", "c": "髙﨑㈱", "w": "復旧", "u": "佐藤",
         "l": ["https://a.example.jp/1", "javascript:x"], "t": {"env": "prod", "deep": {"x": 1}}, "i": "全体", "k": "返金"},
        facts="f", note="n", product="p", company="c", wanted="w", by="u", links="l", labels="t", impact="i", kind="k",
    )  # fmt: skip
    assert isinstance(found, Trigger)
    report = found.report
    assert report.facts == "事実\nenv=prod\nhttps://a.example.jp/1"
    assert (report.product, report.customer.company, report.wanted, found.note) == ("決済", "髙﨑㈱", "復旧", "続報")
    assert (report.impact, report.kind, found.by.name) == ("all", "refund", "佐藤")
    assert found.external.url == "https://a.example.jp/1"


def test_who_has_taken_it_is_named_and_otherwise_the_source_is() -> None:
    for user, id_ in (("sato@example.jp", "sato@example.jp"), ("佐藤", "generic"), (None, "generic")):
        found = read({"key": "k", "a": "ack", "u": user}, action="a", by="u")
        assert isinstance(found, Taken)
        assert (found.by.kind, found.by.id) == ("person", id_)


def test_without_a_key_every_delivery_is_a_case_of_its_own_and_nothing_can_be_ended() -> None:
    one, other = read({"title": "a"}, idempotency_key="x"), read({"title": "b"}, idempotency_key="x")
    assert isinstance(one, Trigger)
    assert isinstance(other, Trigger)
    assert one.external != other.external
    assert isinstance(read({"title": "a", "a": "resolve"}, action="a"), Unmapped)


def test_the_same_body_is_a_repeat_for_ten_minutes_where_no_key_is_given() -> None:
    def delivery(raw: bytes, minutes: int) -> str:
        text = json.dumps({"title": "title", "idempotency_key": "id"})
        return tried(raw, text, NOW.replace(minute=0) + timedelta(minutes=minutes)).reading.delivery_id

    keyless, keyed = b'{"title":"a"}', b'{"title":"a","id":"1"}'
    assert delivery(keyless, 0) == delivery(keyless, 9) != delivery(keyless, 10)
    assert delivery(keyed, 0) == delivery(keyed, 70)


def test_what_says_nothing_or_has_no_sound_mapping_is_for_a_person_to_see() -> None:
    assert isinstance(read(b"{}"), Unmapped)
    assert isinstance(read(b"[]"), Unmapped)
    for options in ({}, {"mapping": ""}, {"mapping": "{"}, {"mapping": '{"title":"a["}'}):
        found = reading(GENERIC, BODY, {}, options)
        assert isinstance(found, Unmapped)
        assert "対応表" in found.ja


def test_a_form_and_xml_are_read_by_names() -> None:
    form = urlencode({"msg": TEXT, "tag": "a"}).encode() + b"&tag=b"
    assert document(form, FORM["content-type"]) == {"msg": TEXT, "tag": ["a", "b"]}
    xml = f'<?xml version="1.0"?><e:alert xmlns:e="urn:e" id="7"><msg>{TEXT}</msg><tag>a</tag><tag x="1">b</tag>!</e:alert>'
    for headers in (XML, {}):
        found = document(xml.encode(), headers.get("content-type", ""))
        assert found == {"alert": {"@id": "7", "msg": TEXT, "tag": ["a", {"@x": "1", "#text": "b"}]}}
    for raw, headers, title in ((form, FORM, "msg"), (xml.encode(), XML, "alert.msg")):
        mapped = read(raw, headers, title=title)
        assert isinstance(mapped, Trigger)
        assert mapped.report.title == TEXT


LAUGHS = '<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><l>&b;</l>'
FILES = '<!DOCTYPE f [<!ENTITY x SYSTEM "file:///etc/passwd">]><f>&x;</f>'


@pytest.mark.parametrize(
    "raw",
    [
        LAUGHS.encode(),
        FILES.encode(),
        b"<!DOCTYPE a><a/>",
        b"<a>&undeclared;</a>",
        b"<a>" * 50_000,
        b"<a>" * 60 + b"</a>" * 60,
        b"<a",
        b"",
        b"<a>\xff</a>",
        b"<?xml version='1.0' encoding='no-such'?><a/>",
        b"<?xml version='1.0' encoding='utf-7'?><a/>",
        "<a/>".encode("utf-16")[:-1],
        b"<a/><b/>",
        b"\x00",
    ],
    ids=range(14),
)
def test_xml_that_could_do_harm_is_refused(raw: bytes) -> None:
    assert reading(GENERIC, raw, XML, {"mapping": MAPPING}) == Malformed()


def test_a_signature_or_a_token_is_needed() -> None:
    # printf '{"a":1}' | openssl dgst -sha256 -hmac s
    mac = "37beaf650f70b40ec9706929c2e9d835cbd63729988f48781e6383a147215f07"
    for good in (mac, f"sha256={mac}"):
        assert verdict(GENERIC, b'{"a":1}', {"x-tasuki-signature": good}, ("new", "s")) == Trusted()
        assert verdict(GENERIC, b'{"a":2}', {"x-tasuki-signature": good}, ("s",)) == Rejected("signature")
        options = {"signature_header": "X-Our-MAC"}
        assert verdict(GENERIC, b'{"a":1}', {"x-our-mac": good}, ("s",), options=options) == Trusted()
    assert verdict(GENERIC, BODY, {"authorization": "Bearer s"}, ("s",)) == Trusted()
    assert verdict(GENERIC, BODY, {}, ("s",)) == Rejected("token")
    for garbage in GARBAGE:
        assert verdict(GENERIC, BODY, {"x-tasuki-signature": garbage}, ("s",)) == Rejected("signature")


@given(
    st.binary(max_size=300), HEADER, HEADER, st.sampled_from(["", "text/xml", FORM["content-type"], "application/json"])
)
def test_whatever_comes_is_judged(raw: bytes, signature: str, authorization: str, type_: str) -> None:
    headers = {"x-tasuki-signature": signature, "authorization": authorization, "content-type": type_}
    assert isinstance(verdict(GENERIC, raw, headers, ("a long secret",)), Rejected)
    assert isinstance(reading(GENERIC, raw, headers, {"mapping": MAPPING}), Malformed | Unmapped | Trigger)


@given(JSON, st.dictionaries(st.sampled_from(["title", "facts", "dedup_key", "labels", "links"]), st.just("@")))
def test_whatever_a_body_holds_is_read(body: Any, mapping: dict[str, str]) -> None:
    options = {"mapping": json.dumps({"title": "*|[0]", **mapping})}
    found = reading(GENERIC, json.dumps(body).encode(), {}, options)
    assert isinstance(found, Trigger | Taken | Cleared | Unmapped)


@pytest.mark.parametrize("raw", deep(), ids=["open", "lists", "objects", "labels"])
def test_what_is_nested_without_end_is_refused(raw: bytes) -> None:
    assert reading(GENERIC, raw, {}, {"mapping": MAPPING}) == Malformed()


@pytest.mark.parametrize(
    ("type_", "charset"),
    [("", "cp932"), ("; charset=Shift_JIS", "cp932"), ("; charset=EUC-JP", "euc_jp"), ("", "utf-8")],
)
def test_a_form_of_old_is_read_and_two_shops_stay_two(type_: str, charset: str) -> None:
    headers = {"content-type": FORM["content-type"] + type_}

    def sent(shop: str) -> Trigger:
        found = read(
            urlencode({"title": f"{shop}：レジ停止", "key": shop}, encoding=charset).encode(), headers, title="title"
        )
        assert isinstance(found, Trigger)
        return found

    osaka, sendai = sent("大阪店"), sent("仙台店")
    assert osaka.report.title == "大阪店：レジ停止"
    assert osaka.external.id != sendai.external.id


@pytest.mark.parametrize(
    ("type_", "charset"),
    [("", "cp932"), ("; charset=Shift_JIS", "cp932"), ("; charset=EUC-JP", "euc_jp"), ("", "utf-8-sig"), ("; charset=utf-16", "utf-16")],
)  # fmt: skip
def test_json_of_an_old_script_is_read(type_: str, charset: str) -> None:
    raw = json.dumps({"title": "表示ソフト 決済停止１２", "key": "k"}, ensure_ascii=False).encode(charset)
    found = read(raw, {"content-type": f"application/json{type_}"}, title="title")
    assert isinstance(found, Trigger)
    assert found.report.title == "表示ソフト 決済停止１２"


@pytest.mark.parametrize("raw", [b'{"title": "\x81"}', b"\x82", "{”title”：１}".encode("cp932"), b"\xef\xbb\xbf"])
def test_what_no_character_set_makes_json_of_is_set_aside(raw: bytes) -> None:
    assert reading(GENERIC, raw, {"content-type": "application/json"}, {"mapping": MAPPING}) == Malformed()
