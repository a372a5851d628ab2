"""The console has words for all that a delivery can come to, and a name for everybody who sends."""

from cli.sources import VERDICTS
from services.intake.pages.console.audit_texts import ACTIONS
from services.intake.pages.console.shell import NAMES
from services.intake.pages.console.texts import CONSOLE
from services.intake.senders import SENDERS
from shared.contracts.events import REGISTRY


def test_the_console_and_the_terminal_have_words_for_the_same_verdicts() -> None:
    told = {name.removeprefix("verdict.") for name in CONSOLE if name.startswith("verdict.")}
    assert told == set(VERDICTS)


def test_every_sender_has_a_name() -> None:
    assert set(NAMES) == set(SENDERS)


def test_the_trail_has_words_for_every_event() -> None:
    assert {type_.removesuffix(".v1") for type_ in REGISTRY} - ACTIONS.keys() == set()
