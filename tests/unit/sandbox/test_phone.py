"""A call rings, is answered, speaks, listens, and reports itself signed, as Twilio's do."""

import base64
import hashlib
import hmac
from typing import Any

import httpx
import pytest
from starlette.responses import Response

from sandbox import CallRefused, Sandbox

from .conftest import Post, Service

pytestmark = pytest.mark.asyncio
HANAKO, LEADER = "+819012345678", "+819011112222"
FINISHED = '<Response><Say language="ja-JP">承りました。髙﨑①㈱🔥</Say><Hangup/></Response>'


def order(service: Service, to: str = HANAKO, **more: Any) -> dict[str, Any]:
    prompt = '<Say language="ja-JP" loop="2">重大です。１を押してください。</Say><Pause length="1"/>'
    gather = f'<Gather numDigits="1" timeout="0.2" action="{service.url}/gather?n=ntf-1">{prompt}</Gather>'
    return {
        "To": to,
        "From": "+815012345678",
        "Twiml": f"<Response>{gather}<Say>no key</Say></Response>",
        "StatusCallback": f"{service.url}/status?n=ntf-1&case_id=case-1",
        "StatusCallbackEvent": ["initiated", "ringing", "answered", "completed"],
        **more,
    }


def login(sandbox: Sandbox) -> tuple[str, str]:
    return sandbox.settings.twilio_key, sandbox.settings.twilio_secret


def signed(post: Post, token: str) -> bool:
    text = post.url + "".join(name + value for name, value in sorted(post.form.items()))
    expected = base64.b64encode(hmac.digest(token.encode(), text.encode(), hashlib.sha1)).decode()
    return post.headers["x-twilio-signature"] == expected


async def test_answered_and_pressed(
    sandbox: Sandbox, service: Service, http: httpx.AsyncClient, calls_path: str
) -> None:
    service.answers["/gather"] = lambda: Response(FINISHED, media_type="text/xml")
    reply = await http.post(calls_path, data=order(service), auth=login(sandbox))
    assert (reply.status_code, reply.json()["status"]) == (201, "queued")

    call = await sandbox.phone.wait_for_call(to=HANAKO)
    assert (call.sid, call.case_id, call.notification_id) == (reply.json()["sid"], "case-1", "ntf-1")
    await call.answer()
    await call.press("1")
    await call.until("completed")
    assert "髙﨑①㈱🔥" in call.text

    [gathered] = service.at("/gather")
    assert gathered.form["Digits"] == "1"
    assert gathered.form["CallStatus"] == "in-progress"
    told = await service.wait("/status", 4)
    assert [post.form["CallStatus"] for post in told] == ["initiated", "ringing", "in-progress", "completed"]
    assert [post.form["SequenceNumber"] for post in told] == ["0", "1", "2", "3"]
    assert all(signed(post, sandbox.settings.twilio_auth_token) for post in service.posts)


async def test_unanswered(sandbox: Sandbox, service: Service, http: httpx.AsyncClient, calls_path: str) -> None:
    await http.post(calls_path, data=order(service, Timeout="0", StatusCallbackEvent="completed"), auth=login(sandbox))
    call = await sandbox.phone.wait_for_call()
    await call.until("no-answer")
    [told] = await service.wait("/status")
    assert told.form["CallStatus"] == "no-answer"
    with pytest.raises(CallRefused, match="not ringing any more"):
        await call.answer()


async def test_silence_falls_through(
    sandbox: Sandbox, service: Service, http: httpx.AsyncClient, calls_path: str
) -> None:
    await http.post(calls_path, data=order(service), auth=login(sandbox))
    call = await sandbox.phone.wait_for_call()
    await call.answer()
    await call.until("completed")
    assert call.text.endswith("no key")
    assert service.at("/gather") == []


@pytest.mark.parametrize("kind", ["busy", "failed", "no-answer"])
async def test_call_faults(
    sandbox: Sandbox, service: Service, http: httpx.AsyncClient, calls_path: str, kind: str
) -> None:
    sandbox.fault("phone", kind, 1, to=HANAKO, seconds=0)
    for to in (LEADER, HANAKO):
        await http.post(calls_path, data=order(service, to), auth=login(sandbox))
    await (await sandbox.phone.wait_for_call(to=HANAKO)).until(kind)
    assert (await sandbox.phone.wait_for_call(to=LEADER)).status in ("queued", "ringing")
    assert sandbox.faults.active == []


async def test_voicemail_is_a_machine(
    sandbox: Sandbox, service: Service, http: httpx.AsyncClient, calls_path: str
) -> None:
    sandbox.fault("phone", "voicemail", 1)
    detect = {"MachineDetection": "Enable", "AsyncAmd": "true", "AsyncAmdStatusCallback": f"{service.url}/amd"}
    await http.post(calls_path, data=order(service, **detect), auth=login(sandbox))
    call = await sandbox.phone.wait_for_call()
    await call.until("in-progress")
    with pytest.raises(CallRefused, match="machine"):
        await call.press("1")
    [told] = await service.wait("/amd")
    assert told.form["AnsweredBy"] == "machine_start"
    await call.until("completed")
    assert service.at("/gather") == []


