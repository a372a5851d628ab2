"""Bodies of any form as one kind of document: JSON as it is, a form's fields, XML by the names of its elements."""

from codecs import BOM_UTF8
from email.message import Message
from typing import Any
from urllib.parse import parse_qsl
from xml.etree.ElementTree import Element, TreeBuilder

from defusedxml.ElementTree import DefusedXMLParser

from services.intake.domain import charsets
from services.intake.senders.given import DEEPEST, read_json
from services.intake.senders.sender import Malformed

MOST_FIELDS = 1000


def document(raw: bytes, type_: str) -> Any | Malformed:
    """What a body holds; where its type says nothing, its first character does."""
    kind, start = type_.partition(";")[0].strip().lower(), raw.lstrip()[:1]
    if kind == "application/x-www-form-urlencoded":
        return read_form(raw, type_)
    if kind in ("application/xml", "text/xml") or kind.endswith("+xml") or (start == b"<" and "json" not in kind):
        return read_xml(raw)
    return _json(raw, type_)


def _json(raw: bytes, type_: str) -> Any | Malformed:
    """JSON; a script on Windows may put a mark before it, or write it in Shift_JIS."""
    found = read_json(raw.removeprefix(BOM_UTF8))
    if not isinstance(found, Malformed):
        return found
    try:
        text = charsets.text(raw, named) if (named := _named(type_)) else raw.decode("cp932")
    except UnicodeDecodeError:
        return Malformed()
    return read_json(text.encode())


def read_form(raw: bytes, type_: str) -> dict[str, Any] | Malformed:
    """The fields of a form; one that is there several times is a list. An old one may be written in Shift_JIS."""
    try:
        pairs = parse_qsl(raw.decode("latin-1"), keep_blank_values=True, encoding="latin-1", max_num_fields=MOST_FIELDS)
    except ValueError:
        return Malformed()
    charset, fields = _charset(pairs, type_), dict[str, list[str]]()
    for pair in pairs:
        name, value = (charsets.text(text.encode("latin-1"), charset) for text in pair)
        fields.setdefault(name, []).append(value)
    return {name: values[0] if len(values) == 1 else values for name, values in fields.items()}


def _charset(pairs: list[tuple[str, str]], type_: str) -> str:
    """In what a form is written: as its type says, or UTF-8 where all of it can be, or what Windows wrote here before."""
    if named := _named(type_):
        return named
    try:
        "".join(name + value for name, value in pairs).encode("latin-1").decode()
    except UnicodeDecodeError:
        return "cp932"
    return "utf-8"


def _named(type_: str) -> str:
    """The character set that a type names; "" for none."""
    header = Message()
    header["content-type"] = type_
    return str(header.get_param("charset") or "")


class _Shallow(TreeBuilder):
    """Builds a tree that nobody gets lost in."""

    depth = 0

    def start(self, tag: Any, attrs: Any, /) -> Any:
        self.depth += 1
        if self.depth > DEEPEST // 2:
            raise ValueError("too deep")
        return super().start(tag, attrs)

    def end(self, tag: Any, /) -> Any:
        self.depth -= 1
        return super().end(tag)


def read_xml(raw: bytes) -> dict[str, Any] | Malformed:
    """The elements of a document by their names, without namespaces; attributes as "@name", text beside them as "#text".

    A document type, and with it every entity that could be declared, is refused.
    """
    try:
        parser = DefusedXMLParser(target=_Shallow(), forbid_dtd=True)
        parser.feed(raw)
        root = parser.close()
        return {_local(root.tag): _content(root)}
    except (ValueError, SyntaxError, LookupError, AttributeError, TypeError):  # what expat and the builder may raise
        return Malformed()


def _content(element: Element) -> Any:
    text = (element.text or "").strip()
    found: dict[str, Any] = {f"@{_local(name)}": value for name, value in element.attrib.items()}
    for child in element:
        name, held = _local(child.tag), _content(child)
        if name not in found:
            found[name] = held
        elif isinstance(found[name], list):
            found[name].append(held)
        else:
            found[name] = [found[name], held]
    if not found:
        return text
    return {**found, "#text": text} if text else found


def _local(name: str) -> str:
    return name.rpartition("}")[2]
