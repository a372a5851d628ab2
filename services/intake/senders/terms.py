"""What CRMs call things, in Japanese and in English, and which of our words each of theirs is."""

import unicodedata
from collections.abc import Sequence

from services.intake.domain.words import WORDS
from services.intake.senders.given import line, paragraph
from shared.contracts.vocabulary import Impact, Kind, Urgency

URGENCY = {
    **dict.fromkeys(("urgent", "critical", "emergency", "blocker", "highest"), Urgency.CRITICAL),
    **dict.fromkeys(("緊急", "至急", "最優先", "最高", "重大", "致命的"), Urgency.CRITICAL),
    **dict.fromkeys(("high", "major", "escalated", "高", "高い", "優先", "急ぎ"), Urgency.HIGH),
    **dict.fromkeys(("normal", "medium", "moderate", "普通", "通常", "標準", "中", "中程度"), Urgency.MEDIUM),
    **dict.fromkeys(("low", "lowest", "minor", "trivial", "planning", "低", "低い", "最低", "軽微"), Urgency.LOW),
}
LEVELS = {  # of what monitors call severity
    "critical": Urgency.CRITICAL,
    "error": Urgency.HIGH,
    "warning": Urgency.MEDIUM,
    "info": Urgency.LOW,
}
SEVERITY = {
    **dict.fromkeys(
        ("critical", "fatal", "disaster", "emergency", "urgent", "page", "p1", "sev1", "重大", "緊急", "至急"),
        "critical",
    ),
    **dict.fromkeys(("error", "high", "major", "p2", "sev2", "高"), "error"),
    **dict.fromkeys(("warning", "warn", "medium", "normal", "average", "p3", "sev3", "中", "普通", "警告"), "warning"),
    **dict.fromkeys(
        ("info", "low", "minor", "none", "information", "informational", "debug", "p4", "p5", "sev4", "低", "情報"),
        "info",
    ),
}
IMPACT = {
    **dict.fromkeys(("all", "everyone", "全体", "全員", "全社", "全て", "すべて"), Impact.ALL),
    **dict.fromkeys(("some", "several", "一部", "複数"), Impact.SOME),
    **dict.fromkeys(("one", "single", "個別", "個人", "1名", "1人"), Impact.ONE),
}
KIND = {said.casefold(): kind for kind in Kind for said in (kind.value, *WORDS[f"kind.{kind}"])}
KIND |= {
    "incident": Kind.OUTAGE,
    "bug": Kind.DEFECT,
    **dict.fromkeys(("苦情", "クレーム・苦情"), Kind.COMPLAINT),
    **dict.fromkeys(("返金", "返金補償", "補償", "払い戻し", "払戻し", "払戻", "compensation"), Kind.REFUND),
    **dict.fromkeys(("カスハラ", "カスタマーハラスメント", "パワハラ", "セクハラ", "暴言"), Kind.HARASSMENT),
}
SOLVED = {"solved", "closed", "resolved", "done", "completed", "canceled", "cancelled"}
SOLVED |= {"解決", "解決済", "解決済み", "完了", "対応完了", "対応済", "対応済み", "クローズ", "クローズ済み", "終了"}
SOLVED |= {"終了済み", "取消", "取り消し", "キャンセル"}
CUSTOMER = {"end_user", "end-user", "end user", "customer", "お客様", "お客さま", "顧客"}
UNSAID = {
    "",
    "-",
    "--",
    "none",
    "null",
    "n/a",
    "なし",
    "無し",
    "未設定",
    "未選択",
    "-- 未設定 --",
    "--none--",
    "--なし--",
}
NO = UNSAID | {"false", "no", "n", "0", "off", "無", "いいえ", "ない", "該当なし"}
_KIND = "種別 / Kind: "


def word(text: object) -> str:
    """A vendor's word as the tables have it: in one width and one case."""
    return unicodedata.normalize("NFKC", line(text)).strip().casefold()


def with_kind(facts: str, unknown: object) -> str:
    """Facts with a kind that we do not know, so that the policy's rules can read it; "" adds nothing."""
    said = line(unknown, 80)
    return paragraph(f"{paragraph(facts, 4900)}\n{_KIND}{said}" if said else facts)


def without_kind(facts: str) -> str:
    """Facts as they were before `with_kind`."""
    before, _, last = facts.rpartition("\n")
    return before if last.startswith(_KIND) else facts


def tags(given: object) -> Sequence[str]:
    """Tags, from a list of words or of objects with a name, or from a text with blanks or commas between them."""
    if isinstance(given, list):
        return [word(tag.get("name") if isinstance(tag, dict) else tag) for tag in given]
    return [word(tag) for tag in line(given, 5000).replace(",", " ").replace("、", " ").split()]


def means_yes(given: object) -> bool:
    """Read a box that is ticked, or a word; what we do not know is no "no"."""
    return given if isinstance(given, bool) else word(given) not in NO
