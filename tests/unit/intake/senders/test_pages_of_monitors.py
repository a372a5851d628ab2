"""The pages of monitors are true: their templates are the same in both languages and are read as the pages say."""

import json
import re

import pytest

from services.intake.domain.mappings import check
from services.intake.senders import SENDERS
from services.intake.senders.sender import Trigger
from shared.contracts.vocabulary import Impact, Urgency
from tests.architecture.rules import ROOT
from tests.unit.intake.asked import reading

PAGES = ROOT / "docs/sources"
NAMES = (
    "alertmanager",
    "cloudevents",
    "datadog",
    "generic",
    "grafana",
    "opsgenie",
    "pagerduty",
    "sentry",
    "sns",
    "standard_webhooks",
)
MONITORS = sorted(name for name in SENDERS if (PAGES / f"{name}.ja.md").exists() and name in NAMES)
BLOCK = re.compile(r"^```(json|form|xml|yaml)\n(.*?)^```", re.M | re.S)
TYPES = {"json": "application/json", "form": "application/x-www-form-urlencoded", "xml": "application/xml"}
CLAIMS = [
    ("髙﨑㈱の受注が止まりました🔥", Urgency.CRITICAL, Impact.SOME),
    ("Printer down", Urgency.HIGH, Impact.ALL),
    ("Door open", Urgency.CRITICAL, Impact.SOME),
]


def blocks(page: str) -> list[tuple[str, str]]:
    """The templates of a page, each with what it is written in."""
    return BLOCK.findall((PAGES / page).read_text())


@pytest.mark.parametrize("name", MONITORS)
def test_the_templates_are_valid_and_the_same_in_both_languages(name: str) -> None:
    assert blocks(f"{name}.md") == blocks(f"{name}.ja.md")
    for form, text in blocks(f"{name}.md"):
        assert form != "json" or json.loads(text)


@pytest.mark.parametrize("name", [name for name in MONITORS if name != "generic"])
def test_the_bodies_open_a_case(name: str) -> None:
    bodies = [text for form, text in blocks(f"{name}.md") if form == "json"]
    assert bodies
    for text in bodies:
        filled = text.replace("$", "")  # as Datadog fills in its variables
        assert isinstance(reading(SENDERS[name], filled.encode()), Trigger)


def test_the_mappings_give_what_the_page_says() -> None:
    found = blocks("generic.md")
    pairs = list(zip(found[::2], found[1::2], strict=True))
    for ((_, rules), (form, body)), (title, urgency, impact) in zip(pairs, CLAIMS, strict=True):
        assert check(json.loads(rules)) == []
        read = reading(SENDERS["generic"], body.strip().encode(), {"content-type": TYPES[form]}, {"mapping": rules})
        assert isinstance(read, Trigger)
        assert (read.report.title, read.report.urgency, read.report.impact) == (title, urgency, impact)
        assert all(title in (PAGES / page).read_text() for page in ("generic.md", "generic.ja.md"))


@pytest.mark.parametrize("name", MONITORS)
def test_the_options_are_those_of_the_code(name: str) -> None:
    code = "".join((ROOT / f"services/intake/senders/{file}.py").read_text() for file in (name, "mapped", "cloudwatch"))
    for page, head in ((f"{name}.md", "Option"), (f"{name}.ja.md", "オプション")):
        table = re.search(rf"^\| {head} .*\n\|.*\n((?:\|.*\n)+)", (PAGES / page).read_text(), re.M)
        for option in re.findall(r"^\| `(\w+)`", table.group(1) if table else "", re.M):
            assert f'"{option}"' in code
