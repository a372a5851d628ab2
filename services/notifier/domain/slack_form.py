"""The report as a form of Slack: what opens it, the form itself, what was typed into it, and what is shown afterwards."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from services.notifier.domain.contact import Language
from services.notifier.domain.draft import LONGEST, Draft, plain
from services.notifier.domain.fitting import fit
from services.notifier.domain.report_words import say
from shared.contracts.vocabulary import Impact

CALLBACK = "tasuki_report"
SHORTCUTS = {"shortcut": CALLBACK, "message_action": f"{CALLBACK}_message"}  # Slack wants a name for each
TYPED = 3000  # letters that one field of Slack's takes
_LINK = re.compile(r"<([^<>|]*)(?:\|([^<>]*))?>")
_FIELDS = ("facts", "impact", "now", "wanted", "product", "company", "anonymous")
Json = dict[str, Any]


@dataclass(frozen=True)
class Asked:
    """Somebody wants to report, or to know how: by the command with its text, a shortcut, or upon a message.

    `reply` is where they alone can be told something; a command is answered directly instead.
    """

    how: Literal["command", "shortcut", "message"]
    trigger: str
    user: str
    name: str
    text: str = ""
    reply: str = ""

    @property
    def is_help(self) -> bool:
        """Whether only the explanation is wanted."""
        return self.how == "command" and plain(self.text) in ("help", "ヘルプ", "使い方")


@dataclass(frozen=True)
class Sent:
    """A form that was sent: which one (each that was opened has its own id), by whom, and what stands in it."""

    view: str
    user: str
    name: str
    language: Language
    draft: Draft


def asked(told: Mapping[str, Any]) -> Asked | None:
    """What opens the form: the fields of a command, or the payload of a shortcut. Never raises."""
    trigger = _text(told.get("trigger_id"))
    if not trigger:
        return None
    if _text(told.get("command")).startswith("/"):
        user, name, text = (_text(told.get(n)) for n in ("user_id", "user_name", "text"))
        return Asked("command", trigger, user, name, readable(text)[:TYPED])
    kind, person = told.get("type"), _part(told, "user")
    if str(kind) not in SHORTCUTS or told.get("callback_id") != SHORTCUTS[str(kind)]:
        return None
    who = _text(person.get("id")), _text(person.get("name")) or _text(person.get("username"))
    if kind == "shortcut":
        return Asked("shortcut", trigger, *who)
    return Asked("message", trigger, *who, _quoted(told), _text(told.get("response_url")))


def sent(told: Mapping[str, Any]) -> Sent | None:
    """A form of ours that was sent, or None. Never raises."""
    view, user = _part(told, "view"), _part(told, "user")
    if told.get("type") != "view_submission" or view.get("callback_id") != CALLBACK or not _text(view.get("id")):
        return None
    values = _part(_part(view, "state"), "values")
    chosen = {name: _chosen(_part(_part(values, name), name)) for name in _FIELDS}
    draft = Draft(
        **{n: str(chosen[n]) for n in ("facts", "impact", "wanted", "product", "company")},
        now=bool(chosen["now"]),
        anonymous=bool(chosen["anonymous"]),
    )
    kept = _kept(view)
    name = _text(kept.get("name")) or _text(user.get("name")) or _text(user.get("username"))
    language: Language = "en" if kept.get("language") == "en" else "ja"
    name = "".join(letter for letter in name if letter.isprintable())[:200]
    return Sent(_text(view.get("id")), _text(user.get("id")), name, language, draft)


def form(language: Language, facts: str = "", name: str = "") -> Json:
    """The empty form, or with facts in it; `name` comes back with it."""
    choices = [_option(say(f"impact.{i}", language), str(i)) for i in Impact]
    return {
        "type": "modal",
        "callback_id": CALLBACK,
        "title": _plain(say("title", language)),
        "submit": _plain(say("send", language)),
        "close": _plain(say("cancel", language)),
        "private_metadata": json.dumps({"language": language, "name": name[:200]}, ensure_ascii=False),
        "blocks": [
            {"type": "section", "block_id": "lead", "text": _plain(say("lead", language))},
            _area("facts", language, facts),
            _field("impact", language, {"type": "radio_buttons", "options": choices}, required=True),
            _check("now", "urgency", language),
            _area("wanted", language),
            _field("product", language, {"type": "plain_text_input", "max_length": LONGEST["product"]}),
            _field("company", language, {"type": "plain_text_input", "max_length": LONGEST["company"]}),
            _check("anonymous", "you", language),
        ],
    }


def errors(found: Mapping[str, str], language: Language) -> Json:
    """What is wrong, each beside its field; what was typed stays."""
    texts = {name: say(text, language, limit=LONGEST.get(name, 0)) for name, text in found.items()}
    return {"response_action": "errors", "errors": texts}


def thanks(language: Language, number: int, page: str, lines: Sequence[str], *, again: bool, anonymous: bool) -> Json:
    """What takes the form's place: the number, who has it, and the reporter's own page."""
    said = say("thanks.again" if again else "thanks", language)
    keep = say("page.keep" if anonymous else "page.hint", language)
    link = f"<{page}|{say('page', language)}>"
    texts = [said, "\n".join([f"*{say('number', language, number=number)}*", *map(escaped, lines)]), f"{link}\n{keep}"]
    return {
        "type": "modal",
        "callback_id": f"{CALLBACK}_done",
        "title": _plain(say("thanks.title", language)),
        "close": _plain(say("close", language)),
        "blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": text}} for text in texts],
    }


def escaped(text: str) -> str:
    """A text that Slack shows as it is."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def readable(text: str) -> str:
    """A text of Slack as people read it: links and names written out, nobody's id in it."""
    written = _LINK.sub(_spelt, text)
    return written.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _spelt(found: re.Match[str]) -> str:
    target, label = found[1], found[2] or ""
    match target[:1]:
        case "@":
            return f"@{label or '…'}"
        case "#":
            return f"#{label or '…'}"
        case "!":
            return f"@{(label or target[1:]).partition('^')[0].lstrip('@')}"
    return f"{label} {target}" if label and label != target else target


