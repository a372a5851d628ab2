"""Articles that are due: one quiet message, by day, in the reader's language, to somebody in any case."""

from dataclasses import replace
from datetime import UTC, date, datetime, time
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from services.notifier.domain.contact import Contact, contact
from services.notifier.domain.due import due
from services.notifier.domain.notification import Notification
from services.notifier.domain.preferences import Preferences, Window
from services.notifier.wording import Wording
from shared.contracts import events as e
from shared.contracts.plan import Person
from shared.contracts.vocabulary import Channel

NOON = datetime(2026, 12, 1, 3, tzinfo=UTC)
SATO = contact("sato", "佐藤 花子", slack="U0SATO", phone="+819000000001")
BARE, BOSS = contact("sato", "佐藤 花子", phone="+819000000001"), contact("boss", "Boss", "en", email="b@example.jp")
WORDING = Wording("Asia/Tokyo", "https://tasuki.example.jp", "a key")


def event(many: int = 1, owner: str = "", further: int = 0) -> e.KnowledgeDue:
    lines = tuple(
        e.DueArticle(id=f"a_{n}", question=f"髙﨑①㈱🔥の\n質問 {n}", what="end" if n % 2 else "review", day=date(2026, 12, 7), url=f"https://tasuki.example.jp/knowledge/articles/a_{n}", owner=owner)
        for n in range(many)
    )  # fmt: skip
    return e.KnowledgeDue(person=Person(id="sato", name="佐藤 花子"), articles=lines, further=further)


def said(told: e.KnowledgeDue, *chosen: Contact | None, now: datetime = NOON) -> tuple[str, str]:
    """The subject and the text of what comes of it."""
    wish = due(told, UUID(int=3), now, chosen)
    assert wish is not None
    n = Notification(**{name: getattr(wish, name) for name in wish.__dataclass_fields__})
    message = WORDING.message(n, next(c for c in chosen if c and c.id == wish.recipient), now)
    return message.subject, message.text


def test_the_owner_hears_of_all_together_with_the_way_to_each() -> None:
    subject, text = said(event(2), SATO)
    assert subject == "【記事の確認】記事 2 件"
    lines = text.splitlines()
    assert "確認の期限が来た記事は、正しければ「いまも正しい」を押すだけ" in lines[0]
    assert [line.strip() for line in lines if line.strip()][1:] == [
        "・髙﨑①㈱🔥の 質問 0", "確認の期限: 12月7日（月）", "https://tasuki.example.jp/knowledge/articles/a_0",
        "・髙﨑①㈱🔥の 質問 1", "公開の終わり: 12月7日（月）",
        "続けて公開するには「編集する」で公開を終える日を延ばしてください", "https://tasuki.example.jp/knowledge/articles/a_1",
    ]  # fmt: skip


def test_a_long_list_is_cut_and_counted() -> None:
    subject, text = said(event(e.KnowledgeDue.most + 2, further=3), SATO)
    assert subject == f"【記事の確認】記事 {e.KnowledgeDue.most + 5} 件"
    assert text.count("https://") == e.KnowledgeDue.most
    assert text.endswith("ほか 5 件")


def test_who_cannot_be_told_quietly_is_not_rung_and_somebody_else_hears_whose_it_is() -> None:
    subject, text = said(event(), BARE, None, BOSS)
    assert subject == "[Still true?] 1 article"
    assert "to be confirmed by Mon 7 Dec, owner: 佐藤 花子" in text
    assert "in their place" in text
    assert "to keep it, edit it" not in text
    assert "to keep it, edit it and move the day on which it ends" in said(event(2), BARE, None, BOSS)[1]
    assert due(event(), UUID(int=3), NOON, (BARE, None)) is None


def test_a_repeat_is_the_same_message() -> None:
    one, again = (due(event(), UUID(int=3), NOON, (SATO,)) for _ in range(2))
    assert one is not None
    assert again is not None
    assert (one.id, one.channel, one.case_id) == (again.id, Channel.CHAT, "")


@pytest.mark.parametrize(
    ("now", "until"),
    [("2026-12-01T12:00", None), ("2026-12-01T23:30", "2026-12-02T08:00"), ("2026-12-02T03:00", "2026-12-02T08:00"),
     ("2026-12-01T07:59", "2026-12-01T10:00")],
)  # fmt: skip
def test_nobody_is_told_at_night_nor_in_hours_that_they_keep_quiet(now: str, until: str | None) -> None:
    zone = ZoneInfo("Asia/Tokyo")
    window = Window(frozenset((1,)), time(8), time(10))  # on Tuesdays
    reader = replace(SATO, preferences=Preferences(windows=(window,)))
    wish = due(event(), UUID(int=3), datetime.fromisoformat(now).replace(tzinfo=zone), (reader,))
    assert wish is not None
    assert wish.not_before == (datetime.fromisoformat(until).replace(tzinfo=zone) if until else None)
