"""One id is one call: repeated orders, lost answers, deaf receivers and killed gateways."""

import os
import signal
from pathlib import Path

import psutil
import pytest

from tests.integration.gateway.conftest import Gateway, Make, Receiver
from tests.integration.gateway.far_end import handset, refuser, until


async def test_the_same_order_again_is_the_same_call(gateway: Gateway, receiver: Receiver, tmp_path: Path) -> None:
    async with refuser(tmp_path / "far", "486 Busy Here") as far:
        first = await gateway.place("same-1", far.sip, receiver.url)
        again = await gateway.place("same-1", far.sip, receiver.url)
        await receiver.ended("same-1")
        later = await gateway.place("same-1", far.sip, receiver.url)
        other = await gateway.place("same-1", far.sip, receiver.url, speech="別の内容")
        assert [r.status_code for r in (first, again, later, other)] == [201, 200, 200, 409]
        assert later.json()["state"] == "ended"
        await gateway.place("same-2", far.sip, receiver.url)
        await receiver.ended("same-2")
        assert far.calls == 2


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"to": "110"}, "/to"),
        ({"to": "+８１９０００００００１"}, "/to"),
        ({"speech": ""}, "/speech"),
        ({"speech": "あ" * 1001}, "/speech"),
        ({"report": "file:///etc/passwd"}, "/report"),
        ({"ring_seconds": 0}, "/ring_seconds"),
        ({"extra": 1}, "/extra"),
    ],
)
async def test_an_impossible_order_is_refused(gateway: Gateway, change: dict[str, object], pointer: str) -> None:
    order = {"to": "sip:a@127.0.0.1", "speech": "x", "report": "http://127.0.0.1:1/r", **change}
    answer = await gateway.http.put("/calls/bad-1", json=order)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert pointer in [e["pointer"] for e in answer.json()["errors"]]
    assert (await gateway.http.get("/calls/bad-1")).status_code == 404


async def test_a_number_without_an_account_and_a_stranger_are_refused(gateway: Gateway, receiver: Receiver) -> None:
    refused = await gateway.place("trunk-1", "+819000000101", receiver.url)
    assert (refused.status_code, refused.json()["code"]) == (422, "not-dialable")
    for method in ("GET", "DELETE"):
        answer = await gateway.http.request(method, "/calls/x", headers={"authorization": "Bearer wrong"})
        assert answer.status_code == 401
    assert (await gateway.http.delete("/calls/none")).status_code == 404


async def test_a_key_is_told_in_the_end_also_to_a_receiver_that_was_away(
    gateway: Gateway, receiver: Receiver, tmp_path: Path
) -> None:
    async with handset(tmp_path / "handset") as phone:
        receiver.status = 503
        await gateway.place("away-1", phone.sip, receiver.url)
        await phone.established()
        phone.press("1")
        await phone.closed(seconds=30)  # after a word that it takes a while
        assert receiver.reports == []
        receiver.status = 200
        await receiver.ended("away-1")
    assert receiver.events("away-1") == ["ringing", "answered", "key 1", "ended"]


async def test_a_key_that_is_no_answer_says_it_again_also_while_the_receiver_is_away(
    gateway: Gateway, receiver: Receiver, tmp_path: Path
) -> None:
    async with handset(tmp_path / "handset") as phone:
        receiver.status = 503
        await gateway.place("away-2", phone.sip, receiver.url, repeats=1)
        await phone.established()
        phone.press("9")
        await phone.closed(seconds=60)  # once nobody has pressed anything after the second time
        receiver.status = 200
        await receiver.ended("away-2")
    assert receiver.events("away-2") == ["ringing", "answered", "key 9", "key", "ended"]


async def test_a_killed_gateway_says_what_it_broke_off_and_calls_nobody_again(
    make: Make, receiver: Receiver, tmp_path: Path
) -> None:
    gateway = make()
    async with handset(tmp_path / "handset") as phone:
        async with gateway.up():
            await gateway.place("crash-1", phone.sip, receiver.url)
            await until(lambda: "answered" in receiver.events("crash-1"), "it is answered")
            receiver.status = 503
            phone.press("1")
            await until(lambda: '"key": "1"' in (gateway.folder / "calls.jsonl").read_text(), "the key is written down")
            await gateway.kill()
            try:
                await phone.closed()  # its line goes down with it, and hangs up
            except AssertionError as missed:
                for line in gateway.folder.glob("line-*/baresip.log"):
                    missed.add_note(f"{line.parent.name}: {line.read_text()[-3000:]}")
                raise
        receiver.status = 200
        async with gateway.up():
            assert (await gateway.show("crash-1"))["state"] == "interrupted"
            ended = await receiver.ended("crash-1")
            assert (ended["outcome"], ended["code"]) == ("interrupted", "interrupted")
            assert receiver.events("crash-1") == ["ringing", "answered", "key 1", "ended"]
            again = await gateway.place("crash-1", phone.sip, receiver.url)
            assert (again.status_code, again.json()["state"]) == (200, "interrupted")
            await gateway.place("crash-2", phone.sip, receiver.url)
            await phone.established(2)
        assert len(phone.told("CALL_ESTABLISHED")) == 2


async def test_a_line_that_dies_is_replaced_and_its_call_is_said_to_be_broken_off(
    gateway: Gateway, receiver: Receiver, tmp_path: Path
) -> None:
    async with handset(tmp_path / "handset") as phone:
        await gateway.place("line-1", phone.sip, receiver.url)
        await until(lambda: "answered" in receiver.events("line-1"), "it is answered")
        assert gateway.running is not None
        for line in psutil.Process(gateway.running.pid).children():
            os.kill(line.pid, signal.SIGKILL)
        assert (await receiver.ended("line-1"))["outcome"] == "interrupted"

        async def placed() -> bool:
            return (await gateway.place("line-2", phone.sip, receiver.url)).status_code == 201

        await until(placed, "a line is back")
        await phone.established(2)
        phone.hang_up()
        await receiver.ended("line-2")
