"""Texts for the person at the terminal, Japanese first."""

import os


def language() -> str:
    """Return "ja", "en" or "both"; a locale that names no language gets both."""
    chosen = os.environ.get("TASUKI_LANG") or next(
        (value for name in ("LC_ALL", "LC_MESSAGES", "LANG") if (value := os.environ.get(name))), ""
    )
    if chosen.startswith("ja"):
        return "ja"
    return "both" if chosen in ("", "C", "POSIX") or chosen.startswith("C.") else "en"


def text(ja: str, en: str) -> str:
    """Choose by the locale; with "both", short texts share a line and long ones get one each."""
    match language():
        case "ja":
            return ja
        case "en":
            return en
    return f"{ja}\n{en}" if len(ja) + len(en) > 100 or "\n" in ja else f"{ja} / {en}"


class Problem(Exception):
    """Something the person can mend: what is wrong, and what to do about it."""

    def __init__(self, wrong: tuple[str, str], advice: tuple[str, str], said: str = "") -> None:
        """Take (ja, en) pairs, and what a program said about it, untranslated."""
        self.wrong, self.advice, self.said = text(*wrong), text(*advice), said.strip()
        lines = [self.wrong, *(f"  | {line}" for line in self.said.splitlines())]
        super().__init__("\n".join([*lines, *(f"  → {line}" for line in self.advice.splitlines())]))