def _quoted(told: Mapping[str, Any]) -> str:
    """The text of a message and where it stands, which the team reads as well."""
    message, channel, team = _part(told, "message"), _part(told, "channel"), _part(told, "team")
    ts, room, domain = _text(message.get("ts")), _text(channel.get("id")), _text(team.get("domain"))
    link = f"https://{domain}.slack.com/archives/{room}/p{ts.replace('.', '')}"
    whole = re.fullmatch(r"https://[A-Za-z0-9-]+\.slack\.com/archives/[A-Z0-9]+/p\d+", link)
    tail = f"\n\n{link}" if whole else ""
    return f"{fit(readable(_text(message.get('text'), 40_000)).strip(), TYPED - len(tail))}{tail}".strip()


def _chosen(element: Json) -> str | bool:
    """What stands in one field: a text, the value of a choice, or whether the box is ticked."""
    if element.get("type") == "checkboxes":
        return bool(element.get("selected_options"))
    if element.get("type") == "radio_buttons":
        return _text(_part(element, "selected_option").get("value"))
    return _text(element.get("value"), 20_000)


def _kept(view: Json) -> Json:
    try:
        kept = json.loads(_text(view.get("private_metadata"), 3000))
    except (ValueError, RecursionError):
        return {}
    return kept if isinstance(kept, dict) else {}


def _area(name: str, language: Language, typed: str = "") -> Json:
    element: Json = {"type": "plain_text_input", "multiline": True, "max_length": TYPED}
    if typed:
        element["initial_value"] = fit(typed, TYPED)
    return _field(name, language, element, required=name == "facts", hint=True)


def _check(name: str, label: str, language: Language) -> Json:
    element = {"type": "checkboxes", "options": [_option(say(name, language), "yes")]}
    return _field(name, language, element, hint=True, label=label)


def _field(
    name: str, language: Language, element: Json, *, required: bool = False, hint: bool = False, label: str = ""
) -> Json:
    block: Json = {
        "type": "input",
        "block_id": name,
        "optional": not required,
        "label": _plain(say(label or name, language)),
        "element": {**element, "action_id": name},
    }
    return {**block, "hint": _plain(say(f"{name}.hint", language))} if hint else block


def _option(text: str, value: str) -> Json:
    return {"text": _plain(text), "value": value}


def _plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def _part(told: Mapping[str, Any], name: str) -> Json:
    part = told.get(name)
    return part if isinstance(part, dict) else {}


def _text(value: object, most: int = 3000) -> str:
    return value[:most] if isinstance(value, str) else ""
