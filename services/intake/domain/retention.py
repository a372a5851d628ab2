"""How long what is personal is kept."""

from dataclasses import dataclass, fields
from datetime import timedelta


@dataclass(frozen=True)
class Spans:
    """After a case is done (longer for a restricted one), and after something came."""

    originals: timedelta = timedelta(days=90)
    restricted: timedelta = timedelta(days=365)
    deliveries: timedelta = timedelta(days=7)
    quarantine: timedelta = timedelta(days=30)


NAMES = tuple(field.name for field in fields(Spans))


def read(text: str) -> Spans:
    """`name=days`, by a comma; what is not named keeps its default. Raises ValueError for anything else."""
    pairs = [part.strip().partition("=") for part in text.split(",") if part.strip()]
    if any(name not in NAMES or not days.isdecimal() or not 0 < int(days) < 10_000 for name, _, days in pairs):
        raise ValueError(f"days by name ({', '.join(NAMES)}), for example originals=90,quarantine=30")
    return Spans(**{name: timedelta(days=int(days)) for name, _, days in pairs})
