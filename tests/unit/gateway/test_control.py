"""The control connection: netstrings however they are torn, and nothing that a broken peer sends does harm."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.control import LONGEST, Answer, Garbled, Heard, Netstrings, command, read, registration


def netstring(body: bytes) -> bytes:
    return b"%d:%s," % (len(body), body)


@given(st.lists(st.binary(max_size=300), max_size=8), st.lists(st.integers(1, 40), min_size=1))
def test_messages_come_out_as_they_went_in_however_they_are_torn(bodies: list[bytes], cuts: list[int]) -> None:
    stream, read_, at, turn = b"".join(map(netstring, bodies)), [], 0, 0
    messages = Netstrings()
    while at < len(stream):
        size = cuts[turn % len(cuts)]
        read_ += messages.feed(stream[at : at + size])
        at, turn = at + size, turn + 1
    assert read_ == bodies


@given(st.binary(max_size=400))
def test_junk_is_refused_or_waited_for_and_nothing_else(junk: bytes) -> None:
    messages = Netstrings()
    try:
        for message in messages.feed(junk):
            read(message)
    except Garbled:
        pass


@pytest.mark.parametrize(
    "junk",
    [b"x", b":", b"-1:", b"+3:abc,", b"3:abcd", b"3:abc;", b"999999999", b"%d:" % (LONGEST + 1), "３:abc,".encode()],
)
def test_what_is_no_netstring_is_said_to_be_none(junk: bytes) -> None:
    with pytest.raises(Garbled):
        Netstrings().feed(junk)


@given(st.binary(max_size=200))
def test_no_message_raises(body: bytes) -> None:
    read(body)


def test_deep_nesting_is_no_message() -> None:
    assert read(b"[" * 50_000) is None


@pytest.mark.parametrize(
    ("type_", "param", "heard"),
    [
        ("CALL_RINGING", "sip:a@b", Heard("ringing", "sip:a@b")),
        ("CALL_PROGRESS", "", Heard("ringing")),
        ("CALL_ESTABLISHED", "sip:a@b", Heard("answered", "sip:a@b")),
        ("CALL_DTMF_START", "1", Heard("key", "1")),
        ("CALL_DTMF_START", "*", Heard("key", "*")),
        ("CALL_DTMF_START", "12", None),
        ("CALL_DTMF_START", "", None),
        ("CALL_DTMF_END", "1", None),
        ("CALL_CLOSED", "486 Busy Here", Heard("closed", "486 Busy Here")),
        ("CALL_RTCP", "audio", None),
        ("REGISTER_FAIL", "401 Unauthorized", Heard("refused", "401 Unauthorized")),
        ("NEW_IN_SOME_VERSION", "x", None),
    ],
)
def test_what_is_heard(type_: str, param: str, heard: Heard | None) -> None:
    told = {"event": True, "type": type_, "direction": "outgoing", "param": param}
    assert read(json.dumps(told).encode()) == heard


def test_a_call_that_comes_in_is_not_ours() -> None:
    told = {"event": True, "type": "CALL_CLOSED", "direction": "incoming", "param": "x"}
    assert read(json.dumps(told).encode()) is None
    assert read(json.dumps({**told, "type": "CALL_INCOMING"}).encode()) == Heard("incoming", "x")


@pytest.mark.parametrize("odd", [{"param": 1}, {"param": None}, {"type": ["CALL_CLOSED"]}, {"response": "true"}])
def test_odd_types_are_passed_over_or_read_as_nothing(odd: dict[str, object]) -> None:
    told = {"event": True, "type": "CALL_CLOSED", "direction": "outgoing", "param": "x", **odd}
    assert read(json.dumps(told).encode()) in (None, Heard("closed"), Heard("closed", "x"))


@pytest.mark.parametrize(
    ("status", "heard"),
    [
        ("\x1b[32mOK \x1b[;m  Expires 600s", Heard("registered")),
        ("\x1b[31mERR\x1b[;m  Expires 0s", Heard("refused", "by the registrar")),
        ("zzz", None),
        ("", None),
    ],
)
def test_how_a_registration_stands(status: str, heard: Heard | None) -> None:
    assert registration(f"\n--- User Agents (1) ---\n> sip:05012345678@sip.example.jp   {status}\n\n") == heard


def test_a_command_is_one_netstring_and_its_answer_is_known_by_its_token() -> None:
    [body] = Netstrings().feed(command("dial", 'sip:a@b","token":"x', "1-7"))
    assert json.loads(body) == {"command": "dial", "params": 'sip:a@b","token":"x', "token": "1-7"}
    answer = {"response": True, "ok": False, "data": "no", "token": "1-7"}
    assert read(json.dumps(answer).encode()) == Answer("1-7", False, "no")
