"""What is said of a report for which nobody is called: why, and a way to the answer that its reader can go."""

import pytest

from services.notifier.wording import Wording
from shared.contracts.plan import Reason
from tests.unit.notifier.examples import NOW, TANAKA, case, notification
from tests.unit.notifier.test_news import news, plan_of

WORDING = Wording("Asia/Tokyo", "https://tasuki.example.jp/", "key")


@pytest.mark.parametrize(
    ("faq", "line", "page"),
    [
        (
            "https://faq.example.jp/x",
            "こちらをご覧ください: https://faq.example.jp/x",
            "経過の確認・追記（あなた専用のページ）: ",
        ),
        ("パスワードの再設定", "", "答えになりそうな記事と、経過の確認・追記（あなた専用のページ）: "),
        ("/v1/search?q=パスワード", "", "答えになりそうな記事と、経過の確認・追記（あなた専用のページ）: "),
        ("", "", "経過の確認・追記（あなた専用のページ）: "),
    ],
)
def test_the_way_to_an_answer_is_one_that_its_reader_can_go(faq: str, line: str, page: str) -> None:
    """An address, or the page of who reported; nobody is sent to a search that asks for a token."""
    why = Reason(ja="障害ではありません", en="not an incident")
    mine = next(
        w for w in news(case(reporter=TANAKA), plan_of(case(), suppressed=why, faq=faq)) if w.channel == "email"
    )
    fields = {k: getattr(mine, k) for k in ("id", "purpose", "channel", "recipient", "content", "track")}
    sent = WORDING.message(notification(**fields), None, NOW).text
    assert [x for x in sent.splitlines() if x.startswith("こちらを")] == ([line] if line else [])
    assert [x.split("https://tasuki")[0] for x in sent.splitlines() if "あなた専用のページ" in x] == [page]
    assert "/v1/" not in sent
    for_machine = news(case(), plan_of(case(), suppressed=why, faq=faq))
    assert [w.content.followup for w in for_machine] == ["c_1"], "all that is known of them is their ticket"
