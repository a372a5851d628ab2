"""The report of a drill in words: what came of it, what to mend, and the whole of it to keep. It blames nobody."""

from datetime import datetime, timedelta

from services.intake.domain.drill_score import MACHINE, Asked, Climb, Score, Way
from services.intake.domain.drills import Drill
from services.intake.domain.outlook import Reader
from services.intake.domain.postmortem import plain
from services.intake.domain.words import word
from shared.contracts.vocabulary import Outcome, Track

Said = tuple[str, str]  # (ja, en)
WHY: dict[str, Said] = {
    "maintenance": ("このチームはメンテナンス中のため", "this team is in maintenance"),
    "busy": ("このチームで別の訓練をしているため", "another drill of this team is running"),
    "crowded": ("同時に行える訓練の数に達しているため", "as many drills are running as may at once"),
    "real": ("このチームに、完了していない実際の P1 があるため", "a real P1 of this team is still open"),
    "gone": ("このチームがポリシーからなくなったため", "the policy has no such team any more"),
    "unknown": (
        "当番やメンテナンスの状況を確かめられないため",
        "nobody can say who is on duty and whether the team is in maintenance",
    ),
}
_CODES: dict[str, Said] = {
    "no-contact": ("連絡先が登録されていません", "no address is registered"),
    "not-set-up": ("この手段は設定されていません", "this channel is not set up"),
    "bad-address": ("宛先の書き方が正しくありません", "the address is not written right"),
    "busy": ("話し中でした", "the line was busy"),
    "no-answer": ("電話に出られませんでした", "nobody picked up"),
    MACHINE: ("留守番電話につながりました", "an answering machine picked up"),
    "no-answer-from-provider": (
        "提供元から返事がなく、届いたかどうか分かりませんでした",
        "the provider gave no answer, and nobody can say whether it went out",
    ),
    "gone": ("宛先がもう使われていません", "the address is no longer in use"),
}
_PROOF: dict[Outcome, Said] = {
    Outcome.DELIVERED: ("届いた", "delivered"),
    Outcome.ANSWERED: ("電話に出た", "picked up"),
    Outcome.ACKNOWLEDGED: ("応答があった", "answered"),
}


def lasted(span: timedelta, reader: Reader) -> str:
    """How long something took, as people say it."""
    minutes, seconds = divmod(round(span.total_seconds()), 60)
    if not minutes:
        return reader.choose(f"{seconds}秒", f"{seconds} s")
    rest = reader.choose(f"{seconds}秒", f" {seconds} s") if seconds else ""
    return reader.choose(f"{minutes}分", f"{minutes} min") + rest


def clock(at: datetime, reader: Reader) -> str:
    """A moment of a drill, to the second."""
    return at.astimezone(reader.zone).strftime("%H:%M:%S")


def verdict(drill: Drill, scored: Score, reader: Reader) -> str:
    """What came of it, in a sentence or two."""
    say = reader.choose
    if drill.state == "cancelled":
        return say("始まる前に取りやめました。", "It was called off before it began.")
    if drill.state == "missed":
        ja, en = WHY.get(drill.why, ("予定の時刻を過ぎたため", "its time had passed"))
        return say(f"{ja}、訓練を始めませんでした。", f"It was not begun, because {en}.")
    if drill.state == "planned":
        return say("まだ始まっていません。", "It has not begun yet.")
    asked, answered = len(scored.asked), sum(one.answered_at is not None for one in scored.asked)
    reached = sum(one.reached_at is not None for one in scored.asked)
    counts = say(
        f"連絡した人は{asked}人、届いたと確かめられた人は{reached}人、応答した人は{answered}人です。",
        f"{asked} asked, {reached} known to have been reached, {answered} answered.",
    )
    if drill.state == "running":
        return say(f"訓練中です。{counts}", f"The drill is running. {counts}")
    first = scored.first_answer
    soon = (
        say(f"最初の応答まで{lasted(first, reader)}でした。", f"The first answer took {lasted(first, reader)}.")
        if first is not None
        else ""
    )
    match drill.why:
        case "answered":
            return say(
                f"必要な応答がそろいました。{soon}{counts}",
                f"Everybody whose answer was needed has answered. {soon}{' ' if soon else ''}{counts}",
            )
        case "nobody":
            return say(
                "いまの方針では、この内容でだれにも連絡しません。そのため、すぐに終わりました。",
                "The policy in force calls nobody for this, so it was over at once.",
            )
        case "limit":
            lead = say(
                f"{drill.minutes}分のうちに、必要な応答がそろいませんでした。",
                f"Within {drill.minutes} minutes not everybody whose answer was needed has answered. ",
            )
        case "real":
            lead = say("実際の P1 が届いたため、途中で打ち切りました。", "A real P1 came in, so it was broken off. ")
        case "done":
            lead = say("訓練の案件が完了にされたため、終わりました。", "Its case was marked as done, so it was over. ")
        case _:
            by = f"（{drill.ended_by}）" if drill.ended_by else ""
            lead = say(
                f"途中で止めました{by}。",
                f"It was stopped before its end{f' by {drill.ended_by}' if drill.ended_by else ''}. ",
            )
    return f"{lead}{soon}{say('', ' ') if soon else ''}{counts}"


