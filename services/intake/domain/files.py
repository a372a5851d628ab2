"""Files that people attach: what they are is read from their content alone, and what they are called is made harmless."""

import re
import unicodedata
from dataclasses import dataclass
from urllib.parse import unquote

from services.intake.domain.pictures import Damaged, is_picture, stripped
from services.intake.domain.refusals import Refusal

LARGEST = 10 * 1024 * 1024  # bytes of one file
MOST, LARGEST_ALL = 20, 50 * 1024 * 1024  # of one case: files, and bytes of them together
LONGEST_NAME = 200  # bytes of UTF-8 before the ending; file systems take 255
TEXT, PDF = "text/plain", "application/pdf"
# How the names of each kind may end; another ending gets the first of these behind it.
ENDINGS: dict[str, tuple[str, ...]] = {
    "image/jpeg": ("jpg", "jpeg"),
    "image/png": ("png",),
    "image/webp": ("webp",),
    PDF: ("pdf",),
    TEXT: ("txt", "csv", "tsv", "log", "json", "md", "yaml", "yml"),
}
PICTURES = frozenset(kind for kind in ENDINGS if kind.startswith("image/"))
# What a browser offers to choose.
ACCEPT = ",".join((*sorted(PICTURES), PDF, *(f".{ending}" for ending in ENDINGS[TEXT])))

EMPTY = Refusal("file-empty", "空のファイルです。", "The file is empty.", "file")
TOO_LARGE = Refusal(
    "file-too-large",
    f"ファイルが大きすぎます（{LARGEST // 1024**2} MB まで）。",
    f"The file is too large ({LARGEST // 1024**2} MB at most).",
    "file",
)
OTHER_KIND = Refusal(
    "file-kind",
    "この種類のファイルは添付できません。添付できるのは JPEG・PNG・WebP の画像、PDF、テキスト（CSV・ログなど）です。",
    "A file of this kind cannot be attached. What can is pictures (JPEG, PNG, WebP), PDF and text (CSV, logs and the like).",
    "file",
)
BROKEN = Refusal(
    "file-damaged",
    "画像として読み取れません（壊れているか、動く画像か、画素が多すぎます）。撮り直すか、別の形式で保存してください。",
    "This cannot be read as a picture: it is damaged, moves, or has too many pixels. Please take it again or save it in another format.",
    "file",
)
TOO_MANY = Refusal(
    "files-too-many",
    f"1 件に添付できるのは {MOST} 個、合わせて {LARGEST_ALL // 1024**2} MB までです。",
    f"A case takes {MOST} files at most, {LARGEST_ALL // 1024**2} MB together.",
    "file",
)
NO_ROOM = Refusal(
    "files-no-room",
    "添付ファイルの保管場所がいっぱいのため、いまは添付できません。管理者に知らせてください。",
    "There is no room left for attached files. Please tell whoever looks after Tasuki.",
)
TAKEN_AWAY = Refusal(
    "file-removed",
    "このファイルは、添付されたあとに削除されています。",
    "This file was attached before, and has been removed since.",
)

_MARKUP = re.compile(r"\s*(<[!?a-z/]|#!|%!PS|\{\\rtf)", re.IGNORECASE)
_BINARY = re.compile(r"[\x00-\x07\x0e-\x1a\x1c-\x1f\x7f\ufffe\uffff]")
_FORBIDDEN = re.compile(r'[<>:"|?*]')
_JOINERS = "\u200c\u200d"  # parts of words and of emoji


_EXTENDED = re.compile(r"filename\*\s*=\s*UTF-8'[A-Za-z0-9-]*'([!-:<-~]+)", re.IGNORECASE)
_PLAIN = re.compile(r'filename\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s";]+))', re.IGNORECASE)


@dataclass(frozen=True)
class File:
    """A file as it may be kept: its harmless name, its kind, and its bytes without what a picture tells beside itself."""

    name: str
    kind: str
    body: bytes


def read(name: str, raw: bytes) -> File | Refusal:
    """What somebody attaches, by its content; `name` is as they or their browser give it. Takes a while for a large one."""
    if not raw:
        return EMPTY
    if len(raw) > LARGEST:
        return TOO_LARGE
    if is_picture(raw):
        kind = "image/jpeg" if raw[0] == 0xFF else "image/png" if raw[0] == 0x89 else "image/webp"
        try:
            return File(harmless(name, kind), kind, stripped(raw).body)
        except Damaged:
            return BROKEN
    if raw.startswith(b"%PDF-"):
        return File(harmless(name, PDF), PDF, raw)
    return File(harmless(name, TEXT), TEXT, raw) if is_text(raw) else OTHER_KIND


def called(disposition: str) -> str:
    """The name that a header Content-Disposition gives (RFC 6266, RFC 8187), which is read as latin-1; "" for none."""
    if found := _EXTENDED.search(disposition):
        return unquote(found[1])
    if found := _PLAIN.search(disposition):
        plain: str = found[2] or re.sub(r"\\(.)", r"\1", found[1] or "")
        return plain.encode("latin-1", "replace").decode("utf-8", "replace")
    return ""


def is_text(raw: bytes) -> bool:
    """Whether it is text in an encoding that Japanese systems write, and nothing that a browser or a shell would run."""
    wide = raw.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if wide else ("utf-8-sig", "cp932", "euc_jp"):
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        return not _BINARY.search(text) and not _MARKUP.match(text)
    return False


def harmless(name: str, kind: str) -> str:
    """A name that is a name and nothing else on every system, and ends as its kind does; "file" where nothing is left."""
    last = re.split(r"[/\\]", name)[-1]
    plain = "".join(c for c in last if c in _JOINERS or unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Zl", "Zp"))
    plain = _FORBIDDEN.sub("_", plain).strip(" .")
    stem, dot, ending = plain.rpartition(".")
    if not (dot and stem and ending.lower() in ENDINGS[kind]):
        stem, ending = plain, ENDINGS[kind][0]
    stem = stem.encode()[:LONGEST_NAME].decode(errors="ignore").strip(" .")
    return f"{stem or 'file'}.{ending}"
