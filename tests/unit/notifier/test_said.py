"""What LINE, LINE WORKS and Chatwork post: genuine or not, readable or not, never an exception."""

import base64
import hashlib
import hmac
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notifier.domain import said, signed
from services.notifier.domain.fitting import fit

PUBLISHED = (
    "A9ne+ygvdV0IZBaPFV2zC1e5Bk+IsI14BPwieRoBQNU=",
    '{"webhook_setting_id":"246","webhook_event_type":"message_created","webhook_event_time":1511238729,'
    '"webhook_event":{"message_id":"984676321621704704","room_id":36818150,"account_id":1484814,"body":"test",'
    '"send_time":1511238729,"update_time":0}}',
    "G7Gtrh5Ee6d8erOVXhWPtUrkNJqqIT5vwLU50KhyLQk=",
)


def test_the_published_example_of_chatwork_is_genuine() -> None:
    token, body, signature = PUBLISHED
    assert signed.is_genuine(signed.decoded(token), body.encode(), signature)
    assert not signed.is_genuine(token.encode(), body.encode(), signature)
    assert not signed.is_genuine(signed.decoded(token), body.encode() + b" ", signature)


@given(st.binary(max_size=100), st.binary(min_size=1, max_size=40), st.text(max_size=60))
def test_only_the_right_signature_is_genuine(body: bytes, key: bytes, other: str) -> None:
    right = base64.b64encode(hmac.new(key, body, hashlib.sha256).digest()).decode()
    assert signed.is_genuine(key, body, right)
    assert not signed.is_genuine(b"", body, base64.b64encode(hmac.new(b"", body, hashlib.sha256).digest()).decode())
    assert signed.is_genuine(key, body, other) == (other == right)


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("[To:1484814]エスカレ Bot\n了解 #12", (12,)),
        ("ack 12", (12,)),
        ("引き受けます 12", (12,)),
        ("１２ 了解しました。", (12,)),
        ("＃１２、承知いたしました！", (12,)),
        ("了解 #12\n了解 #13\n了解 #12", (12, 13)),
        ("#12 を担当します", (12,)),
        ("了解できません #12", ()),
        ("12 は了解していません", ()),
        ("了解", ()),
        ("誰か #12 を見てください", ()),
        ("[qt][qtmeta aid=1 time=2]了解 #12[/qt]\n無理です", ()),
        ("[info][title]x[/title]\n了解 #12\n[/info]", ()),
        ("ack 1234567890123", ()),
    ],
)
def test_only_a_line_that_says_nothing_else_takes_a_case(text: str, numbers: tuple[int, ...]) -> None:
    assert said.taken(text) == numbers


def test_a_redelivered_event_is_one_event() -> None:
    event = {"type": "postback", "webhookEventId": "01KA", "source": {"userId": "U1"}, "postback": {"data": "v"}}
    assert said.line(json.dumps({"events": [event, event, {"type": "follow"}, 7]}).encode()) == [
        said.Pressed("v", "U1")
    ]
    assert said.line(b'{"events":[]}') == []


def test_line_works_tells_of_a_button_in_two_ways() -> None:
    source = {"userId": "u", "channelId": "room"}
    event = {"type": "postback", "source": source, "data": "v"}
    message = {"type": "message", "source": source, "content": {"type": "text", "text": "x", "postback": "v"}}
    told = [said.line_works(json.dumps(e).encode()) for e in (event, message)]
    assert told == [said.Pressed("v", "u", "room")] * 2
    assert said.line_works(json.dumps({**message, "content": {"type": "text", "text": "x"}}).encode()) is None


junk = st.recursive(st.none() | st.integers() | st.text(max_size=8), lambda x: st.lists(x) | st.dictionaries(
    st.sampled_from(["type", "events", "source", "content", "postback", "data", "webhook_event", "body"]), x))  # fmt: skip


@given(junk.map(lambda x: json.dumps(x).encode()) | st.binary(max_size=60))
def test_nothing_that_is_posted_makes_an_exception(body: bytes) -> None:
    said.line(body)
    said.line_works(body)
    said.chatwork(body)


@given(st.text(max_size=60), st.integers(0, 60), st.sampled_from(["", "https://a.example/x"]))
def test_a_text_fits_and_keeps_its_link(text: str, room: int, keep: str) -> None:
    whole = f"{text} {keep}" if keep else text
    short = fit(whole, room, keep)
    assert len(short) <= room
    assert keep in short or len(keep) > room
    assert short == whole or len(whole) > room


def test_a_letter_of_several_characters_is_not_cut_in_two() -> None:
    assert fit("家族👨‍👩‍👧‍👦です", 6) == "家族…"
    assert fit("か\u3099" * 10, 4) == "か\u3099…"


def test_what_is_written_to_line_is_read_once_with_its_room_and_the_way_back() -> None:
    text = {
        "type": "message", "webhookEventId": "01", "replyToken": "r", "source": {"userId": "U1", "groupId": "G1"},
        "message": {"type": "text", "text": "報告"},
    }  # fmt: skip
    sticker = {**text, "webhookEventId": "02", "message": {"type": "sticker", "text": "(笑)"}}
    button = {"type": "postback", "webhookEventId": "03", "source": {"userId": "U2"}, "postback": {"data": "v"}}
    foreign = [{**text, "type": "follow"}, {**text, "source": {}}, {**text, "webhookEventId": ""}, 7]
    assert said.line_written(json.dumps({"events": [text, *foreign, text, sticker, button]}).encode()) == [
        said.Written("報告", "", "U1", "01", "G1", "r"),
        said.Written(None, "", "U1", "02", "G1", "r"),
        said.Written(None, "v", "U2", "03"),
    ]
    assert said.line_written(b'{"events":{}}') == []


def test_what_is_written_to_line_works_is_a_text_a_button_or_a_picture() -> None:
    source = {"userId": "u", "channelId": "room"}
    text = {"type": "text", "text": "報告", "postback": "v"}
    for told, read in (
        ({"type": "message", "source": source, "content": text}, ("報告", "v")),
        ({"type": "message", "source": source, "content": {**text, "type": "image"}}, (None, "v")),
        ({"type": "postback", "source": source, "data": "w"}, (None, "w")),
    ):
        written = said.line_works_written(json.dumps(told).encode())
        assert written is not None
        assert (written.text, written.value, written.user, written.room) == (*read, "u", "room")
    for foreign in ({"type": "join", "source": source}, {"type": "message", "content": text}):
        assert said.line_works_written(json.dumps(foreign).encode()) is None


def test_a_word_in_chatwork_has_its_writer_room_and_time() -> None:
    event = {"from_account_id": 1484814, "room_id": "36818150", "body": "了解 #12"}
    told = {"webhook_event_type": "mention_to_me", "webhook_event_time": 1511238729, "webhook_event": event}
    assert said.chatwork(json.dumps(told).encode()) == said.Word("1484814", "36818150", (12,), 1511238729)
    for change in ({"body": "了解"}, {"room_id": True}, {"from_account_id": "9" * 21}, {"room_id": "三"}):
        assert said.chatwork(json.dumps({**told, "webhook_event": {**event, **change}}).encode()) is None


def test_a_signature_with_anything_else_in_it_is_not_genuine() -> None:
    token, body, signature = PUBLISHED
    assert not signed.is_genuine(signed.decoded(token), body.encode(), f" {signature}")
    assert signed.decoded(f" {token}") == b""
