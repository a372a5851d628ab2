"""Registration at a trunk: by digest, with the password of the account; without it no call is taken."""

import hashlib
import re
from pathlib import Path

from tests.integration.gateway.conftest import Gateway, Make
from tests.integration.gateway.far_end import NUMBER, REGISTRAR, Refuser, sipp, until

PASSWORD = "correct-horse"


def trunk(far: Refuser, make: Make) -> Gateway:
    return make(
        lines=1, sip_account=f"sip:05012345678@{far.sip.partition('@')[2]}", sip_user="u1", sip_password=PASSWORD
    )


def md5(text: str) -> str:
    return hashlib.md5(text.encode()).hexdigest()


async def test_the_gateway_is_ready_once_its_line_is_registered(make: Make, tmp_path: Path) -> None:
    async with sipp(tmp_path / "far", REGISTRAR.format(status="200 OK")) as far, trunk(far, make).up():
        said = re.findall(r"^Authorization: Digest (.*?)\r?$", far.messages.read_text(), re.M)[0]
        told = dict(re.findall(r'(\w+)="?([^",]+)"?', said))
        a1, a2 = md5(f"u1:tasuki.example:{PASSWORD}"), md5(f"REGISTER:{told['uri']}")
        assert told["username"] == "u1"
        assert told["response"] == md5(f"{a1}:once-only:{a2}")
        assert PASSWORD not in far.messages.read_text()


async def test_a_refused_account_takes_no_calls(make: Make, tmp_path: Path) -> None:
    async with sipp(tmp_path / "far", REGISTRAR.format(status="403 Forbidden")) as far:
        gateway = trunk(far, make)
        async with gateway.up(status=503):
            await until(lambda: "registration refused" in (gateway.folder / "log").read_text(), "it is said")
            answer = await gateway.place("x-1", NUMBER, "http://127.0.0.1:9/report")
            assert (answer.status_code, answer.json()["code"]) == (503, "busy")
