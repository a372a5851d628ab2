"""The rules and rotations of a policy as sentences, in Japanese and English."""

from collections.abc import Sequence

from services.intake.domain.faq import Faq, pointed
from services.intake.domain.policy import Condition, Effect, Policy, Restriction, Rotation, Step, Target
from services.intake.domain.words import Language, span, word

ROLES: dict[str, tuple[str, str]] = {
    "first_line": ("一次対応", "first line"),
    "second_line": ("二次対応", "second line"),
    "leader": ("現場リーダー", "leader"),
    "manager": ("管理者", "manager"),
    "responsible": ("責任者", "responsible person"),
    "department": ("担当部署", "department"),
}
_DAYS = {
    "mon": ("月", "Mon"), "tue": ("火", "Tue"), "wed": ("水", "Wed"), "thu": ("木", "Thu"), "fri": ("金", "Fri"),
    "sat": ("土", "Sat"), "sun": ("日", "Sun"),
}  # fmt: skip
_UNITS = {
    "hours": ("時間", "hours"), "days": ("日", "days"), "weeks": ("週間", "weeks"), "months": ("か月", "months"),
}  # fmt: skip
_HOLIDAYS = {"only": ("休日のみ", "on holidays only"), "never": ("休日を除く", "not on holidays")}
_LISTS: dict[str, tuple[str, str]] = {  # a field of a condition → how it is said of its values
    "kind": ("種別が{}", "the kind is {}"),
    "urgency": ("緊急度が{}", "the urgency is {}"),
    "impact": ("影響範囲が{}", "the impact is {}"),
    "words": ("本文に{}がある", "the text says {}"),
    "also": ("本文に{}もある", "it also says {}"),
    "without": ("本文に{}がない", "the text does not say {}"),
    "done": ("対応済みの内容に{}がある", "what was done already says {}"),
    "plan": ("契約プランが{}", "the customer's plan is {}"),
    "product": ("製品が{}", "the product is {}"),
    "source": ("送り元が{}", "it comes from {}"),
}


def role(name: str, lang: Language) -> str:
    """A part as people call it; one that has no word as it stands."""
    ja, en = ROLES.get(name, (name, name))
    return en if lang == "en" else ja


def conditions(one: Condition, lang: Language) -> str:
    """What has to hold, in one sentence without an end."""
    en = lang == "en"
    said: list[str] = []
    for name, texts in _LISTS.items():
        values: list[str] | None = getattr(one, name)
        if values:
            said.append(texts[en].format(_any_of([word(name, value, lang) for value in values], lang)))
    if one.amount_at_least is not None:
        yen = f"{one.amount_at_least:,}"
        said.append(f"the amount is {yen} yen or more" if en else f"金額が {yen} 円以上")
    if one.estimate_over is not None:
        minutes = one.estimate_over
        said.append(f"it is estimated to take over {minutes} minutes" if en else f"見込み時間が {minutes} 分を超える")
    if one.wanted_within is not None:
        left = span(one.wanted_within, lang)
        said.append(f"it is wanted within {left}" if en else f"希望の期限まで{left}以内")
    if one.personal_data is not None:
        ja = "個人情報を含む" if one.personal_data else "個人情報を含まない"
        said.append(f"personal data is {'' if one.personal_data else 'not '}involved" if en else ja)
    if one.similar:
        count, within = one.similar.count, span(one.similar.within, lang)
        said.append(
            f"{count} similar reports come within {within}" if en else f"同様の報告が {within}以内に {count} 件以上"
        )
    return (" and " if en else "、かつ ").join(said)


