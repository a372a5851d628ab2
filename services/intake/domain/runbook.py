"""A runbook as a page shows it: the few marks that ours are written with, read into blocks of words."""

import re
from dataclasses import dataclass
from typing import Literal

_INLINE = re.compile(r"\*\*(?P<strong>.+?)\*\*|`(?P<code>[^`]+)`|\[(?P<link>[^\]]+)\]\([^)]*\)")
Block = Literal["title", "heading", "item", "text"]


@dataclass(frozen=True)
class Words:
    """A run of words; `kind` is plain, strong or code."""

    kind: Literal["plain", "strong", "code"]
    text: str


def blocks(text: str) -> list[tuple[Block, list[Words]]]:
    """The title, headings, numbered items and paragraphs of a runbook; its link to the other language is left out."""
    found: list[tuple[Block, list[Words]]] = []
    for part in re.split(r"\n(?=\d+\. |- )|\n\s*\n", text.strip()):
        line = " ".join(part.split())
        if line.startswith("# "):
            found.append(("title", _words(line[2:])))
        elif line.startswith("## "):
            found.append(("heading", _words(line[3:])))
        elif re.match(r"\d+\. |- ", line):
            found.append(("item", _words(line.partition(" ")[2])))
        elif line and not re.fullmatch(r"\*[^*]+\*", line):
            found.append(("text", _words(line)))
    return found


def _words(line: str) -> list[Words]:
    told, last = list[Words](), 0
    for match in _INLINE.finditer(line):
        told += [Words("plain", line[last : match.start()])] if match.start() > last else []
        kind: Literal["strong", "code", "plain"] = "strong" if match["strong"] else "code" if match["code"] else "plain"
        told.append(Words(kind, match["strong"] or match["code"] or match["link"]))
        last = match.end()
    return told + ([Words("plain", line[last:])] if line[last:] else [])
