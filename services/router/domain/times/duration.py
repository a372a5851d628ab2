"""Durations as a manager writes them."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import timedelta

_FORM = re.compile(r"(\d{1,9}(?:\.\d{1,12})?)(s|m|h|d|bh|bd)")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "bh": 3600, "bd": 86400}
LONGEST = timedelta(days=3660)


@dataclass(frozen=True)
class Duration:
    """`amount` of `unit`: s, m, h, d pass always; bh and bd (hours and days of business) only while the calendar is open."""

    amount: float
    unit: str

    @classmethod
    def parse(cls, text: str) -> "Duration":
        """Read "5m", "４h", "1bd". Raises ValueError with an example; zero and more than 3660 days are refused."""
        found = _FORM.fullmatch(unicodedata.normalize("NFKC", text).strip())
        if not found or float(found[1]) <= 0:
            raise ValueError(
                f"期間ではありません: {text[:40]!r}（30s, 5m, 4h, 2d, 3bh, 1bd のように書きます） / "
                f"not a duration: {text[:40]!r} (write 30s, 5m, 4h, 2d, 3bh or 1bd)"
            )
        duration = cls(float(found[1]), found[2])
        if duration.at_most > LONGEST:
            raise ValueError(
                f"期間が長すぎます（{LONGEST.days}d まで）: {text[:40]!r} / "
                f"too long, {LONGEST.days}d is the most: {text[:40]!r}"
            )
        return duration

    @property
    def business(self) -> bool:
        """Whether it only passes while the calendar is open."""
        return self.unit.startswith("b")

    @property
    def at_most(self) -> timedelta:
        """Its length for s, m, h, d and bh; for bd the most it can be, as no business day is longer than 24 hours."""
        return timedelta(seconds=self.amount * _SECONDS[self.unit])

    def __str__(self) -> str:
        """The text it is read from, without needless zeros."""
        return f"{self.amount:.12f}".rstrip("0").rstrip(".") + self.unit
