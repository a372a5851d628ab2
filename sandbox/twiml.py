"""Reads TwiML into the verbs that the telephone acts out."""

import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass


class TwimlError(ValueError):
    """The document is not TwiML that this telephone understands."""


@dataclass(frozen=True)
class Say:
    text: str
    language: str
    loop: int


@dataclass(frozen=True)
class Pause:
    seconds: float


@dataclass(frozen=True)
class Gather:
    """Collect digits; `prompts` are heard meanwhile and `timeout` (seconds) starts when they end."""

    prompts: tuple[Say | Pause, ...]
    action: str
    method: str
    num_digits: int | None
    timeout: float
    finish_on_key: str
    on_empty: bool


@dataclass(frozen=True)
class Redirect:
    url: str
    method: str


@dataclass(frozen=True)
class Hangup:
    pass


@dataclass(frozen=True)
class Reject:
    reason: str


Verb = Say | Pause | Gather | Redirect | Hangup | Reject


def parse(document: str) -> tuple[Verb, ...]:
    """The verbs of one `<Response>`; raises TwimlError saying what is wrong."""
    if "<!" in document.replace("<!--", "").replace("<![CDATA[", ""):
        raise TwimlError("a document type or entity is not allowed in TwiML")
    try:
        root = ElementTree.fromstring(document)  # noqa: S314 - entities were refused above
    except ElementTree.ParseError as error:
        raise TwimlError(f"12100 Document parse failure: {error}") from None
    if root.tag != "Response":
        raise TwimlError(f"the root must be Response, not {root.tag}")
    return tuple(_verb(node) for node in root)


def spoken(verbs: tuple[Verb, ...]) -> str:
    """All words of the document, one line for each Say."""
    lines: list[str] = []
    for verb in verbs:
        if isinstance(verb, Say):
            lines.append(verb.text)
        elif isinstance(verb, Gather):
            lines += [p.text for p in verb.prompts if isinstance(p, Say)]
    return "\n".join(lines)


def _verb(node: ElementTree.Element) -> Verb:
    match node.tag:
        case "Gather":
            return Gather(
                prompts=tuple(_prompt(child) for child in node),
                action=node.get("action", ""),
                method=_method(node),
                num_digits=int(_number(node, "numDigits", 0)) or None,
                timeout=_number(node, "timeout", 5),
                finish_on_key=node.get("finishOnKey", "#"),
                on_empty=node.get("actionOnEmptyResult", "false").lower() == "true",
            )
        case "Redirect":
            return Redirect((node.text or "").strip(), _method(node))
        case "Hangup":
            return Hangup()
        case "Reject":
            return Reject(node.get("reason", "rejected"))
        case _:
            return _prompt(node)


def _prompt(node: ElementTree.Element) -> Say | Pause:
    if node.tag == "Say":
        text = " ".join("".join(node.itertext()).split())
        return Say(text, node.get("language", "en-US"), int(_number(node, "loop", 1)))
    if node.tag == "Pause":
        return Pause(_number(node, "length", 1))
    raise TwimlError(f"<{node.tag}> is not a verb that the sandbox's telephone knows here")


def _method(node: ElementTree.Element) -> str:
    method = node.get("method", "POST").upper()
    if method not in ("GET", "POST"):
        raise TwimlError(f"<{node.tag} method={method!r}> must be GET or POST")
    return method


def _number(node: ElementTree.Element, name: str, default: float) -> float:
    try:
        number = float(node.get(name, default))
    except ValueError:
        number = -1
    if not 0 <= number <= 3600:
        raise TwimlError(f"<{node.tag} {name}={node.get(name)!r}> must be a number from 0 to 3600")
    return number