async def test_hung_up_by_the_caller(
    sandbox: Sandbox, service: Service, http: httpx.AsyncClient, calls_path: str
) -> None:
    sid = (await http.post(calls_path, data=order(service), auth=login(sandbox))).json()["sid"]
    one = calls_path.replace("Calls.json", f"Calls/{sid}.json")
    reply = await http.post(one, data={"Status": "canceled"}, auth=login(sandbox))
    assert reply.json()["status"] == "canceled"
    assert (await http.get(one, auth=login(sandbox))).json()["status"] == "canceled"
    again = await http.post(one, data={"Status": "completed"}, auth=login(sandbox))
    assert (again.status_code, again.json()["code"]) == (400, 21220)


async def test_listing_finds_what_was_accepted(
    sandbox: Sandbox, service: Service, http: httpx.AsyncClient, calls_path: str
) -> None:
    sandbox.fault("phone", "timeout-after-accept", 1, seconds=0)
    with pytest.raises(httpx.TransportError):
        await http.post(calls_path, data=order(service), auth=login(sandbox))
    query = {"To": HANAKO}
    found = (await http.get(calls_path, params=query, auth=login(sandbox))).json()["calls"]
    assert [call["to"] for call in found] == [HANAKO]
    nothing = (await http.get(calls_path, params=query | {"To": LEADER}, auth=login(sandbox))).json()["calls"]
    assert nothing == []


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"To": "０９０１２３４"}, 400, 21211),
        ({"To": ""}, 400, 21201),
        ({"From": "x"}, 400, 21212),
        ({"Twiml": ""}, 400, 21205),
        ({"StatusCallback": "ftp://x"}, 400, 21609),
        ({"Timeout": "５"}, 400, 20001),
    ],
)
async def test_refused_orders(
    sandbox: Sandbox,
    service: Service,
    http: httpx.AsyncClient,
    calls_path: str,
    change: dict[str, str],
    status: int,
    code: int,
) -> None:
    reply = await http.post(calls_path, data=order(service) | change, auth=login(sandbox))
    assert (reply.status_code, reply.json()["code"]) == (status, code)
    assert sandbox.phone.calls == []


async def test_wrong_password(sandbox: Sandbox, service: Service, http: httpx.AsyncClient, calls_path: str) -> None:
    for auth in (("x", "y"), (sandbox.settings.twilio_key, "髙")):
        reply = await http.post(calls_path, data=order(service), auth=auth)
        assert (reply.status_code, reply.json()["code"]) == (401, 20003)


async def test_overload_and_errors(
    sandbox: Sandbox, service: Service, http: httpx.AsyncClient, calls_path: str
) -> None:
    sandbox.fault("phone", "429", 1, seconds=7)
    sandbox.fault("phone", "500", 1)
    first = await http.post(calls_path, data=order(service), auth=login(sandbox))
    assert (first.status_code, first.json()["code"], first.headers["retry-after"]) == (429, 20429, "7")
    assert (await http.post(calls_path, data=order(service), auth=login(sandbox))).status_code == 500
    assert (await http.post(calls_path, data=order(service), auth=login(sandbox))).status_code == 201
    assert len(sandbox.phone.calls) == 1


async def test_down_is_a_reset_and_accepts_nothing(
    sandbox: Sandbox, service: Service, http: httpx.AsyncClient, calls_path: str
) -> None:
    sandbox.fault("phone", "down")
    for _ in range(2):
        with pytest.raises(httpx.TransportError):
            await http.post(calls_path, data=order(service), auth=login(sandbox))
    sandbox.clear_faults("phone")
    assert sandbox.phone.calls == []
    assert (await http.post(calls_path, data=order(service), auth=login(sandbox))).status_code == 201


async def test_a_service_that_is_away_ends_the_talk(
    sandbox: Sandbox, service: Service, http: httpx.AsyncClient, calls_path: str
) -> None:
    twiml = '<Response><Gather numDigits="1" action="http://127.0.0.1:1/gone"><Say>x</Say></Gather></Response>'
    await http.post(calls_path, data=order(service, Twiml=twiml), auth=login(sandbox))
    call = await sandbox.phone.wait_for_call()
    await call.answer()
    await call.press("1")
    await call.until("completed")
    assert "application error" in call.text


async def test_waiting_in_vain_tells_what_came_instead(
    sandbox: Sandbox, service: Service, http: httpx.AsyncClient, calls_path: str
) -> None:
    await http.post(calls_path, data=order(service), auth=login(sandbox))
    with pytest.raises(TimeoutError, match=r"(?s)no item .*to=\+819011112222.*1 phone.*重大です"):
        await sandbox.phone.wait_for_call(to=LEADER, timeout=0.05)
