"""Telephone numbers as people in Japan write them."""

import re

_ABROAD = re.compile(r"\+81([1-9]\d{8,9})", re.ASCII)
_SPLITS = (  # how many digits stand in each part: of the whole number, by how it begins; the first that fits counts
    (re.compile(r"0800\d{7}"), (4, 3, 4)),
    (re.compile(r"0[5-9]0\d{8}"), (3, 4, 4)),  # mobile, IP telephones
    (re.compile(r"0120\d{6}"), (4, 3, 3)),
    (re.compile(r"0570\d{6}"), (4, 3, 3)),
    (re.compile(r"0[36]\d{8}"), (2, 4, 4)),  # Tokyo, Osaka
)


def as_written(number: str) -> str:
    """A number of Japan as it is written there ("090-1234-5678"); any other as it stands.

    Where the parts of a number cannot be told by its beginning, it is written without hyphens rather than with wrong ones.
    """
    match = _ABROAD.fullmatch(number)
    if not match:
        return number
    national = f"0{match[1]}"
    for shape, sizes in _SPLITS:
        if shape.fullmatch(national):
            first, second, _ = sizes
            return f"{national[:first]}-{national[first : first + second]}-{national[first + second :]}"
    return national
