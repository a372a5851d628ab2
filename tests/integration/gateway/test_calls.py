"""Calls over real SIP and RTP: what is heard at the far end, what a key does, and how calls end that nobody takes."""

import asyncio
from pathlib import Path
from socket import SOCK_DGRAM

import pytest

from gateway.speech import LEAD_SECONDS, RATE, Voice
from tests import ports
from tests.integration.gateway.conftest import PROMPT, Gateway, Make, Receiver
from tests.integration.gateway.far_end import NUMBER, handset, refuser, until
from tests.integration.gateway.hearing import likeness, samples, spoken_seconds

THANKS = "佐藤花子さん、受け付けました。案件番号 12 です。よろしくお願いします。"
SAID = {"speech": THANKS, "language": "ja", "then": "hang-up"}


async def test_japanese_is_heard_a_key_is_told_and_the_answer_is_heard(
    gateway: Gateway, receiver: Receiver, tmp_path: Path
) -> None:
    receiver.replies["1"] = SAID
    meant = samples((await Voice(tmp_path).say(PROMPT, "ja", 0, 0)).path)[int(LEAD_SECONDS * RATE) :]
    thanks = samples((await Voice(tmp_path).say(THANKS, "ja", 0, 0)).path)[int(LEAD_SECONDS * RATE) :]
    async with handset(tmp_path / "handset") as phone:
        assert (await gateway.place("heard-1", phone.sip, receiver.url)).status_code == 201
        await phone.established()
        await asyncio.sleep(len(meant) / RATE + 1)  # somebody listens to the whole prompt
        phone.press("1")
        ended = await receiver.ended("heard-1")
        await phone.closed()
        [recording] = phone.recordings()
    assert receiver.events("heard-1") == ["ringing", "answered", "key 1", "ended"]
    assert [r["sequence"] for r in receiver.of("heard-1")] == [1, 2, 3, 4]
    assert (ended["outcome"], ended["code"]) == ("completed", "completed")
    assert (await gateway.show("heard-1"))["state"] == "ended"
    heard = samples(recording)
    assert float((heard**2).mean() ** 0.5) > 0.02
    assert spoken_seconds(heard) == pytest.approx(spoken_seconds(meant) + spoken_seconds(thanks), rel=0.25)
    assert likeness(heard, meant) > 0.9
    assert likeness(heard, thanks) > 0.9
    assert likeness(heard, meant[::-1]) < 0.7  # the measure can say no


async def test_a_key_stops_the_prompt_and_nine_says_it_again(
    gateway: Gateway, receiver: Receiver, tmp_path: Path
) -> None:
    receiver.replies |= {"9": {"speech": PROMPT, "language": "ja", "then": "ask"}, "2": SAID}
    async with handset(tmp_path / "handset") as phone:
        await gateway.place("again-1", phone.sip, receiver.url)
        await phone.established()
        phone.press("9")
        await until(lambda: "key 9" in receiver.events("again-1"), "the key is told")
        await asyncio.sleep(1.5)  # it speaks again
        phone.press("2")
        await receiver.ended("again-1")
    assert receiver.events("again-1") == ["ringing", "answered", "key 9", "key 2", "ended"]
    assert [r.get("times", 0) for r in receiver.of("again-1")] == [0, 0, 1, 2, 2]


async def test_who_answers_and_presses_nothing_has_not_answered(
    gateway: Gateway, receiver: Receiver, tmp_path: Path
) -> None:
    """A voicemail does the same."""
    receiver.replies[""] = {"speech": "電話を切ります。", "language": "ja", "then": "hang-up"}
    async with handset(tmp_path / "handset") as phone:
        await gateway.place("mute-1", phone.sip, receiver.url, speech="もしもし", repeats=1)
        ended = await receiver.ended("mute-1")
        await phone.closed()
    assert receiver.events("mute-1") == ["ringing", "answered", "key", "ended"]
    assert "key" not in receiver.of("mute-1")[2]
    assert ended["outcome"] == "completed"


async def test_who_hangs_up_is_told(gateway: Gateway, receiver: Receiver, tmp_path: Path) -> None:
    async with handset(tmp_path / "handset") as phone:
        await gateway.place("down-1", phone.sip, receiver.url)
        await phone.established()
        phone.hang_up()
        ended = await receiver.ended("down-1")
    assert (ended["outcome"], ended["code"]) == ("completed", "hung-up")


async def test_a_call_has_an_end(gateway: Gateway, receiver: Receiver, tmp_path: Path) -> None:
    async with handset(tmp_path / "handset") as phone:
        await gateway.place("long-1", phone.sip, receiver.url, longest_seconds=5)
        ended = await receiver.ended("long-1")
        await phone.closed()
    assert (ended["outcome"], ended["code"]) == ("completed", "longest")


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        ("486 Busy Here", "retryable"),
        ("480 Temporarily Unavailable", "retryable"),
        ("503 Service Unavailable", "retryable"),
        ("603 Decline", "target"),
        ("404 Not Found", "target"),
        ("403 Forbidden", "account"),
    ],
)
async def test_a_refused_call(gateway: Gateway, receiver: Receiver, tmp_path: Path, status: str, outcome: str) -> None:
    async with refuser(tmp_path / "far", status) as far:
        id_ = f"refused-{status[:3]}"
        await gateway.place(id_, far.sip, receiver.url)
        ended = await receiver.ended(id_)
        assert (ended["outcome"], ended["code"]) == (outcome, status[:3])
        assert receiver.events(id_) == ["ended"]
        view = await gateway.show(id_)
        assert (view["state"], view["outcome"], view["code"]) == ("ended", outcome, status[:3])
        assert far.calls == 1


