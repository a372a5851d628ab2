"""iCalendar files (RFC 5545) from somewhere else: absences or overrides out of events, and a remark on everything left out."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any, TypeAlias
from uuid import NAMESPACE_URL, uuid5
from zoneinfo import ZoneInfo

import icalendar
import recurring_ical_events

from services.router.domain.duty.attendance import Absence, Override
from services.router.domain.duty.rotation import DAY, instant
from shared.contracts.plan import Person

LARGEST = 1_000_000  # characters of a file
MOST_SERIES = 50  # repeating events of a file: one that never happens takes up to half a second to find out
MOST_ENTRIES = 1000
LONGEST = 200  # characters of a text that is kept
# What a rule may be made of. Rules by the hour, and those that could search for ever, are no absences.
_DAILY = {"FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY", "WKST"}
_RULES = {"DAILY": _DAILY, "WEEKLY": _DAILY} | dict.fromkeys(
    ("MONTHLY", "YEARLY"), _DAILY | {"BYMONTHDAY", "BYMONTH", "BYSETPOS"}
)
_LATIN = "[0-9a-z\u00df-\u024f]"  # these as folded; letters of the other script are where a word ends
_JAPANESE = "々〆ァ-ヺー\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"  # kanji and katakana
_VARIANTS = str.maketrans("髙﨑𠮷濵濱邉邊齋齊", "高崎吉浜浜辺辺斎斉")  # of one family name; NFKC leaves them apart
_BEGIN = re.compile(r"^BEGIN:VEVENT\s*?$", re.IGNORECASE | re.MULTILINE)
Component: TypeAlias = Any  # the package types a property as one of thirty classes
_FREE = (
    "「予定なし」（空き時間）の予定なので、不在とはみなしません。休みなら、元の予定を「予定あり」か「不在」にしてください",
    "it is marked as free time, so that nobody is away; if it is a leave, mark it as busy or out of office there",
)
_BROKEN = (ValueError, LookupError, TypeError, AttributeError, ArithmeticError)  # what the packages raise on bad files


@dataclass(frozen=True)
class Entry:
    """One person from one event, for one of its occurrences; instants in UTC."""

    uid: str
    person: str
    since: datetime
    until: datetime
    summary: str
    busy: bool = True  # whether it blocks the person's time

    @property
    def id(self) -> str:
        """The same each time the file is read again."""
        return str(uuid5(NAMESPACE_URL, f"tasuki:ical:{self.uid}|{self.person}|{self.since.isoformat()}"))


@dataclass(frozen=True)
class Remark:
    """Something of the file that was not taken in, and why."""

    uid: str
    summary: str
    ja: str
    en: str


@dataclass(frozen=True)
class Read:
    """What a file holds: entries that can be used, and remarks on everything else."""

    entries: tuple[Entry, ...]
    remarks: tuple[Remark, ...]

    def absences(self) -> tuple[Absence, ...]:
        """The entries that block time as absences without substitutes; telework and shifts do not."""
        return tuple(Absence(x.id, x.person, x.since, x.until, reason=x.summary) for x in self.entries if x.busy)

    def free(self) -> tuple[Remark, ...]:
        """Why the other entries are no absences, once for each event."""
        return tuple(dict.fromkeys(Remark(x.uid, x.summary, *_FREE) for x in self.entries if not x.busy))

    def overrides(self, schedule: str) -> tuple[Override, ...]:
        """The entries as overrides of a schedule."""
        return tuple(Override(x.id, schedule, x.person, x.since, x.until, reason=x.summary) for x in self.entries)


def read(text: str, people: Iterable[Person], zone: str, since: datetime, until: datetime) -> Read:
    """Find people and times in a file; the part of repeating events that lies within [since, until).

    A person is known by an attendee (the part of the address before @ is their id, or CN their name) or else by their
    name or id in the summary. Days and times without a zone are those of `zone`. What began before `since` is cut there.
    Never raises: a file that cannot be read is one remark. Rules that do not exist take time; call it off the event loop.
    """
    if len(text) > LARGEST:
        return _unreadable(
            "ファイルが大きすぎます（100 万文字まで）", "the file is too large (a million characters at most)"
        )
    try:
        calendars = icalendar.Calendar.from_ical(text, multiple=True)
    except _BROKEN as problem:
        why = str(problem)[:LONGEST]
        return _unreadable(f"iCalendar として読めません: {why}", f"not readable as iCalendar: {why}")
    if not any(c.name == "VCALENDAR" for c in calendars):
        return _unreadable("VCALENDAR がありません", "there is no VCALENDAR")
    reader = _Reader(_Names(people), ZoneInfo(zone), since.astimezone(UTC), until.astimezone(UTC))
    for calendar in calendars:
        reader.calendar(calendar)
    lost = len(_BEGIN.findall(text)) - sum(c.name == "VEVENT" for known in calendars for c in known.subcomponents)
    if lost > 0:
        ja, en = f"{lost} 件の予定は BEGIN と END が合わず読めません", f"{lost} events whose BEGIN and END do not match"
        reader.remarks[Remark("", "", ja, en)] = None
    if not reader.entries and not reader.remarks:
        return _unreadable("予定がひとつもありません", "there are no events")
    return Read(tuple(reader.entries), tuple(reader.remarks))


def _unreadable(ja: str, en: str) -> Read:
    return Read((), (Remark("", "", ja, en),))


class _Names:
    """Finds the people a text or an attendee speaks of."""

    def __init__(self, people: Iterable[Person]) -> None:
        self._ids: dict[str, set[str]] = defaultdict(set)
        for person in people:
            self._ids[_joined(person.id)].add(person.id)
            self._ids[_joined(person.name)].add(person.id)
        longest_first = sorted(filter(None, self._ids), key=len, reverse=True)
        self._written = [(name, _written(name)) for name in longest_first]

    def exactly(self, *texts: str) -> set[str]:
        """Who is called so; the first of the texts that somebody is called."""
        return next((found for text in texts if (found := self._ids.get(_joined(text), set()))), set())

    def within(self, text: str) -> list[set[str]]:
        """Who is named in a text, one set for each name: where it stands by itself, and is no part of a longer one."""
        rest, named = _fold(text), list[set[str]]()
        for name, written in self._written:
            rest, times = written.subn("|", rest)
            if times:
                named.append(self._ids[name])
        return named


def _fold(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold().translate(_VARIANTS)


def _joined(text: str) -> str:
    return "".join(_fold(text).split())


def _written(name: str) -> re.Pattern[str]:
    """A name where no longer word or name holds it: hiragana (さん, の) may follow one, of it only と and や stand before."""
    before = rf"(?<!{_LATIN})(?<!{_LATIN}[._])" if name[0].isascii() else rf"(?<!(?![とや])[ぁ-ゖ{_JAPANESE}])"
    after = rf"(?![._]?{_LATIN})" if name[-1].isascii() else rf"(?![{_JAPANESE}])"
    return re.compile(before + r"\s*".join(map(re.escape, name)) + after)


class _Reader:
    """Collects entries and remarks while it goes through the components of a file."""

    def __init__(self, names: _Names, zone: ZoneInfo, since: datetime, until: datetime) -> None:
        self.names, self.zone, self.since, self.until = names, zone, since, until
        self.entries: list[Entry] = []
        self.remarks: dict[Remark, None] = {}
        self.series = 0

    def calendar(self, calendar: Component) -> None:
        """Take the events of one calendar, each with the changed occurrences of it that stand elsewhere in the file."""
        zones, events = [], list[tuple[str, Component]]()
        changed: dict[str, list[Component]] = defaultdict(list)
        for number, component in enumerate(calendar.subcomponents, 1):
            uid = str(component.get("UID") or f"#{number}")[:LONGEST]
            if component.name == "VTIMEZONE":
                zones.append(component)
            elif component.name != "VEVENT":
                self._remark(component, "予定（VEVENT）ではありません", f"not an event: {component.name}")
            elif "RECURRENCE-ID" in component:
                changed[uid].append(component)
            else:
                events.append((uid, component))
        series = [(uid, [event, *changed.pop(uid, ())]) for uid, event in events]
        for uid, together in [*series, *changed.items()]:
            try:
                self._series(uid, together, zones)
            except _BROKEN as problem:
                self._remark(together[0], f"予定を読めません: {problem}", f"the event cannot be read: {problem}")

    def _series(self, uid: str, events: list[Component], zones: list[Component]) -> None:
        refused = [x for event in events for x in self._unusable(event)]
        repeats = any("RRULE" in event or "RDATE" in event for event in events)
        self.series += repeats
        if repeats and self.series > MOST_SERIES:
            refused.append(
                (f"くり返しの予定は {MOST_SERIES} 件までです", f"no more than {MOST_SERIES} repeating events")
            )
        if refused:
            for ja, en in refused:
                self._remark(events[0], ja, en)
            return
        for event in events:
            event.subcomponents.clear()  # alarms, and events that do not belong there
        box = icalendar.Calendar()
        for component in (*zones, *events):
            box.add_component(component)
        # a day more on both sides: times without a zone are read in UTC there
        found = recurring_ical_events.of(box).between(self.since - DAY, self.until + DAY)
        taken = sum([self._occurrence(uid, event) for event in found])
        if repeats:
            ja = f"くり返しのうち、取り込む期間に入る {taken} 回だけを読みました"
            self._remark(events[0], ja, f"of this repeating event, the {taken} within the time asked for were read")
        elif not taken:
            self._remark(events[0], "取り込む期間の外です", "outside of the time asked for")

    def _unusable(self, event: Component) -> Iterator[tuple[str, str]]:
        """Everything because of which an event cannot be used."""
        if event.errors or "DTSTART" not in event:  # what is broken cannot be asked for more
            yield from (
                (f"{name} を読めません: {what}", f"{name} cannot be read: {what}") for name, what in event.errors
            )
            if "DTSTART" not in event:
                yield "開始日時（DTSTART）がありません", "there is no DTSTART"
            return
        if "DTEND" in event and self._instant(event["DTEND"].dt) < self._instant(event["DTSTART"].dt):
            yield "終わりが始まりより前です", "it ends before it begins"
        for name in ("DTSTART", "DTEND"):
            at = getattr(event.get(name), "dt", None)
            if isinstance(at, datetime) and at.tzinfo is None and event[name].params.get("TZID"):
                zone = event[name].params["TZID"]
                yield f"{name} のタイムゾーン「{zone}」がわかりません", f"{name} has an unknown time zone: {zone}"
        rules = event.get("RRULE", [])
        for rule in rules if isinstance(rules, list) else [rules]:
            frequency, interval = str((rule.get("FREQ") or [""])[0]).upper(), int((rule.get("INTERVAL") or [1])[0])
            never = interval < 1 or (frequency == "DAILY" and interval > 1 and "BYDAY" in rule)
            if never or set(map(str.upper, rule)) - _RULES.get(frequency, set()):
                text = rule.to_ical().decode()
                yield f"このくり返しには対応していません: {text}", f"this way of repeating is not supported: {text}"

    def _occurrence(self, uid: str, event: Component) -> bool:
        """Take the people of one occurrence; says whether it lies within the time asked for."""
        since, until = self._instant(event["DTSTART"].dt), self._instant(event["DTEND"].dt)
        if until <= self.since or since >= self.until:
            return False
        if str(event.get("STATUS", "")).upper() == "CANCELLED":
            self._remark(event, "取り消された予定です", "the event was cancelled")
        elif until <= since:
            self._remark(
                event,
                "長さがありません（DTEND か DURATION が必要です）",
                "it has no length; DTEND or DURATION is needed",
            )
        else:
            busy = str(event.get("TRANSP", "")).upper() != "TRANSPARENT"
            for person in self._people(event):
                if len(self.entries) >= MOST_ENTRIES:
                    self._remark(event, f"{MOST_ENTRIES} 件を超えました", f"more than {MOST_ENTRIES} entries")
                    break
                self.entries.append(Entry(uid, person, max(since, self.since), until, _summary(event), busy))
        return True

    def _people(self, event: Component) -> list[str]:
        """The ids of those an event speaks of: its attendees, or else the names in its summary."""
        attendees = event.get("ATTENDEE", [])
        found: list[str] = []
        for attendee in attendees if isinstance(attendees, list) else [attendees]:
            address, name = str(attendee).removeprefix("mailto:").removeprefix("MAILTO:"), attendee.params.get("CN", "")
            if attendee.params.get("PARTSTAT", "").upper() == "DECLINED":
                self._remark(event, f"参加を断った人です: {name or address}", f"declined: {name or address}")
            else:
                found += self._one(event, self.names.exactly(address.split("@")[0], name), name or address)
        if found:
            return list(dict.fromkeys(found))
        summary = _summary(event)
        named = self.names.within(summary)
        if not named and not attendees:
            self._remark(event, "だれの予定かわかりません", "whose event this is cannot be told")
        return list(dict.fromkeys(id_ for ids in named for id_ in self._one(event, ids, summary)))

    def _one(self, event: Component, ids: set[str], name: str) -> list[str]:
        if not ids:
            self._remark(event, f"登録されていない人です: {name}", f"nobody is called {name}")
        elif len(ids) > 1:
            self._remark(event, f"同じ名前の人が複数います: {name}", f"several people are called so: {name}")
        return [*ids] if len(ids) == 1 else []

    def _instant(self, at: date) -> datetime:
        if not isinstance(at, datetime):
            return instant(datetime.combine(at, time()), self.zone)
        return at.astimezone(UTC) if at.tzinfo else instant(at, self.zone)

    def _remark(self, event: Component, ja: str, en: str) -> None:
        remark = Remark(str(event.get("UID", ""))[:LONGEST], _summary(event), ja[:LONGEST], en[:LONGEST])
        self.remarks[remark] = None  # once, however often the event repeats


def _summary(event: Component) -> str:
    return str(event.get("SUMMARY", ""))[:LONGEST]
