"""Logs: telephone numbers, addresses and tokens are unreadable, everything else stays as it was."""

import io
import json
from contextlib import redirect_stdout

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from shared.runtime.telemetry import _mask, masked

pytestmark = pytest.mark.security


@pytest.mark.parametrize(
    "number",
    [
        "090-1234-5678",
        "09012345678",
        "03-1234-5678",
        "+819012345678",
        "+81 90 1234 5678",
        "(03)1234-5678"[1:],
        "０９０－１２３４－５６７８",
        "０９０１２３４５６７８",
        "＋８１９０１２３４５６７８",
        "090−1234−5678",
        "0120（123）456",
    ],
)
@pytest.mark.parametrize("around", ["{}", "電話は{}です", "tel: {}, 至急", "（{}）", "call {} now"])
def test_a_telephone_number_is_masked_wherever_it_stands(number: str, around: str) -> None:
    text = masked(around.format(number))
    assert number not in text
    assert text == around.format("***") or "***" in text
    assert not any(part in text for part in ("1234", "5678", "１２３４", "５６７８"))


@pytest.mark.parametrize("around", ["{}", "<{}>", "連絡先は{}まで", "to={};"])
def test_a_mail_address_is_masked_wherever_it_stands(around: str) -> None:
    assert masked(around.format("taro.yamada+x@example.co.jp")) == around.format("***@***")
    assert "example" not in masked(around.format("taro＠example.co.jp"))


def test_a_token_is_masked() -> None:
    assert masked("Bearer tsk_ab12_Secret99 を使う") == "Bearer tsk_*** を使う"


@pytest.mark.parametrize(
    "kept",
    [
        "髙﨑①㈱🔥",
        "2026-11-22T02:10:00.123456Z",
        "c_01h00000000000000000000000",
        "171b2d3d-e17e-5bca-878c-664e234d0343",
        "tasuki.cases/3/120045@tasuki-timer",
        "0.25 秒待つ",
        "案件 #12、E-502、312 台",
        "127.0.0.1:8700",
    ],
)
def test_what_is_not_personal_stays(kept: str) -> None:
    assert masked(kept) == kept


@given(st.text())
def test_masking_takes_any_text_and_twice_is_once(text: str) -> None:
    assert masked(masked(text)) == masked(text)


def test_a_log_line_keeps_its_ids_and_loses_the_number() -> None:
    out = io.StringIO()
    with redirect_stdout(out):
        logger = structlog.wrap_logger(
            structlog.PrintLogger(), processors=[_mask, structlog.processors.JSONRenderer(ensure_ascii=False)]
        )
        logger.warning("電話 090-1234-5678 へ", case_id="c_0901234567812", people=3, said=["taro@example.co.jp"])
    line = json.loads(out.getvalue())
    assert line["case_id"] == "c_0901234567812"
    assert line["people"] == 3
    assert "090" not in line["event"]
    assert "example" not in str(line["said"])
