"""The pages of the CRMs are true: what they have pasted is read as a report, and what they name is there."""

import importlib
import inspect
import json
import re

import pytest

from services.intake.domain.words import Language
from services.intake.senders import SENDERS, given, ticket
from services.intake.senders.sender import Source
from services.intake.source_views import guide
from tests.architecture.rules import ROOT
from tests.unit.intake.asked import NOON, reading
from tests.unit.intake.senders.crms import opened

PAGES = {
    "zendesk": ("zendesk",),
    "salesforce": ("salesforce_flow", "salesforce"),
    "hubspot": ("hubspot",),
    "freshdesk": ("freshdesk",),
    "servicenow": ("servicenow",),
    "kintone": ("kintone",),
    "jira": ("jira",),
    "intercom": ("intercom",),
    "dynamics365": ("dynamics365",),
}
LANGUAGES = (".md", ".ja.md")
FILLED = {
    "ticket_id": "48213",
    "hs_object_id": "48213",
    "caseId": "5005g00000BBBB1AAC",
    "status": "Open",
    "hs_pipeline_stage": "1",
    "isClosed": "false",
    "updated_at": NOON.isoformat(),
    "lastModifiedDate": NOON.isoformat(),
    "hs_lastmodifieddate": NOON.isoformat(),
}
BOTH = [page + language for page in PAGES for language in LANGUAGES]


def text(page: str) -> str:
    """A page as it stands."""
    return (ROOT / "docs/sources" / page).read_text(encoding="utf-8")


def templates(page: str) -> list[str]:
    """What a page has pasted, or sent, as JSON."""
    return re.findall(r"^```json\n(.*?)\n```$", text(page), re.M | re.S)


def filled(template: str) -> str:
    """A template as the vendor sends it: each placeholder has become a text."""

    def said(found: re.Match[str]) -> str:
        return f'"{found[1]}": "{FILLED.get(found[1], f"㈱髙﨑 {found[1]}")}"'

    return re.sub(r'"(\w+)": "(?:\{\{[^}"]+\}\}|\{![^}"]+\})"', said, template)


def rows(page: str, section: int) -> list[str]:
    """The first cells of the table of a section."""
    (part,) = re.findall(rf"^## {section}\. .*?(?=^## {section + 1}\. )", text(page), re.M | re.S)
    return re.findall(r"^\| `([^`]+)` \|", part, re.M)


def options_of(sender: str) -> tuple[set[str], set[str]]:
    """The options that a sender's file reads by itself, and all that it reads."""
    module = importlib.import_module(SENDERS[sender].read.__module__)
    named = inspect.getsource(ticket.words)
    code = inspect.getsource(ticket).replace(named, "")
    code += named if hasattr(module, "words") else ""
    code += inspect.getsource(given.holds_secret) if hasattr(module, "holds_secret") else ""
    own = inspect.getsource(module)
    return names_in(own), names_in(own + code)


def names_in(code: str) -> set[str]:
    """The options that are read in it."""
    found = set(re.findall(r'options\.get\(f?"([a-z_.]+)', code))
    return {"field.<word>" if name == "field." else name for name in found}


@pytest.mark.parametrize("page", PAGES)
def test_both_languages_have_the_same_pasted_and_name_the_same(page: str) -> None:
    english, japanese = (page + language for language in LANGUAGES)
    assert templates(english) == templates(japanese) != []
    assert rows(english, 4) == rows(japanese, 4) != []
    assert rows(english, 5) == rows(japanese, 5) != []


@pytest.mark.parametrize("page", BOTH)
def test_what_is_pasted_is_read_as_a_report(page: str) -> None:
    sender = SENDERS[PAGES[page.split(".")[0]][0]]
    for template in templates(page):
        body = filled(template)
        assert "{{" not in body
        assert "{!" not in body
        assert json.loads(body)
        told = opened(reading(sender, body.encode()))
        assert told.report.title
        assert told.report.facts
        assert told.alerts
        if body != template:
            assert "㈱髙﨑" in told.report.title
            assert "㈱髙﨑" in told.report.facts
            assert "㈱髙﨑" in told.report.customer.company


@pytest.mark.parametrize("page", BOTH)
def test_the_items_are_words_of_the_ticket(page: str) -> None:
    assert set(rows(page, 4)) - set(ticket.WORDS) == set()


@pytest.mark.parametrize("page", BOTH)
def test_every_option_it_names_is_read_and_none_of_the_senders_own_is_missing(page: str) -> None:
    senders = PAGES[page.split(".")[0]]
    own = set[str]().union(*(options_of(sender)[0] for sender in senders))
    read = set[str]().union(*(options_of(sender)[1] for sender in senders))
    named = set(rows(page, 5))
    assert named - read == set()
    assert own - named - {"field.<word>"} == set()


@pytest.mark.parametrize("page", BOTH)
def test_the_source_it_registers_has_a_sender_and_understood_options(page: str) -> None:
    added = re.findall(r"sources add (\S+) (\w+) --owner \S+((?: --option \S+=\S+)*)", text(page))
    assert added
    for id_, sender, options in added:
        assert sender in PAGES[page.split(".")[0]]
        assert Source(id_, sender, ("secret",)).id in text(page)
        assert set(re.findall(r"--option (\w+)=", options)) - options_of(sender)[1] == set()


@pytest.mark.parametrize("language", ["ja", "en"])
def test_what_the_terminal_has_pasted_is_what_the_page_has(language: Language) -> None:
    told = guide("zendesk", language)
    printed = told[told.index("{") : told.rindex("}") + 1]
    assert json.loads(printed) == json.loads(templates("zendesk.md")[0])