def effects(then: Effect, policy: Policy, lang: Language) -> list[str]:
    """What a rule does, one sentence for each effect."""
    en = lang == "en"
    named = {
        "priority": then.priority and (f"priority {then.priority}" if en else f"優先度を {then.priority} にする"),
        "at_least": then.at_least and (f"{then.at_least} at least" if en else f"優先度を {then.at_least} 以上にする"),
        "only": then.only and _asks(then.only, policy, lang, ("最初に{}へ連絡する", "{} is asked first")),
        "add": then.add and _asks(then.add, policy, lang, ("{}にも連絡する", "{} is told too")),
        "channels": then.channels
        and (f"by {by(then.channels, lang)}" if en else f"連絡手段は{by(then.channels, lang)}"),
        "load": then.load and word("load", then.load, lang),
        "gather": then.gather and ("similar reports become one case" if en else "同様の報告を一件にまとめる"),
        "restrict": then.restrict and ("only those concerned may read it" if en else "関係者だけが読める"),
        "suppress": then.suppress and ("nobody is called" if en else "だれも呼び出さない"),
        "faq": then.faq and _points_to(pointed(then.faq), en),
    }
    return [text for text in named.values() if text]


def _points_to(faq: Faq, en: bool) -> str:
    if faq.address:
        return f"answer: {faq.address}" if en else f"案内：{faq.address}"
    return f"answer: “{faq.words}” in the FAQ" if en else f"案内：FAQ の「{faq.words}」"


def asked(step: Step, policy: Policy, lang: Language) -> str:
    """Who is asked on a level, and what is special about it."""
    en = lang == "en"
    who = targets(step.targets, policy, lang)
    special = [
        *([span(step.first_response, lang)] if step.first_response else []),
        *([by(step.channels, lang)] if step.channels else []),
        *(["everybody has to answer" if en else "全員の応答が必要"] if step.acknowledge == "all" else []),
    ]
    if not special:
        return who
    return f"{who} ({', '.join(special)})" if en else f"{who}（{'、'.join(special)}）"


def targets(listed: Sequence[Target], policy: Policy, lang: Language) -> str:
    """Some parts, with the team where another one than that in charge is meant."""
    named = []
    for one in listed:
        name = role(one.role, lang)
        if one.team:
            team = policy.teams[one.team].name if one.team in policy.teams else one.team
            name = f"{name} of {team}" if lang == "en" else f"{team}の{name}"
        named.append(name)
    return (" and " if lang == "en" else "・").join(named)


def by(channels: Sequence[str], lang: Language) -> str:
    """Some channels, in their order."""
    return (", " if lang == "en" else "・").join(word("channel", one, lang) for one in channels)


def turns(layer: Rotation, policy: Policy, lang: Language) -> str:
    """Who takes turns, how often, and when only."""
    en = lang == "en"
    names = [policy.name(id_) for id_ in layer.people]
    ja_unit, en_unit = _UNITS.get(layer.unit, (layer.unit, layer.unit))
    only = (" / " if en else "／").join(_part(one, lang) for one in layer.only)
    if en:
        often = f"every {en_unit.removesuffix('s')}" if layer.every == 1 else f"every {layer.every} {en_unit}"
        said = f"{' → '.join(names)}, {often} at {layer.start:%H:%M}" if len(names) > 1 else names[0]
        return f"{said} ({only})" if only else said
    people = " → ".join(f"{name}さん" for name in names)
    said = f"{people}（{layer.every} {ja_unit}ごとに {layer.start:%-H:%M} 交代）" if len(names) > 1 else people
    return f"{said}：{only}" if only else said


def _part(one: Restriction, lang: Language) -> str:
    en = lang == "en"
    days = ("・" if not en else ", ").join(_DAYS[day][en] for day in one.weekdays if day in _DAYS)
    holidays = _HOLIDAYS.get(one.holidays, ("", ""))[en]
    hours = "" if one.hours == "00:00-24:00" else one.hours
    always = "24 hours" if en else "24 時間"
    return " ".join(part for part in (days, hours, holidays) if part) or always


def _asks(listed: Sequence[Target], policy: Policy, lang: Language, texts: tuple[str, str]) -> str:
    return texts[lang == "en"].format(targets(listed, policy, lang))


def _any_of(values: Sequence[str], lang: Language) -> str:
    if lang == "en":
        return " or ".join(f"“{value}”" for value in values)
    quoted = "".join(f"「{value}」" for value in values)
    return quoted if len(values) == 1 else f"{quoted}のどれか"
