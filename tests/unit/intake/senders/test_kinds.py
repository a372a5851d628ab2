"""A kind that a sender names: every name of ours is understood, and one that nobody knows is there for the rules to read."""

import json
from typing import Any

import pytest

from services.intake.domain.words import WORDS
from services.intake.senders import (
    dynamics365,
    freshdesk,
    hubspot,
    intercom,
    jira,
    kintone,
    salesforce,
    servicenow,
    zendesk,
)
from services.intake.senders import ticket as tickets
from services.intake.senders.generic import GENERIC
from services.intake.senders.sender import Source
from shared.contracts.report import Report
from shared.contracts.vocabulary import Kind
from tests.unit.intake.asked import reading
from tests.unit.intake.senders import letters
from tests.unit.intake.senders.crms import body, opened

FACTS = "14 時の電話の件、対応方針を相談したい"
DESKS = {
    "00000000-0000-0000-0000-000000000001": dynamics365.DESK,
    "500xx000003DHP0AAO": salesforce.DESK,
    "9d385017c611228701d22104cc95c371": servicenow.DESK,
    "42:1": kintone.DESK,
    "OPS-1": jira.DESK,
    "1": zendesk.DESK,
    "2": freshdesk.DESK,
    "3": hubspot.DESK,
    "4": intercom.DESK,
}
DESK = pytest.mark.parametrize("id_", DESKS, ids=lambda id_: DESKS[id_].system)
OURS = [(label, kind) for kind in Kind for label in (kind.value, *WORDS[f"kind.{kind}"])]
OTHERS = [("カスハラ", Kind.HARASSMENT), ("カスタマーハラスメント", Kind.HARASSMENT), ("暴言", Kind.HARASSMENT),
          ("補償", Kind.REFUND), ("払い戻し", Kind.REFUND), ("払戻し", Kind.REFUND), ("返金･補償", Kind.REFUND),
          ("クレーム・苦情", Kind.COMPLAINT), ("ＲＥＦＵＮＤ", Kind.REFUND)]  # fmt: skip


def of_ticket(id_: str, **words: Any) -> Report:
    """The report of a ticket of that CRM, its fields under our words."""
    ticket = {"ticket_id": id_, "title": "相談", "description": FACTS, **words}
    return opened(tickets.reading(DESKS[id_], ticket, "d", Source("x", "x", ()))).report


def mapped(kind: Any) -> Report:
    """The report that a mapping makes of something with a kind."""
    mapping = {"mapping": json.dumps({"title": "t", "kind": "kind"})}
    return opened(reading(GENERIC, body({"t": "相談", "kind": kind}), {}, mapping)).report


@DESK
def test_a_kind_by_any_of_its_names_is_that_kind(id_: str) -> None:
    for label, kind in (*OURS, *OTHERS):
        report = of_ticket(id_, kind=label)
        assert (report.kind, report.facts) == (kind, FACTS), label


@DESK
@pytest.mark.parametrize("name", ["髙﨑①㈱ 相談🔥", {"id": "7", "name": "髙﨑①㈱ 相談🔥"}], ids=["word", "object"])
def test_a_kind_that_nobody_knows_is_there_for_the_rules_to_read(id_: str, name: Any) -> None:
    report = of_ticket(id_, kind=name)
    assert (report.kind, report.facts) == (Kind.OTHER, f"{FACTS}\n種別 / Kind: 髙﨑①㈱ 相談🔥")
    assert of_ticket(id_, kind=name, tags="ハラスメント").kind is Kind.HARASSMENT


def test_other_says_less_than_a_tag() -> None:
    assert of_ticket("1", kind="その他", tags="返金 vip").kind is Kind.REFUND
    assert of_ticket("1", kind="返金", tags="障害").kind is Kind.REFUND


@pytest.mark.parametrize("nothing", ["", None, "-", "未設定", "--なし--", [], {}, True])
def test_no_kind_adds_nothing(nothing: Any) -> None:
    assert of_ticket("1", kind=nothing).facts == FACTS


def test_what_is_long_leaves_room_for_the_kind() -> None:
    report = of_ticket("1", kind="お客様相談", description="髙" * 9000)
    assert report.facts.endswith(" …\n種別 / Kind: お客様相談")
    assert len(of_ticket("1", kind="x" * 9000).facts) < 200


def test_mappings_and_mails_understand_the_same_names() -> None:
    for label, kind in (*OURS, *OTHERS):
        assert (mapped(label).kind, mapped(label).facts) == (kind, "相談"), label
    for label, kind in (("カスハラ", Kind.HARASSMENT), ("返金・補償", Kind.REFUND)):
        assert letters.opened(letters.letter(subject=f"【{label}】相談")).report.kind is kind
    assert mapped("お客様相談").facts == "相談\n種別 / Kind: お客様相談"
