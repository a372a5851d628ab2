"""Whether two reports tell of the same trouble, by their products and words."""

import unicodedata
from functools import lru_cache
from typing import NamedTuple

ALIKE = 0.5  # share of common pairs of letters (Dice): the same trouble in a customer's own words
ALIKE_OF_ONE_PRODUCT = 0.2  # where the product is the same already
SAID = 400  # letters that are compared


class Gist(NamedTuple):
    """What is compared of a report: its product and its words, folded."""

    product: str
    said: str


@lru_cache(1024)  # asked for at every event of a case, and seldom changed
def gist(product: str, title: str, facts: str) -> Gist:
    """What is compared of a report that says this."""
    return Gist(_folded(product), _folded(f"{title} {facts}")[:SAID])


def alike(one: Gist, other: Gist) -> bool:
    """Much the same words, or the same product and somewhat the same words; never two different products."""
    if one.product and other.product and one.product != other.product:
        return False
    wanted = ALIKE_OF_ONE_PRODUCT if one.product and one.product == other.product else ALIKE
    mine, theirs = _pairs(one.said), _pairs(other.said)
    return bool(mine and theirs) and 2 * len(mine & theirs) / (len(mine) + len(theirs)) >= wanted


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


@lru_cache(4096)
def _pairs(said: str) -> frozenset[str]:
    letters = "".join(said.split())
    return frozenset(letters[i : i + 2] for i in range(len(letters) - 1))
