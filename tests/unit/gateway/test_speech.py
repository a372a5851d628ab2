"""Speech: real voices, telephone audio, and texts that no voice was made for."""

import wave
from array import array
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deploy.local.debian import ensure
from gateway.speech import GAP_SECONDS, LEAD_SECONDS, RATE, Voice, speakable

STILL = 1e-4


@pytest.fixture(scope="module", autouse=True)
def _voices() -> None:
    ensure("espeak-ng")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("案件番号①②、㈱髙﨑🔥です", "案件番号12、株式会社髙﨑 です"),
        ("１２３店でも再現", "123店でも再現"),
        ("a\x00b\u202ec\n\n d", "a b c d"),
        ("ﾀｽｷ", "タスキ"),
        ("🔥🔥", ""),
    ],
)
def test_what_a_voice_gets(text: str, said: str) -> None:
    assert speakable(text) == said


@given(st.text())
def test_every_text_is_speakable_or_empty(text: str) -> None:
    assert speakable(speakable(text)) == speakable(text)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("タスキです。案件番号①、㈱髙﨑🔥 の１２３店でも再現。引き受けるには 1 を押してください。", "ja"),
        ("Tasuki here. Case 12, 決済が失敗. Press 1 to take it.", "en"),
    ],
)
async def test_a_prompt_is_telephone_audio_with_gaps_and_silence(tmp_path: Path, text: str, language: str) -> None:
    sound = await Voice(tmp_path).say(text, "ja" if language == "ja" else "en", 2, 30)
    with wave.open(str(sound.path)) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, RATE)
        samples = array("h", file.readframes(file.getnframes()))
    assert len(samples) == pytest.approx((sound.seconds + 30) * RATE, abs=RATE)
    once = int((sound.seconds - LEAD_SECONDS) / 2 * RATE)
    lead, gap = int(LEAD_SECONDS * RATE), int(GAP_SECONDS * RATE)
    assert _rms(samples[:lead]) < STILL
    assert 0.02 < _rms(samples[lead : lead + once - gap]) < 0.5
    assert _rms(samples[lead + once - gap : lead + once]) < STILL
    assert _rms(samples[lead + once : lead + 2 * once]) == pytest.approx(_rms(samples[lead : lead + once]), rel=0.01)
    assert _rms(samples[-30 * RATE :]) == 0


async def test_a_text_without_words_is_silence_and_no_failure(tmp_path: Path) -> None:
    for text in ("", "🔥", "。", "...", "-"):
        for language in ("ja", "en"):
            sound = await Voice(tmp_path).say(text, "ja" if language == "ja" else "en", 1, 1)
            assert sound.seconds > 0


def _rms(samples: "array[int]") -> float:
    return float((sum(s * s for s in samples) / max(len(samples), 1)) ** 0.5 / 32768)
