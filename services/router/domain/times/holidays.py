"""The public holidays a calendar knows, by their names in both languages."""

from datetime import date

import jpholiday

from shared.contracts.plan import Reason

_ENGLISH = {
    "元日": "New Year's Day",
    "成人の日": "Coming of Age Day",
    "建国記念の日": "National Foundation Day",
    "天皇誕生日": "the Emperor's Birthday",
    "春分の日": "Vernal Equinox Day",
    "昭和の日": "Showa Day",
    "憲法記念日": "Constitution Memorial Day",
    "みどりの日": "Greenery Day",
    "こどもの日": "Children's Day",
    "海の日": "Marine Day",
    "山の日": "Mountain Day",
    "敬老の日": "Respect for the Aged Day",
    "秋分の日": "Autumnal Equinox Day",
    "体育の日": "Health and Sports Day",
    "スポーツの日": "Sports Day",
    "文化の日": "Culture Day",
    "勤労感謝の日": "Labour Thanksgiving Day",
    "国民の休日": "Citizens' Holiday",
}
_SUBSTITUTE = " 振替休日"


def japanese(day: date) -> Reason | None:
    """The Japanese national holiday on a day (substitute 振替休日 and sandwiched 国民の休日 included), or nothing."""
    name: str | None = jpholiday.is_holiday_name(day)
    if name is None:
        return None
    stem = name.removesuffix(_SUBSTITUTE)
    english = _ENGLISH.get(stem, stem)
    if stem != name:
        return Reason(ja=f"祝日「振替休日（{stem}）」", en=f"public holiday: substitute for {english}")
    return Reason(ja=f"祝日「{name}」", en=f"public holiday: {english}")
