"""A report by questions and answers in a talk: one step after the other, back again, given up, or sent."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Literal

from services.notifier.domain.contact import Language
from services.notifier.domain.draft import LONGEST, Draft, Teller, plain, wrong_text
from services.notifier.domain.fitting import fit
from services.notifier.domain.report_words import WORDS, say

KEPT = timedelta(minutes=30)
SHOWN = 400  # letters of what was written, where it is shown once more
VALUE = "report"  # begins what our buttons post back: report:<id of the talk>:<step>:<answer>
Step = Literal["facts", "impact", "now", "wanted", "name", "confirm"]
STEPS: tuple[Step, ...] = ("facts", "impact", "now", "wanted", "name", "confirm")
CHOICES: dict[Step, tuple[str, ...]] = {
    "facts": (),
    "impact": ("all", "some", "one"),
    "now": ("yes", "no"),
    "wanted": ("decide", "draft", "call", "none"),
    "name": ("nameless",),
    "confirm": ("send", "anonymous"),
}
EMPTY = ("none", "nameless")  # choices that leave a field empty
ALSO = {
    "all": ("1", "全部", "全員"),
    "some": ("2",),
    "one": ("3", "1人", "1件"),
    "yes": ("1", "はい", "yes", "必要"),
    "no": ("2", "いいえ", "no", "必要ない"),
    "none": ("なし", "特になし", "特にない", "no"),
    "nameless": ("なし", "匿名"),
    "send": ("送信", "はい", "yes", "ok"),
    "anonymous": ("匿名", "anonymous"),
    "back": ("もどる",),
    "cancel": ("キャンセル", "中止", "取り消し", "stop"),
}
_START = re.compile(
    r"(報告(?:する|したい|します)?|エスカレーション|(?:i want to )?report|escalate|tasuki)(?:[\s:：、]+(.+))?",
    re.I | re.S,
)


@dataclass(frozen=True)
class Talk:
    """A report on its way. `id` is that of this one report; nothing here says who talks."""

    id: str
    language: Language
    at: datetime
    step: Step = "facts"
    draft: Draft = field(default_factory=Draft)
    named: bool = False  # the directory knows who talks, so that no name is asked for

    @property
    def steps(self) -> tuple[Step, ...]:
        """The questions of this talk, in order."""
        return tuple(s for s in STEPS if s != "name" or not self.named)


@dataclass(frozen=True)
class Button:
    """A quick reply: what is written on it, and what it posts back."""

    label: str
    value: str


@dataclass(frozen=True)
class Turn:
    """What is said next, with quick replies; `send` is the talk whose report is to be sent now."""

    text: str = ""
    buttons: tuple[Button, ...] = ()
    send: Talk | None = None


def hear(
    talk: Talk | None, text: str | None, value: str, teller: Teller | None, now: datetime, fresh: Callable[[], str]
) -> tuple[Talk | None, Turn]:
    """Take what somebody said one step further; `text` is None for what is no text, `value` what a button posts back.

    Returns the talk as it is then (None: there is none) and what to say.
    """
    late = talk is not None and now - talk.at > KEPT
    known = None if late or talk is None else replace(talk, at=now)
    started = (_START.fullmatch((text or "").strip()) or _START.fullmatch(plain(text or ""))) if not value else None
    if started and (known is None or not started[2]):
        language = teller.language if teller else "en" if started[1].isascii() else "ja"
        new = Talk(fresh(), language, now, named=teller is not None)
        return answer(new, started[2]) if started[2] else (new, question(new))
    if known is None:
        language = talk.language if talk else teller.language if teller else "ja"
        said = "talk.expired" if late else "talk.over" if value else "talk.hello"
        return None, Turn(say(said, language), (Button(say("button.start", language), ""),))
    if value:
        return _pressed(known, value)
    return answer(known, text)


def answer(talk: Talk, text: str | None) -> tuple[Talk | None, Turn]:
    """Take a text as the answer to the question that is asked."""
    if text is None:
        return talk, question(talk, "talk.text")
    word = plain(text)
    for choice in ("cancel", "back", *CHOICES[talk.step]):
        if word in (*(plain(label) for label in WORDS[f"button.{choice}"]), *ALSO.get(choice, ())):
            return chosen(talk, choice)
    if talk.step in ("facts", "wanted", "name"):
        return _written(talk, text.replace("\r\n", "\n").strip())
    return talk, question(talk, "talk.choose")


def chosen(talk: Talk, choice: str) -> tuple[Talk | None, Turn]:
    """Act on a choice of the step, or on one that is always there."""
    if choice == "cancel":
        return None, Turn(say("talk.cancelled", talk.language))
    if choice == "back":
        back = replace(talk, step=talk.steps[max(talk.steps.index(talk.step) - 1, 0)])
        return back, question(back)
    match talk.step:
        case "impact":
            return _next(talk, replace(talk.draft, impact=choice))
        case "now":
            return _next(talk, replace(talk.draft, now=choice == "yes"))
        case "wanted":
            return _next(talk, replace(talk.draft, wanted="" if choice in EMPTY else _label(talk, choice)))
        case "name":
            return _next(talk, replace(talk.draft, name=""))
        case "confirm":
            sent = replace(talk, draft=replace(talk.draft, anonymous=choice == "anonymous"))
            return talk, Turn(send=sent)
    return talk, question(talk, "talk.choose")


def question(talk: Talk, before: str = "", **more: object) -> Turn:
    """Ask what the step asks, after a word about what was said."""
    text = say(f"ask.{talk.step}", talk.language, **_summary(talk))
    choices = (*CHOICES[talk.step], *(() if talk.step == "facts" else ("back",)), "cancel")
    told = f"{say(before, talk.language, **more)}\n\n{text}" if before else text
    return Turn(told, tuple(Button(_label(talk, c), f"{VALUE}:{talk.id}:{talk.step}:{c}") for c in choices))


def _pressed(talk: Talk, value: str) -> tuple[Talk | None, Turn]:
    """A button of ours counts for its own question alone; giving up counts at any time of this talk."""
    _, id_, step, choice = [*value.split(":"), "", "", ""][:4]
    if id_ != talk.id:
        return talk, question(talk, "talk.old")
    if choice == "cancel":
        return chosen(talk, choice)
    if step != talk.step or choice not in ("back", *CHOICES[talk.step]):
        return talk, question(talk, "talk.old")
    return chosen(talk, choice)


def _written(talk: Talk, text: str) -> tuple[Talk, Turn]:
    most = LONGEST[talk.step]
    why = "error.missing" if not text else wrong_text(text, most)
    if why:
        return talk, question(talk, why, limit=most)
    return _next(talk, replace(talk.draft, **{talk.step: text}))  # type: ignore[arg-type]


def _next(talk: Talk, draft: Draft) -> tuple[Talk, Turn]:
    following = replace(talk, draft=draft, step=talk.steps[talk.steps.index(talk.step) + 1])
    return following, question(following)


def _label(talk: Talk, choice: str) -> str:
    return say(f"button.{choice}", talk.language)


def _summary(talk: Talk) -> dict[str, str]:
    """The draft as it is shown before it is sent."""
    if talk.step != "confirm":
        return {}
    draft, language = talk.draft, talk.language
    nothing = "（なし）" if language == "ja" else "(none)"
    registered = "登録されているお名前" if language == "ja" else "as you are registered"
    return {
        "facts": fit(draft.facts, SHOWN),
        "impact": say(f"impact.{draft.impact}", language),
        "now": say("button.yes" if draft.now else "button.no", language),
        "wanted": fit(draft.wanted, SHOWN) or nothing,
        "name": registered if talk.named else draft.name or nothing,
    }
