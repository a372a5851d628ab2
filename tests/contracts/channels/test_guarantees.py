"""The table of guarantees in the docs says what the table of providers says, and names the tests that hold it there."""

import re
from pathlib import Path

import pytest

from services.notifier.channels import PROVIDERS
from services.notifier.channels.channel import Card
from shared.contracts.vocabulary import Channel
from tests.contracts.channels.specs import SPECS

ROOT = Path(__file__).parents[3]
DOCS = {"en": "docs/channels.md", "ja": "docs/channels.ja.md"}
ONCE = {
    "key": ("once: the provider knows our key", "一度だけ（提供者が当方のキーを覚えている）"),
    "asked": ("once: the provider is asked before a repeat", "一度だけ（再送の前に提供者へ照会する）"),
    "harmless": ("once: a repeat takes the place of the first", "一度だけ（再送は前のものと置き換わる）"),
    "labelled": ("at least once: a repeat is labelled", "少なくとも一度（再送には「重複の可能性」と書く）"),
}
ANSWERS = {
    Channel.PHONE: ("keys 1, 2, 9", "キー 1・2・9"),
    Channel.SMS: ("reply 1 or 2, link", "返信 1・2、リンク"),
    Channel.TICKET: ("not from a ticket", "チケットからは不可"),
}
RECEIPTS = {
    "twilio": ("ringing; answered by a human, a machine", "呼び出し中、応答（人・機械）"),
    "sip": ("ringing; answered", "呼び出し中、応答"),
    "twilio_sms": ("delivered, undelivered", "到達、不達"),
    "web_push": ("shown on the device", "端末に表示"),
    "smtp": ("bounces alone", "不達の返送のみ"),
}
NO_RECEIPT = ("none", "なし")
PROOFS = (
    "test_what_went_out_without_an_answer_is_found_again",
    "test_who_cannot_be_asked_says_so",
    "test_the_same_notification_twice",
    "test_killed_at_random_points_it_loses_nothing_and_labels_what_comes_twice",
    "test_a_taken_case_changes_the_message_where_that_can_be",
    "test_a_taken_case_has_no_button_and_rings_no_more",
    "test_a_device_that_is_gone_sends_the_page_another_way_at_once",
    "test_trouble_is_told_exactly",
)


def cells(name: str, card: Card) -> list[tuple[str, str]]:
    """What one provider guarantees: how often it comes, its receipt, how one answers, what it says when taken."""
    button = {(True, True): ("button, link", "ボタン、リンク"), (True, False): ("button", "ボタン")}
    by = ANSWERS.get(card.channel) or button.get((card.button, card.link)) or ("link", "リンク")
    taken = (
        (
            ("stops ringing", "鳴りやむ")
            if card.channel is Channel.PHONE
            else ("changed in its place", "その場で書き換わる")
        )
        if card.changes
        else ("not changed", "変わらない")
    )
    effort = (" (best effort)", "（到達保証なし）") if card.best_effort else ("", "")
    once = ONCE[card.once]
    return [(once[0] + effort[0], once[1] + effort[1]), RECEIPTS.get(name, NO_RECEIPT), by, taken]


def rows(language: str) -> dict[str, str]:
    """The lines of the table in one language."""
    at = ("en", "ja").index(language)
    return {
        name: f"| `{name}` | {card.channel} | " + " | ".join(c[at] for c in cells(name, card)) + " |"
        for name, card in PROVIDERS.items()
    }


@pytest.mark.parametrize("language", DOCS)
def test_the_table_says_what_is_so(language: str) -> None:
    text = (ROOT / DOCS[language]).read_text(encoding="utf-8")
    line = r"^\| `(\w+)` \| (?:" + "|".join(Channel) + r") \|.*$"
    found = {m[1]: m[0] for m in re.finditer(line, text, re.MULTILINE)}
    assert found == rows(language)


def test_a_provider_is_what_its_contract_holds_it_to() -> None:
    for name, spec in SPECS.items():
        card = PROVIDERS[name]
        assert (card.once == "asked") == spec.asked, name
        assert card.once not in ("key", "harmless") or spec.again, name
        assert card.changes == (spec.changes or card.channel is Channel.PHONE), name


@pytest.mark.parametrize("language", DOCS)
def test_the_proofs_are_there(language: str) -> None:
    text = (ROOT / DOCS[language]).read_text(encoding="utf-8")
    tests = "".join(p.read_text(encoding="utf-8") for p in (ROOT / "tests").rglob("test_*.py"))
    for proof in PROOFS:
        assert f"`{proof}`" in text
        assert f"def {proof}(" in tests
