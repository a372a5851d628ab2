"""Where a word of the policy stands in a report: Japanese anywhere, Latin words where a word begins, short products alone."""

import pytest

from services.router.domain.policies.planning import team_of
from services.router.domain.policies.rules import readings, stands
from shared.contracts.report import Report
from tests.unit.router.test_policy_table import DRAFT


@pytest.mark.parametrize(
    ("facts", "team"),
    [
        ("It is not possible to log in", "support"),
        ("The purpose of the deposit was posted", "support"),
        ("ＰＯＳ端末が動かない", "payments"),
        ("All POSs are down", "payments"),
        ("新POS2で障害", "payments"),
        ("Payments fail at every shop", "payments"),
        ("paymentservice is down", "payments"),
        ("HighPaymentErrorRate: 5xx", "payments"),
        ("ShopPOSDown", "payments"),
        ("NotPossible", "support"),
        ("店舗のレジが止まった", "payments"),
    ],
)
def test_a_team_is_in_charge_where_its_product_is_spoken_of(facts: str, team: str) -> None:
    """Seen red: an English “not possible” rang whoever is on call for payments."""
    assert team_of(DRAFT.policy, Report(facts=facts)) == team


@pytest.mark.parametrize(
    ("word", "said", "found"),
    [
        ("port", "the report", False),
        ("port", "our Portal", True),
        ("port", "TheReport", False),
        ("exception", "NullPointerException", True),
        ("error", "HTTPError", True),
        ("vpn", "OpenVPN", True),
        ("cs", "two PCs", False),
        ("GRÖSSE", "die Größe", True),
        ("harass", "sexual harassment", True),
        ("lost a ", "lost access", False),
        ("lost a ", "lost a laptop", True),
        ("refund", "返金（refund）を", True),
        ("POS", "弊社POSにて", True),
        ("500", "HTTP500", True),
        ("110番", "1110番", True),
        ("e-mail address", "the e-mail addresses", True),
        ("決済", "未決済", True),
        ("ノートPC", "社用ノートPCを", True),
        ("", "anything", True),
    ],
)
def test_words_of_rules(word: str, said: str, found: bool) -> None:
    assert stands(word, *readings(said)) is found
