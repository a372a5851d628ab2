"""Bytes of a mail as text: whatever character set they are in, or say that they are in; total, and nothing is hidden.

ISO-2022-JP is read as the mail programs of Windows write it: ①, ㈱, 髙 and half-width kana stand in it beside what the
standard allows. What cannot be read becomes a visible "�".
"""

import quopri
import re
from base64 import b64decode

KNOWN = re.compile(
    r"utf-?8|utf-?16(?:le|be)?|iso-?8859-\d{1,2}|windows-125\d|koi8-[ru]|gb18030|gbk|gb2312|big5|euc-kr|ks_c_5601-1987|tis-620"
)
SHIFT_JIS = {"shift_jis", "shift-jis", "sjis", "x-sjis", "ms_kanji", "windows-31j", "cp932", "ms932", "shift_jis-2004"}
EUC = {"euc-jp", "x-euc-jp", "eucjp", "euc_jp", "eucjp-ms", "cp51932"}
UNSAID = {"", "us-ascii", "ascii", "iso-8859-1", "latin1", "unknown-8bit", "x-unknown", "default", "binary"}
_WORD = re.compile(rb"=\?([^?\s]{1,60})\?([bBqQ])\?([^?]*)\?=")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x9f\ud800-\udfff]")
_KANA = re.compile(r"[\u3041-\u30ff]")
_ESCAPE = re.compile(rb"\x1b(\$\([@BDQO?]|\$[@B]|\([BJHI])|([\x0e\x0f])|(\r?\n)")
_SINGLE = {b"(B", b"(J", b"(H"}
_NOTHING = b"\x81"  # half a character, which nobody can read


def text(raw: bytes, charset: str = "") -> str:
    """Read bytes; `charset` is what the mail calls them, in any case, and is believed where it can be true."""
    name = charset.strip().strip("\"'").casefold()
    if name.startswith("iso-2022-jp") or (b"\x1b$" in raw and name in UNSAID | {"utf-8", "utf8"}):
        found = None if b"\x1b" in raw or b"\x0e" in raw else _first(raw, "utf-8")
        return iso_2022_jp(raw) if found is None else found.replace("\r\n", "\n")
    if name in SHIFT_JIS:
        return _first(raw, "cp932", "utf-8") or raw.decode("cp932", "replace")
    if name in EUC:
        return _first(raw, "euc_jp", "utf-8") or _euc(raw)
    if name in UNSAID or not KNOWN.fullmatch(name):
        return _guessed(raw)
    try:
        return raw.decode(name)
    except (UnicodeDecodeError, LookupError):
        return _japanese(raw) or _decoded(raw, name)


def clean(told: str) -> str:
    """One form of line ends, and no character that cannot be shown."""
    return _CONTROL.sub(" ", told.replace("\r\n", "\n").replace("\r", "\n"))


def header(raw: bytes) -> str:
    """A header as people read it: encoded words are decoded, those side by side as one, for some are cut in mid-letter."""
    told: list[str] = []
    place, held, charset = 0, b"", b""
    for found in _WORD.finditer(raw):
        between = raw[place : found.start()]
        if held and (between.strip() or found[1].lower() != charset):
            told.append(text(held, charset.decode("ascii", "replace").partition("*")[0]))
            held = b""
        if between.strip() or not place:
            told.append(text(between))
        charset, place = found[1].lower(), found.end()
        held += _unpacked(found[3], found[2])
    told.append(text(held, charset.decode("ascii", "replace").partition("*")[0]))
    return clean("".join(told) + text(raw[place:]))


def iso_2022_jp(raw: bytes) -> str:
    """Read ISO-2022-JP with what Windows has beside it (code page 50221); a line begins in ASCII whatever the last one left."""
    told: list[str] = []
    mode, shifted, start = b"(B", False, 0
    for found in _ESCAPE.finditer(raw):
        told.append(_run(raw[start : found.start()], mode, shifted))
        start = found.end()
        if found[1]:
            mode = found[1]
        elif found[2]:
            shifted = found[2] == b"\x0e"
        else:
            told.append("\n")
            mode, shifted = b"(B", False
    told.append(_run(raw[start:], mode, shifted))
    return "".join(told)


