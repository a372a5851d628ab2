"""Where a rule that pages nobody points to: an address, or words to search the knowledge base for."""

from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit


@dataclass(frozen=True)
class Faq:
    """Exactly one of the two, or neither."""

    address: str = ""
    words: str = ""


def pointed(faq: str) -> Faq:
    """What the `faq` of a plan means. Older policies wrote the path of a search, which holds the words."""
    if faq.startswith("https://"):
        return Faq(address=faq)
    if faq.startswith("/"):
        return Faq(words=parse_qs(urlsplit(faq).query).get("q", [faq])[0])
    return Faq(words=faq)
