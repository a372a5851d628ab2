"""What a drill may be about: a few ready stories, each in Japanese and English, without any name of a real customer."""

from dataclasses import dataclass

from shared.contracts.vocabulary import Impact, Kind, Urgency

Said = tuple[str, str]  # (ja, en)


@dataclass(frozen=True)
class Scenario:
    """One story, and how pressing it would be."""

    kind: Kind
    urgency: Urgency
    impact: Impact
    title: Said
    facts: Said


SCENARIOS: dict[str, Scenario] = {
    "outage": Scenario(
        Kind.OUTAGE, Urgency.CRITICAL, Impact.ALL,
        ("全利用者がログインできない", "Nobody can log in"),
        (
            "10分前から、すべての利用者がログインできないという想定です。画面には「エラーが発生しました」とだけ表示されます。",
            "Imagine that for ten minutes nobody has been able to log in. The page says no more than “An error occurred”.",
        ),
    ),
    "partial": Scenario(
        Kind.DEFECT, Urgency.HIGH, Impact.SOME,
        ("一部の店舗で決済に失敗する", "Payments fail in some shops"),
        (
            "一部の店舗で、カードの決済に失敗するという想定です。現金では会計できています。",
            "Imagine that payments by card fail in some shops. Paying in cash works.",
        ),
    ),
    "complaint": Scenario(
        Kind.COMPLAINT, Urgency.HIGH, Impact.ALL,
        ("同じ苦情が続けて寄せられている", "The same complaint keeps coming in"),
        (
            "昨日の料金変更について、同じ苦情が30件続けて寄せられているという想定です。一次受付では答えられません。",
            "Imagine thirty complaints in a row about yesterday's change of prices. The first line cannot answer them.",
        ),
    ),
    "single": Scenario(
        Kind.DEFECT, Urgency.MEDIUM, Impact.ONE,
        ("帳票を出力できない", "A report cannot be exported"),
        (
            "お一人の利用者が帳票を出力できないという想定です。画面では内容を確認できます。",
            "Imagine one user who cannot export a report. On the screen it can be read.",
        ),
    ),
}  # fmt: skip