def _run(raw: bytes, mode: bytes, shifted: bool) -> str:
    """What stands between two escapes."""
    if not raw:
        return ""
    if mode == b"(I" or (shifted and mode in _SINGLE):
        return bytes(b | 0x80 if 0x21 <= b <= 0x5F else b for b in raw).decode("cp932", "replace")
    if mode in _SINGLE:  # kana of eight bits is not allowed here, and is sent all the same
        return raw.decode("cp932", "replace")
    if mode == b"$(D":
        return _supplement(raw)
    return _pairs(raw)


def _pairs(raw: bytes) -> str:
    """JIS X 0208 and the rows that NEC and IBM have put into it, as code page 932 knows them."""
    told: list[bytes] = []
    place = 0
    while place < len(raw):
        first, second = raw[place] & 0x7F, raw[place + 1] & 0x7F if place + 1 < len(raw) else 0
        if first <= 0x20:  # a blank or a tab amid pairs is one
            told.append(bytes((first,)))
            place += 1
        elif 0x21 <= second <= 0x7E >= first:
            lead, trail = (first + 1) // 2 + (0x70 if first < 0x5F else 0xB0), 0x7E if first % 2 == 0 else 0x1F
            told.append(bytes((lead, second + trail + (first % 2 == 1 and second >= 0x60))))
            place += 2
        else:
            told.append(_NOTHING)
            place += 1 if second <= 0x20 else 2
    whole = None if _NOTHING in told else _first(b"".join(told), "cp932")
    return whole if whole is not None else "".join(_first(pair, "cp932") or "\ufffd" for pair in told)


def _supplement(raw: bytes) -> str:
    """JIS X 0212, as the three bytes that EUC has for it."""
    told = b"".join(b"\x8f" + bytes(b | 0x80 for b in raw[at : at + 2]) for at in range(0, len(raw) - 1, 2))
    return told.decode("euc_jp", "replace")


def _euc(raw: bytes) -> str:
    """EUC with the rows of NEC and IBM, run by run."""
    told = []
    for run in re.findall(rb"[\xa1-\xfe]{2,}|\x8e[\xa1-\xdf]|\x8f[\xa1-\xfe]{2}|[\x00-\x7f]+|.", raw, re.S):
        told.append(_pairs(run) if run[0] >= 0xA1 and len(run) > 1 else run.decode("euc_jp", "replace"))
    return "".join(told)


def _guessed(raw: bytes) -> str:
    """Where nothing is said, or what is always said: UTF-8, Japanese, or else what the West writes."""
    found = _first(raw, "utf-8")
    return (
        raw.decode("utf-8", "replace") if found is None and b"\x1b$" in raw else found or _japanese(raw) or _west(raw)
    )


def _japanese(raw: bytes) -> str:
    """Shift_JIS or EUC if it reads as Japanese, for both read much as letters that nobody has written."""
    for name in ("cp932", "euc_jp"):
        found = _first(raw, name)
        if found and _KANA.search(found):
            return found
    return ""


def _west(raw: bytes) -> str:
    try:
        return raw.decode("cp1252")
    except UnicodeDecodeError:
        return raw.decode("utf-8", "replace")


def _first(raw: bytes, *names: str) -> str | None:
    for name in names:
        try:
            return raw.decode(name)
        except UnicodeDecodeError:
            continue
    return None


def _decoded(raw: bytes, name: str) -> str:
    try:
        return raw.decode(name, "replace")
    except LookupError:
        return raw.decode("utf-8", "replace")


def _unpacked(raw: bytes, how: bytes) -> bytes:
    """What an encoded word holds."""
    if how in b"qQ":
        return quopri.decodestring(raw.replace(b"_", b" "))
    letters = re.sub(rb"[^A-Za-z0-9+/]", b"", raw)
    return b64decode(letters[: len(letters) - (len(letters) % 4 == 1)] + b"=" * (-len(letters) % 4))
