"""Why something cannot be done to a case as it stands, in words."""

from dataclasses import dataclass, replace

from services.intake.domain.words import span, word
from shared.contracts.vocabulary import DeadlineName


@dataclass(frozen=True)
class Refusal:
    """Why something cannot be done now; `code` is stable. `field` names the input that can never fit, if that is why."""

    code: str
    ja: str
    en: str
    field: str = ""


DONE = Refusal(
    "case-done",
    "この案件は完了しています。続けるには再開してください。",
    "The case is done. Reopen it to go on with it.",
)
DRILL_OVER = Refusal(
    "drill-over",
    "この案件は訓練で、もう終わっています。訓練は再開できません。",
    "This was a drill, and it is over. A drill is not opened again.",
)
DRILL_ALONE = Refusal(
    "drill-alone",
    "訓練と実際の案件をまとめることはできません。",
    "A drill is not handled together with another case.",
    "lead",
)
NOT_DONE = Refusal(
    "case-not-done", "まだ完了していないため、再開はできません。", "The case is not done, so it cannot be reopened."
)
WAITING = Refusal(
    "case-waiting",
    "この案件は待機中です。先に待機を終えてください。",
    "The case is waiting. End the wait first.",
)
NOT_WAITING = Refusal("case-not-waiting", "この案件は待機中ではありません。", "The case is not waiting.")
NOBODY = Refusal(
    "person-needed",
    "誰が引き受けるのかが必要です（by に担当者の id と name を指定してください）。",
    'It must be said who takes the case: give the person in "by" with id and name.',
)
NOT_ANSWERED = Refusal(
    "not-acknowledged",
    "取り消せる応答がありません。取り消せるのは、応答した本人だけです。",
    "There is no answer of yours to take back; only whoever gave it can.",
)
GONE_ON = Refusal(
    "case-gone-on",
    "応答のあとに対応が進んでいるため、取り消せません。ほかの人に頼む場合は「引き継ぎ」をお使いください。",
    "The case has gone on since the answer, so it cannot be taken back. To give it to somebody else, hand it over.",
)
TOO_LATE = Refusal(
    "too-late",
    "応答から 1 分を過ぎたため、取り消せません。ほかの人に頼む場合は「引き継ぎ」をお使いください。",
    "More than a minute has passed since the answer, so it cannot be taken back. To give it to somebody else, hand it over.",
)
NO_OFFER = Refusal(
    "not-offered",
    "この案件の引き継ぎは、いまお願いされていません。",
    "You are not being asked to take this case over.",
)
TO_ONESELF = Refusal(
    "offer-to-oneself",
    "自分が担当するには「引き受ける」を選んでください。",
    "To have the case yourself, acknowledge it.",
)
NO_REPORTER = Refusal(
    "no-reporter",
    "監視からの自動の報告のため、メッセージを届ける相手がいません。",
    "This was reported by a monitor: there is nobody to write to.",
)
NOT_LINKED = Refusal(
    "case-not-linked",
    "この案件は、ほかの案件とまとめられていません。",
    "The case is not handled as another one.",
)
NO_SUCH_CASE = Refusal(
    "no-such-case",
    "この番号の案件が見つかりません。番号を確かめてください。",
    "There is no case of that number. Please look at the number again.",
    "lead",
)
TO_ITSELF = Refusal(
    "link-to-itself",
    "まとめる先には、この案件とは別の案件を選んでください。",
    "A case cannot be handled as itself. Choose another one.",
    "lead",
)
NOT_KNOWN = replace(NO_SUCH_CASE, field="other")
WITH_ITSELF = Refusal(
    "related-to-itself",
    "関連する案件には、この案件とは別の案件を選んでください。",
    "A case has always to do with itself. Choose another one.",
    "other",
)
TOO_MANY_RELATED = Refusal(
    "too-many-related",
    "関連する案件は 50 件までです。",
    "A case can have to do with 50 others at most.",
)
NO_STEP = Refusal(
    "no-step",
    "手順を 1 行に 1 つ、200 文字以内で書いてください。",
    "Write what is to be done, a step on each line, in at most 200 characters.",
    "texts",
)
TOO_MANY_STEPS = Refusal(
    "too-many-steps",
    "手順は 50 件までです。",
    "A case can have 50 steps at most.",
    "texts",
)
STEP_DONE = Refusal(
    "step-done",
    "完了した手順は削除できません。間違えた場合は、先に「未完了に戻す」を押してください。",
    "A step that is done cannot be removed. If that was a mistake, set it back to not done first.",
)
OTHER_CIRCLE = Refusal(
    "other-circle",
    "閲覧が制限された案件は、そうでない案件とまとめられません。",
    "A restricted case and one that is not cannot be handled as one.",
)
CHANGED = Refusal(
    "case-changed",
    "この案件は、見ていた時から変わっています。内容を確かめてから、もう一度操作してください。",
    "The case has changed since you saw it. Look at it, then try again.",
)
NO_SPAN = Refusal(
    "not-a-duration",
    "延長する時間は 30m、2h、1d、3bh、1bd のように書いてください（0 より長い時間）。",
    "Write the time to add as 30m, 2h, 1d, 3bh or 1bd, and more than nothing.",
    "more",
)
TOO_LONG = Refusal(
    "too-long",
    "延長後の期限が長すぎます（合わせて 3660 日、営業時間では 366 営業日まで）。",
    "The deadline would become too long; 3660 days in all is the most, and 366 of business time.",
    "more",
)


