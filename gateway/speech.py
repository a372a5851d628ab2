"""Texts become sound: Japanese by Open JTalk, everything else by espeak-ng, as 8 kHz telephone audio."""

import asyncio
import io
import unicodedata
import wave
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gateway.reading import Language, aloud, runs

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Samples = npt.NDArray[np.float64]

RATE = 8000  # samples a second, 16 bit
BAND = 3400  # hertz; a telephone carries no more
PEAK = 0.7 * 32767
TAPS = 127
LEAD_SECONDS = 0.6  # before the first word: a handset needs a moment until it is at the ear
GAP_SECONDS = 3.0  # for a key, after each time
ESPEAK = ("espeak-ng", "-v", "en-us", "-s", "150", "--stdin", "--stdout")
ESPEAK_SECONDS = 10.0
MOST = 2000  # letters that are spoken; a single one may stand for eighteen
_SILENT = ("C", "So", "Sk", "Me")  # categories that no voice can say: control, emoji, modifiers, frames around keys
_SELECTORS = range(0xFE00, 0xFE10)  # they choose how an emoji looks


class Speechless(RuntimeError):
    """A voice did not work."""


@dataclass(frozen=True)
class Sound:
    """A file to be played, and how long somebody speaks in it; silence follows, so that the file never ends first."""

    path: Path
    seconds: float


def speakable(text: str) -> str:
    """The text without what a voice stumbles over: ① becomes 1, ㈱ becomes 株, full-width digits plain ones, 🔥 nothing."""
    plain = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).replace("(株)", "株式会社"))
    return " ".join("".join(c if not _mute(c) else " " for c in plain[:MOST]).split())


def _mute(c: str) -> bool:
    return unicodedata.category(c).startswith(_SILENT) or ord(c) in _SELECTORS


class Voice:
    """Speaks into files of one folder; one text at a time, because a voice has one throat."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        for old in folder.glob("say-*.wav"):
            old.unlink()
        self._folder = folder
        self._numbers = count(1)
        self._throat = asyncio.Lock()

    async def warm(self) -> None:
        """Load the dictionaries, so that the first call need not wait for them. Raises `Speechless`."""
        async with self._throat:
            await asyncio.to_thread(_japanese, "はい")
        await _english("yes")

    async def say(self, text: str, language: Language, times: int, still: float) -> Sound:
        """Speak a text `times` times with gaps for a key, then be silent for `still` seconds. Raises `Speechless`."""
        parts: list[Samples] = []
        for of, words in runs(aloud(speakable(text), language), language):
            if of == "ja":
                async with self._throat:
                    parts.append(await asyncio.to_thread(_japanese, words))
            else:
                parts.append(await _english(words))
        path = self._folder / f"say-{next(self._numbers)}.wav"
        spoken = await asyncio.to_thread(_write, path, parts, times, still)
        return Sound(path, spoken)


def _japanese(text: str) -> "Samples":
    import pyopenjtalk

    try:
        samples, rate = pyopenjtalk.tts(text)
    except (RuntimeError, ValueError, IndexError) as problem:
        raise Speechless(f"the Japanese voice failed: {type(problem).__name__}") from problem
    return _telephone(samples, rate)


async def _english(text: str) -> "Samples":
    pipe = asyncio.subprocess.PIPE
    try:
        made = await asyncio.create_subprocess_exec(*ESPEAK, stdin=pipe, stdout=pipe, stderr=asyncio.subprocess.DEVNULL)
        try:
            async with asyncio.timeout(ESPEAK_SECONDS):
                sound, _ = await made.communicate(text.encode("utf-8", "replace"))
        finally:
            if made.returncode is None:
                made.kill()
                await made.wait()
        with wave.open(io.BytesIO(sound)) as file:
            rate, frames = file.getframerate(), sound[44:]
    except (OSError, TimeoutError, EOFError, wave.Error) as problem:
        raise Speechless(f"the English voice failed: {problem!r}") from problem
    return await asyncio.to_thread(_from_bytes, frames, rate)


def _from_bytes(frames: bytes, rate: int) -> "Samples":
    import numpy as np

    return _telephone(np.frombuffer(frames[: len(frames) // 2 * 2], "<i2").astype(np.float64), rate)


def _telephone(samples: Any, rate: int) -> "Samples":
    """Cut off what is above the band, take 8000 samples a second of what is left, and make it loud enough."""
    import numpy as np

    if not len(samples):
        return np.zeros(0)
    at = np.arange(TAPS) - TAPS // 2
    low_pass = np.sinc(2 * BAND / rate * at) * np.hamming(TAPS)
    filtered = np.convolve(samples, low_pass / low_pass.sum(), "same")
    places = np.arange(0, len(filtered), rate / RATE)
    slow = np.interp(places, np.arange(len(filtered)), filtered)
    loudest = float(np.max(np.abs(slow), initial=0.0))
    return np.asarray(slow * (PEAK / loudest) if loudest else slow, dtype=np.float64)


def _write(path: Path, parts: "list[Samples]", times: int, still: float) -> float:
    """Write the file and return the seconds until the last gap ends; without a gap for a text that is said once."""
    lead, gap = b"\0\0" * int(RATE * LEAD_SECONDS), b"\0\0" * int(RATE * GAP_SECONDS)
    once = b"".join(part.astype("<i2").tobytes() for part in parts)
    spoken = lead + ((once + gap) * times if times else once + lead)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(spoken + b"\0\0" * int(RATE * still))
    return len(spoken) / 2 / RATE