async def test_a_key_that_is_pressed_while_it_says_goodbye_still_counts(
    gateway: Gateway, receiver: Receiver, tmp_path: Path
) -> None:
    receiver.replies |= {"1": SAID, "": {"speech": f"お返事を確認できませんでした。{PROMPT}", "then": "hang-up"}}
    async with handset(tmp_path / "handset") as phone:
        await gateway.place("last-1", phone.sip, receiver.url, repeats=1)
        await phone.established()
        await until(lambda: "key" in receiver.events("last-1"), "nobody has pressed anything", 30)
        phone.press("1")
        await receiver.ended("last-1")
    assert receiver.events("last-1") == ["ringing", "answered", "key", "key 1", "ended"]


async def test_nobody_picks_up(gateway: Gateway, receiver: Receiver, tmp_path: Path) -> None:
    async with refuser(tmp_path / "far", "487 Request Terminated", rings=True) as far:
        await gateway.place("rings-1", far.sip, receiver.url, ring_seconds=2)
        ended = await receiver.ended("rings-1")
        assert (ended["outcome"], ended["code"]) == ("retryable", "no-answer")
        assert receiver.events("rings-1") == ["ringing", "ended"]
        await until(lambda: "CANCEL sip:" in far.messages.read_text(), "it stops ringing")


async def test_nobody_is_there(gateway: Gateway, receiver: Receiver) -> None:
    await gateway.place("dead-1", f"sip:{NUMBER}@127.0.0.1:{ports.port(SOCK_DGRAM)}", receiver.url, ring_seconds=2)
    ended = await receiver.ended("dead-1")
    assert ended["outcome"] == "retryable"
    assert ended["code"] in ("no-answer", "unreachable")


async def test_a_call_is_taken_back_while_it_rings_and_not_while_somebody_talks(
    gateway: Gateway, receiver: Receiver, tmp_path: Path
) -> None:
    async with refuser(tmp_path / "far", "487 Request Terminated", rings=True) as far:
        await gateway.place("back-1", far.sip, receiver.url)
        await until(lambda: "ringing" in receiver.events("back-1"), "it rings")
        assert (await gateway.http.delete("/calls/back-1", params={"unanswered_only": True})).status_code == 200
        assert (await receiver.ended("back-1"))["outcome"] == "canceled"
    async with handset(tmp_path / "handset") as phone:
        await gateway.place("back-2", phone.sip, receiver.url)
        await until(lambda: "answered" in receiver.events("back-2"), "it is answered")
        assert (await gateway.http.delete("/calls/back-2", params={"unanswered_only": True})).status_code == 409
        assert (await gateway.http.delete("/calls/back-2")).status_code == 200
        assert (await receiver.ended("back-2"))["outcome"] == "canceled"
        await phone.closed()


async def test_two_lines_call_two_people_at_once_and_one_person_once_at_a_time(
    gateway: Gateway, receiver: Receiver, tmp_path: Path
) -> None:
    async with handset(tmp_path / "a") as sato, handset(tmp_path / "b", "+819000000102") as tanaka:
        for id_, phone in (("par-1", sato), ("par-2", sato), ("par-3", tanaka)):
            assert (await gateway.place(id_, phone.sip, receiver.url)).status_code == 201
        await sato.established()
        await tanaka.established()
        assert (await gateway.show("par-2"))["state"] == "queued"
        sato.hang_up()
        await sato.established(2)
        await until(lambda: "answered" in receiver.events("par-2"), "the second call is told to be answered")
        for phone in (sato, tanaka):
            phone.hang_up()
        for id_ in ("par-1", "par-2", "par-3"):
            await receiver.ended(id_)


async def test_more_than_the_lines_can_bear_is_sent_elsewhere(make: Make, receiver: Receiver, tmp_path: Path) -> None:
    async with make(lines=1).up() as small, handset(tmp_path / "handset") as phone:
        for id_ in ("busy-1", "busy-2"):
            assert (await small.place(id_, phone.sip, receiver.url)).status_code == 201
        refused = await small.place("busy-3", phone.sip, receiver.url)
        assert (refused.status_code, refused.json()["code"]) == (503, "busy")
        assert int(refused.headers["retry-after"]) > 0
        assert (await small.http.get("/calls/busy-3")).status_code == 404  # it was not placed, and is said not to be
        assert (await small.place("busy-1", phone.sip, receiver.url)).status_code == 200  # known calls are still known
