"""Files that come with a mail: each as it may be kept or why not, and how those that were not kept are told."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from services.intake.domain import files
from services.intake.domain.files import File
from services.intake.domain.mails import Attached
from services.intake.domain.refusals import Refusal
from services.intake.domain.words import measure

NAMED, LONGEST_NAME = 30, 60  # files that a note names, and characters of each name
CUT_OFF = Refusal(
    "file-cut-off",
    "メールのここから先は、大きすぎるか複雑すぎるため読み取れませんでした。",
    "From here on the mail is too large or too complex to be read.",
    "file",
)

NOT_HERE = Refusal(
    "file-not-here",
    "メールのはじめの部分しか保管していないため、ファイルがありません。",
    "Only the beginning of the mail was kept, and the file is not in it.",
    "file",
)


@dataclass(frozen=True)
class Enclosed:
    """A file of a mail: its name as it was given, its size in bytes, and what of it may be kept, or why nothing."""

    name: str
    size: int
    file: File | Refusal


def read(attached: Iterable[Attached]) -> tuple[Enclosed, ...]:
    """The files of a mail, by their content. Takes a while for large ones."""
    return tuple(Enclosed(a.name, a.size, CUT_OFF if a.more else files.read(a.name, a.body)) for a in attached)


def lost(found: tuple[Enclosed, ...]) -> tuple[Enclosed, ...]:
    """The files of a mail of which only the beginning is there."""
    return tuple(replace(one, file=NOT_HERE) for one in found) or (Enclosed("…", 0, NOT_HERE),)


def before(raw: bytes, attached: Iterable[Attached], longest: int) -> int:
    """Where the first file of a mail begins (where its text does, if it is not found), or `longest`.

    A file may tell more than whoever sent it knows.
    """
    head = min((at for end in (b"\r\n\r\n", b"\n\n") if (at := raw.find(end)) >= 0), default=0)
    places = [max(raw.find(one.begins, head), head) for one in attached if one.begins]
    return min([*places, longest])


def left_out(left: Sequence[tuple[Enclosed, Refusal]]) -> str:
    """What is noted of files that were not kept: their names by reason, in both languages; a reason is told once."""
    told = ["次の添付ファイルは保存していません。 / These attached files were not kept."]
    for why in dict.fromkeys(why for _, why in left[:NAMED]):
        told += [", ".join(_named(one) for one, reason in left[:NAMED] if reason == why), f"→ {why.ja} / {why.en}"]
    if (more := len(left) - NAMED) > 0:
        told.append(f"ほか {more} 個 / {more} more")
    return "\n".join(told)


def _named(one: Enclosed) -> str:
    return f"{' '.join(one.name.split())[-LONGEST_NAME:]} ({measure(one.size)})"
