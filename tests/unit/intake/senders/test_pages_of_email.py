"""The pages of e-mail are true: their options are those of the code, their marks mean what they say, and the mapping works."""

import json
import re
from pathlib import Path

import pytest

from services.intake.domain.mappings import check
from services.intake.senders.sender import Cleared, Trigger
from shared.contracts.vocabulary import Urgency
from tests.architecture.rules import ROOT
from tests.unit.intake.senders.letters import letter, opened, read

PAGES = [ROOT / f"docs/sources/email{language}.md" for language in ("", ".ja")]


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_the_page_names_the_options_of_the_code_and_its_mapping_works(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    named = set(re.findall(r"^\| `(\w+)` \|", text.partition("## 4.")[2], re.M))
    code = (ROOT / "services/intake/senders/email.py").read_text()
    own = set(re.findall(r'options\.get\("(\w+)"', code)) | {"urgency", "impact", "kind"}
    assert named == own
    (mapping,) = re.findall(r"^```json\n(.*?)\n```$", text, re.M | re.S)
    assert check(json.loads(mapping)) == []
    fired, over = (read(letter("CPU 99%", f"[{w}] 髙﨑①㈱ db-01"), mapping=mapping) for w in ("FIRING", "RESOLVED"))
    assert isinstance(fired, Trigger)
    assert isinstance(over, Cleared)
    assert fired.external.id == over.external.id
    assert fired.report.urgency is Urgency.HIGH


def test_both_pages_say_the_same_of_marks_and_answers() -> None:
    english, japanese = (page.read_text(encoding="utf-8") for page in PAGES)
    for pattern in (r"^\| (\d{3}) \|", r"^\| `(\w+)` \|", r"TASUKI_\w+"):
        assert re.findall(pattern, english, re.M) == re.findall(pattern, japanese, re.M) != []
    words = [re.findall(r"`(緊急|至急|重大|重要|高|中|低|urgent|critical|p[1-4]|high|important|medium|low)`", p) for p in (english, japanese)]  # fmt: skip
    assert set(words[0]) == set(words[1])
    for mark in set(words[0]):
        level = opened(letter(subject=f"【{mark}】x"), urgency="low").report.urgency
        assert level is not Urgency.LOW or mark in ("低", "low", "p4")
