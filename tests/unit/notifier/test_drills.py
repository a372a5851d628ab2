"""Whatever a drill sends says first that it is one, in every text and language, and goes behind all that is real."""

from dataclasses import replace

import pytest

from services.notifier.domain import quiet
from services.notifier.domain.closing import Closing
from services.notifier.domain.contact import Language, contact
from services.notifier.domain.content import about, dumps, loads
from services.notifier.domain.notification import DRILLED, URGENT, rank
from services.notifier.domain.plan import assignment
from services.notifier.domain.result import Retryable
from services.notifier.domain.retry import after_send
from shared.contracts import drill
from shared.contracts.case import Case
from shared.contracts.vocabulary import Channel, Priority, Purpose
from tests.unit.notifier.examples import KNOWN, NOW, SATO, assigned, case, notification, told
from tests.unit.notifier.test_quiet import MIDNIGHT, SLEEPER
from tests.unit.notifier.test_words import CLOSED, FULL, NEWS, SPOKEN, WORDING

MARKS = {"ja": "【訓練】", "en": "[DRILL] "}
DRILL = replace(FULL, drill=True)


def exercise() -> Case:
    """The case of a drill, as intake submits it."""
    known = case(ticket=False)
    report = known.submitted.report.model_copy(update={"title": "【訓練】髙﨑①㈱🔥 想定"})
    submitted = known.submitted.model_copy(update={"source": drill.SOURCE, "report": report, "drilled": "payments"})
    return known.model_copy(update={"submitted": submitted})


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("what", NEWS)
@pytest.mark.parametrize("channel", [Channel.EMAIL, Channel.CHAT, Channel.SMS, Channel.PUSH, Channel.WEBHOOK])
def test_every_message_says_it_first_and_what_is_not_to_be_done(
    language: Language, what: str, channel: Channel
) -> None:
    purpose = Purpose.PAGE if what in ("page", "offered") else Purpose.PROGRESS
    n = notification(content=replace(DRILL, what=what), purpose=purpose, channel=channel)
    message = WORDING.message(n, contact(SATO.id, SATO.name, language), NOW)
    assert message.subject.startswith(MARKS[language])
    assert message.subject.count(MARKS[language]) == 1
    assert message.text.startswith("これは訓練" if language == "ja" else "This is ")
    assert ("要りません" in message.text or "必要はありません" in message.text) == (language == "ja")
    real = WORDING.message(replace(n, content=replace(FULL, what=what)), contact(SATO.id, SATO.name, language), NOW)
    assert not real.subject.startswith(MARKS[language])
    assert message.text.endswith(real.text)


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("what", SPOKEN)
def test_the_telephone_says_it_first(language: Language, what: str) -> None:
    said = WORDING.speech(what, notification(content=DRILL), language, who="髙橋 健", owner="山田 京子")
    real = WORDING.speech(what, notification(content=FULL), language, who="髙橋 健", owner="山田 京子")
    assert said.endswith(f"{' ' if language == 'en' else '。'}{real}")
    assert said.startswith({"ja": ("これは訓練です。", "訓練です。"), "en": ("This is a drill.",)}[language])
    page = WORDING.speech("page", notification(content=DRILL), language)
    assert ("修理は要りません" if language == "ja" else "Nothing has to be repaired") in page


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("how", CLOSED)
def test_a_message_that_is_changed_in_its_place_keeps_the_mark(language: Language, how: str) -> None:
    n = notification(content=DRILL, channel=Channel.CHAT)
    changed = WORDING.closed(n, contact(SATO.id, SATO.name, language), Closing(how, "山田 京子"))  # type: ignore[arg-type]
    assert changed.subject.startswith(MARKS[language])


def test_a_text_that_somebody_has_changed_cannot_leave_it_out() -> None:
    WORDING.book.take({("ja", "page"): "#{{ c.number }} です\n{{ link }}"})
    try:
        message = WORDING.message(notification(content=DRILL, channel=Channel.EMAIL), KNOWN[SATO.id], NOW)
    finally:
        WORDING.book.take({})
    assert message.subject == "【訓練】#12 です"
    assert message.text.startswith("これは訓練です。")


def test_the_content_of_a_drill_has_its_title_without_the_mark_and_survives_the_ledger() -> None:
    known = about(exercise(), "page")
    assert (known.drill, known.headline) == (True, "髙﨑①㈱🔥 想定")
    assert loads(dumps(known)) == known
    assert about(case(), "page").drill is False


def test_a_title_of_a_real_case_keeps_what_its_reporter_wrote() -> None:
    report = case().submitted.report.model_copy(update={"title": "【訓練】ではありません"})
    real = case().model_copy(update={"submitted": case().submitted.model_copy(update={"report": report})})
    assert (about(real, "page").headline, about(real, "page").drill) == ("【訓練】ではありません", False)


def test_pages_of_a_drill_go_behind_all_that_is_real_and_no_ticket_is_written() -> None:
    event = assigned(SATO)
    pages = assignment(told(exercise(), event), event, KNOWN)
    assert {w.channel for w in pages} >= {Channel.PHONE, Channel.CHAT}
    assert Channel.TICKET not in {w.channel for w in pages}
    last = max(rank(priority, purpose) for priority in Priority for purpose in Purpose)
    assert last < DRILLED <= min(w.rank for w in pages)


def test_nothing_waits_for_the_morning_when_it_stands_for_a_p1() -> None:
    n = notification(content=DRILL, rank=rank(Priority.P1, Purpose.PAGE, drill=True), attempts=1)
    assert (n.rank >= URGENT, n.pressing) == (True, True)
    assert quiet.hold([n], SLEEPER, MIDNIGHT).held == []
    calm = replace(n, content=replace(DRILL, priority="P2"))
    assert quiet.hold([calm], SLEEPER, MIDNIGHT).held == [calm.id]
    busy = Retryable("http-503")
    assert [after_send(one, busy, NOW, 0.5).backup for one in (n, calm)] == [True, False]


def test_who_would_have_heard_by_the_ticket_gets_a_mail_that_says_why() -> None:
    event = assigned(SATO, channels=(Channel.PHONE, Channel.TICKET))
    (mail,) = [w for w in assignment(told(exercise(), event), event, KNOWN) if w.channel is Channel.EMAIL]
    assert mail.content.reasons[0][0] == "訓練ではチケットに書き込まないため、メールでお知らせしています。"
