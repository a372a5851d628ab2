"""Listens to a recording: how loud it is, for how long somebody speaks, and whether it is the speech that was meant."""

import wave
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from gateway.speech import RATE

if TYPE_CHECKING:
    import numpy.typing as npt

STEP = RATE // 100  # 10 ms


def samples(path: Path) -> "npt.NDArray[np.float64]":
    """The samples of a recording, -1..1."""
    with wave.open(str(path)) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, RATE)
        return np.frombuffer(file.readframes(file.getnframes()), "<i2") / 32768


def envelope(sound: "npt.NDArray[np.float64]") -> "npt.NDArray[np.float64]":
    """The loudness (RMS) around every 10 ms, over 50 ms."""
    steps = sound[: len(sound) // STEP * STEP].reshape(-1, STEP)
    return np.asarray(np.sqrt(np.convolve((steps**2).mean(axis=1), np.ones(5) / 5, "same")), dtype=np.float64)


def spoken_seconds(sound: "npt.NDArray[np.float64]") -> float:
    """For how long it is not silent."""
    return float((envelope(sound) > 0.005).sum() * STEP / RATE)


def likeness(heard: "npt.NDArray[np.float64]", meant: "npt.NDArray[np.float64]") -> float:
    """How well the loudness of what was meant is found somewhere in what was heard: 1 is the same, 0 is chance."""
    a, b = envelope(heard), envelope(meant)
    a = np.concatenate([a, np.zeros(len(b) // 2)])  # the silence at its end may be missing
    best = 0.0
    for lag in range(max(len(a) - len(b), 0) + 1):
        part = a[lag : lag + len(b)]
        if part.std() > 0:
            best = max(best, float(np.corrcoef(part, b[: len(part)])[0, 1]))
    return best
