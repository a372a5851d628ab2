"""Made-up notifications that a text can be tried on, as lively as real ones."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any, Literal
from uuid import UUID

from services.notifier.domain.content import CaseLine, Content, Precedent
from services.notifier.domain.notification import Notification
from shared.contracts.vocabulary import Channel, Purpose, Status, Track

Sample = Literal["outage", "refund", "long", "digest"]
NOW = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
NUMBER = 4567  # none of the keys of a telephone
CUSTOMER = ("髙﨑 一郎",)
SATO, ITO = ("sato.hanako", "佐藤 花子"), ("ito.sakura", "伊藤 さくら")
_PRECEDENTS = (
    Precedent(
        4321, "決済が一部の店舗で失敗する", "決済サーバの証明書を更新した", "全店舗で決済できた", "期限を監視に加えた"
    ),
    Precedent(4222, "髙﨑①㈱🔥 でカードが使えない", "端末を再起動した", "使えるようになった", ""),
)
_OUTAGE = Content(
    "page", NUMBER, "決済が全店舗で失敗する", "ja", "P1", "Zendesk", "山田 京子", (SATO,), "山田 京子", "yamada.kyoko",
    facts="全店舗で決済が失敗しています。髙﨑 一郎様（090-1234-5612、takasaki@example.com）からも電話がありました。",
    wanted="復旧の見込みを教えてほしい", wanted_by=NOW + timedelta(hours=2), text="証明書の期限が切れていました", handling="証明書を更新しました",
    result="全店舗で決済できることを確かめました", evaluation="期限を監視に加えます", cause="証明書の期限切れ",
    due=NOW + timedelta(minutes=5), deadline="first_response",
    reasons=(("緊急度が重大で、全店舗に及ぶため", "critical and everywhere"), ("当番のため", "on duty")),
    was="P3", more="2h", lead=4500, joined=4600, thanks=True, update=NOW + timedelta(hours=1), since=NOW, precedents=_PRECEDENTS,
)  # fmt: skip
_REFUND = replace(
    _OUTAGE,
    headline="二重請求 300万円の返金",
    priority="P2",
    asker="鈴木 一",
    asked=(SATO, ITO),
    owner="",
    owner_id="",
    facts="同じ請求が二度引き落とされました。お客様は今日中の返金を希望されています。",
    wanted="返金してよいか決めてほしい",
    deadline="authority_response",
    reasons=(("返金の額が大きいため", "a large refund"),),
    was="",
)
_LONG = replace(
    _OUTAGE,
    headline="髙﨑①㈱🔥 の１２３店で、レシートの「ﾃﾞﾝﾜ」が文字化けし、返品も取消もできない" + "👨‍👩‍👧‍👦" * 5,
    priority="P3",
    facts="１２３店で再現。" * 20,
    wanted="",
    due=None,
    deadline="next_update",
    reasons=(),
    asker="",
)
_LINES = tuple(
    CaseLine(f"c_{i:026}", 4600 + i, _LONG.headline, "P3", status, owner, due, i)
    for i, (status, owner, due) in enumerate(
        [(Status.RECEIVED, "", None), (Status.IN_PROGRESS, "佐藤 花子", NOW), (Status.DONE, "田中 実", NOW)] * 10
    )
)
_DIGEST = Content(
    "digest",
    0,
    "",
    "ja",
    occasion="shift",
    cases=_LINES[:3],
    further=7,
    reasons=(("当番を引き継ぎました", "the shift was handed over"),),
)
CONTENTS: MappingProxyType[Sample, Content] = MappingProxyType(
    {"outage": _OUTAGE, "refund": _REFUND, "long": _LONG, "digest": _DIGEST}
)
_TRIED: tuple[tuple[Sample, dict[str, Any], dict[str, Any]], ...] = (
    ("outage", {"repeat": True}, {}),
    ("outage", {}, {"deadline": "", "was": "P1", "owner": "", "joined": 0}),
    ("refund", {"need": "all"}, {}),
    ("long", {"repeat": True, "track": Track.AUTHORITY}, {}),
    ("long", {}, {"facts": "長" * 5000, "wanted": "長" * 5000, "text": "長" * 5000, "result": "長" * 5000}),
    ("outage", {}, dict.fromkeys(("actor", "owner", "text", "cause", "evaluation", "more", "priority"), "")),
)
_DIGESTS: tuple[tuple[Sample, dict[str, Any], dict[str, Any]], ...] = (
    ("digest", {"repeat": True}, {}),
    ("digest", {}, {"occasion": "weekly", "cases": _LINES, "further": 0}),
    ("digest", {}, {"occasion": "review", "cases": (), "further": 0}),
    ("digest", {}, {"occasion": "articles", "cases": ()}),
    ("digest", {}, {"cases": (), "further": 0}),
)


DIGESTS = ("digest", "storm", "storm.speech")
CODES = {"code", "code.speech"}
CODE = "482913"


def sample(name: Sample, what: str, channel: Channel = Channel.EMAIL) -> Notification:
    """One notification of this kind about one of the samples; the refund asks somebody with authority."""
    return Notification(
        id=UUID(int=1),
        case_id="c_01ARZ3NDEKTSV4RRFFQ69G5FAV",
        purpose=Purpose.PAGE if what == "page" else Purpose.PROGRESS,
        channel=channel,
        recipient=SATO[0],
        name=SATO[1],
        rank=10,
        content=replace(CONTENTS[name], what=what),
        round=1,
        track=Track.AUTHORITY if name == "refund" else Track.HANDLING,
        created_at=NOW,
        attempts=1,
    )


def tried(what: str) -> list[Notification]:
    """What a text must stand before it is taken: complete and bare, short and at its longest, once and repeated."""
    found = []
    for name, of_notification, of_content in _DIGESTS if what in DIGESTS else _TRIED:
        n = sample(name, what)
        said = {**of_content, "text": CODE} if what in CODES else of_content
        found.append(replace(n, content=replace(n.content, **said), **of_notification))
    return found
