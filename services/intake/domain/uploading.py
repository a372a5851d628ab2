"""A form with a file (multipart/form-data, RFC 7578), as browsers send it: fields, and one file as it is."""

import re
from dataclasses import dataclass, field

_BOUNDARY = re.compile(r'multipart/form-data\s*;.*?\bboundary="?([!-~]{1,70}?)"?\s*(?:;|$)', re.IGNORECASE)
_PARAMETER = re.compile(r';\s*(name|filename)="((?:[^"\\]|\\.)*)"')
MOST_PARTS = 40


@dataclass(frozen=True)
class Upload:
    """What a form held; `file` is empty where none was chosen."""

    fields: dict[str, str] = field(default_factory=dict)
    name: str = ""
    file: bytes = b""


def read(content_type: str, body: bytes) -> Upload:
    """Read a form; of a name given twice the last counts. Raises ValueError for what is no such form."""
    boundary = _BOUNDARY.match(content_type)
    if boundary is None:
        raise ValueError("not a form with files")
    pieces = (b"\r\n" + body).split(b"\r\n--" + boundary[1].encode())
    if len(pieces) < 2 or len(pieces) > MOST_PARTS or not pieces[-1].startswith(b"--"):
        raise ValueError("the form breaks off")
    fields: dict[str, str] = {}
    name, file = "", b""
    for piece in pieces[1:-1]:
        head, parted, content = piece.partition(b"\r\n\r\n")
        disposition = dict(_PARAMETER.findall(head.decode()))
        if not parted or "name" not in disposition:
            raise ValueError("a part has no name")
        if "filename" in disposition:
            name, file = disposition["filename"], content
        else:
            fields[disposition["name"]] = content.decode()
    return Upload(fields, name, file)
