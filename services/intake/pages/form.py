"""The form: its fields, which of them each mode shows, and how what is typed becomes a report."""

import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Literal, TypeAlias

from pydantic import ValidationError

from services.intake.domain import reachable
from shared.contracts.events import Actor
from shared.contracts.report import YEARS, Report
from shared.contracts.vocabulary import Impact, Kind, Urgency

MOST_FIELDS = 60  # of one form
HEX = "0123456789abcdefABCDEF"
Control: TypeAlias = Literal["text", "area", "choice", "select", "check", "number", "time", "mail"]
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_ESCAPED = re.compile("%([0-9A-Fa-f]{2})")
_LETTERS = {high + low: chr(int(high + low, 16)) for high in HEX for low in HEX}
_PERSON = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:@-]{0,99}")


@dataclass(frozen=True)
class Field:
    """One field; its texts are found by its name."""

    name: str
    control: Control = "text"
    required: bool = False
    options: tuple[str, ...] = ()
    longest: int = 200
    autocomplete: str = "off"


@dataclass(frozen=True)
class Group:
    """Fields under one heading; "" has none."""

    title: str
    fields: tuple[Field, ...]


FACTS = Field("facts", "area", required=True, longest=5000)
IMPACT = Field("impact", "choice", required=True, options=tuple(Impact))
WANTED = Field("wanted", "area", longest=5000)
NOW = Field("now", "check")
KIND = Field("kind", "select", options=tuple(Kind))
MAIL = Field("reporter_mail", "mail", longest=reachable.LONGEST, autocomplete="email")
YOU = (Field("reporter_name", autocomplete="name"), Field("reporter_id", autocomplete="username"), MAIL)

MODES: dict[str, tuple[Group, ...]] = {
    "short": (Group("", (FACTS, IMPACT, WANTED, NOW)), Group("group.you", YOU)),
    "full": (
        Group(
            "group.what",
            (
                KIND,
                Field("urgency", "select", options=tuple(Urgency)),
                Field("urgency_reason"),
                IMPACT,
                Field("title"),
                Field("product"),
                FACTS,
                Field("personal_data", "check"),
            ),
        ),
        Group(
            "group.who",
            (
                Field("customer_company"),
                Field("customer_plan"),
                Field("customer_name"),
                Field("customer_said", "area", longest=5000),
            ),
        ),
        Group(
            "group.help",
            (
                Field("done_already", "area", longest=5000),
                Field("difficulty", "area", longest=5000),
                WANTED,
                Field("wanted_by", "time"),
                Field("amount", "number"),
                Field("estimate_minutes", "number"),
            ),
        ),
        Group("group.you", YOU),
    ),
    "anonymous": (Group("", (KIND, FACTS, IMPACT, WANTED, NOW)),),
}
DEFAULTS = {"urgency": "medium", "kind": "other"}


@dataclass(frozen=True)
class Error:
    """What is wrong with a field, as the name of a text, and the limit that it may name."""

    text: str
    limit: int = 0


class Broken(ValueError):
    """The bytes of a form cannot be read."""


def fields_of(raw: bytes) -> dict[str, str]:
    """Read a URL-encoded form, UTF-8 without mercy; raises Broken. Of a name given twice the last counts."""
    try:
        text = raw.decode("ascii")
        if text.count("&") >= MOST_FIELDS:
            raise Broken
        pairs = [pair.partition("=") for pair in text.split("&") if pair]
        return {_typed(name): _typed(value).replace("\r\n", "\n") for name, _, value in pairs}
    except UnicodeError as problem:
        raise Broken from problem


def _typed(part: str) -> str:
    """A part of a form as it was typed. Joining bytes, as the standard library does, takes eighty of them for each that is escaped."""
    return _ESCAPED.sub(lambda found: _LETTERS[found[1]], part.replace("+", " ")).encode("latin-1").decode()


def shown_again(given: Mapping[str, str]) -> dict[str, str]:
    """What was typed, ready to stand in the form again."""
    return {name: _CONTROL.sub("", value) for name, value in given.items()}


