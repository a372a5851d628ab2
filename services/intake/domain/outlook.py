"""What happens next to a case, and when, if nobody acts: the steps of its plan that its running clocks lead to."""

from dataclasses import dataclass
from datetime import datetime, tzinfo

from services.intake.domain.words import Language, word
from shared.contracts.case import RESPONSE, Asking, Case
from shared.contracts.clocks import Deadline
from shared.contracts.plan import Plan, Target
from shared.contracts.vocabulary import Channel, DeadlineName, Status, Track

UNLESS = {
    DeadlineName.FIRST_RESPONSE: ("{at} までに応答がなければ、", "If nobody has answered by {at}, "),
    DeadlineName.AUTHORITY_RESPONSE: (
        "{at} までに判断者の応答がなければ、",
        "If nobody with authority has answered by {at}, ",
    ),
    DeadlineName.FIRST_HANDLING: ("{at} までに対応が始まらなければ、", "If work has not begun by {at}, "),
    DeadlineName.NEXT_UPDATE: ("{at} までに経過が伝えられなければ、", "If nothing is said of how it stands by {at}, "),
    DeadlineName.RESOLUTION: ("{at} までに解決しなければ、", "If it is not solved by {at}, "),
}
RESPONSES = tuple(RESPONSE.values())


@dataclass(frozen=True)
class Reader:
    """Who reads: in which language, where, and when."""

    language: Language
    zone: tzinfo
    now: datetime

    def choose(self, ja: str, en: str) -> str:
        """The one that this reader reads."""
        return en if self.language == "en" else ja

    def when(self, at: datetime) -> str:
        """An instant as it is said there: the time alone when it is today."""
        local, today = at.astimezone(self.zone), self.now.astimezone(self.zone).date()
        if local.date() == today:
            return local.strftime("%H:%M")
        year = "" if local.year == today.year else self.choose("%Y年", " %Y")
        return local.strftime(self.choose(f"{year}%-m月%-d日 %H:%M", f"%-d %b{year} %H:%M"))


def outlook(case: Case, reader: Reader, lead: int = 0) -> list[str]:
    """The sentences, the nearest step first. `lead` is the number of the case that a linked one is handled as, 0 if it is not to be told."""
    if case.status is Status.DONE:
        return []
    if case.linked:
        ja, en = (f"No. {lead} ", f"No. {lead}") if lead else ("まとめ先の案件", "the case that it is part of")
        return [reader.choose(f"{ja}の結果が出たときに、この報告も完了します。", f"This report is done when {en} is.")]
    plan = case.plan
    if plan is None:
        return [reader.choose("担当者を探しています。", "The right person is being found.")]
    if not plan.levels:
        return [reader.choose("だれにも連絡はしません。", "Nobody is called.")]
    steps = [_held(case, plan, track, reader) for track in Track]
    if case.waiting:
        ja, en = f"待機（{case.waiting}）が終わるまで、", f"Until the wait ends ({case.waiting}), "
        steps.append(reader.choose(f"{ja}ほかの期限は止まっています。", f"{en}the other deadlines stand still."))
    asking = case.handling.awaiting
    for deadline in case.running():
        climbs = deadline.name in RESPONSES or not asking
        steps.append(_climb(case, plan, deadline, reader) if climbs else _passes(deadline, reader))
        asking = asking or deadline.name is not DeadlineName.AUTHORITY_RESPONSE
    said = [step for step in steps if step]
    return said or [reader.choose("動いている期限はありません。", "No deadline is running.")]


def _held(case: Case, plan: Plan, track: Track, reader: Reader) -> str:
    """Who is called only later: in the next business hours, when the shift begins, or with the digest of the week."""
    known = case.asking(track)
    response = case.deadlines.get(RESPONSE[track])
    if not known.pending() or response is None or response.since is None or response.since <= reader.now:
        return ""
    at, people = reader.when(response.since), [r.person.name for r in known.pending()]
    names = reader.choose("、".join(f"{n}さん" for n in people), ", ".join(people))
    if plan.load == 3:
        return reader.choose(
            f"{at} の週次のまとめで{names}に伝えます。", f"{names}: told with the weekly digest, {at}."
        )
    return reader.choose(f"{at} に{names}に連絡します。", f"{names}: called at {at}.")


def _climb(case: Case, plan: Plan, deadline: Deadline, reader: Reader) -> str:
    """Whom the breach of a deadline leads to, as the router will see it."""
    track = Track.AUTHORITY if deadline.name is DeadlineName.AUTHORITY_RESPONSE else Track.HANDLING
    levels = plan.levels if track is Track.HANDLING else plan.authority
    known = case.asking(track)
    if not levels:
        return _passes(deadline, reader)
    ja, en = (text.format(at=reader.when(deadline.due)) for text in UNLESS[deadline.name])
    number = known.level + 1
    if number > len(levels) and deadline.name in RESPONSES and _repeats(known, plan):
        number = 1
        ja, en = f"{ja}もう一度、", f"{en}once more "
    if number > len(levels):
        again = ("もう一度", " again") if known.exhausted else ("", "")
        return reader.choose(f"{ja}最終担当者に{again[0]}連絡します。", f"{en}the catch-all is called{again[1]}.")
    level = levels[number - 1]
    return reader.choose(
        f"{ja}{called(level.targets, 'ja')}に{by(level.channels, 'ja')}で連絡します。",
        f"{en}{called(level.targets, 'en')} is reached by {by(level.channels, 'en')}.",
    )


def _repeats(known: Asking, plan: Plan) -> bool:
    return known.repeats < plan.repeat and not known.exhausted


def _passes(deadline: Deadline, reader: Reader) -> str:
    """A deadline that is recorded when it passes, and calls nobody beyond those who are being called anyway."""
    at = reader.when(deadline.due)
    ja, en = word("deadline", deadline.name, "ja"), word("deadline", deadline.name, "en")
    return reader.choose(f"{at} が「{ja}」の期限です。", f"{en} is due at {at}.")


def called(targets: tuple[Target, ...], language: Language) -> str:
    """The schedules and people that a level names."""
    names = [(t.name or t.id) + ("さん" if t.kind == "person" and language == "ja" else "") for t in targets]
    return (", " if language == "en" else "、").join(names)


def by(channels: tuple[Channel, ...], language: Language) -> str:
    """By what they are reached."""
    return (", " if language == "en" else "・").join(word("channel", c, language) for c in channels)