def together(lead: int) -> Refusal:
    """The report is handled as another case."""
    return Refusal(
        "case-linked",
        f"No. {lead} として対応中です。この操作は No. {lead} で行うか、別の件であれば「まとめを解除」してください。",
        f"It is being handled as No. {lead}. Please do this there; if it is something else, split it off.",
    )


def lead_done(number: int) -> Refusal:
    """Nothing more comes of a finished case."""
    return Refusal(
        "lead-done",
        f"No. {number} は完了しているため、まとめ先にできません。同じ問題が続いている場合は、先に No. {number} を再開してください。",
        f"No. {number} is done, so nothing can be handled as it. If the trouble goes on, reopen No. {number} first.",
    )


def lead_linked(number: int) -> Refusal:
    """One case leads; chains would lead nowhere."""
    return Refusal(
        "lead-linked",
        f"No. {number} は、さらに別の案件とまとめて対応しています。その案件をまとめ先に選んでください。",
        f"No. {number} is itself handled as another case. Choose that one.",
    )


def leads_others(number: int) -> Refusal:
    """Other reports are handled by this case already."""
    return Refusal(
        "case-leads",
        f"この案件には、ほかの報告がまとめられています。No. {number} の画面で、この案件をまとめ先に選んでください。",
        f"Other reports are handled as this case. Go to No. {number} and have it handled as this one.",
    )


def other_team(number: int) -> Refusal:
    """Whoever handles the one may not see the other."""
    return Refusal(
        "other-team",
        f"No. {number} は別のチームの案件のため、まとめられません。",
        f"No. {number} is another team's, so the two cannot be handled as one.",
    )


def lesser(number: int) -> Refusal:
    """A worse report is never hidden behind a lesser case."""
    return Refusal(
        "lead-lesser",
        f"No. {number} はこの案件より緊急度が低いか、連絡する人が足りません。No. {number} を見直すか、逆に No. {number} をこの案件にまとめてください。",
        f"No. {number} is less urgent than this case, or asks fewer people. Assess it anew, or have No. {number} handled as this one.",
    )


def owned(name: str) -> Refusal:
    """Somebody else has taken the case."""
    return Refusal(
        "already-acknowledged",
        f"この案件はすでに{name}さんが引き受けています。",
        f"{name} already has this case.",
    )


def not_yours(name: str) -> Refusal:
    """Only whoever has a case asks another person to take it over."""
    return Refusal(
        "not-the-owner",
        f"引き継ぎのお願いは、担当の{name}さんだけが出せます。担当を直接変えるには「担当変更」を選んでください。",
        f"Only {name}, who has this case, can offer it. To change the owner at once, reassign it.",
    )


def known(name: str) -> Refusal:
    """Somebody else with authority has answered already; `name` may be unknown."""
    return Refusal(
        "already-acknowledged",
        f"この案件はすでに{f'{name}さん' if name else '別の人'}が把握しています。引き受ける場合は「対応開始」を選んでください。",
        f"{name or 'Somebody else'} already knows of this case. To take it yourself, start to work on it.",
    )


def not_open(name: DeadlineName) -> Refusal:
    """A deadline that was met, missed or never set cannot be moved."""
    return Refusal(
        "deadline-not-open",
        f"「{word('deadline', name, 'ja')}」の期限は動いていないため、延長できません。",
        f'The deadline "{word("deadline", name, "en")}" is not open, so it cannot be extended.',
    )


def of_another_kind(allowed: str, business: bool) -> Refusal:
    """Business time and time that always passes are not added up: the person is to say which is meant."""
    units = "bh・bd" if business else "s・m・h・d"
    return Refusal(
        "other-kind-of-time",
        f"この期限は{span(allowed, 'ja')}です。{units} のどれかで延長してください。",
        f"This deadline allows {span(allowed, 'en')}. Extend it in {units.replace('・', ', ')}.",
        "more",
    )