def report_of(given: Mapping[str, str], mode: str, zone: tzinfo) -> tuple[Report | None, dict[str, Error]]:
    """Make a report of what was typed, or say for each field what is wrong with it."""
    errors: dict[str, Error] = {}
    values: dict[str, object] = {}
    for field in (f for group in MODES[mode] for f in group.fields if f is not MAIL):
        typed = given.get(field.name, "").strip()
        if not typed:
            if field.required:
                errors[field.name] = Error("error.choose" if field.control == "choice" else "error.missing")
            continue
        value = _value(field, typed, zone)
        if isinstance(value, Error):
            errors[field.name] = value
        else:
            values[field.name] = value
    if errors:
        return None, errors
    try:
        return Report.model_validate(_nested(values)), {}
    except ValidationError as problem:
        return None, {_name(error["loc"]): _error(error["type"]) for error in problem.errors(include_input=False)}


def groups_of(mode: str, mailed: bool) -> tuple[Group, ...]:
    """The fields that a mode shows; an address is asked for only where one can be `mailed` to."""
    return tuple(Group(g.title, tuple(f for f in g.fields if mailed or f is not MAIL)) for g in MODES[mode])


def answer_to_of(given: Mapping[str, str], mode: str, domains: Collection[str]) -> tuple[str, dict[str, Error]]:
    """The mail address at which the reporter wants to hear ("" for none), of one of these domains; or what is wrong with it."""
    typed = given.get(MAIL.name, "").strip()
    if not typed or not domains or not any(MAIL in group.fields for group in MODES[mode]):
        return "", {}
    address = reachable.address(typed)
    if not address:
        return "", {MAIL.name: Error("error.mail")}
    allowed = "*" in domains or address.rpartition("@")[2] in domains
    return (address, {}) if allowed else ("", {MAIL.name: Error("error.mail.domain")})


def reporter_of(given: Mapping[str, str], mode: str) -> Actor:
    """Who reports: the person with this staff id, a name without one, or nobody who gave a name."""
    id_, name = given.get("reporter_id", "").strip(), given.get("reporter_name", "").strip()
    if mode == "anonymous" or not (id_ or name):
        return Actor(kind="anonymous", id="anonymous")
    if id_:
        return Actor(kind="person", id=unicodedata.normalize("NFKC", id_), name=name or id_)
    return Actor(kind="source", id="form", name=name)


def _value(field: Field, typed: str, zone: tzinfo) -> object:
    if _CONTROL.search(typed):
        return Error("error.characters")
    if len(typed) > field.longest:
        return Error("error.long", field.longest)
    plain = unicodedata.normalize("NFKC", typed)
    match field.control:
        case "check":
            return True
        case "choice" | "select":
            return typed if typed in field.options else Error("error.choose")
        case "number":
            digits = plain.replace(",", "").replace("円", "").strip()
            return int(digits) if re.fullmatch(r"[0-9]{1,12}", digits) else Error("error.number")
        case "time":
            try:
                at = datetime.fromisoformat(plain)
            except ValueError:
                return Error("error.time")
            if at.year not in YEARS:
                return Error("error.time")
            return at if at.tzinfo else at.replace(tzinfo=zone)
    if field.name == "reporter_id" and not _PERSON.fullmatch(plain):
        return Error("error.id")
    return typed


def _nested(values: dict[str, object]) -> dict[str, object]:
    """The typed values in the shape of a report."""
    report = {k: v for k, v in values.items() if not k.startswith(("customer_", "reporter_")) or k == "customer_said"}
    report["customer"] = {
        k.removeprefix("customer_"): v for k, v in values.items() if k.startswith("customer_") and k != "customer_said"
    }
    if report.pop("now", False):
        report["urgency"] = Urgency.CRITICAL
    return report


def _name(place: tuple[int | str, ...]) -> str:
    return "_".join(map(str, place)) or "facts"


def _error(type_: str) -> Error:
    return Error("error.number" if "than_equal" in type_ else "error.missing" if "short" in type_ else "error.invalid")
