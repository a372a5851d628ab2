"""Reads just enough of a web page to follow a link in it and to submit its form."""

from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from urllib.parse import urljoin


@dataclass
class Form:
    """A form: where it goes, whether by POST, what its fields hold already, and (name, value) of the buttons that send one."""

    action: str
    post: bool
    fields: dict[str, str] = field(default_factory=dict)
    buttons: list[tuple[str, str]] = field(default_factory=list)

    def pressed(self, value: str) -> "Form":
        """The same form, sent by the button that has this value."""
        name = next(name for name, held in self.buttons if held == value)
        return replace(self, fields={**self.fields, name: value})


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.forms: list[Form] = []
        self._open: Form | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = {name: value or "" for name, value in attrs}
        if tag == "a" and has.get("href", "").startswith(("http://", "https://")):
            self.links.append(has["href"])
        if tag == "form":
            self._open = Form(has.get("action", ""), has.get("method", "get").lower() == "post")
            self.forms.append(self._open)
        if self._open is None or not has.get("name"):
            return
        button = tag == "button" or has.get("type") == "submit"
        first_button = button and has["name"] not in self._open.fields
        if button:
            self._open.buttons.append((has["name"], has.get("value", "")))
        plain = tag == "input" and has.get("type") not in ("submit", "checkbox", "radio", "file", "button")
        if plain or first_button or "checked" in has or tag == "textarea":
            self._open.fields[has["name"]] = has.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None


def links_of(page: str) -> list[str]:
    """The addresses of all http links, in order."""
    reader = _Reader()
    reader.feed(page)
    return reader.links


def read_forms(page: str, address: str) -> list[Form]:
    """The forms of a page found at `address`, their actions made absolute."""
    reader = _Reader()
    reader.feed(page)
    for form in reader.forms:
        form.action = urljoin(address, form.action)
    return reader.forms
