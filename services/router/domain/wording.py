"""Reasons in plain words, Japanese and English."""

from typing import Literal, TypeAlias

from shared.contracts.plan import Person, Reason, Responder
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
    DeadlineName.AUTHORITY_RESPONSE: ("判断する人の応答の期限", "the answer of somebody with authority"),
    DeadlineName.FIRST_HANDLING: ("一次対応の期限", "first handling"),
    DeadlineName.NEXT_UPDATE: ("次の経過報告の期限", "the next update"),
    DeadlineName.RESOLUTION: ("解決の期限", "resolution"),
}
Wait: TypeAlias = Literal["hours", "shift", "away", "digest"]
HELD: dict[Wait, tuple[str, str]] = {
    "hours": (
        "営業時間まで待てる優先度のため、{at} に連絡します。",
        "It can wait for business hours: pages go out at {at}.",
    ),
    "shift": (
        "いまは当番の時間外のため、次の当番に {at} に連絡します。",
        "Nobody is on duty now: whoever is next is asked at {at}.",
    ),
    "away": (
        "依頼する人が不在のため、{at} に連絡します。",
        "Whoever is asked is away: pages go out at {at}.",
    ),
    "digest": (
        "急ぎではないため、{at} の週次のまとめでお知らせします。",
        "It is in no hurry: it comes with the weekly digest at {at}.",
    ),
}

NOBODY_ON_DUTY = Reason(ja="当番がいないため最終担当者", en="nobody is on duty: catch-all")
HANDED_OVER_SHIFT = Reason(
    ja="当番が交代したため、引き続きお願いします（期限は変わりません）。",
    en="The shift has changed; the case is handed to you and its deadlines stay.",
)
OWN_REPORT = Reason(
    ja="報告した本人が判断することのないよう、次の段階に依頼します。",
    en="Nobody decides about their own report; the next level is asked.",
)
PASSED_OVER = Reason(
    ja="最初に依頼する人がしばらく不在のため、次の段階に依頼します。",
    en="Whoever is asked first is away for longer; the next level is asked.",
)
STANDS_IN = Reason(
    ja="依頼していた人が不在のため、代わりにお願いします（期限は変わりません）。",
    en="Whoever was asked is away; you are asked in their place, and the deadlines stay.",
)
THERE_SOONER = Reason(
    ja="待つはずだった時刻より前に担当できる人がいるため、早めてお願いします（期限も計り直します）。",
    en="Somebody is there before the time that was waited for: you are asked sooner, and the clocks are set anew.",
)
REASSESSED = Reason(ja="優先度を見直したため、期限を計り直しました。", en="Assessed anew: the clocks were set again.")
MISSING = Reason(
    ja="だれも担当しておらず期限も動いていない案件が見つかったため、あらためて依頼します。",
    en="Found open with nobody on it and no clock running: asked again.",
)
SPLIT = Reason(
    ja="別の案件とまとめていましたが、独立した案件に戻したため、あらためて依頼します。",
    en="It was handled as another case and is one of its own again: asked anew.",
)
UNDONE = Reason(
    ja="いったん引き受けた人が応答を取り消したため、あらためてお願いします。",
    en="Whoever had answered has taken that back; you are asked again.",
)
UPDATED = Reason(
    ja="経過が伝えられたため、次の経過報告の期限を決め直しました。", en="Updated; the next update is due anew."
)
WEEKLY = Reason(ja="急ぎではない案件の、今週のまとめです。", en="This week's cases that are in no hurry.")
CATCH_ALL = Reason(ja="最終担当者", en="catch-all")
EXHAUSTED = Reason(
    ja="すべての段階で応答がありませんでした。最終担当者に連絡します。",
    en="No level has answered; the catch-all is asked.",
)
NO_LEVEL_LEFT = Reason(
    ja="これより上の段階がないため、最終担当者にも加わってもらいます。",
    en="No further level is left; the catch-all is asked to join in.",
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


def unreachable(person: Person, code: str, asked: tuple[Responder, ...]) -> Reason:
    """Why somebody else is asked before the deadline."""
    names_ja = "、".join(f"{r.person.name} さん" for r in asked if r.person.id != person.id)
    names_en = ", ".join(r.person.name for r in asked if r.person.id != person.id)
    if code == "declined":
        return Reason(
            ja=f"{person.name} さんがほかの人に回したため、{names_ja}に連絡します。",
            en=f"{person.name} has passed it on; {names_en} is asked.",
        )
    if code == "do_not_disturb":
        return Reason(
            ja=f"{person.name} さんは通知を止めている時間のため、{names_ja}に連絡します。",
            en=f"{person.name} is not to be disturbed now; {names_en} is asked.",
        )
    return Reason(
        ja=f"{person.name} さんに届く連絡手段がなかったため、{names_ja}に連絡します。",
        en=f"Nothing reached {person.name}; {names_en} is asked.",
    )


def held(at_ja: str, at_en: str, why: Wait) -> Reason:
    """Until when pages wait, and why."""
    ja, en = HELD[why]
    return Reason(ja=ja.format(at=at_ja), en=en.format(at=at_en))


def extended(name: DeadlineName, more: str, why: str) -> Reason:
    """A deadline was given more time."""
    ja, en = DEADLINE[name]
    return Reason(ja=f"{ja}を {more} 延ばしました：{why}", en=f"The deadline for {en} was extended by {more}: {why}")


def same_trouble(number: int) -> Reason:
    """Why a report gets no pages of its own."""
    return Reason(
        ja=f"同じ内容の報告が続いているため、No. {number} にまとめて対応します。",
        en=f"Several reports of the same: handled together as No. {number}.",
    )


def shift(name: str) -> Reason:
    """Why a digest comes at a change of shift."""
    return Reason(
        ja=f"「{name}」の当番になりました。対応中の案件です。",
        en=f"You are on duty for {name} now. These cases are open.",
    )
