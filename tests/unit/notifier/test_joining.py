"""Who is called because the owner is late joins in: the owner keeps the case, and nobody reads that it is nobody's."""

from services.notifier.domain import news as told_by
from services.notifier.domain.asked import is_nobody_left, owner_after
from services.notifier.domain.content import about
from services.notifier.domain.plan import assignment
from services.notifier.wording import Wording
from shared.contracts import events as e
from shared.contracts.plan import Level, Target
from shared.contracts.vocabulary import Channel, Path, Track
from tests.unit.notifier.examples import (
    ITO,
    KNOWN,
    NOW,
    SATO,
    TANAKA,
    WHY,
    assigned,
    by,
    case,
    notification,
    told,
    took,
)

WORDING = Wording("Asia/Tokyo", "https://tasuki.example.jp", "key")
LEVEL = Level(
    targets=(Target(kind="schedule", id="line", path=Path.FUNCTIONAL),), channels=(Channel.PHONE,), first_response="5m"
)
HANDED = e.CaseReassigned(case_id="c_1", by=by(ITO), to=TANAKA)


def test_whom_the_last_level_asks_to_join_in_is_news_of_a_climb_to_the_team() -> None:
    plan = case().plan
    assert plan is not None
    two = e.EscalationPlanned(case_id="c_1", plan=plan.model_copy(update={"levels": (LEVEL,)}))
    before = told(case(), two, assigned(SATO), took(SATO))
    climb = assigned(TANAKA, round=2, level=2, after=1, cause="breached")
    said = told_by.news(before, told(before, climb), climb)
    assert said is not None
    assert (said.content.what, "team:payments" in said.recipients) == ("climbed", True)
    silent = told(case(), two, assigned(SATO))
    alone = told_by.news(silent, told(silent, climb), climb.model_copy(update={"after": 0}))
    assert alone is not None
    assert "team:payments" not in alone.recipients  # it has heard that nobody has answered


def test_a_page_names_who_has_the_case_and_never_whom_it_asks() -> None:
    state = told(case(), assigned(SATO), took(SATO))
    climb = assigned(ITO, SATO, round=2, level=2, after=1, cause="breached")
    pages = {(w.recipient, w.channel): w for w in assignment(told(state, climb), climb, KNOWN)}
    for who, named in ((ITO, True), (SATO, False)):
        content = pages[who.id, Channel.PHONE].content
        n = notification(content=content, recipient=who.id, name=who.name)
        mail = notification(content=content, recipient=who.id, name=who.name, channel=Channel.EMAIL)
        assert ("いまの担当は、佐藤 花子さんです。" in WORDING.speech("page", n, "ja")) is named
        assert ("佐藤 花子 has it now." in WORDING.speech("page", n, "en")) is named
        assert ("いまの担当: 佐藤 花子さん" in WORDING.message(mail, KNOWN[who.id], NOW).text) is named


def test_the_owner_after_an_answer_is_whoever_gives_it_where_the_owner_has_not_said_a_word() -> None:
    handed = told(case(), assigned(SATO), HANDED, assigned(TANAKA, round=2, after=1, cause="reassigned"))
    assert owner_after(handed, notification(round=1), SATO) == SATO
    assert told(handed, took(SATO)).owner == SATO
    answered = told(handed, took(TANAKA), assigned(SATO, round=3, after=2, cause="breached"))
    assert owner_after(answered, notification(round=3), SATO) == TANAKA


def test_nobody_is_left_when_the_last_person_alone_is_asked() -> None:
    plan = case().plan
    assert plan is not None
    one = e.EscalationPlanned(case_id="c_1", plan=plan.model_copy(update={"levels": (LEVEL,)}))
    first, last = assigned(SATO), assigned(TANAKA, round=2, level=2, cause="breached")
    page = notification(recipient=TANAKA.id, round=2)
    assert is_nobody_left(told(case(), one, first, last), page)
    assert not is_nobody_left(told(case(), one, first), notification())
    both = last.model_copy(update={"responders": (*last.responders, *first.responders)})
    assert not is_nobody_left(told(case(), one, first, both), page)
    assert not is_nobody_left(told(case(), one, last), notification(recipient=TANAKA.id, round=2, need="own"))
    assert not is_nobody_left(None, page)


def test_what_is_said_then_names_the_case_and_when_they_are_called_again() -> None:
    content = about(case(), "page", due=NOW)
    n = notification(content=content, track=Track.HANDLING)
    assert WORDING.speech("last", n, "ja") == (
        "わかりました。案件番号 12 は、ほかにお願いできる人がいません。 "
        "11月22日（日）13:00までにどなたも引き受けないときは、もう一度ご連絡します。"
    )
    assert "If nobody takes it by Sun 22 Nov 13:00 (JST)" in WORDING.speech("last", n, "en")
    assert "案件番号 12 は、ほかの人にお願いします" in WORDING.speech("declined", n, "ja")
    assert "about case number 12" in WORDING.speech("declined", n, "en")
    joined = WORDING.speech("joined", n, "ja", who="田中 実", owner=SATO.name)
    assert "担当は、引き続き佐藤 花子さんです" in joined
    assert WHY.ja not in joined
