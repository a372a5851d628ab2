"""Who hears of what they wrote by mail: a person whom the settings of the source believe, and nobody else."""

import pytest

from services.intake.domain import reachable
from services.intake.senders.sender import Trigger
from tests.unit.intake.senders.letters import letter, read

OURS = {"from_": "example.com"}
PROVEN = {"Authentication_Results": "mx.example.jp; dmarc=pass"}


def hears(options: dict[str, str], **headers: str) -> str:
    told = read(letter(**headers), **options)
    assert isinstance(told, Trigger)
    return told.answer_to


@pytest.mark.parametrize(
    ("options", "headers", "address"),
    [
        ({}, {}, ""),
        ({"receipts": "yes"}, {}, ""),  # anybody may have written it
        (OURS, {}, "tanaka@example.com"),
        (OURS, {"From": "Tanaka.M@Example.com"}, "tanaka.m@example.com"),
        ({**OURS, "receipts": "no"}, {}, ""),
        ({**OURS, "monitor": "yes"}, {}, ""),
        ({**OURS, "receipts": "いいえ"}, {}, ""),
        ({"authenticated_by": "mx.example.jp"}, PROVEN, ""),  # the customers of a mailbox that is forwarded
        ({"authenticated_by": "mx.example.jp", "receipts": "yes"}, PROVEN, "tanaka@example.com"),
        ({"authenticated_by": "mx.example.jp", "receipts": "yes"}, {"Authentication_Results": "mx.example.jp; dmarc=fail"}, ""),
        ({**OURS, "authenticated_by": "mx.example.jp"}, {}, ""),
        ({**OURS, "authenticated_by": "mx.example.jp"}, PROVEN, "tanaka@example.com"),
    ],
)  # fmt: skip
def test_who_is_believed_hears_unless_it_is_switched_off(
    options: dict[str, str], headers: dict[str, str], address: str
) -> None:
    assert hears(options, **headers) == address


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-generated"},
        {"X_Auto_Response_Suppress": "All"},
        {"From": "noreply@example.com"},
        {"From": "Do-Not-Reply <do-not-reply@example.com>"},
        {"From": "no_reply+1@example.com"},
        {"From": "Zabbix <zabbix@example.com>"},
        {"From": "MAILER-DAEMON@example.com"},
        {"From": "alerts-eu@example.com"},
    ],
)
def test_a_machine_is_answered_by_nothing(headers: dict[str, str]) -> None:
    assert hears(OURS, **headers) == ""


def test_the_traffic_of_a_list_is_answered_by_nothing() -> None:
    assert hears({**OURS, "lists": "yes"}, List_Id="<all.example.com>") == ""
    assert hears({**OURS, "lists": "yes"}, Precedence="bulk") == ""


def test_nothing_of_the_address_is_in_what_is_shown_of_a_reading() -> None:
    told = read(letter(From="t@example.com"), **OURS)
    assert isinstance(told, Trigger)
    assert "answer_to" not in repr(told)


@pytest.mark.parametrize(
    ("given", "address"),
    [
        ("taro@example.co.jp", "taro@example.co.jp"),
        (" Ｔａｒｏ＠Example.co.jp ", "taro@example.co.jp"),
        ("taro@example", ""),
        ("taro", ""),
        ("太郎@example.jp", ""),
        ("a@example.jp, b@example.jp", ""),
        ("taro@example.jp\nBcc: b@example.jp", ""),
        ("090-1234-5678", ""),
        (f"{'x' * 60}@{'y' * 60}.{'z' * 60}.{'w' * 60}.{'v' * 60}.jp", ""),
    ],
)
def test_an_address_is_one_that_can_be_written_to(given: str, address: str) -> None:
    assert reachable.address(given) == address
