"""The folder of a line: nothing in a setting can become a second setting, and numbers are dialled as the trunk wants."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from gateway.configuration import account, config, dialled
from gateway.settings import Settings
from shared.contracts.call import CallOrder
from shared.runtime.settings import Secret, read

pytestmark = pytest.mark.security


def settings(**more: object) -> Settings:
    return read(
        Settings,
        {
            "TASUKI_GATEWAY_TOKEN": "t",
            "TASUKI_GATEWAY_SIGNING_SECRET": "s",
            "TASUKI_GATEWAY_DATA": "data",
            **{f"TASUKI_GATEWAY_{name.upper()}": str(value) for name, value in more.items()},
        },
    )


TRUNK = settings(
    sip_account="sip:05012345678@sip.example.jp",
    sip_user="u1",
    sip_password="p!",
    sip_proxy="sip:proxy.example.jp:5080",
)


def test_without_an_account_only_addresses_are_called() -> None:
    assert account(settings()) == "<sip:tasuki@127.0.0.1>;regint=0;answermode=manual;audio_codecs=pcmu,pcma\n"
    assert dialled("+819012345678", settings()) is None
    assert dialled("sip:oncall@127.0.0.1:5070", settings()) == "sip:oncall@127.0.0.1:5070"


def test_with_an_account_numbers_are_dialled_in_its_domain() -> None:
    assert account(TRUNK) == (
        '<sip:05012345678@sip.example.jp>;regint=600;auth_user=u1;auth_pass=p!;outbound="sip:proxy.example.jp:5080";'
        "answermode=manual;audio_codecs=pcmu,pcma\n"
    )
    assert dialled("+819012345678", TRUNK) == "sip:+819012345678@sip.example.jp"


def test_a_trunk_may_want_the_numbers_of_its_country_the_national_way() -> None:
    national = settings(sip_account="sip:a@sip.example.jp", national="81")
    assert dialled("+819012345678", national) == "sip:09012345678@sip.example.jp"
    assert dialled("+12025550123", national) == "sip:+12025550123@sip.example.jp"


@pytest.mark.parametrize("bad", ["a;auth_pass=x", 'a"', "a>\n<sip:x@y>", "a b", "a\\"])
def test_a_secret_cannot_become_another_parameter(bad: str) -> None:
    with pytest.raises(ValueError, match="SIP account"):
        account(settings(sip_account="sip:a@b", sip_password=bad))


def test_the_folder_records_nothing_and_listens_where_it_is_told() -> None:
    text = config(settings(sip_address="192.0.2.7", media_address="192.0.2.8"), 4444, "/modules")
    assert "sip_listen 192.0.2.7:0\n" in text
    assert "net_interface 192.0.2.8\n" in text
    assert "ctrl_tcp_listen 127.0.0.1:4444\n" in text
    assert "sndfile" not in text
    assert "net_interface" not in config(settings(media_address=""), 4444, "/modules")


@pytest.mark.parametrize(
    "to",
    [
        "110",
        "+0901234",
        "sip:a b@c",
        "sip:a@b;x=y",
        "sip:a@b>",
        "sips:a@b",
        "sip:@b",
        "sip:a@b\n",
        "＋819012345678",
        "",
    ],
)
def test_an_impossible_number_is_refused(to: str) -> None:
    with pytest.raises(ValidationError):
        CallOrder(to=to, speech="x", report="http://127.0.0.1/r")


def test_secrets_may_stand_in_files(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("from a file\n")
    told = {
        "TASUKI_GATEWAY_TOKEN_FILE": str(tmp_path / "token"),
        "TASUKI_GATEWAY_SIGNING_SECRET": "s",
        "TASUKI_GATEWAY_DATA": "d",
    }
    assert read(Settings, told).gateway_token == "from a file"
    assert repr(read(Settings, told).gateway_signing_secret) == repr(Secret("s"))