def mend(drill: Drill, scored: Score, reader: Reader) -> list[str]:
    """What to look at, one sentence each; nothing when all went well. Nobody is named for an answer that was not needed."""
    say, found = reader.choose, []
    if not scored.asked and drill.why == "limit":
        found.append(
            say(
                "だれにも連絡されませんでした。当番表と、運用ページの状態を確かめてください。",
                "Nobody was asked at all. Please check who is on duty, and the operations page.",
            )
        )
    for one in scored.asked:
        silent = one.answered_at is None and (one.missed or (one.awaited and drill.why == "limit"))
        if silent and not one.ways:
            found.append(_nothing_sent(one, reader))
        elif one.unreached:
            found.append(
                say(
                    f"{one.name}さんには、どの手段でも届きませんでした。連絡先を確かめてください。",
                    f"Nothing reached {one.name}. Please check the addresses.",
                )
            )
        found += [_of_way(one, way, reader) for way in one.ways if way.failed]
        if silent and one.ways and not one.unreached and not one.passed:
            found.append(_unanswered(one, reader))
    found += [_of_climb(climb, reader) for climb in scored.climbs if climb.late]
    if scored.exhausted:
        found.append(
            say(
                "全ての段で応答がありませんでした。当番と代わりの人の組み方を、一緒に見直してください。",
                "No level answered. Please look together at who is on duty and who stands in.",
            )
        )
    return found  # fmt: skip


def _nothing_sent(one: Asked, reader: Reader) -> str:
    if one.later is not None:
        at = reader.when(one.later)
        return reader.choose(
            f"{one.name}さんへの連絡は、方針により {at} まで待つことになっています。すぐに届けたい内容なら、方針を見直してください。",
            f"By the policy nothing goes to {one.name} before {at}. If it should, please look at the policy.",
        )
    if one.quiet:
        return reader.choose(
            f"{one.name}さんは通知を止めている時間だったため、鳴らしていません。",
            f"{one.name} keeps these hours quiet, so nothing rang.",
        )
    return reader.choose(
        f"{one.name}さんには、何も送られませんでした。連絡先が登録されているか確かめてください。",
        f"Nothing was sent to {one.name}. Please check that an address is registered.",
    )


def _of_way(one: Asked, way: Way, reader: Reader) -> str:
    by = reader.choose(word("channel", way.channel, "ja"), word("channel", way.channel, "en"))
    why = code(way.code, reader)
    return reader.choose(
        f"{one.name}さんの{by}に届きませんでした{f'（{why}）' if why else ''}。",
        f"The {by} of {one.name} did not get through{f' ({why})' if why else ''}.",
    )


def _unanswered(one: Asked, reader: Reader) -> str:
    if one.reached_at is None:
        return reader.choose(
            f"{one.name}さんへの連絡は送られましたが、届いたかどうかを確かめられませんでした。通知が見えていたか、ご本人に聞いてください。",
            f"What was sent to {one.name} may or may not have arrived. Please ask whether it was seen.",
        )
    return reader.choose(
        f"{one.name}さんには届いていましたが、応答はありませんでした。気づける音や手段になっているか、一緒に確かめてください。",
        f"{one.name} was reached and has not answered. Please look together whether the sound or the channel can be noticed.",
    )


