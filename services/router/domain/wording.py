"""Reasons in plain words, Japanese and English."""

from shared.contracts.plan import Reason, Responder
from shared.contracts.report import Report
from shared.contracts.vocabulary import DeadlineName, Impact, Priority, Urgency

URGENCY = {
    Urgency.CRITICAL: ("重大", "critical"),
    Urgency.HIGH: ("高", "high"),
    Urgency.MEDIUM: ("中", "medium"),
    Urgency.LOW: ("低", "low"),
}
IMPACT = {Impact.ALL: ("全体", "everyone"), Impact.SOME: ("一部", "some"), Impact.ONE: ("個別", "one")}
DEADLINE = {
    DeadlineName.FIRST_RESPONSE: ("初回応答の期限", "first response"),
    DeadlineName.FIRST_HANDLING: ("一次対応の期限", "first handling"),
    DeadlineName.RESOLUTION: ("解決の期限", "resolution"),
}

CATCH_ALL = Reason(ja="最終担当者", en="catch-all")
EXHAUSTED = Reason(
    ja="すべての段階で応答がありませんでした。最終担当者に連絡します。",
    en="No level has answered; the catch-all is asked.",
)
HANDED_OVER = Reason(ja="担当の引き継ぎ", en="handed over")
LAST_OWNER = Reason(ja="前回の担当者", en="owned it last time")
REOPENED = Reason(ja="再開されたため、あらためて依頼します。", en="Reopened: asked again.")
RESUMED = Reason(
    ja="待ちが終わり、残り時間から期限を計り直しました。",
    en="The wait is over; the clocks go on with the time that was left.",
)


def by_matrix(report: Report, priority: Priority) -> Reason:
    """Why the matrix gives this priority."""
    urgency, impact = URGENCY[report.urgency], IMPACT[report.impact]
    return Reason(
        ja=f"緊急度「{urgency[0]}」× 影響範囲「{impact[0]}」のため {priority}",
        en=f"{priority}: urgency {urgency[1]} × impact {impact[1]}",
    )


def breached(name: DeadlineName, asked: tuple[Responder, ...]) -> Reason:
    """Why the next level is asked."""
    ja, en = DEADLINE[name]
    names_ja = "、".join(f"{r.person.name} さん" for r in asked)
    names_en = ", ".join(r.person.name for r in asked)
    return Reason(
        ja=f"{ja}を過ぎたため、{names_ja}に連絡します。", en=f"The deadline for {en} passed; {names_en} is asked."
    )