def _of_climb(climb: Climb, reader: Reader) -> str:
    assert climb.due is not None
    late = lasted(climb.at - climb.due, reader)
    decides = climb.track is Track.AUTHORITY
    return reader.choose(
        f"{'判断の' if decides else ''}第{climb.level}段への連絡が、期限から{late}遅れました。",
        f"Level {climb.level}{' of the authority' if decides else ''} was asked {late} after the deadline.",
    )


def code(text: str, reader: Reader) -> str:
    """Why something did not get through; what has no words is shown as it is."""
    bare = text.removesuffix(", given up")
    return reader.choose(*_CODES.get(bare, (bare, bare)))


def proof(way: Way, reader: Reader) -> str:
    """What is known of one notification."""
    if way.reached_at is not None and way.outcome in _PROOF:
        return reader.choose(*_PROOF[way.outcome])
    if way.failed:
        why = code(way.code, reader)
        return reader.choose(f"届かなかった{f'：{why}' if why else ''}", f"not delivered{f': {why}' if why else ''}")
    if way.outcome is Outcome.SKIPPED:
        return reader.choose("送る前に不要になった", "needless before it went out")
    if way.reached_at is not None:
        return reader.choose("ほかの人に回した", "passed on")
    return reader.choose("送った（届いた証拠はまだない）", "sent (no proof yet that it arrived)")


def markdown(drill: Drill, scored: Score, reader: Reader) -> str:
    """The whole report, to be kept or sent around; what people wrote stays text."""
    say = reader.choose
    kind = f"{word('kind', drill.kind, reader.language)} / {word('urgency', drill.urgency, reader.language)} / {word('impact', drill.impact, reader.language)}"
    began = reader.when(drill.started_at or drill.starts_at)
    table = [
        f"| {say('名前', 'Name')} | {say('お願いした時刻', 'Asked at')} | {say('手段', 'Ways')} | {say('応答まで', 'Answered after')} |",
        "|---|---|---|---|",
        *(
            f"| {plain(one.name)} | {clock(one.at, reader)} | {_ways(one, reader)} | "
            f"{lasted(one.took, reader) if one.took is not None else '-'} |"
            for one in scored.asked
        ),
    ]
    wrong = mend(drill, scored, reader)
    climbs = [
        f"- {say(f'第{c.level}段', f'Level {c.level}')}{say('（判断）', ' (authority)') if c.track is Track.AUTHORITY else ''}: "
        f"{clock(c.at, reader)} {'⚠ ' + _of_climb(c, reader) if c.late else say('（期限のとおり）', '(at the deadline)') if c.due else ''}".rstrip()
        for c in scored.climbs
    ]
    parts = [
        f"# {say('訓練の報告', 'Report of a drill')}: {plain(drill.title)}",
        f"- {say('チーム', 'Team')}: {plain(drill.team_name)}\n- {say('想定', 'Imagined')}: {kind}\n- {say('開始', 'Began')}: {began}\n"
        f"- {say('事前の予告', 'Announced')}: {say('あり', 'yes') if drill.announced else say('なし', 'no')}",
        plain(verdict(drill, scored, reader)),
        "\n".join(table) if scored.asked else "",
        (f"## {say('次の段への連絡', 'Next levels')}\n\n" + "\n".join(climbs)) if climbs else "",
        f"## {say('直すところ', 'What to mend')}\n\n" + ("\n".join(f"- {plain(line)}" for line in wrong) or say("ありません。", "Nothing.")),
    ]  # fmt: skip
    return "\n\n".join(filter(None, parts)) + "\n"


def _ways(one: Asked, reader: Reader) -> str:
    listed = [f"{word('channel', way.channel, reader.language)}: {proof(way, reader)}" for way in one.ways]
    return plain("、".join(listed) if reader.language == "ja" else ", ".join(listed)) or "-"
